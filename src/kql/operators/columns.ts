import type { ColumnPattern, Item } from '../ast.ts';
import { bindExpression } from '../bind.ts';
import { type Binder, refuse, sayType, shown } from '../binder.ts';
import type { Bound } from '../bound.ts';
import { compileExpression } from '../compile.ts';
import type { Span } from '../errors.ts';
import { type Field, remember, type Uses } from '../field.ts';
import { type Relation, uniqueName } from '../relation.ts';
import type { Row } from '../run.ts';
import type { ValueType } from '../value-type.ts';

/** An item of project, extend, distinct or by: its expression, and its name when the query gives one. */
export interface NamedBound {
  readonly name: string | undefined;
  readonly bound: Bound;
  readonly place: Span;
}

export function bindItem(b: Binder, item: Item, input: Relation): NamedBound {
  const bound = bindExpression(b, item.value, { relation: input });
  return { name: item.name?.name, bound, place: item.name ?? item };
}

/**
 * Columns of the items in order. A name is what the query gives, else what the expression suggests, else Column1,
 * Column2 …; a suggested name that is taken gets a number, a given one that is taken is an error.
 */
export function nameFields(b: Binder, items: readonly NamedBound[], taken: Iterable<string> = []): Field[] {
  const names = new Set(taken);
  const given = new Set<string>();
  let unnamed = 0;
  return items.map((item) => {
    const { name: asked, bound, place } = item;
    if (asked !== undefined && given.has(asked)) refuse(b, 'KQL011', `The column '${asked}' is given twice.`, place);
    const name = asked ?? uniqueName(bound.label ?? `Column${++unnamed}`, names);
    names.add(name);
    given.add(name);
    return fieldOf(b, name, bound);
  });
}

/** A column with the value of an expression; what has to be computed is remembered per row. */
export function fieldOf(b: Binder, name: string, bound: Bound): Field {
  const computed = computes(bound);
  const read = compileExpression(bound);
  const { type, uses, path } = bound;
  return { name, type, uses, path, computed, read: computed ? remember(read, b.slot()) : read };
}

function computes(bound: Bound): boolean {
  if (bound.kind === 'field') return bound.field.computed;
  if (bound.kind === 'property') return computes(bound.base);
  return bound.kind !== 'constant' && bound.kind !== 'once';
}

/** A column that stands in a slot of a frame. */
export function slotField(name: string, type: ValueType, slot: number, uses: Uses): Field {
  const read = (row: Row) => (row as readonly unknown[])[slot];
  return { name, type, uses, read, path: undefined, computed: false };
}

/** Kusto cannot group, order or compare rows by a raw dynamic value (KS116). */
export function mustNotBeRawDynamic(b: Binder, bound: Bound, operator: string): void {
  if (bound.type !== 'dynamic') return;
  const what = shown(b, bound.span);
  refuse(b, 'KQL009', `${operator} cannot use '${what}', which is dynamic.`, bound.span, `Write tostring(${what}).`);
}

/** A whole number that is known before the query runs, as take and top need it. */
export function bindCount(b: Binder, expr: Item['value'], operator: string): number {
  const none: Relation = { fields: [], open: undefined, rows: () => [], read: undefined };
  const bound = bindExpression(b, expr, { relation: none });
  if (bound.kind === 'constant' && typeof bound.value === 'number' && bound.value >= 0) return Math.trunc(bound.value);
  return refuse(b, 'KQL014', `${operator} needs a number of rows, not a ${sayType(bound.type)} expression.`, expr);
}

/** Whether a name fits `tmp*`; without a regular expression, so that no pattern can be slow. */
export function fitsPattern(pattern: ColumnPattern, name: string): boolean {
  if (!pattern.wildcard) return pattern.name === name;
  const parts = pattern.name.split('*');
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > name.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}
