import type { Call } from './ast.ts';
import { apply, converted, guarded } from './bind-apply.ts';
import type { Inside } from './bind-membership.ts';
import { SPECIAL } from './bind-special.ts';
import { type Binder, refuse, sayType, shown } from './binder.ts';
import type { Bound, Rule } from './bound.ts';
import { AGGREGATES } from './functions/aggregate.ts';
import { UNIT_NAMES } from './functions/datetime.ts';
import { SCALAR_FUNCTIONS } from './functions/scalar.ts';
import { PARAMS, type Param, type ScalarFunction } from './functions/signature.ts';
import { didYouMean } from './nearest.ts';
import { regexOf } from './regex.ts';
import type { Relation } from './relation.ts';
import { conversionTo, text, typeNamed, type Value } from './value.ts';
import type { ValueType } from './value-type.ts';

/** Binds a call of a scalar function. Throws KqlError: KQL006, KQL007, KQL008, KQL012, KQL013. */
export function bindCall(b: Binder, call: Call, inside: Inside): Bound {
  checkNamedArguments(b, call, inside.scope.relation);
  const special = Object.hasOwn(SPECIAL, call.name) ? SPECIAL[call.name] : undefined;
  if (special !== undefined) {
    mustCount(b, call, special);
    return special.bind(b, call, inside);
  }
  if (call.name === 'extract' && call.args.length === 4) return bindTypedExtract(b, call, inside);
  const known = Object.hasOwn(SCALAR_FUNCTIONS, call.name) ? SCALAR_FUNCTIONS[call.name] : undefined;
  return known === undefined ? unknownFunction(b, call) : bindFunction(b, call, known, inside);
}

/**
 * `name = value` names an argument, which Kusto allows and nobody needs. Where a column has the name or a condition is
 * wanted, `==` was meant: `countif(on = true)` would count every row.
 */
export function checkNamedArguments(b: Binder, { name: called, args }: Call, { fields }: Relation): void {
  for (const { name, sign } of args) {
    if (name === undefined || sign === undefined) continue;
    if (!CONDITIONAL.test(called) && !fields.some((field) => field.name === name.name)) continue;
    refuse(b, 'KQL002', `Here '=' would name an argument of ${called}().`, sign, "Write '==' to compare.");
  }
}

const CONDITIONAL = /^(?:iff|iif|case|not|.*if)$/;

/** extract(regex, group, source, typeof(T)): what is found, converted to T. */
function bindTypedExtract(b: Binder, call: Call, inside: Inside): Bound {
  const type = call.args[3]?.value;
  const word = type?.node === 'call' && type.name === 'typeof' ? type.args[0]?.value : undefined;
  const named = word?.node === 'name' ? typeNamed(word.name) : undefined;
  if (named === undefined) {
    return refuse(b, 'KQL010', 'The last argument of extract() is typeof(long) or the like.', type ?? call);
  }
  const found = bindCall(b, { ...call, args: call.args.slice(0, 3) }, inside);
  return { ...converted(b, found, conversionTo(named), named), span: { start: call.start, end: call.end } };
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
  checkWord(b, call, args);
  for (const index of known.constants) mustBeConstant(b, call, args[index], index);
  const rule = type === 'string' ? neverNull(known.rule(types)) : known.rule(types);
  const bound = apply(b, rule, args, { type, place: call });
  const [first] = given;
  if (first === undefined) return bound;
  const label = labelAfter(call.args[0]?.name?.name ?? first.label ?? '', known);
  // parse_json(tostring(properties.a)).b is still the path properties.a.b.
  return known.passes ? { ...bound, label, path: first.path } : { ...bound, label };
}

/** A string is never null: what cannot be computed is empty. */
function neverNull(rule: Rule): Rule {
  if (rule.seesNull === true) return rule;
  const run = rule.run as (...values: Value[]) => Value;
  return { seesNull: true, run: (...values: Value[]) => (values.includes(null) ? '' : (run(...values) ?? '')) };
}

/** strlen(s) is strlen_s, and strlen(tolower(s)) strlen_: what has no name adds none. */
function labelAfter(first: string, { label }: ScalarFunction): string | undefined {
  const name = label?.(first) ?? '';
  return name === '' || name.startsWith('_') ? undefined : name;
}

function mustBeConstant(b: Binder, call: Call, arg: Bound | undefined, index: number): void {
  if (arg === undefined || arg.kind === 'constant' || arg.kind === 'once') return;
  const message = `Argument ${index + 1} of ${call.name}() must be known before the query runs.`;
  refuse(b, 'KQL014', message, arg.span, 'Write a literal.');
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
  json: 'Write tostring(…) around it.',
  scalar: 'Write tostring(…) around it.',
  number: 'Write toreal(…) or tolong(…) around it.',
  numeric: 'Write toreal(…) or tolong(…) around it.',
  real: 'Write toreal(…) around it.',
  guid: 'Write toguid(…) around it.',
  long: 'Write tolong(…) around it.',
  datetime: 'Write todatetime(…) around it.',
  timespan: 'Write totimespan(…) around it.',
  dynamic: 'Write parse_json(…) around it.',
  bool: 'Write tobool(…) around it.',
};

/** Which argument of a function is a regular expression; a literal one is checked where it stands. */
const REGEX_ARGUMENT: Readonly<Record<string, number>> = {
  extract: 0,
  extract_all: 0,
  trim: 0,
  trim_start: 0,
  trim_end: 0,
  replace: 0,
  replace_regex: 1,
  extractall: 0,
  indexof_regex: 1,
};

function checkRegex(b: Binder, call: Call, args: readonly Bound[]): void {
  const index = Object.hasOwn(REGEX_ARGUMENT, call.name) ? REGEX_ARGUMENT[call.name] : undefined;
  const pattern = index === undefined ? undefined : args[index];
  if (pattern?.kind === 'constant') guarded(b, pattern.span, () => regexOf(text(pattern.value)));
}

/** Arguments that are one of a few words; another word, as a literal, would only ever give null. */
const WORDS: Readonly<Record<string, readonly [number, readonly string[]]>> = {
  ...Object.fromEntries(Object.entries(UNIT_NAMES).map(([name, words]) => [name, [0, words] as const])),
  countof: [2, ['normal', 'regex']],
};

function checkWord(b: Binder, call: Call, args: readonly Bound[]): void {
  const [at, words] = (Object.hasOwn(WORDS, call.name) ? WORDS[call.name] : undefined) ?? [0, undefined];
  const arg = args[at];
  if (words === undefined || arg?.kind !== 'constant' || words.includes(text(arg.value).toLowerCase())) return;
  const hint = didYouMean(text(arg.value), words) ?? `Write one of ${words.join(', ')}.`;
  refuse(b, 'KQL008', `${call.name}() does not know '${text(arg.value).slice(0, 40)}'.`, arg.span, hint);
}
