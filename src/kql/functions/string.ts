import { regexOf } from '../regex.ts';
import { CONVERT, text, type Value } from '../value.ts';
import { bounded } from './limits.ts';
import { fn, type ScalarFunction, sameName } from './signature.ts';
import { hasTerm } from './text-match.ts';

const sees = { seesNull: true } as const;

const replaceRegex = fn('string string string', 'string', (value: string, pattern: string, by: string) =>
  bounded(replaceMatches(pattern, value, by)),
);
const replaceString = fn('string string string', 'string', (value: string, from: string, to: string) =>
  from === '' ? value : bounded(value.split(from).join(to)),
);
const joinArray = fn(
  'dynamic text',
  'string',
  (array: Value, by: string) => (Array.isArray(array) ? bounded(array.map(text).join(by)) : text(array)),
  sees,
);

/** Functions over text. */
export const STRING_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  strcat: fn('text text*', 'string', (...parts: string[]) => bounded(parts.join('')), sees),
  strcat_delim: fn('text text text text*', 'string', (by: string, ...parts: string[]) => bounded(parts.join(by)), sees),
  strcat_array: joinArray,
  array_strcat: joinArray,
  strrep: fn('text long text?', 'string', (value: string, times: number, by = '') => repeated(value, times, by)),
  strcmp: fn('text text', 'long', (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)),
  tolower: fn('text', 'string', (value: string) => value.toLowerCase()),
  toupper: fn('text', 'string', (value: string) => value.toUpperCase()),
  strlen: fn('json', 'long', (value: Value) => [...text(value)].length, {
    ...sees,
    label: (first) => `strlen_${first}`,
  }),
  string_size: fn('json', 'long', (value: Value) => new TextEncoder().encode(text(value)).length, {
    ...sees,
    label: (first) => `string_size_${first}`,
  }),
  substring: fn('text long long?', 'string', substring),
  indexof: fn('text text long? long? long!?', 'long', indexOf),
  split: fn('text string long?', 'dynamic', split, sameName),
  trim: fn('string string', 'string', (pattern: string, value: string) => trimEnd(pattern, trimStart(pattern, value))),
  trim_start: fn('string string', 'string', trimStart),
  trim_end: fn('string string', 'string', trimEnd),
  replace: fn('string string string', 'string', (pattern: string, by: string, value: string) =>
    bounded(replaceMatches(pattern, value, by)),
  ),
  replace_regex: replaceRegex,
  replace_string: replaceString,
  replace_strings: fn('string dynamic dynamic', 'string', replaceStrings),
  countof: fn('string string string!?', 'long', countOf),
  reverse: fn('text', 'string', (value: string) => [...value].reverse().join('')),
  parse_version: fn('string', 'decimal', (value: string) => parseVersion(value)),
  parse_csv: fn('json', 'dynamic', (value: Value) => parseCsv(text(value)), sameName),
  translate: fn('string string string', 'string', translate),
  isascii: fn('text', 'bool', (value: string) => [...value].every((char) => char.charCodeAt(0) < 128)),
  isutf8: fn('text', 'bool', (value: string) => !/\p{Surrogate}/u.test(value)),
  has_any_index: fn('json dynamic', 'long', hasAnyIndex),
  unicode_codepoints_from_string: fn('text', 'dynamic', (value: string) =>
    Array.from(value, (char) => char.codePointAt(0) ?? 0),
  ),
  unicode_codepoints_to_string: fn('points points*', 'string', (...parts: Value[]) => fromCodePoints(parts.flat())),
};

/** Every piece of text found is exchanged for the one at the same place. */
function replaceStrings(value: string, lookups: Value, rewrites: Value): string | null {
  if (!Array.isArray(lookups) || !Array.isArray(rewrites) || lookups.length !== rewrites.length) return null;
  return lookups.reduce<string>(
    (changed, from, index) =>
      text(from) === '' ? changed : bounded(changed.split(text(from)).join(text(rewrites[index]))),
    value,
  );
}

/** The position of the first of the terms that stands in the text, or -1. */
function hasAnyIndex(source: Value, terms: Value): number | null {
  if (!Array.isArray(terms)) return null;
  const haystack = text(source).toLowerCase();
  return terms.findIndex((term) => hasTerm(haystack, text(term).toLowerCase()));
}

