/** The most that one value may grow to. Kusto's own limit is 1 MB; ours stops doubling before memory ends. */
const MAX_TEXT = 16_000_000;
export const MAX_ARRAY = 1_048_576;

/** The text itself. Throws RangeError when it is longer than any honest value. */
export function bounded(value: string): string {
  if (value.length > MAX_TEXT) throw new RangeError(`A string would have more than ${MAX_TEXT} characters.`);
  return value;
}

/** The array itself. Throws RangeError when it is longer than any honest value. */
export function boundedArray<T>(value: readonly T[]): readonly T[] {
  if (value.length > MAX_ARRAY) throw new RangeError(`An array would have more than ${MAX_ARRAY} elements.`);
  return value;
}
