import type { Expr, JoinOperator } from '../ast.ts';
import { bindExpression } from '../bind.ts';
import { type Binder, refuse, sayType } from '../binder.ts';
import type { Bound } from '../bound.ts';
import { compileExpression } from '../compile.ts';
import { type Field, NO_USES, through } from '../field.ts';
import { markFilters } from '../lineage.ts';
import { didYouMean } from '../nearest.ts';
import { allFields, driverOf, type OpenNames, type Relation, rowByRow, uniqueName } from '../relation.ts';
import type { Eval, Row, Run } from '../run.ts';
import { absent, bagOf, conversionTo, keyOfAll, text, toNumber, type Value } from '../value.ts';
import { isInteger, isLoose, isNumeric, type ValueType } from '../value-type.ts';
import { settle } from './frames.ts';
import { takeIn } from './intake.ts';
import { joined, type KeyReader, type Kind, looksUp, type Pair, rightSink } from './join-rows.ts';

/** A Map, because the kind comes from the query text: 'constructor' is not a kind. */
export const JOIN_KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['innerunique', { gives: 'both', uniqueLeft: true }],
  ['inner', { gives: 'both' }],
  ['leftouter', { gives: 'both', leftUnmatched: true }],
  ['rightouter', { gives: 'both', rightUnmatched: true }],
  ['fullouter', { gives: 'both', leftUnmatched: true, rightUnmatched: true }],
  ['leftsemi', { gives: 'left' }],
  ['leftanti', { gives: 'left', matched: false, leftUnmatched: true }],
  ['anti', { gives: 'left', matched: false, leftUnmatched: true }],
  ['leftantisemi', { gives: 'left', matched: false, leftUnmatched: true }],
  ['rightsemi', { gives: 'right' }],
  ['rightanti', { gives: 'right', matched: false, rightUnmatched: true }],
  ['rightantisemi', { gives: 'right', matched: false, rightUnmatched: true }],
]);

/**
 * join and lookup as hash joins: the right side is read once into a map. Without a kind a join is innerunique: of left
 * rows with one key only the first stays (kql.md 36). A null key matches nothing.
 */
export function join(b: Binder, operator: JoinOperator, input: Relation): Relation {
  const kind = bindKind(b, operator);
  const before = b.intakes.length;
  const right = settle(b.pipeline(operator.right));
  const conditions = operator.on.flatMap((on) => bindCondition(b, on, input, right));
  for (const { left, right: other } of conditions) markFilters([...left.uses, ...other.uses]);
  const keys = { left: keyReader(conditions, 'left'), right: keyReader(conditions, 'right') };
  const taken = takeIn(b, right, () => rightSink(keys.right));
  const driver = looksUp(kind) ? driverOf(input) : undefined;
  const needs = b.intakes.slice(before);
  const rows = rowByRow(driver && { ...driver, needs: [...driver.needs, ...needs] }, (run) =>
    joined({ left: input, right, kind, keys, taken }, run),
  );
  if (kind.gives === 'left') return { ...input, read: undefined, rows };
  if (kind.gives === 'right') return { ...right, read: undefined, rows };
  const dropped = operator.lookup ? conditions.map((condition) => condition.right) : [];
  return { ...pairColumns(input, right, dropped), read: undefined, rows };
}

function bindKind(b: Binder, operator: JoinOperator): Kind {
  if (operator.kind === undefined && !operator.lookup) {
    b.findings.push({ trap: 'default-join', span: operator, shown: 'join' });
  }
  const name = operator.kind?.name ?? (operator.lookup ? 'leftouter' : 'innerunique');
  const kind = JOIN_KINDS.get(name);
  if (kind !== undefined && (!operator.lookup || name === 'leftouter' || name === 'inner')) return kind;
  const hint = didYouMean(name, JOIN_KINDS.keys()) ?? `The kinds are ${[...JOIN_KINDS.keys()].slice(0, 8).join(', ')}.`;
  return refuse(
    b,
    'KQL010',
    `There is no ${operator.lookup ? 'lookup' : 'join'} of kind '${name}'.`,
    operator.kind ?? operator,
    hint,
  );
}

// ---- conditions

interface Condition {
  readonly left: Bound;
  readonly right: Bound;
}

function bindCondition(b: Binder, on: Expr, left: Relation, right: Relation): Condition[] {
  if (on.node === 'name' && !on.name.startsWith('$')) {
    return [checked(b, on, bindExpression(b, on, { relation: left }), bindExpression(b, on, { relation: right }))];
  }
  if (on.node === 'logical' && on.operator === 'and')
    return on.terms.flatMap((term) => bindCondition(b, term, left, right));
  if (on.node !== 'binary' || on.operator !== '==') {
    return refuse(b, 'KQL010', 'A join compares columns for equality.', on, 'Write on id, or on $left.a == $right.b.');
  }
  const none: Relation = { fields: [], open: undefined, rows: () => [], read: undefined };
  const scope = { relation: none, sides: { left, right } };
  const [first, second] = [bindExpression(b, on.left, scope), bindExpression(b, on.right, scope)];
  if (sideNamed(on.left) === '$left' && sideNamed(on.right) === '$right') return [checked(b, on, first, second)];
  return refuse(
    b,
    'KQL010',
    'The left side of the condition names $left, the right side $right.',
    on,
    'Write $left.a == $right.b.',
  );
}

