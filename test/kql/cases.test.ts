import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Column, KqlError, type KqlType, query, type TableRow } from '../../src/kql/engine.ts';

/** One behaviour as data, for any engine that speaks KQL; `schema` and cells of `want` are as in the README there. */
interface Case {
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
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

describe.each(files)('%s', (file) => {
  const cases = parse(readFileSync(new URL(file, folder), 'utf8')) as readonly Case[];

  it('has no two cases of one note', () => {
    expect(new Set(cases.map((one) => one.note)).size).toBe(cases.length);
  });

  it.each(cases)('$note', (one) => {
    if (one.error !== undefined) return expectError(one);
    const { columns, rows } = run(one);
    if (one.want?.columns !== undefined) expect(shownColumns(columns, one.want.columns)).toBe(one.want.columns);
    const found = rows.map((row) => row.map(plain));
    const wanted = one.want?.rows ?? [];
    expect(one.unordered ? sorted(found) : found).toEqual(one.unordered ? sorted(wanted) : wanted);
  });
});

function run(one: Case) {
  const { implicitTable } = one;
  return query(one.query, one.tables, {
    now: one.now ?? '2026-01-31T12:00:00Z',
    ...(one.schema && { schema: readSchema(one.schema) }),
    ...(implicitTable !== undefined && { implicitTable }),
  });
}

function expectError(one: Case): void {
  const error = caught(() => run(one));
  expect(error).toBeInstanceOf(KqlError);
  if (!(error instanceof KqlError)) return;
  const { code, line, column, message, hint } = error;
  expect({ code, line, column }).toEqual({ code: one.error?.code, line: one.error?.line, column: one.error?.column });
  expect(message.endsWith('.')).toBe(true);
  if (one.error?.says !== undefined) expect(`${message} ${hint ?? ''}`).toContain(one.error.says);
}

function caught(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** `id:string, tags:dynamic`; a column written without a type is compared by name only. */
function shownColumns(columns: readonly Column[], wanted: string): string {
  const typed = wanted.split(', ').map((column) => column.includes(':'));
  return columns.map(({ name, type }, index) => (typed[index] ? `${name}:${type}` : name)).join(', ');
}

function readSchema(schema: Readonly<Record<string, string>>): Record<string, Column[]> {
  const column = (shown: string): Column => {
    const [name = '', type = 'string'] = shown.split(':');
    return { name, type: type as KqlType };
  };
  return Object.fromEntries(Object.entries(schema).map(([table, columns]) => [table, columns.split(', ').map(column)]));
}

/** Values that YAML cannot write: long beyond 2^53 and the numbers that are none. */
function plain(value: unknown): unknown {
  return typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)) ? String(value) : value;
}

function sorted(rows: readonly (readonly unknown[])[]): readonly string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}
