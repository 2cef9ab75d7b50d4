import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { queryOptions } from '../../src/evaluate/prepare.ts';
import { type Column, compile, KqlError } from '../../src/kql/engine.ts';
import { loadAnalyser } from './analyser.ts';
import { TYPES } from './matrix.ts';
import { readCases, schemaOf } from './read-cases.ts';

type Schema = Readonly<Record<string, readonly Column[]>>;

/** A query to ask both about; `key` names it in the file of differences. */
interface Asked {
  readonly key: string;
  readonly query: string;
  readonly schema: Schema;
  readonly implicitTable?: string | undefined;
}

const analyse = loadAnalyser();

/** What is said about a query: its columns, or `refused`. */
function theirs({ query, schema, implicitTable }: Asked): string {
  const { errors, columns } = analyse(implicitTable === undefined ? query : `${implicitTable} | ${query}`, schema);
  return errors.length > 0 || columns === undefined ? 'refused' : shown(columns);
}

function ours({ query, schema, implicitTable }: Asked): string {
  try {
    return shown(compile(query, { schema, ...(implicitTable !== undefined && { implicitTable }) }).columns);
  } catch (error) {
    if (error instanceof KqlError) return 'refused';
    throw error;
  }
}

function shown(columns: readonly Column[]): string {
  return columns.map(({ name, type }) => `${name}:${type}`).join(', ');
}

interface Difference {
  readonly reason: string;
  readonly queries?: readonly string[];
  readonly cases?: readonly string[];
}

const read = (name: string): unknown => parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const known = (read('analyser-differences.yaml') as readonly Difference[]).flatMap(({ queries, cases }) => [
  ...(queries ?? []),
  ...(cases ?? []),
]);

const policies = readdirSync('policies', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .map((file): Asked => {
    const { query } = parse(readFileSync(`policies/${file}`, 'utf8')) as { query: string };
    return { key: file, query, schema: queryOptions.schema };
  });

/** Names of tables count case for the analyser only (docs/kql.md, row 19): each is declared as the query writes it. */
function asSpelled(schema: Schema, query: string): Schema {
  const written = Object.entries(schema).flatMap(([name, columns]) => {
    const found = query.match(new RegExp(`\\b${name}\\b`, 'gi')) ?? [];
    return [...new Set([name, ...found])].map((spelled) => [spelled, columns] as const);
  });
  return Object.fromEntries(written);
}

const cases = [...readCases()].flatMap(([file, list]) =>
  list.map((one): Asked => {
    const { query, implicitTable } = one;
    return { key: `${file}: ${one.note}`, query, schema: asSpelled(schemaOf(one), query), implicitTable };
  }),
);

const pitfalls = (read('kql-cases.json') as readonly { id: string; query: string }[]).map(
  ({ id, query }, at): Asked => ({ key: `pitfall ${at} ${id}`, query, schema: {} }),
);

const tables: Schema = {
  T: Object.entries(TYPES).map(([name, type]) => ({ name, type })),
  U: ['l', 'z'].map((name) => ({ name, type: 'long' as const })),
};
const forms = (read('analyser-queries.yaml') as readonly { queries: readonly string[] }[]).flatMap(({ queries }) =>
  queries.map((query): Asked => ({ key: query, query, schema: tables })),
);

describe('the official analyser and ours', () => {
  it.each(policies)('say the same of the policy $key', (asked) => {
    expect(ours(asked)).not.toBe('refused');
    expect(ours(asked)).toBe(theirs(asked));
  });

  const asked = [...cases, ...pitfalls, ...forms];
  const differing = asked.filter((one) => ours(one) !== theirs(one));

  it('are asked hundreds of queries, each once', () => {
    expect(asked.length).toBeGreaterThan(500);
    expect(new Set(asked.map((one) => one.key)).size).toBe(asked.length);
  });

  it('say the same of every case and query that is not listed', () => {
    const surprises = differing.filter((one) => !known.includes(one.key));
    expect(surprises.map((one) => [one.key, ours(one), theirs(one)])).toEqual([]);
  });

  it('differ on everything that is listed', () => {
    const keys = new Set(differing.map((one) => one.key));
    expect(known.filter((key) => !keys.has(key))).toEqual([]);
  });
});
