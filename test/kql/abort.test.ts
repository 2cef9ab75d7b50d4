import { describe, expect, it } from 'vitest';
import { compile, type TableRow } from '../../src/kql/engine.ts';

const now = '2026-01-31T12:00:00Z';
const ROWS = 100_000;
const ABORT_AT = 1_000;

/** A table that aborts the run while it is being read, and counts how many rows are asked for after that. */
function abortingTable(controller: AbortController): { rows: Iterable<TableRow>; askedAfter: () => number } {
  let after = 0;
  function* rows(): Iterable<TableRow> {
    for (let n = 0; n < ROWS; n++) {
      if (n === ABORT_AT) controller.abort(new Error('enough'));
      if (n > ABORT_AT) after++;
      yield { id: `r${n}`, n, p: { list: [n, n + 1] } };
    }
  }
  return { rows: rows(), askedAfter: () => after };
}

/** A signal that turns to aborted when it has been asked this often: for work between two rows of a table. */
function abortedAfter(polls: number): { signal: AbortSignal; asked: () => number } {
  let asked = 0;
  const controller = new AbortController();
  const signal = new Proxy(controller.signal, {
    get: (target, key) => {
      if (key === 'aborted' && ++asked === polls) controller.abort(new Error('enough'));
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { signal, asked: () => asked };
}

describe('an aborted run', () => {
  it.each([
    ['a filter that lets nothing through', 't | where n < 0'],
    ['count', 't | count'],
    ['summarize', 't | summarize count() by n'],
    ['distinct', 't | distinct id'],
    ['sorting', 't | order by n desc'],
    ['top', 't | top 3 by n'],
    ['mv-expand', 't | mv-expand x = p.list | where x == -1'],
    ['the left of a join', "t | join kind=inner (datatable(id:string)['none']) on id"],
    ['the right of a join', "datatable(id:string)['none'] | join kind=inner t on id"],
    ['a union', 't | where n < 0 | union (print a = 1)'],
    ['a sub-query', 'print x = toscalar(t | summarize max(n))'],
    ['a list out of a sub-query', "print x = 'a' in ((t | project id))"],
  ])('stops at the next row of a table: %s', (_name, text) => {
    const controller = new AbortController();
    const { rows, askedAfter } = abortingTable(controller);
    const run = compile(text).run({ t: rows }, { now, signal: controller.signal });
    expect(() => [...run]).toThrow('enough');
    expect(askedAfter()).toBe(0);
  });

  it.each([
    ['range', 'range x from 1 to 1000000000000 step 1 | where x < 0'],
    [
      'pairs of a join',
      'range a from 1 to 3000 step 1 | extend k = 1 | join kind=inner (range b from 1 to 3000 step 1 | extend k = 1) on k | where a < 0',
    ],
    ['sorting', 'range x from 1 to 20000 step 1 | order by x desc'],
    ['groups on their way out', 'range x from 1 to 20000 step 1 | summarize count() by x | where x < 0'],
  ])('stops between the rows of a table: %s', (_name, text) => {
    const query = compile(text);
    const { signal, asked } = abortedAfter(25_000);
    expect(() => [...query.run({}, { now, signal })]).toThrow('enough');
    expect(asked()).toBeLessThanOrEqual(25_001);
  });

  it('stops between two rows of the result, and throws the reason', () => {
    const controller = new AbortController();
    const rows = compile('range x from 1 to 1000000 step 1').run({}, { now, signal: controller.signal });
    const iterator = rows[Symbol.iterator]();
    expect(iterator.next().value).toEqual([1]);
    const reason = new Error('no longer wanted');
    controller.abort(reason);
    expect(() => iterator.next()).toThrow(reason);
  });

  it('that was aborted before it began reads nothing', () => {
    let read = 0;
    const source = {
      *rows(): Iterable<TableRow> {
        read++;
        yield { id: 'a' };
      },
    };
    const run = compile('t | count').run(source, { now, signal: AbortSignal.abort(new Error('too late')) });
    expect(() => [...run]).toThrow('too late');
    expect(read).toBe(0);
  });

  it('lets go of its tables', () => {
    let closed = 0;
    function* table(): Iterable<TableRow> {
      try {
        for (let n = 0; n < ROWS; n++) yield { id: 'a', n };
      } finally {
        closed++;
      }
    }
    const { signal } = abortedAfter(500);
    const run = compile('t | join kind=inner u on id | where n < 0').run({ t: table(), u: table() }, { now, signal });
    expect(() => [...run]).toThrow('enough');
    expect(closed).toBe(2);
  });
});
