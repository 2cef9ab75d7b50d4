import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { inferColumns } from '../../src/kql/catalog.ts';
import type { Column, KqlType, TableRow } from '../../src/kql/engine.ts';

/** One behaviour as data, for any engine that speaks KQL; `schema` and cells of `want` are as in the README there. */
export interface Case {
  readonly note: string;
  readonly query: string;
  readonly tables?: Readonly<Record<string, readonly TableRow[]>>;
  readonly schema?: Readonly<Record<string, string>>;
  readonly implicitTable?: string;
  readonly now?: string;
  readonly unordered?: boolean;
  readonly want?: { readonly columns?: string; readonly rows?: readonly (readonly unknown[])[] };
  readonly error?: { readonly code: string; readonly line: number; readonly column: number; readonly says?: string };
}

const folder = new URL('cases/', import.meta.url);

/** Every file of cases, by its path below `cases/`. */
export function readCases(): ReadonlyMap<string, readonly Case[]> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  return new Map(files.sort().map((file) => [file, parse(readFileSync(new URL(file, folder), 'utf8')) as Case[]]));
}

export function readSchema(schema: Readonly<Record<string, string>>): Record<string, Column[]> {
  const column = (shown: string): Column => {
    const [name = '', type = 'string'] = shown.split(':');
    return { name, type: type as KqlType };
  };
  return Object.fromEntries(Object.entries(schema).map(([table, columns]) => [table, columns.split(', ').map(column)]));
}

/** The declared columns, else those that the rows show. */
export function schemaOf(one: Case): Record<string, readonly Column[]> {
  if (one.schema !== undefined) return readSchema(one.schema);
  const inferred = Object.entries(one.tables ?? {}).map(([name, rows]) => [name, inferColumns(rows) ?? []] as const);
  return Object.fromEntries(inferred);
}
