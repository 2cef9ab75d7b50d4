import { asDynamic, type Bag, bagOf, compare, isBag, keyOf, text, type Value } from '../value.ts';
import { isLoose, type ValueType } from '../value-type.ts';
import { boundedArray } from './limits.ts';
import { fn, type ScalarFunction } from './signature.ts';

const sees = { seesNull: true } as const;

const pack = fn('part part part*', packType, (...parts: Value[]) => packPairs(parts), sees);
const arrayLength = fn('dynamic', 'long', (array: Value) => (Array.isArray(array) ? array.length : null));

/** Functions over arrays and bags. What is not an array or a bag gives null, as does null. */
export const DYNAMIC_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  array_length: arrayLength,
  arraylength: arrayLength,
  array_slice: fn('dynamic long long', 'dynamic', slice),
  array_concat: fn(
    'dynamic dynamic*',
    'dynamic',
    (...arrays: Value[]) => boundedArray(arrays.flatMap((a) => (Array.isArray(a) ? a : []))),
    sees,
  ),
  array_index_of: fn('dynamic part long? long?', 'long', arrayIndexOf),
  array_reverse: fn('dynamic', 'dynamic', (array: Value) => (Array.isArray(array) ? [...array].reverse() : null)),
  array_sort_asc: sorter(1),
  array_sort_desc: sorter(-1),
  array_sum: fn('dynamic', 'real', (array: Value) =>
    Array.isArray(array) ? array.reduce<number>((a, b) => a + (Number(b) || 0), 0) : null,
  ),
  pack_array: fn('part part*', 'dynamic', (...parts: Value[]) => parts, sees),
  set_union: fn('dynamic dynamic dynamic*', 'dynamic', (...arrays: Value[]) =>
    combine(arrays, (all) => unique(all.flat())),
  ),
  set_intersect: fn('dynamic dynamic dynamic*', 'dynamic', (...arrays: Value[]) => combine(arrays, intersect)),
  set_difference: fn('dynamic dynamic dynamic*', 'dynamic', (...arrays: Value[]) =>
    combine(arrays, ([first = [], ...others]) =>
      unique(first).filter((part) => !others.some((other) => hasElement(other, part))),
    ),
  ),
  set_has_element: fn('dynamic part', 'bool', (array: Value, part: Value) =>
    Array.isArray(array) ? hasElement(array, part) : null,
  ),
  set_equals: fn('dynamic dynamic', 'bool', (left: Value, right: Value) =>
    Array.isArray(left) && Array.isArray(right) ? sameSet(left, right) : null,
  ),
  jaccard_index: fn('dynamic dynamic', 'dynamic', jaccard),
  zip: fn('dynamic dynamic dynamic*', 'dynamic', (...arrays: Value[]) => combine(arrays, zip)),
  bag_keys: fn('dynamic', 'dynamic', (bag: Value) => (isBag(bag) ? Object.keys(bag) : null)),
  bag_has_key: fn('dynamic string', 'bool', (bag: Value, key: string) => (isBag(bag) ? Object.hasOwn(bag, key) : null)),
  bag_merge: fn('dynamic dynamic dynamic*', 'dynamic', (...bags: Value[]) => mergeBags(bags), sees),
  bag_remove_keys: fn('dynamic dynamic', 'dynamic', (bag: Value, keys: Value) =>
    isBag(bag) && Array.isArray(keys) ? bagOf(Object.entries(bag).filter(([key]) => !keys.includes(key))) : null,
  ),
  bag_set_key: fn('dynamic string! part', 'dynamic', (bag: Value, key: string, value: Value) =>
    isBag(bag) ? bagOf([...Object.entries(bag), [key, value]]) : null,
  ),
  bag_zip: fn('dynamic dynamic', 'dynamic', bagZip),
  bag_pack: pack,
  pack,
  pack_dictionary: pack,
  treepath: fn('dynamic', 'dynamic', (value: Value) => (isBag(value) ? leafPaths(value) : null), {
    label: (first) => `tree_${first}`,
  }),
};

function intersect([first = [], ...others]: readonly (readonly Value[])[]): readonly Value[] {
  return unique(first).filter((part) => others.every((other) => hasElement(other, part)));
}

function sameSet(left: readonly Value[], right: readonly Value[]): boolean {
  return left.every((part) => hasElement(right, part)) && right.every((part) => hasElement(left, part));
}

/** The size of the intersection over the size of the union; of two empty sets null. */
function jaccard(left: Value, right: Value): number | null {
  if (!Array.isArray(left) || !Array.isArray(right)) return null;
  const all = unique([...left, ...right]).length;
  return all === 0 ? null : intersect([left, right]).length / all;
}

/** Keys that are not strings are passed over; a key without a value has null. */
function bagZip(keys: Value, values: Value): Value {
  if (!Array.isArray(keys)) return null;
  const given: readonly Value[] = Array.isArray(values) ? values : [];
  return bagOf(
    keys.flatMap((key, at): [string, Value][] => (typeof key === 'string' ? [[key, given[at] ?? null]] : [])),
  );
}

/** The path of every property; of an array only its first element is looked into. */
function leafPaths(value: Value, path = '', depth = 0): string[] {
  if (depth > MAX_TREE) throw new RangeError(`A dynamic value is nested deeper than ${MAX_TREE} levels.`);
  if (Array.isArray(value))
    return value.length === 0 ? [] : [`${path}[0]`, ...leafPaths(value[0], `${path}[0]`, depth + 1)];
  if (!isBag(value)) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    const own = `${path}['${key}']`;
    return isBag(part) && Object.keys(part).length > 0
      ? leafPaths(part, own, depth + 1)
      : [own, ...leafPaths(part, own, depth + 1)];
  });
}
const MAX_TREE = 500;

/** Keys and values by turns; a key is text. */
function packType(types: readonly ValueType[]): ValueType | undefined {
  const keys = types.filter((_, at) => at % 2 === 0);
  return types.length % 2 === 0 && keys.every((key) => key === 'string' || isLoose(key)) ? 'dynamic' : undefined;
}

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

/** array_sort_asc and array_sort_desc: nulls go to the end in both directions, unless the last argument is false. */
function sorter(direction: 1 | -1): ScalarFunction {
  const run = (array: Value, nullsLast: boolean | null = true) => {
    if (!Array.isArray(array)) return null;
    const present = array.filter((part) => part !== null).sort((a, b) => direction * compare(a, b));
    const nulls = array.filter((part) => part === null);
    return nullsLast === false ? [...nulls, ...present] : [...present, ...nulls];
  };
  return fn('dynamic bool!?', 'dynamic', run, { label: (first) => (first === '' ? '' : `${first}_sorted`) });
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
