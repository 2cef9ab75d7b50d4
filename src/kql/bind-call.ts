import type { Call, Expr } from './ast.ts';
import { apply, guarded, made } from './bind-apply.ts';
import type { Inside } from './bind-membership.ts';
import { type Binder, refuse, sayType, shown } from './binder.ts';
import type { Bound } from './bound.ts';
import { type Datetime, datetimeOf, type Timespan, timespanOf } from './datetime.ts';
import { mergeUses, NO_USES } from './field.ts';
import { AGGREGATES } from './functions/aggregate.ts';
import { SCALAR_FUNCTIONS } from './functions/scalar.ts';
import { PARAMS, type Param, type ScalarFunction } from './functions/signature.ts';
import { didYouMean } from './nearest.ts';
import { regexOf } from './regex.ts';
import { allFields } from './relation.ts';
import type { Run } from './run.ts';
import { asDynamic, bagOf, CONVERT, conversionTo, text, type Value } from './value.ts';
import { commonType, isLoose, isNumeric, type ValueType } from './value-type.ts';

/** Binds a call of a scalar function. Throws KqlError: KQL006, KQL007, KQL008, KQL012, KQL013. */
export function bindCall(b: Binder, call: Call, inside: Inside): Bound {
  const special = Object.hasOwn(SPECIAL, call.name) ? SPECIAL[call.name] : undefined;
  if (special !== undefined) {
    mustCount(b, call, special);
    return special.bind(b, call, inside);
  }
  const known = Object.hasOwn(SCALAR_FUNCTIONS, call.name) ? SCALAR_FUNCTIONS[call.name] : undefined;
  return known === undefined ? unknownFunction(b, call) : bindFunction(b, call, known, inside);
}

function unknownFunction(b: Binder, call: Call): never {
  if (Object.hasOwn(AGGREGATES, call.name)) {
    refuse(b, 'KQL013', `'${call.name}' aggregates rows and can only stand in summarize.`, call.label);
  }
  if (call.name === 'rand' || call.name === 'new_guid') {
    refuse(b, 'KQL006', `'${call.name}' is not supported: the same query must give the same rows.`, call.label);
  }
  const hint = didYouMean(call.name, [...Object.keys(SCALAR_FUNCTIONS), ...Object.keys(SPECIAL)]);
  return refuse(b, 'KQL006', `There is no function '${call.name}'.`, call.label, hint);
}

function bindFunction(b: Binder, call: Call, known: ScalarFunction, inside: Inside): Bound {
  mustCount(b, call, { least: known.required, most: known.rest === undefined ? known.params.length : undefined });
  const given = call.args.map((arg) => inside.bind(b, arg.value, inside.scope));
  const args = given.map((arg, index) => coerce(b, call, arg, index, known.params[index] ?? known.rest ?? 'any'));
  const types = given.map((arg) => arg.type);
  const type = typeof known.gives === 'function' ? known.gives(types) : known.gives;
  if (type === undefined)
    return refuse(b, 'KQL008', `${call.name}() does not take ${types.map(sayType).join(', ')}.`, call);
  checkRegex(b, call, args);
  const bound = apply(b, known.rule(types), args, { type, place: call });
  const [first] = given;
  if (!known.keepsName || first === undefined) return bound;
  // parse_json(tostring(properties.a)).b is still the path properties.a.b.
  return { ...bound, label: first.label, path: first.path };
}

function mustCount(b: Binder, call: Call, count: { least: number; most?: number | undefined }): void {
  const given = call.args.length;
  if (given >= count.least && given <= (count.most ?? Number.POSITIVE_INFINITY)) return;
  const wanted =
    count.most === undefined
      ? `at least ${count.least}`
      : count.least === count.most
        ? count.least
        : `${count.least} to ${count.most}`;
  refuse(b, 'KQL007', `${call.name}() takes ${wanted} argument${wanted === 1 ? '' : 's'}, not ${given}.`, call);
}

function coerce(b: Binder, call: Call, arg: Bound, index: number, param: Param): Bound {
  const rule = PARAMS[param];
  if (!rule.accepts(arg.type)) {
    const hint = HINTS[param];
    const given = `'${shown(b, arg.span)}' is a ${sayType(arg.type)}`;
    const message = `${call.name}() takes ${rule.shown} as argument ${index + 1}; ${given}.`;
    refuse(b, 'KQL008', message, arg.span, hint);
  }
  const plain: readonly ValueType[] = rule.plain;
  return rule.convert === undefined || plain.includes(arg.type) ? arg : converted(b, arg, rule.convert);
}

