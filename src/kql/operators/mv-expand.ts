import type { ExpandItem, ExpandOperator } from '../ast.ts';
import { type Binder, refuse, sayType, shown } from '../binder.ts';
import { compileExpression } from '../compile.ts';
import { type Field, through } from '../field.ts';
import { markFilters } from '../lineage.ts';
import { driverOf, type Relation, rowByRow, uniqueName } from '../relation.ts';
import { type Eval, poll, type Row, type Run } from '../run.ts';
import { absent, bagOf, isBag, text, toDatetime, toDecimal, toGuid, toTimespan, type Value } from '../value.ts';
import { isLoose, type KqlType, type ValueType } from '../value-type.ts';
import { bindCount, bindItem } from './columns.ts';
import { innerRow, openThrough } from './frames.ts';
import { bindType } from './source.ts';

/**
 * mv-expand: a row for each element. Null gives one row with null, an empty array or bag none, a bag one row a key
 * (as a bag of one entry, or [key, value] with kind=array), anything else one row; several columns go in step, the
 * shorter ones padded with null (kql.md 40).
 */
export function mvExpand(b: Binder, operator: ExpandOperator, input: Relation): Relation {
  return bindExpansion(b, operator, input).relation;
}

/** How a row is expanded, and the relation of the expanded rows. */
export interface Expansion {
  readonly expanded: readonly Expanded[];
  readonly limit: number;
  readonly asArray: boolean;
  readonly relation: Relation;
}

export function bindExpansion(b: Binder, operator: ExpandOperator, input: Relation): Expansion {
  const expanded = operator.items.map((item) => bindColumn(b, item, operator, input));
  const limit = operator.limit === undefined ? Number.POSITIVE_INFINITY : bindCount(b, operator.limit, operator.word);
  const shape = { expanded, limit, asArray: operator.asArray };
  const columns = frameColumns(operator, input, expanded);
  const rows = function* (run: Run): Iterable<Row> {
    for (const row of input.rows(run)) yield* framesOf(row, shape, run);
  };
  return { ...shape, relation: { ...columns, read: undefined, rows: rowByRow(driverOf(input), rows) } };
}

/** A row of mv-expand: the row it comes from, the position, and the element of each column. */
type Frame = readonly [Row, number, ...Value[]];

/** An expanded column: how to read what is expanded, and the field of its elements. */
interface Expanded {
  readonly read: Eval;
  readonly convert: ((value: Value) => Value) | undefined;
  readonly field: Omit<Field, 'read'>;
}

function bindColumn(b: Binder, item: ExpandItem, operator: ExpandOperator, input: Relation): Expanded {
  const { name, bound } = bindItem(b, item, input);
  if (!isLoose(bound.type)) {
    const message = `${operator.word} expands dynamic values; '${shown(b, bound.span)}' is a ${sayType(bound.type)}.`;
    refuse(b, 'KQL008', message, bound.span, 'Write parse_json(…) around it.');
  }
  markFilters(bound.uses);
  const type: KqlType = item.type === undefined ? 'dynamic' : bindType(b, item.type.type, item.type.typeSpan);
  const names = new Set(input.fields.map((field) => field.name));
  const auto = bound.label ?? uniqueName('Column1', names);
  const path = bound.path && { ...bound.path, text: `${bound.path.text}[]` };
  const field = { name: name ?? auto, type, uses: bound.uses, path, computed: false };
  return { read: compileExpression(bound), convert: item.type && ELEMENTS[type], field };
}

/** `to typeof(T)` only casts: an element of another kind is null. Times and guids stand in JSON as text. */
const ELEMENTS: Readonly<Record<KqlType, (value: Value) => Value>> = {
  bool: (value) => (typeof value === 'boolean' ? value : null),
  int: wholeNumber,
  long: wholeNumber,
  real: (value) => (typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null),
  decimal: (value) => (typeof value === 'number' || typeof value === 'bigint' ? toDecimal(value) : null),
  string: (value) => text(value),
  datetime: toDatetime,
  timespan: toTimespan,
  guid: toGuid,
  dynamic: (value) => value,
};

function wholeNumber(value: Value): Value {
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' ? Math.trunc(value) : null;
}

function frameColumns(
  operator: ExpandOperator,
  input: Relation,
  expanded: readonly Expanded[],
): Pick<Relation, 'fields' | 'open'> {
  const made = expanded.map((column, index) => elementField(column.field, index + 2));
  if (operator.itemIndex !== undefined) made.push(positionField(operator.itemIndex.name));
  const byName = new Map(made.map((field) => [field.name, field]));
  const kept = input.fields.map((field) => byName.get(field.name) ?? through(field, innerRow));
  const names = new Set(input.fields.map((field) => field.name));
  const fields = [...kept, ...made.filter((field) => !names.has(field.name))];
  return { fields, open: input.open && openThrough(input.open, innerRow) };
}

function elementField(field: Omit<Field, 'read'>, slot: number): Field {
  return { ...field, read: (row) => (row as Frame)[slot] };
}

function positionField(name: string): Field {
  const type: ValueType = 'long';
  return { name, type, uses: new Set(), path: undefined, computed: false, read: (row) => (row as Frame)[1] };
}

/** The rows that one row expands to. */
export function framesOf(
  row: Row,
  { expanded, limit, asArray }: Omit<Expansion, 'relation'>,
  run: Run,
): readonly Frame[] {
  poll(run);
  const lists = expanded.map((column) => elements(column.read(row, run), asArray));
  const count = lists.reduce((longest, list) => Math.max(longest, list.length), 0);
  const frames: Frame[] = [];
  for (let index = 0; index < count && index < limit; index++) {
    const frame: [Row, number, ...Value[]] = [row, index];
    for (const [at, column] of expanded.entries()) frame.push(element(column, lists[at]?.[index]));
    frames.push(frame);
  }
  return frames;
}

function element(column: Expanded, value: Value): Value {
  const present = value ?? null;
  if (present === null) return absent(column.field.type);
  return column.convert === undefined ? present : column.convert(present);
}

function elements(value: Value, asArray: boolean): readonly Value[] {
  if (Array.isArray(value)) return value;
  if (!isBag(value)) return [value];
  return Object.entries(value).map(([key, part]) => (asArray ? [key, part] : bagOf([[key, part]])));
}
