import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Column, compile, KqlError } from '../../src/kql/engine.ts';
import { loadAnalyser } from './analyser.ts';
import { aggregateCalls, type Call, operatorCalls, scalarCalls, TYPES } from './matrix.ts';

/** Calls on which we and the analyser differ, as `function: 'types types …'`, with the reason. */
interface Difference {
  readonly reason: string;
  readonly calls?: Readonly<Record<string, string>>;
}

const file = new URL('analyser-differences.yaml', import.meta.url);
const known = (parse(readFileSync(file, 'utf8')) as readonly Difference[]).flatMap(({ calls }) =>
  Object.entries(calls ?? {}).flatMap(([of, combinations]) => combinations.split(' ').map((one) => `${of} ${one}`)),
);

const analyse = loadAnalyser();
const schema = { T: Object.entries(TYPES).map(([name, type]): Column => ({ name, type })) };
/** Aggregations of several columns would shift their neighbours: each stands in a query of its own. */
const ALONE = /^(?:arg_|any$|take_any$|percentile)/;
const BATCH = 100;

/** `word` is project or summarize. What each call gives: its type, or `error`. */
function theirs(word: string, calls: readonly Call[]): string[] {
  const heads = calls.map((call, at) => `c${at} = ${call.text}`);
  const verdict = analyse(`T | ${word} ${heads.join(', ')}`, schema);
  let start = `T | ${word} `.length;
  return heads.map((head, at) => {
    const [from, to] = [start, start + head.length];
    start = to + 2;
    const wrong = verdict.errors.some((error) => error.start >= from && error.start <= to);
    return wrong ? 'error' : (verdict.columns?.find((column) => column.name === `c${at}`)?.type ?? 'nothing');
  });
}

function ours(text: string): readonly Column[] | undefined {
  try {
    return compile(text, { schema }).columns;
  } catch (error) {
    if (error instanceof KqlError) return undefined;
    throw error;
  }
}

function differing(word: string, calls: readonly Call[]): string[] {
  const alone = calls.filter((call) => ALONE.test(call.of));
  const together = calls.filter((call) => !ALONE.test(call.of));
  const batches = Array.from({ length: Math.ceil(together.length / BATCH) }, (_, at) =>
    together.slice(at * BATCH, (at + 1) * BATCH),
  );
  const verdicts = [
    ...batches.flatMap((batch) => theirs(word, batch).map((type, at) => [batch[at] as Call, type] as const)),
    ...alone.map((call) => [call, theirs(word, [call])[0] ?? 'nothing'] as const),
  ];
  return verdicts
    .filter(([call, type]) => (ours(`T | ${word} c0 = ${call.text}`)?.[0]?.type ?? 'error') !== type)
    .map(([call]) => `${call.of} ${call.with}`);
}

/** The first call of each function that both accept, to compare the names of the columns. */
function misnamed(word: string, calls: readonly Call[]): string[] {
  const first = new Map(calls.map((call) => [call.of, call] as const).reverse());
  return [...first.values()].flatMap((call) => {
    const text = `T | ${word} ${call.text}`;
    const [mine, verdict] = [ours(text), analyse(text, schema)];
    if (mine === undefined || verdict.errors.length > 0) return [];
    const named = (columns: readonly Column[] | undefined) => columns?.map((column) => column.name).join(', ');
    return named(mine) === named(verdict.columns) ? [] : [`${text}: ${named(mine)}, not ${named(verdict.columns)}`];
  });
}

const matrix = [
  ['project', scalarCalls()],
  ['summarize', aggregateCalls()],
  ['project', operatorCalls()],
] as const;

describe('types and names against the official analyser', () => {
  const found = matrix.flatMap(([word, calls]) => differing(word, calls));

  it('tries thousands of calls', () => {
    expect(matrix.reduce((sum, [, calls]) => sum + calls.length, 0)).toBeGreaterThan(5000);
  });

  it('accepts, refuses and types every call alike, but for the listed ones', () => {
    expect(found.filter((one) => !known.includes(one))).toEqual([]);
  });

  it('lists no difference that is none', () => {
    expect(known.filter((one) => !found.includes(one))).toEqual([]);
  });

  it.each(matrix.slice(0, 2))('names the columns of %s alike', (word, calls) => {
    expect(misnamed(word, calls)).toEqual([]);
  });
});
