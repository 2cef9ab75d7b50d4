import { asDynamic, type Bag, bagOf, compare, isBag, keyOf, text, type Value } from '../value.ts';
import { boundedArray } from './limits.ts';
import { fn, type ScalarFunction } from './signature.ts';

const sees = { seesNull: true } as const;

const pack = fn('json*', 'dynamic', (...parts: Value[]) => packPairs(parts), sees);

/** Functions over arrays and bags. What is not an array or a bag gives null, as does null. */
export const DYNAMIC_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  array_length: fn('dynamic', 'long', (array: Value) => (Array.isArray(array) ? array.length : null)),
  array_slice: fn('dynamic long long', 'dynamic', slice),
  array_concat: fn(
    'dynamic dynamic*',
    'dynamic',
    (...arrays: Value[]) => boundedArray(arrays.flatMap((a) => (Array.isArray(a) ? a : []))),
    sees,
  ),
  array_index_of: fn('dynamic json long? long?', 'long', arrayIndexOf),
  array_reverse: fn('dynamic', 'dynamic', (array: Value) => (Array.isArray(array) ? [...array].reverse() : null)),
  array_sort_asc: fn('dynamic', 'dynamic', (array: Value) => sortArray(array, 1)),
  array_sort_desc: fn('dynamic', 'dynamic', (array: Value) => sortArray(array, -1)),
  array_sum: fn('dynamic', 'real', (array: Value) =>
    Array.isArray(array) ? array.reduce<number>((a, b) => a + (Number(b) || 0), 0) : null,
  ),
  pack_array: fn('json*', 'dynamic', (...parts: Value[]) => parts, sees),
  set_union: fn('dynamic dynamic*', 'dynamic', (...arrays: Value[]) => combine(arrays, (all) => unique(all.flat()))),
  set_intersect: fn('dynamic dynamic dynamic*', 'dynamic', (...arrays: Value[]) =>
    combine(arrays, ([first = [], ...others]) =>
      unique(first).filter((part) => others.every((other) => hasElement(other, part))),
    ),
  ),
  set_difference: fn('dynamic dynamic dynamic*', 'dynamic', (...arrays: Value[]) =>
    combine(arrays, ([first = [], ...others]) =>
      unique(first).filter((part) => !others.some((other) => hasElement(other, part))),
    ),
  ),
  set_has_element: fn('dynamic json', 'bool', (array: Value, part: Value) =>
    Array.isArray(array) ? hasElement(array, part) : null,
  ),
  zip: fn('dynamic dynamic dynamic*', 'dynamic', (...arrays: Value[]) => combine(arrays, zip)),
  bag_keys: fn('dynamic', 'dynamic', (bag: Value) => (isBag(bag) ? Object.keys(bag) : null)),
  bag_has_key: fn('dynamic string', 'bool', (bag: Value, key: string) => (isBag(bag) ? Object.hasOwn(bag, key) : null)),
  bag_merge: fn('dynamic dynamic*', 'dynamic', (...bags: Value[]) => mergeBags(bags), sees),
  bag_remove_keys: fn('dynamic dynamic', 'dynamic', (bag: Value, keys: Value) =>
    isBag(bag) && Array.isArray(keys) ? bagOf(Object.entries(bag).filter(([key]) => !keys.includes(key))) : null,
  ),
  bag_set_key: fn('dynamic string json', 'dynamic', (bag: Value, key: string, value: Value) =>
    isBag(bag) ? bagOf([...Object.entries(bag), [key, value]]) : null,
  ),
  bag_pack: pack,
  pack,
  pack_dictionary: pack,
};

function packPairs(parts: readonly Value[]): Bag {
  const pairs: [string, Value][] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) pairs.push([text(parts[at]), parts[at + 1]]);
  return bagOf(pairs);
}

/** Both ends count, and both may count from the end: array_slice([1,2,3], -2, -1) is [2,3]. */
function slice(array: Value, start: number, end: number): Value {
  if (!Array.isArray(array)) return null;
  const from = start < 0 ? Math.max(0, array.length + start) : start;
  const to = end < 0 ? array.length + end : end;
  return array.slice(from, to + 1);
}

function arrayIndexOf(array: Value, wanted: Value, start = 0, length = -1): number | null {
  if (!Array.isArray(array)) return null;
  const from = start < 0 ? Math.max(0, array.length + start) : start;
  const to = length < 0 ? array.length : Math.min(array.length, from + length);
  for (let at = from; at < to; at++) if (sameElement(array[at], wanted)) return at;
  return -1;
}

/** Nulls go to the end in both directions. */
function sortArray(array: Value, direction: 1 | -1): Value {
  if (!Array.isArray(array)) return null;
  const present = array.filter((part) => part !== null);
  const nulls = array.filter((part) => part === null);
  return [...present.sort((a, b) => direction * compare(a, b)), ...nulls];
}

function combine(
  arrays: readonly Value[],
  compute: (arrays: readonly (readonly Value[])[]) => readonly Value[],
): Value {
  const all = arrays.filter((array) => Array.isArray(array));
  return all.length === arrays.length ? boundedArray(compute(all)) : null;
}

export function unique(values: readonly Value[]): readonly Value[] {
  const seen = new Map<unknown, Value>();
  for (const value of values) if (!seen.has(keyOf(value))) seen.set(keyOf(value), value);
  return [...seen.values()];
}

function hasElement(array: readonly Value[], wanted: Value): boolean {
  return array.some((part) => sameElement(part, wanted));
}

function sameElement(left: Value, right: Value): boolean {
  return keyOf(asDynamic(left)) === keyOf(right);
}

function zip(arrays: readonly (readonly Value[])[]): readonly Value[] {
  const longest = Math.max(...arrays.map((array) => array.length));
  return Array.from({ length: longest }, (_, index) => arrays.map((array) => array[index] ?? null));
}

/** The first bag that has a key wins. */
function mergeBags(bags: readonly Value[]): Value {
  const found = bags.filter(isBag);
  if (found.length === 0) return null;
  return bagOf(found.reverse().flatMap((bag) => Object.entries(bag)));
}
