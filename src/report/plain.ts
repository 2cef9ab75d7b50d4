export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** Rows come from Azure: a value nested deeper than this is cut, visibly, before it can exhaust the stack. */
export const maxDepth = 100;

/**
 * A value as JSON can carry it: bigint and non-finite numbers as text, dates as ISO text, undefined members left out
 * (null inside arrays). Own keys only, so that `__proto__` stays an ordinary key.
 */
export function plain(value: unknown, depth = 0): Plain {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object') return null;
  if (depth >= maxDepth) return `<nested deeper than ${maxDepth} levels>`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Array.isArray(value)) return value.map((element) => plain(element, depth + 1));
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, plain(member, depth + 1)]));
}

/** Compact JSON of any value; a missing value reads `missing`, so that it never looks like null or an empty text. */
export function jsonText(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(plain(value));
}
