import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { query } from '../../src/kql/engine.ts';
import { readCases } from './read-cases.ts';

const module = '../../scripts/kql-cases.mjs';
const { difference, graphForm, splitTop } = (await import(module)) as {
  difference: (one: unknown, answer: object) => string | undefined;
  graphForm: (one: unknown) => string | undefined;
  splitTop: (text: string, sign: string) => string[];
};

const cases = [...readCases()].flatMap(([file, list]) => list.map((one) => ({ ...one, file })));
const sent = cases.flatMap((one) => {
  const text = graphForm(one);
  return text === undefined || one.error !== undefined ? [] : [{ ...one, text }];
});
const estate = { resources: [{ id: '/subscriptions/0' }] };

describe('a case as Resource Graph can run it', () => {
  it('carries its data in the query', () => {
    expect(graphForm({ query: 't | where n > 1 | project s', tables: { t: [{ n: 2, s: 'a', p: {} }] } })).toBe(
      [
        'resources | limit 1',
        '| project row_ = dynamic([{"n":2,"s":"a","p":{}}])',
        '| mv-expand row_ limit 400',
        '| project n = tolong(row_.n), s = tostring(row_.s), p = row_.p | where n > 1 | project s',
      ].join('\n'),
    );
  });

  it('names what print would number', () => {
    expect(graphForm({ query: "print 1, x = 'a, b' | where x has '|'" })).toBe(
      "resources | limit 1\n| project print_0 = 1, x = 'a, b'\n| where x has '|'",
    );
  });

  it('does not exist for what Resource Graph has not', () => {
    expect(graphForm({ query: 'datatable(a:long)[1]' })).toBeUndefined();
    expect(graphForm({ query: 'print now()' })).toBeUndefined();
    expect(graphForm({ query: 't | union u', tables: { t: [{}], u: [{}] } })).toBeUndefined();
  });

  it('splits only where nothing is open', () => {
    expect(splitTop("a, f(b, c), 'd,\\',', [e, f]", ',')).toEqual(['a', ' f(b, c)', " 'd,\\','", ' [e, f]']);
  });

  it('can be written for many cases', () => {
    expect(sent.length).toBeGreaterThan(150);
  });

  it.each(sent.map((one) => [`${one.file}: ${one.note}`, one] as const))('means the same: %s', (_name, one) => {
    const direct = query(one.query, one.tables, {
      now: '2026-01-31',
      ...(one.implicitTable && { implicitTable: one.implicitTable }),
    });
    const carried = query(one.text, estate, { now: '2026-01-31' });
    expect(carried.columns.map((column) => column.name)).toEqual(direct.columns.map((column) => column.name));
    expect(carried.rows).toEqual(direct.rows);
  });

  it('differs in a line', () => {
    const one = { want: { columns: 'a:long', rows: [[1]] } };
    expect(difference(one, { status: 200, columns: [{ name: 'a' }], rows: [[1]] })).toBeUndefined();
    expect(difference(one, { status: 200, columns: [{ name: 'a' }], rows: [[2]] })).toBe('rows [2], not [1]');
    expect(difference(one, { status: 200, columns: [{ name: 'b' }], rows: [[1]] })).toBe('columns b, not a');
    expect(difference(one, { status: 400, message: 'no' })).toBe('refused: no');
    expect(difference({ error: { code: 'KQL008' } }, { status: 400 })).toBeUndefined();
    expect(difference({ error: { code: 'KQL008' } }, { status: 200 })).toContain('should be refused');
  });
});

it('refuses politely without a sign-in', () => {
  const done = spawnSync(process.execPath, ['scripts/kql-cases.mjs'], {
    encoding: 'utf8',
    env: { PATH: '/nonexistent' },
  });
  expect(done.status).toBe(2);
  expect(done.stdout).toBe('');
  expect(done.stderr).toContain('az login');
});
