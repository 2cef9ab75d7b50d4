import type { Expr, Source } from '../ast.ts';
import { bindExpression } from '../bind.ts';
import { type Binder, NO_COLUMNS, refuse, sayType } from '../binder.ts';
import type { Bound } from '../bound.ts';
import { compileExpression } from '../compile.ts';
import { Timespan } from '../datetime.ts';
import { type Field, NO_USES } from '../field.ts';
import { ARITHMETIC } from '../functions/arithmetic.ts';
import { didYouMean } from '../nearest.ts';
import type { Relation } from '../relation.ts';
import { poll, type Run } from '../run.ts';
import { absent, compare, conversionTo, typeNamed, type Value } from '../value.ts';
import { commonType, isNumeric, type KqlType, TYPE_NAMES } from '../value-type.ts';
import { bindItem, fieldOf, slotField } from './columns.ts';

type SourceOf<Name extends Source['source']> = Extract<Source, { readonly source: Name }>;

/** datatable: a table written in the query, its values row by row. */
export function datatable(b: Binder, source: SourceOf<'datatable'>): Relation {
  const types = source.columns.map((column) => bindType(b, column.type, column.typeSpan));
  const width = types.length;
  if (width === 0 || source.values.length % width !== 0) {
    refuse(b, 'KQL007', `${source.values.length} values do not fill rows of ${width} columns.`, source);
  }
  const values = source.values.map((expr, index) => bindCell(b, expr, types[index % width] ?? 'dynamic'));
  const rows = Array.from({ length: values.length / width }, (_, row) => values.slice(row * width, (row + 1) * width));
  const names = new Set<string>();
  const fields = source.columns.map((column, slot) => {
    if (names.has(column.name)) refuse(b, 'KQL011', `The column '${column.name}' is given twice.`, column);
    names.add(column.name);
    return slotField(column.name, types[slot] ?? 'dynamic', slot, NO_USES);
  });
  return { fields: withPaths(fields), open: undefined, read: undefined, rows: () => rows };
}

/** Paths into a table written in the query are lineage too, though no table is read. */
function withPaths(fields: readonly Field[]): readonly Field[] {
  return fields.map((field) => ({ ...field, path: { text: field.name, note: () => undefined } }));
}

function bindCell(b: Binder, expr: Expr, type: KqlType): Value {
  const bound = bindExpression(b, expr, { relation: NO_COLUMNS });
  if (bound.kind !== 'constant') return refuse(b, 'KQL014', 'A value of a datatable is a literal.', expr);
  const fits = bound.type === type || type === 'dynamic' || (isNumeric(bound.type) && isNumeric(type));
  const read = bound.type === 'dynamic' || (bound.type === 'string' && (type === 'guid' || type === 'datetime'));
  if (!fits && !read) refuse(b, 'KQL008', `This column is ${type}, the value is ${sayType(bound.type)}.`, expr);
  if (bound.value === null) return absent(type);
  return bound.type === type ? bound.value : (conversionTo(type)(bound.value) ?? absent(type));
}

export function bindType(b: Binder, name: string, place: { start: number; end: number }): KqlType {
  const type = typeNamed(name);
  if (type !== undefined) return type;
  return refuse(b, 'KQL010', `There is no type '${name}'.`, place, didYouMean(name, TYPE_NAMES.keys()));
}

/** print: one row. */
export function print(b: Binder, source: SourceOf<'print'>): Relation {
  const fields = source.items.map((item, index) => {
    const { name, bound } = bindItem(b, item, NO_COLUMNS);
    return fieldOf(b, name ?? `print_${index}`, bound);
  });
  return { fields, open: undefined, read: undefined, rows: () => [[]] };
}

/** range: from, from + step, … up to and including to. */
export function range(b: Binder, source: SourceOf<'range'>): Relation {
  const bind = (expr: Expr) => bindExpression(b, expr, { relation: NO_COLUMNS });
  const [from, to, step] = [bind(source.from), bind(source.to), bind(source.step)] as const;
  const stepType = from.type === 'datetime' ? 'timespan' : from.type;
  const type = isNumeric(from.type)
    ? commonType([from.type, step.type])
    : step.type === stepType
      ? from.type
      : undefined;
  const add = type === undefined ? undefined : ARITHMETIC['+']?.(type, step.type);
  const comparable = to.type === from.type || (isNumeric(to.type) && isNumeric(from.type));
  if (type === undefined || add === undefined || !comparable) {
    return refuse(b, 'KQL008', 'range needs numbers, or times with a timespan as step, of types that fit.', source);
  }
  const next = add.run as (value: Value, step: Value) => Value;
  if (step.kind === 'constant' && (step.value === 0 || (step.value instanceof Timespan && step.value.ticks === 0n))) {
    refuse(b, 'KQL008', 'A step of nothing would never reach the end.', source.step);
  }
  const rows = (run: Run) => series([from, to, step], next, run);
  return { fields: [slotField(source.name.name, type, 0, NO_USES)], open: undefined, read: undefined, rows };
}

function* series(
  bounds: readonly Bound[],
  next: (value: Value, step: Value) => Value,
  run: Run,
): Iterable<readonly Value[]> {
  const [from, to, step] = bounds.map((bound) => compileExpression(bound)(undefined, run));
  if (from === null || to === null || step === null) return;
  const direction = compare(next(from, step), from);
  if (direction === 0) return;
  for (let value: Value = from; value !== null && compare(value, to) * direction <= 0; value = next(value, step)) {
    poll(run);
    yield [value];
  }
}