function sideNamed(expr: Expr): string | undefined {
  if (expr.node === 'name') return expr.name;
  return expr.node === 'member' || expr.node === 'element' ? sideNamed(expr.base) : undefined;
}

function checked(b: Binder, on: Expr, left: Bound, right: Bound): Condition {
  if (keysFit(left.type, right.type)) return { left, right };
  const types = `the left is ${sayType(left.type)}, the right ${sayType(right.type)}`;
  const message = `The keys of a join must be comparable: ${types}.`;
  return refuse(b, 'KQL008', message, on, 'Convert one side in an extend before the join.');
}

/** Integers go together, else both are of one type; a dynamic key is compared by its text (kql.md 18). */
function keysFit(left: ValueType, right: ValueType): boolean {
  return left === right || (isInteger(left) && isInteger(right)) || isLoose(left) || isLoose(right);
}

/** The key of a row, or undefined when a part of it is null. */
function keyReader(conditions: readonly Condition[], side: 'left' | 'right'): KeyReader {
  const reads = conditions.map((condition) => compileExpression(condition[side]));
  const views = conditions.map(({ left, right }) => keyView(left.type, right.type));
  return (row, run) => {
    const values: Value[] = [];
    for (const [index, read] of reads.entries()) {
      const value = read(row, run);
      const seen = value === null || value === undefined ? null : (views[index]?.(value) ?? null);
      if (seen === null) return undefined;
      values.push(seen);
    }
    return keyOfAll(values);
  };
}

/** Both sides of a key are seen as one type: a dynamic one as what the other is, two dynamics as text. */
function keyView(left: ValueType, right: ValueType): (value: Value) => Value {
  const typed = isLoose(left) ? right : left;
  if (isNumeric(typed)) return toNumber;
  if (typed === 'guid' || right === 'guid') return (value) => text(value).toLowerCase();
  return typed === 'string' || isLoose(typed) ? text : conversionTo(typed);
}

// ---- columns

/** Columns of the left, then of the right; a right one whose name is taken gets a number (kql.md 37). */
function pairColumns(left: Relation, right: Relation, dropped: readonly Bound[]): Pick<Relation, 'fields' | 'open'> {
  const fields = left.fields.map(leftOf);
  const names = new Set(allFields(left).map((field) => field.name));
  const gone = new Set(dropped.map((bound) => (bound.kind === 'field' ? bound.field.name : undefined)));
  const open = pairOpen(left, right);
  for (const field of right.fields) {
    if (gone.has(field.name)) continue;
    const name = uniqueName(field.name, names);
    const own = { ...rightOf(field), name };
    // Of an open left side only the row tells whether it has a column of this name.
    fields.push(name === field.name && left.open !== undefined ? leftFirst(left, left.open, own) : own);
    names.add(name);
  }
  return { fields, open };
}

function leftFirst(left: Relation, open: OpenNames, own: Field): Field {
  const inner = open.silent(own.name);
  const read: Eval = (row, run) =>
    owns(left, (row as Pair)[0], own.name, run) ? inner.read((row as Pair)[0], run) : own.read(row, run);
  return { ...own, read };
}

function owns(side: Relation, row: Row | undefined, name: string, run: Run): boolean {
  if (row === undefined || side.open === undefined) return false;
  return Object.hasOwn(side.open.entries(row, run) as object, name);
}

function leftOf(field: Field): Field {
  const missing = absent(field.type);
  return through(field, (inner) => (row, run) => {
    const [side] = row as Pair;
    return side === undefined ? missing : inner(side, run);
  });
}

function rightOf(field: Field): Field {
  const missing = absent(field.type);
  return through(field, (inner) => (row, run) => {
    const side = (row as Pair)[1];
    return side === undefined ? missing : inner(side, run);
  });
}

/** A name nobody declared is the left row's, else the right row's; `name1` is the right row's `name`. */
function pairOpen(left: Relation, right: Relation): OpenNames | undefined {
  if (left.open === undefined && right.open === undefined) return undefined;
  const named = new Map<string, Field>();
  const silent = (name: string): Field => {
    const sides = { left: left.open?.silent(name), right: right.open?.silent(name) };
    const base = name.endsWith('1') ? name.slice(0, -1) : undefined;
    const own = right.fields.find((field) => field.name === base);
    const suffixed = own ?? (base === undefined ? undefined : right.open?.silent(base));
    const read: Eval = (row, run) => {
      const [first, second] = row as Pair;
      if (owns(left, first, name, run)) return sides.left?.read(first, run) ?? null;
      if (owns(right, second, name, run)) return sides.right?.read(second, run) ?? null;
      return second === undefined ? null : (suffixed?.read(second, run) ?? null);
    };
    const path = (sides.left ?? sides.right)?.path;
    return { name, type: 'open', read, uses: suffixed?.uses ?? NO_USES, path, computed: false };
  };
  return {
    silent,
    field: (name) => {
      const field = named.get(name) ?? silent(name);
      named.set(name, field);
      return field;
    },
    named: () => [...(left.open?.named() ?? []).map((field) => silent(field.name)), ...named.values()],
    entries: (row, run) => {
      const [first, second] = row as Pair;
      return { ...entriesOf(right, second, run), ...entriesOf(left, first, run) };
    },
  };
}

function entriesOf(side: Relation, row: Row | undefined, run: Run): object {
  if (row === undefined) return {};
  const own = bagOf(side.fields.map((field) => [field.name, field.read(row, run)]));
  return { ...(side.open?.entries(row, run) as object | undefined), ...own };
}
