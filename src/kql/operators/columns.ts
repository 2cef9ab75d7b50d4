import type { ColumnPattern, Item } from '../ast.ts';
import { bindExpression } from '../bind.ts';
import { type Binder, refuse, shown } from '../binder.ts';
import type { Bound } from '../bound.ts';
import { compileExpression } from '../compile.ts';
import type { Span } from '../errors.ts';
import { type Field, remember, type Uses } from '../field.ts';
import { type Relation, uniqueName } from '../relation.ts';
import type { Row } from '../run.ts';
import { isInteger, type ValueType } from '../value-type.ts';

/** An item of project, extend, distinct or by: its expression, and its name when the query gives one. */
export interface NamedBound {
  readonly name: string | undefined;
  readonly bound: Bound;
  readonly place: Span;
  /** Whether it is nothing but the name of a column, which then counts as given. */
  readonly plain: boolean;
}

export function bindItem(b: Binder, item: Item, input: Relation): NamedBound {
  const bound = bindExpression(b, item.value, { relation: input });
  return { name: item.name?.name, bound, place: item.name ?? item, plain: item.value.node === 'name' };
}

/**
 * Columns of the items in order. A name is what the query gives, else what the expression suggests, else Column1,
 * Column2 … that no column `before` has; a name that is taken gets a number, one that is given twice is an error.
 */
export function nameFields(b: Binder, items: readonly NamedBound[], before: ReadonlySet<string> = new Set()): Field[] {
  const names = new Set<string>();
  const given = new Set<string>();
  let unnamed = 0;
  const nextUnnamed = (): string => {
    const name = `Column${++unnamed}`;
    return before.has(name) ? nextUnnamed() : name;
  };
  return items.map(({ name: asked, bound, place, plain }) => {
    const own = asked ?? (plain ? bound.label : undefined);
    if (own !== undefined && given.has(own)) refuse(b, 'KQL011', `The column '${own}' is given twice.`, place);
    if (own !== undefined) given.add(own);
    const name = uniqueName(own ?? bound.label ?? nextUnnamed(), names);
    names.add(name);
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
  if (bound.kind === 'constant' && isInteger(bound.type) && typeof bound.value === 'number' && bound.value >= 0) {
    return bound.value;
  }
  return refuse(b, 'KQL014', `${operator} needs a whole number of rows that is known before the query runs.`, expr);
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
