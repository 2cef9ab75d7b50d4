import { describe, expect, it } from 'vitest';
import { type Column, KqlError, query } from '../../src/kql/engine.ts';
import { type Case, readCases, readSchema } from './read-cases.ts';

describe.each([...readCases()])('%s', (_file, cases) => {
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

/** Values that YAML cannot write: long beyond 2^53 and the numbers that are none. */
function plain(value: unknown): unknown {
  return typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)) ? String(value) : value;
}

function sorted(rows: readonly (readonly unknown[])[]): readonly string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}
