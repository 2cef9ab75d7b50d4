import { describe, expect, it } from 'vitest';
import { compile, KqlError, query } from '../../src/kql/engine.ts';

const now = '2026-01-31T12:00:00Z';

function errorOf(work: () => unknown): KqlError {
  try {
    work();
  } catch (error) {
    if (error instanceof KqlError) return error;
    throw error;
  }
  throw new Error('no error came');
}

const held = (text: string, maxHeld: number) => errorOf(() => query(text, undefined, { now, maxHeld }));

describe('what a run may hold', () => {
  it.each([
    ['order', 'range x from 1 to 1000 step 1 | order by x desc'],
    ['top', 'range x from 1 to 1000 step 1 | top 1 by x'],
    ['groups', 'range x from 1 to 1000 step 1 | summarize count() by x'],
    ['distinct', 'range x from 1 to 1000 step 1 | distinct x'],
    ['both sides of a join', 'range x from 1 to 1000 step 1 | join kind=inner (range x from 1 to 1000 step 1) on x'],
  ])('is limited for %s, and the error says how to stay below', (_name, text) => {
    const error = held(text, 500);
    expect(error.code).toBe('KQL017');
    expect(error.message).toContain('would hold more than 500 values');
    expect(query(text, undefined, { now, maxHeld: 5000 }).rows.length).toBeGreaterThan(0);
  });

  it('counts what is held at once, not what has passed', () => {
    const text =
      'range x from 1 to 1000 step 1 | extend l = dynamic([1, 2, 3]) | mv-apply y = l on (order by tolong(y) desc | take 1) | count';
    expect(query(text, undefined, { now, maxHeld: 50 }).rows).toEqual([[1000]]);
  });

  it('holds only the rows of the larger side that the smaller one asks for', () => {
    const small = 'datatable(x:long)[1, 2, 3]';
    const large = 'range x from 1 to 100000 step 1';
    const rows = [
      [1, 1],
      [2, 2],
      [3, 3],
    ];
    expect(query(`${small} | join kind=inner (${large}) on x`, undefined, { now, maxHeld: 100 }).rows).toEqual(rows);
    expect(query(`${large} | join kind=inner (${small}) on x`, undefined, { now, maxHeld: 100 }).rows).toEqual(rows);
  });

  it('does not limit what only passes', () => {
    const text = 'range x from 1 to 100000 step 1 | where x > 1 | extend y = x + 1 | count';
    expect(query(text, undefined, { now, maxHeld: 10 }).rows).toEqual([[99_999]]);
  });
});

describe('what a run may give', () => {
  it('is limited in rows, and the error says so', () => {
    const error = errorOf(() => query('range x from 1 to 11 step 1', undefined, { now, maxRows: 10 }));
    expect([error.code, error.message]).toEqual(['KQL016', 'The query gives more than 10 rows.']);
    expect(error.hint).toBe('Narrow the query with where, or allow more rows.');
    expect(query('range x from 1 to 10 step 1', undefined, { now, maxRows: 10 }).rows).toHaveLength(10);
  });

  it('is limited over all pieces of a session', () => {
    const compiled = compile('t | project n');
    const session = compiled.session({}, { now, maxRows: 3 });
    expect([...session.rowsOf([{ n: 1 }, { n: 2 }])]).toEqual([[1], [2]]);
    expect(errorOf(() => [...session.rowsOf([{ n: 3 }, { n: 4 }])]).code).toBe('KQL016');
  });
});

describe('paths', () => {
  it('reach nothing that was put on the prototype of all objects, before or after compiling', () => {
    const rows = [{ id: 'a', p: {} }];
    const before = compile('t | project p.early, p.late, early, late');
    const run = (compiled: typeof before) => [...compiled.run({ t: rows }, { now })];
    Object.defineProperty(Object.prototype, 'early', { value: 'stolen', configurable: true });
    try {
      expect(run(compile('t | project p.early, early'))).toEqual([[null, null]]);
      expect(run(before)).toEqual([[null, null, null, null]]);
    } finally {
      Reflect.deleteProperty(Object.prototype, 'early');
    }
  });

  it('reach nothing that a row inherits from its class', () => {
    class Row {
      readonly own = 1;
      get secret(): string {
        return 'stolen';
      }
    }
    const rows = [{ id: 'a', p: new Row() }, Object.assign(Object.create({ id: 'inherited' }) as object, { p: {} })];
    const found = query('t | project id, p.own, p.secret', { t: rows as never }, { now, schema: SCHEMA });
    expect(found.rows).toEqual([
      ['a', 1, null],
      ['', null, null],
    ]);
  });
});

const SCHEMA = {
  t: [
    { name: 'id', type: 'string' as const },
    { name: 'p', type: 'dynamic' as const },
  ],
};
