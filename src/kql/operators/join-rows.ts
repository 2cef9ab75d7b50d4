import type { Relation } from '../relation.ts';
import { hold, poll, type Row, type Run, release } from '../run.ts';
import type { Sink, Taken } from './intake.ts';

/** What a kind of join gives: rows of which sides, and whether unmatched rows stay. */
export interface Kind {
  readonly gives: 'both' | 'left' | 'right';
  readonly leftUnmatched?: boolean;
  readonly rightUnmatched?: boolean;
  readonly matched?: false;
  readonly uniqueLeft?: true;
}

/** The key of a row, or undefined when a part of it is null. */
export type KeyReader = (row: Row, run: Run) => unknown;

/** A row of a join: the left row and the right row that met; one of them is missing in outer joins. */
export type Pair = readonly [Row | undefined, Row | undefined];

interface Join {
  readonly left: Relation;
  readonly right: Relation;
  readonly kind: Kind;
  readonly keys: { readonly left: KeyReader; readonly right: KeyReader };
  readonly taken: Taken<Build>;
}

/** The rows of the right side by key, those without a key apart. */
export interface Build {
  readonly buckets: ReadonlyMap<unknown, readonly Row[]>;
  readonly keyless: readonly Row[];
  readonly held: number;
}

/** Whether a left row gives the same rows whatever other left rows there are. */
export function looksUp({ gives, uniqueLeft, rightUnmatched }: Kind): boolean {
  return gives !== 'right' && uniqueLeft !== true && rightUnmatched !== true;
}

export function* joined(join: Join, run: Run): Iterable<Row> {
  const sides = join.taken.brought(run) ?? keptBuild(join, run) ?? smallerSide(join, run);
  const { build, left } = 'buckets' in sides ? { build: sides, left: join.left.rows(run) } : sides;
  const matched = join.kind.gives === 'right' || join.kind.rightUnmatched === true ? new Set<unknown>() : undefined;
  try {
    yield* leftRows(join, { build, left, matched }, run);
    if (matched !== undefined) yield* rightRows(join.kind, build, matched);
  } finally {
    if (!run.pieces) release(run, build.held);
  }
}

/** When the left side comes in pieces, the right side is read once for all of them. */
function keptBuild({ kind, taken }: Join, run: Run): Build | undefined {
  if (!run.pieces || !looksUp(kind)) return undefined;
  const build = taken.all(run);
  run.once.set(taken.intake, build);
  return build;
}

interface Sides {
  readonly build: Build;
  readonly left: Iterable<Row>;
}

/**
 * Reads both sides in turn until one ends: that one is the smaller. If it is the left, only those rows of the right are
 * kept that it asks for. The order of the result is that of the left rows either way.
 */
function smallerSide(join: Join, run: Run): Sides {
  const sides: Open = {
    left: join.left.rows(run)[Symbol.iterator](),
    right: join.right.rows(run)[Symbol.iterator](),
    ahead: [],
    sink: rightSink(join.keys.right),
  };
  try {
    if (readInTurn(sides, run) === 'right') return { build: sides.sink.result(), left: chained(sides) };
    return { build: restOfRight(join, sides, run), left: sides.ahead };
  } catch (error) {
    // Whoever gives the rows may hold a file open for them.
    sides.left.return?.();
    sides.right.return?.();
    throw error;
  }
}

/** Both sides while they are read: the left rows so far, and what the right ones go into. */
interface Open {
  readonly left: Iterator<Row>;
  readonly right: Iterator<Row>;
  readonly ahead: Row[];
  readonly sink: Sink<Build>;
}

/** Which side ended first. */
function readInTurn({ left, right, ahead, sink }: Open, run: Run): 'left' | 'right' {
  for (;;) {
    const other = right.next();
    if (other.done === true) return 'right';
    sink.add(other.value, run);
    const row = left.next();
    if (row.done === true) return 'left';
    ahead.push(row.value);
  }
}

function restOfRight({ kind, keys }: Join, { ahead, right, sink }: Open, run: Run): Build {
  const wanted = kind.rightUnmatched === true ? undefined : new Set(ahead.map((row) => keys.left(row, run)));
  for (let next = right.next(); next.done !== true; next = right.next()) {
    if (wanted === undefined || wanted.has(keys.right(next.value, run))) sink.add(next.value, run);
  }
  return sink.result();
}

function* chained({ ahead, left }: Open): Iterable<Row> {
  try {
    yield* ahead;
    for (let next = left.next(); next.done !== true; next = left.next()) yield next.value;
  } finally {
    left.return?.();
  }
}

export function rightSink(keyOf: KeyReader): Sink<Build> {
  const buckets = new Map<unknown, Row[]>();
  const keyless: Row[] = [];
  let held = 0;
  return {
    add: (row, run) => {
      hold(run, 2);
      held += 2;
      const key = keyOf(row, run);
      const bucket = buckets.get(key);
      if (key === undefined) keyless.push(row);
      else if (bucket !== undefined) bucket.push(row);
      else buckets.set(key, [row]);
    },
    result: () => ({ buckets, keyless, held }),
  };
}

interface Probe extends Sides {
  /** The keys that a left row had, where the kind asks for the right rows without one. */
  readonly matched: Set<unknown> | undefined;
}

function* leftRows({ kind, keys }: Join, { build, left, matched }: Probe, run: Run): Iterable<Row> {
  const seen = new Set<unknown>();
  for (const row of left) {
    const key = keys.left(row, run);
    if (kind.uniqueLeft === true && key !== undefined) {
      if (seen.has(key)) continue;
      seen.add(key);
    }
    const bucket = key === undefined ? undefined : build.buckets.get(key);
    if (bucket !== undefined) matched?.add(key);
    if (kind.gives === 'left') {
      if ((bucket !== undefined) === (kind.matched ?? true)) yield row;
    } else if (kind.gives === 'both') {
      yield* pairs(row, bucket, kind, run);
    }
  }
}

function* pairs(row: Row, bucket: readonly Row[] | undefined, kind: Kind, run: Run): Iterable<Pair> {
  if (bucket === undefined) {
    if (kind.leftUnmatched === true) yield [row, undefined];
    return;
  }
  for (const other of bucket) {
    poll(run);
    yield [row, other];
  }
}

function* rightRows(kind: Kind, { buckets, keyless }: Build, matched: ReadonlySet<unknown>): Iterable<Row> {
  const shape = (row: Row): Row => (kind.gives === 'right' ? row : [undefined, row]);
  const wanted = kind.gives === 'right' && kind.matched !== false;
  for (const [key, rows] of buckets) if (matched.has(key) === wanted) for (const row of rows) yield shape(row);
  if (kind.rightUnmatched === true) for (const row of keyless) yield shape(row);
}
