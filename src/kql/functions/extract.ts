import { regexOf } from '../regex.ts';
import { elementOf, parseJson, text, type Value } from '../value.ts';
import { isLoose, type ValueType } from '../value-type.ts';
import { fn, type ScalarFunction } from './signature.ts';

const all = fn('string any any?', extractAllType, extractAll);
const json = fn('string! string', 'string', (path: string, source: string) => text(extractJson(path, source)));

/** Functions that take parts out of text. extract() with a type belongs to the binder. */
export const EXTRACT_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  extract: fn('string long string', 'string', captured),
  extract_all: all,
  extractall: all,
  extract_json: json,
  extractjson: json,
  indexof_regex: fn('text text! long? long? long!?', 'long', indexOfRegex),
  regex_quote: fn('text', 'string', (value: string) => value.replace(/[^\p{L}\p{N}_]/gu, (sign) => `\\${sign}`)),
};

function captured(pattern: string, group: number, value: string): string {
  const match = regexOf(pattern).matcher(value);
  return match.find() && group >= 0 && group <= match.groupCount() ? (match.group(group) ?? '') : '';
}

/** extract_all(regex, [groups,] text): one entry a match; a single group gives its text, several an array. */
function extractAll(pattern: string, second: Value, third?: Value): Value {
  const value = text(third === undefined ? second : third);
  const match = regexOf(pattern).matcher(value);
  const wanted = third !== undefined && Array.isArray(second) ? second.map(Number) : undefined;
  const groups = wanted ?? Array.from({ length: match.groupCount() }, (_, index) => index + 1);
  const found: Value[] = [];
  while (match.find()) {
    const parts = (groups.length === 0 ? [0] : groups)
      .filter((g) => g <= match.groupCount())
      .map((g) => match.group(g) ?? '');
    found.push(parts.length === 1 ? parts[0] : parts);
  }
  return found.length === 0 ? null : found;
}

/** The text to search is the second of two arguments and the third of three. */
function extractAllType(types: readonly ValueType[]): ValueType | undefined {
  const [source = 'open', groups] = [types.at(-1), types.length === 3 ? types[1] : undefined];
  const fits = (source === 'string' || isLoose(source)) && (groups === undefined || isLoose(groups));
  return fits ? 'dynamic' : undefined;
}

/** A JSON path of names and indexes, `$.a['b c'][0]`, in JSON that stands as text. */
function extractJson(path: string, source: string): Value {
  if (!/^\$(?:\.[\p{L}_$][\p{L}\p{N}_$]*|\[\d+\]|\['[^']*'\]|\["[^"]*"\])*$/u.test(path)) return null;
  const steps = path.slice(1).match(/\['[^']*'\]|\["[^"]*"\]|\[\d+\]|[^.[\]]+/g) ?? [];
  return steps.reduce<Value>((value, step) => {
    if (/^\[\d/.test(step)) return elementOf(value, Number(step.slice(1, -1)));
    return elementOf(value, step.startsWith('[') ? step.slice(2, -2) : step);
  }, parseJson(source));
}

/** Position of the nth match, or -1. */
function indexOfRegex(value: string, pattern: string, start = 0, length = -1, occurrence = 1): number | null {
  if (length < -1 || occurrence < 1) return null;
  const from = start < 0 ? Math.max(0, value.length + start) : start;
  if (from > value.length) return -1;
  const match = regexOf(pattern).matcher(length < 0 ? value.slice(from) : value.slice(from, from + length));
  for (let count = 1; match.find(); count++) if (count === occurrence) return from + match.start();
  return -1;
}