const HINTS: Readonly<Partial<Record<Param, string>>> = {
  string: 'Write tostring(…) around it.',
  number: 'Write toreal(…) or tolong(…) around it.',
  long: 'Write tolong(…) around it.',
  datetime: 'Write todatetime(…) around it.',
  timespan: 'Write totimespan(…) around it.',
  dynamic: 'Write parse_json(…) around it.',
  bool: 'Write tobool(…) around it.',
};

function converted(b: Binder, arg: Bound, convert: (value: Value) => Value, type: ValueType = arg.type): Bound {
  return apply(b, { run: convert, seesNull: true }, [arg], { type, place: arg.span });
}

/** Which argument of a function is a regular expression; a literal one is checked where it stands. */
const REGEX_ARGUMENT: Readonly<Record<string, number>> = {
  extract: 0,
  extract_all: 0,
  trim: 0,
  trim_start: 0,
  trim_end: 0,
  replace: 1,
  replace_regex: 1,
};

function checkRegex(b: Binder, call: Call, args: readonly Bound[]): void {
  const index = Object.hasOwn(REGEX_ARGUMENT, call.name) ? REGEX_ARGUMENT[call.name] : undefined;
  const pattern = index === undefined ? undefined : args[index];
  if (pattern?.kind === 'constant') guarded(b, pattern.span, () => regexOf(text(pattern.value)));
}

// ---- functions that need more than the values of their arguments

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
  column_ifexists: columnIfExists,
  columnifexists: columnIfExists,
};

/** iff() and case(): the first condition that is true wins; a null condition is not true (kql.md 13). */
function bindCase(b: Binder, call: Call, { scope, bind }: Inside): Bound {
  if (call.args.length % 2 === 0) {
    refuse(b, 'KQL007', `${call.name}() takes pairs of condition and value, and one more value for the rest.`, call);
  }
  const args = call.args.map((arg) => bind(b, arg.value, scope));
  const values = args.filter((_, index) => index % 2 === 1 || index === args.length - 1);
  const conditions = args.filter((_, index) => index % 2 === 0 && index < args.length - 1);
  for (const condition of conditions) {
    if (condition.type === 'bool' || isLoose(condition.type)) continue;
    refuse(
      b,
      'KQL008',
      `A condition is a bool; '${shown(b, condition.span)}' is a ${sayType(condition.type)}.`,
      condition.span,
    );
  }
  const type = commonType(values.map((value) => value.type));
  if (type === undefined) {
    const types = values.map((value) => sayType(value.type)).join(' and ');
    return refuse(
      b,
      'KQL008',
      `The values of ${call.name}() must have one type; these are ${types}.`,
      call,
      'Convert them, for example with tostring(…).',
    );
  }
  const cast = values.map((value) => castTo(b, value, type));
  const otherwise = cast.at(-1) ?? call.args.map((arg) => bind(b, arg.value, scope))[0];
  if (otherwise === undefined) return refuse(b, 'KQL007', `${call.name}() has no value.`, call);
  const arms = conditions.map((condition, index) => [condition, cast[index] ?? otherwise] as const);
  return made({ kind: 'choose', arms, otherwise }, type, call, mergeUses(args));
}

/** Brings a value of a narrower type to the common one. */
export function castTo(b: Binder, value: Bound, type: ValueType): Bound {
  if (value.type === type || isLoose(value.type)) return value;
  if (isLoose(type)) return converted(b, value, asDynamic, type);
  if (isNumeric(type)) return converted(b, value, conversionTo(type), type);
  return value;
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

function bindColumnIfExists(b: Binder, call: Call, { scope, bind }: Inside): Bound {
  const [first, second] = call.args;
  const name: Expr | undefined = first?.value;
  if (name?.node !== 'literal' || name.form !== 'string' || second === undefined) {
    return refuse(b, 'KQL014', 'column_ifexists() takes the name of a column as a string literal.', call);
  }
  const exists = scope.relation.fields.some((field) => field.name === name.text) || scope.relation.open !== undefined;
  const { start, end, depth } = name;
  return exists ? bind(b, { node: 'name', name: name.text, start, end, depth }, scope) : bind(b, second.value, scope);
}
