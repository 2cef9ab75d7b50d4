import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile, query, type TableRow } from '../../src/kql/engine.ts';

const now = '2026-01-31T12:00:00Z';

/** Values of a property: missing, null, and every kind of JSON. */
const value = fc.oneof(
  fc.constant(undefined),
  fc.constant(null),
  fc.boolean(),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom('', 'a', 'B', 'true', 'ab'),
  fc.constant([]),
  fc.constant({}),
);
const row = fc.record({ id: fc.string({ maxLength: 3 }), a: value, b: value });
const rows = fc.array(row, { maxLength: 12 }).map((list) => list.map(({ id, a, b }) => ({ id, p: { a, b } })));

/** A step of a pipeline as text, and the same said naively over records. */
interface Step {
  readonly text: string;
  readonly apply: (rows: readonly Naive[]) => Naive[];
}
type Naive = Readonly<Record<string, unknown>>;

function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  return typeof cell === 'string' ? cell : JSON.stringify(cell);
}

function property(record: Naive, name: 'a' | 'b'): unknown {
  return (record.p as Readonly<Record<string, unknown>>)[name];
}

const name = fc.constantFrom('a' as const, 'b' as const);
const literal = fc.constantFrom('', 'a', 'true', '[]', '1');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(name, literal).map(
    ([n, l]): Step => ({
      text: `where p.${n} == '${l}'`,
      apply: (list) => list.filter((record) => textOf(property(record, n)) === l),
    }),
  ),
  fc.tuple(name, literal).map(
    ([n, l]): Step => ({
      text: `where p.${n} != '${l}'`,
      apply: (list) => list.filter((record) => textOf(property(record, n)) !== l),
    }),
  ),
  fc.tuple(name, literal).map(
    ([n, l]): Step => ({
      text: `where p.${n} contains '${l}' or isempty(id)`,
      apply: (list) =>
        list.filter((record) => textOf(property(record, n)).toLowerCase().includes(l) || record.id === ''),
    }),
  ),
  fc.tuple(name, fc.integer({ min: -3, max: 3 })).map(
    ([n, limit]): Step => ({
      text: `where p.${n} > ${limit}`,
      apply: (list) => list.filter((record) => asNumber(property(record, n)) > limit),
    }),
  ),
  name.map(
    (n): Step => ({
      text: `extend x = strcat(id, p.${n}), id = tolower(id)`,
      apply: (list) =>
        list.map((record) => ({
          ...record,
          x: textOf(record.id) + textOf(property(record, n)),
          id: textOf(record.id).toLowerCase(),
        })),
    }),
  ),
  name.map(
    (n): Step => ({
      text: `project id, p, y = iff(isnull(p.${n}), 'none', tostring(p.${n}))`,
      apply: (list) => list.map((record) => ({ id: record.id, p: record.p, y: textOf(property(record, n) ?? 'none') })),
    }),
  ),
);

/** Numbers, and booleans as 1 and 0; anything else compares as not greater. */
function asNumber(cell: unknown): number {
  return typeof cell === 'number' || typeof cell === 'boolean' ? Number(cell) : cell === '1' ? 1 : Number.NaN;
}

const schema = {
  t: [
    { name: 'id', type: 'string' as const },
    { name: 'p', type: 'dynamic' as const },
  ],
};

describe('a generated pipeline', () => {
  it('agrees with a naive reading of it', () => {
    fc.assert(
      fc.property(rows, fc.array(step, { minLength: 1, maxLength: 6 }), (data: readonly TableRow[], steps) => {
        const text = ['t', ...steps.map((one) => one.text)].join(' | ');
        const { columns, rows: found } = query(text, { t: data }, { now, schema });
        const naive = steps.reduce<readonly Naive[]>((list, one) => one.apply(list), data);
        expect(found).toEqual(naive.map((record) => columns.map((column) => record[column.name] ?? null)));
      }),
      { numRuns: 1500 },
    );
  });

  it('gives the same rows with a schema and without one', () => {
    fc.assert(
      fc.property(rows, fc.array(step, { minLength: 1, maxLength: 4 }), (data: readonly TableRow[], steps) => {
        const text = ['t', ...steps.map((one) => one.text), 'project id, p'].join(' | ');
        const open = [...compile(text).run({ t: data }, { now })];
        expect(open).toEqual([...compile(text, { schema }).run({ t: data }, { now })]);
      }),
      { numRuns: 500 },
    );
  });

  it('sorts by an order: the same as sorting twice', () => {
    const mixed = fc.array(fc.record({ n: value }), { maxLength: 15 });
    fc.assert(
      fc.property(mixed, (data) => {
        const once = [...compile('t | order by n asc | project n').run({ t: data }, { now })];
        const twice = [...compile('t | order by n asc | order by n asc | project n').run({ t: data }, { now })];
        expect(twice).toEqual(once);
      }),
    );
  });
});
