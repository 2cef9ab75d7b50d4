import type { TableRow } from './table.ts';
import type { Column, KqlType } from './value-type.ts';

/** The tables a query may name. */
export interface Catalog {
  /** Finds a table, ignoring case; undefined when there is none. */
  readonly find: (name: string) => CatalogTable | undefined;
  readonly names: readonly string[];
}

export interface CatalogTable {
  readonly name: string;
  /** Its columns; undefined when nobody declared them and every name is one. */
  readonly columns: readonly Column[] | undefined;
}

/** Every name is a table, every name is a column. Table names are told in lower case. */
export const OPEN_CATALOG: Catalog = {
  find: (name) => ({ name: name.toLowerCase(), columns: undefined }),
  names: [],
};

/** The tables of a schema, and no others. */
export function catalogOf(schema: Readonly<Record<string, readonly Column[] | undefined>>): Catalog {
  const tables = new Map(Object.entries(schema).map(([name, columns]) => [name.toLowerCase(), { name, columns }]));
  return { find: (name) => tables.get(name.toLowerCase()), names: [...tables.values()].map((table) => table.name) };
}

/**
 * The columns of rows nobody declared: string, long, real and bool where all values agree, else dynamic. A table
 * without rows has no columns to infer and stays open.
 */
export function inferColumns(rows: readonly TableRow[]): readonly Column[] | undefined {
  if (rows.length === 0) return undefined;
  const types = new Map<string, KqlType | undefined>();
  for (const row of rows) {
    for (const name of Object.keys(row)) types.set(name, merged(types.get(name), typeOf(row[name]), types.has(name)));
  }
  return [...types].map(([name, type]) => ({ name, type: type ?? 'dynamic' }));
}

/** Undefined stands for a column that only held null so far. */
function merged(known: KqlType | undefined, seen: KqlType | undefined, met: boolean): KqlType | undefined {
  if (seen === undefined || !met || known === undefined) return known ?? seen;
  if (known === seen) return known;
  const numbers = (known === 'long' || known === 'real') && (seen === 'long' || seen === 'real');
  return numbers ? 'real' : 'dynamic';
}

function typeOf(value: unknown): KqlType | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'long';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'long' : 'real';
  return 'dynamic';
}
