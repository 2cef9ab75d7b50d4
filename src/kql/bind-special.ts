import type { Call, Expr } from './ast.ts';
import { apply, castTo, converted, made, mustBeCondition } from './bind-apply.ts';
import type { Inside } from './bind-membership.ts';
import { type Binder, refuse, sayType, shown } from './binder.ts';
import type { Bound } from './bound.ts';
import { compileExpression } from './compile.ts';
import { type Datetime, datetimeOf, type Timespan, timespanOf } from './datetime.ts';
import { mergeUses, NO_USES } from './field.ts';
import { allFields } from './relation.ts';
import type { Run } from './run.ts';
import { asDynamic, bagOf, CONVERT, type Value } from './value.ts';
import { commonOrDynamic } from './value-type.ts';

/** A function that needs more than the values of its arguments: the clock, the row, a table, a choice. */
interface Special {
  readonly least: number;
  readonly most: number | undefined;
  readonly bind: (b: Binder, call: Call, inside: Inside) => Bound;
}

const ifElse: Special = { least: 3, most: 3, bind: bindCase };
const columnIfExists: Special = { least: 2, most: 2, bind: bindColumnIfExists };

export const SPECIAL: Readonly<Record<string, Special>> = {
  iff: ifElse,
  iif: ifElse,
  case: { least: 3, most: undefined, bind: bindCase },
  now: { least: 0, most: 1, bind: (b, call, inside) => shiftedNow(b, call, inside, 1n) },
  ago: { least: 1, most: 1, bind: (b, call, inside) => shiftedNow(b, call, inside, -1n) },
  toscalar: { least: 1, most: 1, bind: bindToScalar },
  pack_all: { least: 0, most: 1, bind: bindPackAll },
  bag_pack_columns: { least: 1, most: undefined, bind: bindPackColumns },
  column_ifexists: columnIfExists,
  columnifexists: columnIfExists,
  iscolumnexists: { least: 1, most: 1, bind: bindColumnExists },
};

/** iff() and case(): the first condition that is true wins; a null condition is not true (kql.md 13). */
function bindCase(b: Binder, call: Call, { scope, bind }: Inside): Bound {
  if (call.args.length % 2 === 0) {
    refuse(b, 'KQL007', `${call.name}() takes pairs of condition and value, and one more value for the rest.`, call);
  }
  const args = call.args.map((arg) => bind(b, arg.value, scope));
  const values = args.filter((_, index) => index % 2 === 1 || index === args.length - 1);
  const conditions = args.filter((_, index) => index % 2 === 0 && index < args.length - 1);
  for (const condition of conditions) mustBeCondition(b, condition);
  const type = commonOrDynamic(values.map((value) => value.type));
  const cast = values.map((value) => castTo(b, value, type));
  const otherwise = cast.at(-1);
  if (otherwise === undefined) return refuse(b, 'KQL007', `${call.name}() has no value.`, call);
  const arms = conditions.map((condition, index) => [condition, cast[index] ?? otherwise] as const);
  return made({ kind: 'choose', arms, otherwise }, type, call, mergeUses(args));
}

function shiftedNow(b: Binder, call: Call, { scope, bind }: Inside, sign: bigint): Bound {
  const [arg] = call.args.map((part) => bind(b, part.value, scope));
  const now = made({ kind: 'once', compute: (run: Run) => run.now }, 'datetime', call, NO_USES);
  if (arg === undefined) return now;
  if (arg.type !== 'timespan' && arg.type !== 'open') {
    const message = `${call.name}() takes a timespan such as 90d; '${shown(b, arg.span)}' is a ${sayType(arg.type)}.`;
    return refuse(b, 'KQL008', message, arg.span, 'Write totimespan(…) around it.');
  }
  const span = arg.type === 'open' ? converted(b, arg, CONVERT.timespan) : arg;
  const run = (time: Datetime, by: Timespan) => datetimeOf(time.ticks + (timespanOf(sign * by.ticks)?.ticks ?? 0n));
  return apply(b, { run }, [now, span], { type: 'datetime', place: call });
}

