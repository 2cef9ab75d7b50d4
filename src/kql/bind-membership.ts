import type { Expr, Membership } from './ast.ts';
import { type Binder, refuse, type Scope, sayType, shown } from './binder.ts';
import type { Bound, MakeTest } from './bound.ts';
import { mergeUses } from './field.ts';
import { COMPARISON } from './functions/comparison.ts';
import { hasTerm, isTextual } from './functions/text-match.ts';
import { markFilters } from './lineage.ts';
import type { Relation } from './relation.ts';
import type { Run } from './run.ts';
import { conversionTo, keyOf, text, toNumber, type Value } from './value.ts';
import { isLoose, isNumeric, type ValueType } from './value-type.ts';

/** How the rest of the binder binds a part; passed in, because the parts recurse into each other. */
export interface Inside {
  readonly scope: Scope;
  readonly bind: (b: Binder, expr: Expr, scope: Scope) => Bound;
}

/** `in`, `in~`, `has_any`, `has_all` over literals, dynamic arrays or the first column of a tabular expression. */
export function bindMembership(b: Binder, expr: Membership, inside: Inside): Bound {
  const operand = inside.bind(b, expr.left, inside.scope);
  const list = expr.list.map((item) => bindItem(b, item, inside));
  const kind = expr.operator.replace(/^!/, '');
  for (const item of list) checkItem(b, expr, kind, [operand, item]);
  const make = KINDS[kind]?.(operand.type, !expr.operator.startsWith('!'));
  if (make === undefined) return refuse(b, 'KQL010', `'${expr.operator}' is not an operator.`, expr.sign);
  const uses = mergeUses([operand, ...list]);
  const span = { start: expr.start, end: expr.end };
  const test: Bound = {
    kind: 'test',
    operand,
    list,
    make,
    type: 'bool',
    uses,
    span,
    label: undefined,
    path: undefined,
  };
  const proves = expr.operator === 'in' || expr.operator === 'in~';
  const values = list.flatMap((item) => (item.kind === 'constant' ? flattened([item.value]) : []));
  return proves && list.every((item) => item.kind === 'constant') ? { ...test, proves: { operand, values } } : test;
}

function bindItem(b: Binder, item: Expr, inside: Inside): Bound {
  const relation = tabular(b, item, inside);
  if (relation === undefined) return inside.bind(b, item, inside.scope);
  const field = relation.fields[0];
  if (field === undefined) {
    return refuse(
      b,
      'KQL008',
      'A tabular expression in a list must have a known first column.',
      item,
      'End it with project.',
    );
  }
  markFilters(field.uses);
  const compute = (run: Run) => Array.from(relation.rows(run), (row) => field.read(row, run));
  const span = { start: item.start, end: item.end };
  return { kind: 'once', compute, type: 'dynamic', uses: field.uses, span, label: undefined, path: undefined };
}

/** `in (T | project id)`, and `in (T)` when T is a table and not a column. */
function tabular(b: Binder, item: Expr, { scope }: Inside): Relation | undefined {
  if (item.node === 'subquery') return b.pipeline(item.pipeline);
  if (item.node !== 'name' || scope.relation.fields.some((field) => field.name === item.name)) return undefined;
  const known = b.lets.get(item.name);
  if (known !== undefined) return known.pipeline?.();
  if (scope.relation.open !== undefined || !b.hasTable(item.name)) return undefined;
  const { start, end, depth, name } = item;
  return b.pipeline({ start, end, depth, source: { source: 'table', name, start, end, depth }, operators: [] });
}

function checkItem(b: Binder, expr: Membership, kind: string, [operand, item]: readonly [Bound, Bound]): void {
  const textual = kind === 'in~' || kind.startsWith('has');
  const fits = textual
    ? isTextual(operand.type) && isTextual(item.type)
    : COMPARISON['==']?.(operand.type, item.type) !== undefined;
  if (fits) return;
  const other = `${sayType(item.type)} ${shown(b, item.span)}`;
  const message = `'${expr.operator}' cannot compare ${sayType(operand.type)} with ${other}.`;
  refuse(b, 'KQL008', message, item.span);
}

const KINDS: Readonly<Record<string, (operand: ValueType, wanted: boolean) => MakeTest>> = {
  in: (type, wanted) => inList(viewAs(type), wanted),
  'in~': (_type, wanted) => inList((value) => text(value).toLowerCase(), wanted),
  has_any: (_type, wanted) => hasTerms((terms, test) => terms.some(test), wanted),
  has_all: (_type, wanted) => hasTerms((terms, test) => terms.every(test), wanted),
};

/** Both sides are seen as the operand's type; a dynamic operand as its text, so that a missing one equals ''. */
function viewAs(type: ValueType): (value: Value) => Value {
  if (type === 'string' || type === 'guid' || isLoose(type)) return text;
  return isNumeric(type) ? toNumber : conversionTo(type);
}

function inList(view: (value: Value) => Value, wanted: boolean): MakeTest {
  return (list) => {
    const keys = new Set(flattened(list).map((item) => keyOf(view(item))));
    keys.delete(null);
    return (operand) => keys.has(keyOf(view(operand))) === wanted;
  };
}

function hasTerms(combine: (terms: string[], test: (term: string) => boolean) => boolean, wanted: boolean): MakeTest {
  return (list) => {
    const terms = flattened(list).map((item) => text(item).toLowerCase());
    return (operand) => {
      const haystack = text(operand).toLowerCase();
      return combine(terms, (term) => hasTerm(haystack, term)) === wanted;
    };
  };
}

function flattened(list: readonly Value[]): readonly Value[] {
  return list.flatMap((item) => (Array.isArray(item) ? item : [item]));
}
