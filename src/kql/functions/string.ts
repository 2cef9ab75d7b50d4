import { regexOf } from '../regex.ts';
import { bagOf, CONVERT, text, type Value } from '../value.ts';
import { bounded } from './limits.ts';
import { fn, type ScalarFunction } from './signature.ts';

const sees = { seesNull: true } as const;

const replaceRegex = fn('string string string', 'string', (value: string, pattern: string, by: string) =>
  bounded(replaceMatches(pattern, value, by)),
);
const replaceString = fn('string string string', 'string', (value: string, from: string, to: string) =>
  from === '' ? value : bounded(value.split(from).join(to)),
);
const encode = fn('string', 'string', (value: string) => toBase64(new TextEncoder().encode(value)));
const decode = fn('string', 'string', (value: string) => fromBase64(value));

/** Functions over text. */
export const STRING_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  strcat: fn('text text*', 'string', (...parts: string[]) => bounded(parts.join('')), sees),
  strcat_delim: fn('text text text*', 'string', (by: string, ...parts: string[]) => bounded(parts.join(by)), sees),
  strcat_array: fn(
    'dynamic string',
    'string',
    (array: Value, by: string) => (Array.isArray(array) ? bounded(array.map(text).join(by)) : text(array)),
    sees,
  ),
  strrep: fn('text long string?', 'string', (value: string, times: number, by = '') => repeated(value, times, by)),
  tolower: fn('string', 'string', (value: string) => value.toLowerCase()),
  toupper: fn('string', 'string', (value: string) => value.toUpperCase()),
  strlen: fn('string', 'long', (value: string) => [...value].length),
  string_size: fn('string', 'long', (value: string) => new TextEncoder().encode(value).length),
  substring: fn('string long long?', 'string', substring),
  indexof: fn('text text long? long? long?', 'long', indexOf),
  split: fn('string string long?', 'dynamic', split),
  trim: fn('string string', 'string', (pattern: string, value: string) => trimEnd(pattern, trimStart(pattern, value))),
  trim_start: fn('string string', 'string', trimStart),
  trim_end: fn('string string', 'string', trimEnd),
  replace: replaceRegex,
  replace_regex: replaceRegex,
  replace_string: replaceString,
  extract: fn('string long string any?', 'string', (pattern: string, group: number, value: string) =>
    captured(pattern, group, value),
  ),
  extract_all: fn('string any any?', 'dynamic', extractAll),
  countof: fn('string string string?', 'long', countOf),
  reverse: fn('text', 'string', (value: string) => [...value].reverse().join('')),
  base64_encode_tostring: encode,
  base64_encodestring: encode,
  base64_decode_tostring: decode,
  base64_decodestring: decode,
  parse_url: fn('string', 'dynamic', parseUrl),
  parse_version: fn('string', 'decimal', (value: string) => parseVersion(value)),
  url_encode: fn('string', 'string', (value: string) => encodeURIComponent(value.replace(/\p{Surrogate}/gu, '\ufffd'))),
  url_decode: fn('string', 'string', urlDecode),
  translate: fn('string string string', 'string', translate),
  isascii: fn('string', 'bool', (value: string) => [...value].every((char) => char.charCodeAt(0) < 128)),
};

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

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** '' when the text is not base64 or its bytes are not UTF-8. */
function fromBase64(value: string): string {
  try {
    const bytes = Uint8Array.from(atob(value), (char) => char.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return '';
  }
}

const AUTHORITY = String.raw`(?:([^/?#@]*)@)?([^/?#:]*|\[[^\]]*\])(?::(\d*))?`;
const URL_PARTS = new RegExp(
  String.raw`^(?:([a-z][a-z0-9+.-]*):)?(?://${AUTHORITY})?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$`,
  'i',
);

/** The parts of a URL under the names Kusto gives them; text without a scheme gives empty parts around a path. */
function parseUrl(value: string): Value {
  const match = URL_PARTS.exec(value);
  if (match === null) return null;
  const [user = '', password = ''] = (match[2] ?? '').split(':');
  const query = (match[6] ?? '').split('&').filter((part) => part !== '');
  return {
    Scheme: match[1] ?? '',
    Host: match[3] ?? '',
    Port: match[4] ?? '',
    Path: match[5] ?? '',
    Username: user,
    Password: password,
    'Query Parameters': bagOf(
      query.map((part) => [urlDecode(part.split('=')[0] ?? ''), urlDecode(part.split('=').slice(1).join('='))]),
    ),
    Fragment: match[7] ?? '',
  };
}

function urlDecode(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
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