function bindToScalar(b: Binder, call: Call): Bound {
  const value = call.args[0]?.value;
  if (value?.node !== 'subquery') {
    return refuse(b, 'KQL008', 'toscalar() takes a tabular expression.', call, 'Write toscalar(T | summarize …).');
  }
  const relation = b.pipeline(value.pipeline);
  const field = relation.fields[0];
  if (field === undefined) return refuse(b, 'KQL008', 'toscalar() takes a table with a known first column.', call);
  const compute = (run: Run) => {
    for (const row of relation.rows(run)) return field.read(row, run);
    return null;
  };
  return made({ kind: 'once', compute }, field.type, call, field.uses);
}

/** All columns of the row as one bag; with true, without those that are null or empty. */
function bindPackAll(b: Binder, call: Call, { scope, bind }: Inside): Bound {
  const [arg] = call.args.map((part) => bind(b, part.value, scope));
  if (arg !== undefined && (arg.kind !== 'constant' || arg.type !== 'bool')) {
    refuse(b, 'KQL014', 'pack_all() takes true or false.', arg.span);
  }
  const skip = arg?.kind === 'constant' && arg.value === true;
  const { fields, open } = scope.relation;
  const rule = (row: unknown, run: Run): Value => {
    const entries = fields.map((field): [string, Value] => [field.name, asDynamic(field.read(row, run))]);
    const all = open === undefined ? entries : [...Object.entries(open.entries(row, run) as object), ...entries];
    return bagOf(skip ? all.filter(([, value]) => value !== null && value !== '') : all);
  };
  const uses = mergeUses(allFields(scope.relation));
  const field = { name: 'pack_all', type: 'dynamic', read: rule, uses, path: undefined, computed: true } as const;
  return made({ kind: 'field', field }, 'dynamic', call, uses);
}

/** These columns of the row as one bag. */
function bindPackColumns(b: Binder, call: Call, { scope, bind }: Inside): Bound {
  const columns = call.args.map((arg) => bind(b, arg.value, scope));
  for (const column of columns) {
    if (column.label === undefined) refuse(b, 'KQL008', 'bag_pack_columns() takes names of columns.', column.span);
  }
  const parts = columns.map((column) => [column.label ?? '', compileExpression(column)] as const);
  const read = (row: unknown, run: Run): Value => bagOf(parts.map(([name, part]) => [name, asDynamic(part(row, run))]));
  const uses = mergeUses(columns);
  const field = { name: 'bag', type: 'dynamic', read, uses, path: undefined, computed: true } as const;
  return made({ kind: 'field', field }, 'dynamic', call, uses);
}

function bindColumnIfExists(b: Binder, call: Call, { scope, bind }: Inside): Bound {
  const [first, second] = call.args;
  const name = columnNamed(b, call, first?.value);
  const known = hasColumn(scope, name.text);
  const { start, end, depth } = name;
  if (known) return bind(b, { node: 'name', name: name.text, start, end, depth }, scope);
  return second === undefined
    ? refuse(b, 'KQL007', 'column_ifexists() takes a name and a value.', call)
    : { ...bind(b, second.value, scope), label: undefined };
}

function bindColumnExists(b: Binder, call: Call, { scope }: Inside): Bound {
  const name = columnNamed(b, call, call.args[0]?.value);
  return made({ kind: 'constant', value: hasColumn(scope, name.text) }, 'bool', call, NO_USES);
}

/** Of a table without a schema any name may be a column. */
function hasColumn({ relation }: Inside['scope'], name: string): boolean {
  return relation.open !== undefined || relation.fields.some((field) => field.name === name);
}

function columnNamed(b: Binder, call: Call, name: Expr | undefined): Extract<Expr, { node: 'literal' }> {
  if (name?.node === 'literal' && name.form === 'string') return name;
  return refuse(b, 'KQL014', `${call.name}() takes the name of a column as a string literal.`, call);
}
