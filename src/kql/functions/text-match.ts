import { regexOf } from '../regex.ts';
import { text, type Value } from '../value.ts';
import { isLoose, type ValueType } from '../value-type.ts';
import type { BinaryOperator } from './comparison.ts';

/** Whether a text matches; the second argument comes ready for comparison (lower-cased when case does not count). */
export type TextTest = (haystack: string, needle: string) => boolean;

const contains: TextTest = (haystack, needle) => haystack.includes(needle);
const startsWith: TextTest = (haystack, needle) => haystack.startsWith(needle);
const endsWith: TextTest = (haystack, needle) => haystack.endsWith(needle);

/**
 * `has`: the needle stands as whole terms. A term is a run of letters and digits; `_` and every other sign separate.
 * A needle that holds separators matches as a substring with term boundaries at both ends.
 */
export const hasTerm: TextTest = (haystack, needle) => findTerm(haystack, needle, true, true);
const hasPrefix: TextTest = (haystack, needle) => findTerm(haystack, needle, true, false);
const hasSuffix: TextTest = (haystack, needle) => findTerm(haystack, needle, false, true);

function findTerm(haystack: string, needle: string, left: boolean, right: boolean): boolean {
  if (needle === '') return true;
  for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, at + 1)) {
    const end = at + needle.length;
    const starts = !left || !joins(haystack, at) || !isTermChar(needle, 0);
    if (starts && (!right || !joins(haystack, end) || !isTermChar(needle, needle.length - 1))) return true;
  }
  return false;
}

/** Whether the characters before and at `at` belong to one term. */
function joins(value: string, at: number): boolean {
  return at > 0 && at < value.length && isTermChar(value, at - 1) && isTermChar(value, at);
}

function isTermChar(value: string, at: number): boolean {
  const code = value.charCodeAt(at);
  if (code < 128) return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  return /[\p{L}\p{N}\uD800-\uDFFF]/u.test(value.charAt(at));
}

const TESTS: Readonly<Record<string, TextTest>> = {
  contains,
  startswith: startsWith,
  endswith: endsWith,
  has: hasTerm,
  hasprefix: hasPrefix,
  hassuffix: hasSuffix,
};

/** contains, has, startswith …: ignoring case, with `_cs` counting it, with `!` negated; and `matches regex`. */
export const TEXT_MATCH: Readonly<Record<string, BinaryOperator>> = {
  ...Object.fromEntries(
    Object.entries(TESTS).flatMap(([name, test]) => [
      [name, matching(test, false, true)],
      [`!${name}`, matching(test, false, false)],
      [`${name}_cs`, matching(test, true, true)],
      [`!${name}_cs`, matching(test, true, false)],
    ]),
  ),
  matches: (left, right) => {
    if (!isTextual(left) || !isTextual(right)) return undefined;
    const prepare = (pattern: Value) => {
      const regex = regexOf(text(pattern));
      return (value: Value) => regex.test(text(value));
    };
    return { type: 'bool', seesNull: true, run: (value: Value, pattern: Value) => prepare(pattern)(value), prepare };
  },
};

function matching(test: TextTest, caseCounts: boolean, wanted: boolean): BinaryOperator {
  const fold = caseCounts ? text : (value: Value) => text(value).toLowerCase();
  const prepare = (other: Value) => {
    const needle = fold(other);
    return (value: Value) => test(fold(value), needle) === wanted;
  };
  const run = (value: Value, other: Value) => test(fold(value), fold(other)) === wanted;
  return (left, right) =>
    isTextual(left) && isTextual(right) ? { type: 'bool', seesNull: true, run, prepare } : undefined;
}

export function isTextual(type: ValueType): boolean {
  return type === 'string' || isLoose(type);
}