function fromCodePoints(points: readonly Value[]): string | null {
  const valid = points.every((point) => Number.isInteger(point) && Number(point) >= 0 && Number(point) <= 0x10ffff);
  return valid ? String.fromCodePoint(...points.map(Number)) : null;
}

/** One line of comma-separated values; quoted fields may hold commas and doubled quotes. */
function parseCsv(value: string): Value {
  const line = value.split(/\r?\n/)[0] ?? '';
  const fields = line.match(/(?:^|,)(?:"(?:[^"]|"")*"|[^,]*)/g) ?? [''];
  return fields
    .map((field) => field.replace(/^,/, ''))
    .map((field) => (/^".*"$/.test(field) ? field.slice(1, -1).replaceAll('""', '"') : field));
}

function repeated(value: string, times: number, by: string): string {
  if (times <= 0) return '';
  if ((value.length + by.length) * times > 16_000_000)
    throw new RangeError('strrep() would give more than 16 million characters.');
  return Array.from({ length: times }, () => value).join(by);
}

/** A negative start counts from the end: substring('123456', -2, 2) is '56'. */
function substring(value: string, start: number, length?: number): string {
  const from = start < 0 ? Math.max(0, value.length + start) : start;
  return length === undefined ? value.slice(from) : value.slice(from, from + Math.max(0, length));
}

/** Position of the nth occurrence, or -1. */
function indexOf(value: string, wanted: string, start = 0, length = -1, occurrence = 1): number | null {
  if (length < -1 || occurrence < 1) return null;
  const from = start < 0 ? Math.max(0, value.length + start) : start;
  const area = length < 0 ? value : value.slice(0, from + length);
  let at = area.indexOf(wanted, from);
  for (let count = 1; count < occurrence && at >= 0; count++) at = area.indexOf(wanted, at + 1);
  return from > value.length ? -1 : at;
}

/** With an index, still an array: of that one part, or empty when there is none (kql.md 34). */
function split(value: string, by: string, index?: number): Value {
  const parts = by === '' ? [value] : value.split(by);
  if (index === undefined) return parts;
  const part = parts[index];
  return part === undefined ? [] : [part];
}

function trimStart(pattern: string, value: string): string {
  const match = regexOf(`\\A(?:${pattern})`).matcher(value);
  return match.find() ? value.slice(match.end()) : value;
}

function trimEnd(pattern: string, value: string): string {
  const match = regexOf(`(?:${pattern})\\z`).matcher(value);
  return match.find() ? value.slice(0, match.start()) : value;
}

/** In the replacement, \1 is the first group. Put together here, so that no other sign of it has a meaning. */
function replaceMatches(pattern: string, value: string, by: string): string {
  const match = regexOf(pattern).matcher(value);
  let [result, last] = ['', 0];
  while (match.find()) {
    const filled = by.replace(/\\(\d)/g, (_, digit) =>
      Number(digit) <= match.groupCount() ? (match.group(Number(digit)) ?? '') : '',
    );
    result += value.slice(last, match.start()) + filled;
    last = match.end();
  }
  return result + value.slice(last);
}

/** Plain text may overlap itself, matches of a regular expression do not. */
function countOf(value: string, wanted: string, kind = 'normal'): number {
  if (wanted === '') return 0;
  let count = 0;
  if (kind === 'regex') {
    const match = regexOf(wanted).matcher(value);
    while (match.find()) count++;
    return count;
  }
  for (let at = value.indexOf(wanted); at >= 0; at = value.indexOf(wanted, at + 1)) count++;
  return count;
}

/** Up to four parts of up to eight digits, as one comparable number. */
function parseVersion(value: string): Value {
  const parts = value.split('.');
  if (parts.length > 4 || parts.some((part) => !/^\d{1,8}$/.test(part.trim()))) return null;
  const padded = Array.from({ length: 4 }, (_, index) => (parts[index] ?? '0').trim().padStart(8, '0'));
  return CONVERT.decimal(padded.join(''));
}

function translate(from: string, to: string, value: string): string {
  const [source, target] = [[...from], [...to]];
  const last = target.at(-1) ?? '';
  return [...value]
    .map((char) => {
      const at = source.indexOf(char);
      return at < 0 ? char : (target[at] ?? last);
    })
    .join('');
}
