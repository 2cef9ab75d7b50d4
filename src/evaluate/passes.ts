import type { Row, Snapshot } from '../snapshot/snapshot.ts';

/** Someone who wants every row of one partition, piece by piece. */
export interface Consumer {
  readonly table: string;
  /** Lower-cased resource type. */
  readonly type: string;
  /** Lower-cased values of the column `name` outside which no row matters to it; null where every row does. */
  readonly names: ReadonlySet<string> | null;
  /** Consumers that must have had their rows before. */
  readonly needs: readonly Consumer[];
  rows(piece: readonly Row[]): void;
  /** After the last piece. */
  end(): void;
  /** The partition could not be read to its end; where it is undefined, the error is everybody's. */
  readonly fail: ((error: unknown) => void) | undefined;
}

/** Rows that are handed out together: few enough to stay in the processor's cache, many enough to share the effort. */
const PIECE = 64;

/**
 * Reads each partition once for all consumers who can have it then. A partition whose consumers wait for each other is
 * read again for those who had to wait.
 */
export function readPasses(snapshot: Snapshot, consumers: readonly Consumer[]): void {
  const waiting = new Map<string, Consumer[]>();
  for (const consumer of consumers) {
    const key = `${consumer.table} ${consumer.type}`;
    waiting.set(key, [...(waiting.get(key) ?? []), consumer]);
  }
  const done = new Set<Consumer>();
  const ready = (consumer: Consumer): boolean => consumer.needs.every((one) => done.has(one));
  while (waiting.size > 0) {
    const [key, served] = nextPass(waiting, ready);
    readPass(snapshot, served);
    for (const consumer of served) done.add(consumer);
    const left = (waiting.get(key) ?? []).filter((consumer) => !done.has(consumer));
    if (left.length === 0) waiting.delete(key);
    else waiting.set(key, left);
  }
}

/** A partition that all who want it can have; else one that some can have. Needs never go round in a circle. */
function nextPass(
  waiting: ReadonlyMap<string, readonly Consumer[]>,
  ready: (consumer: Consumer) => boolean,
): readonly [key: string, served: readonly Consumer[]] {
  let some: readonly [string, readonly Consumer[]] | undefined;
  for (const [key, consumers] of waiting) {
    const served = consumers.filter(ready);
    if (served.length === consumers.length) return [key, served];
    if (served.length > 0) some ??= [key, served];
  }
  if (some === undefined) throw new Error('consumers wait for each other in a circle');
  return some;
}

function readPass(snapshot: Snapshot, consumers: readonly Consumer[]): void {
  const [first] = consumers;
  if (first === undefined) return;
  try {
    const deal = dealer(consumers);
    for (const piece of pieces(snapshot.rows(first.table, [first.type], allNames(consumers)))) deal(piece);
  } catch (error) {
    if (consumers.some(({ fail }) => fail === undefined)) throw error;
    for (const consumer of consumers) consumer.fail?.(error);
    return;
  }
  for (const consumer of consumers) consumer.end();
}

/** The names that any of them waits for; undefined where one waits for every row. */
function allNames(consumers: readonly Consumer[]): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const consumer of consumers) {
    if (consumer.names === null) return undefined;
    for (const name of consumer.names) names.add(name);
  }
  return names;
}

/** Hands out a piece: all of it, or the rows of the names that a consumer waits for, each found by one look-up. */
function dealer(consumers: readonly Consumer[]): (piece: readonly Row[]) => void {
  const every = consumers.filter(({ names }) => names === null);
  const some = consumers.filter(({ names }) => names !== null);
  const byName = new Map<string, Consumer[]>();
  for (const consumer of some)
    for (const name of consumer.names ?? []) byName.set(name, [...(byName.get(name) ?? []), consumer]);
  return (piece) => {
    for (const consumer of every) consumer.rows(piece);
    if (some.length === 0) return;
    for (const row of piece) {
      const { name } = row;
      // What is no text may still be read as one.
      const wanted = typeof name === 'string' ? byName.get(name.toLowerCase()) : some;
      if (wanted !== undefined) for (const consumer of wanted) consumer.rows([row]);
    }
  };
}

function* pieces(rows: Iterable<Row>): Iterable<readonly Row[]> {
  let piece: Row[] = [];
  for (const row of rows) {
    if (piece.push(row) < PIECE) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}
