import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CompiledQuery, compile, type TableRow } from '../../src/kql/engine.ts';
import { queryFrom, TABLES } from './naive/generate.ts';
import { interpret } from './naive/interpret.ts';
import { text } from './naive/query.ts';

const now = '2026-01-31T12:00:00Z';
const words = fc.constantFrom('', 'a', 'B', 'ab', '7', 'true');
const leaf = fc.oneof(fc.constant(null), fc.boolean(), fc.integer({ min: -3, max: 9 }), words);
const value = fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), fc.dictionary(fc.constantFrom('a', 'c'), leaf));
const bag = fc.record({ a: value, list: value, bag: value }, { requiredKeys: [] });
const number = fc.option(fc.integer({ min: -3, max: 5 }), { nil: null });
const t = fc.record({
  id: words,
  n: number,
  b: fc.option(fc.boolean(), { nil: null }),
  p: fc.option(bag, { nil: null }),
});
const u = fc.record({ id: words, k: words, m: number });
const tables = fc.record({ t: fc.array(t, { maxLength: 7 }), u: fc.array(u, { maxLength: 7 }) });
const tape = fc.noBias(fc.array(fc.nat({ max: 5039 }), { minLength: 60, maxLength: 90 }));

type Tables = Readonly<Record<'t' | 'u', readonly TableRow[]>>;

describe('a generated query over several operators', () => {
  it('never crashes, and agrees with a naive interpreter row by row', () => {
    fc.assert(
      fc.property(tape, tables, (numbers, data) => {
        const query = queryFrom(numbers, 6);
        const compiled = compile(text(query), { schema: TABLES });
        const naive = interpret(query, {
          t: { columns: TABLES.t, rows: data.t },
          u: { columns: TABLES.u, rows: data.u },
        });
        expect(compiled.columns).toEqual(naive.columns);
        const rows = naive.rows.map((row) => naive.columns.map(({ name }) => row[name] ?? null));
        expect([...compiled.run(data, { now })]).toEqual(rows);
      }),
      { numRuns: 4000 },
    );
  });

  it('gives the same rows when its rows are brought in pieces', () => {
    fc.assert(
      fc.property(tape, tables, fc.integer({ min: 1, max: 4 }), (numbers, data, size) => {
        const compiled = compile(text(queryFrom(numbers, 6)), { schema: TABLES });
        const whole = [...compiled.run(data, { now })];
        const pieces = inPieces(compiled, data, size);
        // An order holds within a piece only; what there is does not depend on the pieces.
        if (pieces !== undefined) expect(inSomeOrder(pieces)).toEqual(inSomeOrder(whole));
      }),
      { numRuns: 4000 },
    );
  });
});

/** All rows of a query by a session; undefined where its rows must be known together. */
function inPieces(compiled: CompiledQuery, data: Tables, size: number): (readonly unknown[])[] | undefined {
  if (compiled.driver === null) return undefined;
  const session = compiled.session(data, { now });
  const rowsOf = (read: number) => {
    const { table } = compiled.reads[read] ?? {};
    return split(data[table === 'u' ? 'u' : 't'], size);
  };
  for (const feed of session.feeds) {
    for (const piece of rowsOf(feed.read)) feed.add(piece);
    feed.end();
  }
  return rowsOf(compiled.driver.read).flatMap((piece) => [...session.rowsOf(piece)]);
}

function split(rows: readonly TableRow[], size: number): (readonly TableRow[])[] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => rows.slice(i * size, (i + 1) * size));
}

const inSomeOrder = (rows: readonly (readonly unknown[])[]): string[] => rows.map((row) => JSON.stringify(row)).sort();
