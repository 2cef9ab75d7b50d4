import { KqlError } from './errors.ts';
import { didYouMean } from './nearest.ts';

/** A row as it comes in: a plain JSON object. */
export type TableRow = Readonly<Record<string, unknown>>;

/** Gives the rows of a table. */
export interface TableSource {
  /** `types`: lower-cased values of the column `type` that can matter, when the query proves it. */
  rows(table: string, types?: readonly string[]): Iterable<TableRow>;
}

export type Tables = TableSource | Readonly<Record<string, Iterable<TableRow>>>;

export function isTableSource(tables: Tables): tables is TableSource {
  return typeof tables.rows === 'function';
}

/** What reads a table of a run; names are matched ignoring case. */
export type ReadTable = (name: string, types: readonly string[] | undefined) => Iterable<TableRow>;

/**
 * Reads the tables a caller gives. A table that a schema declares may be missing from a record of tables: it is empty.
 * Without a schema a missing table throws KqlError KQL004, so that a mistyped name is never an empty answer.
 */
export function tableReader(tables: Tables, text: string, declared: boolean): ReadTable {
  if (isTableSource(tables)) return (name, types) => tables.rows(name, types);
  const byName = new Map(Object.entries(tables).map(([name, rows]) => [name.toLowerCase(), rows]));
  return (name) => {
    const rows = byName.get(name.toLowerCase());
    if (rows !== undefined) return rows;
    if (declared) return [];
    const span = { start: 0, end: text.length };
    throw new KqlError('KQL004', `There is no table '${name}'.`, { text, span, hint: didYouMean(name, byName.keys()) });
  };
}
