import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { query } from '../../src/kql/engine.ts';
import { display } from './display.ts';

interface Case {
  readonly id: string;
  readonly query: string;
  readonly ordered: boolean;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly string[])[];
}

const cases = JSON.parse(readFileSync(new URL('kql-cases.json', import.meta.url), 'utf8')) as readonly Case[];

describe('the worked pitfall cases', () => {
  it('are all there', () => {
    expect(cases.length).toBe(85);
  });

  it.each(cases)('$id', (one) => {
    const result = query(one.query, undefined, { now: '2026-01-31T00:00:00Z' });
    expect(result.columns.map((column) => column.name)).toEqual(one.columns.map((column) => column.name));
    for (const [index, column] of one.columns.entries()) {
      if (column.type !== '') expect(result.columns[index]?.type).toBe(column.type);
    }
    const rows = result.rows.map((row) => row.map(display));
    expect(one.ordered ? rows : sorted(rows)).toEqual(one.ordered ? one.rows : sorted(one.rows));
  });
});

function sorted(rows: readonly (readonly string[])[]): readonly string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}
