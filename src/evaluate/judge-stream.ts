import type { CompiledQuery, Feed, Session } from '../kql/engine.ts';
import type { Row } from '../snapshot/snapshot.ts';
import type { Bench } from './bench.ts';
import type { Finding } from './finding.ts';
import { judgeSubject } from './judge.ts';
import { groupById, stranger } from './judge-policy.ts';
import { gatherParents, type Parents } from './parents.ts';
import { type Consumer, readPasses } from './passes.ts';
import { isChildSubject } from './reads.ts';
import { lineage, type Subject, subjectIn, subjectTable } from './subjects.ts';
import { failedReads, unlistedFindings } from './unlisted.ts';

/** Takes findings as they are made. */
export interface Out {
  finding(finding: Finding): void;
  /** What came of a policy so far is void: it is judged anew. */
  again(policy: string): void;
}

/**
 * Judges the policies whose query goes through its subjects one by one: every partition is read once for all of them,
 * and no row is kept. The result is the number of rows that each query returned; a policy that is missing there has to
 * be judged as a whole, because its query needs that or its rows turned out to.
 */
export function streamPolicies(benches: readonly Bench[], now: string, out: Out): ReadonlyMap<Bench, number> {
  const [first] = benches;
  // Rows in memory are read at no cost, and nothing says in which order they stand.
  if (first === undefined || first.snapshot.rowsCountAsRead === true) return new Map();
  const parents = gatherParents();
  const pieces = pieceSubjects(parents);
  const streams = benches.filter(canStream).map((bench) => startStream(bench, { now, out, parents, pieces }));
  readPasses(first.snapshot, [...new Set(streams.flatMap(({ consumers }) => consumers))]);
  const through = streams.filter(({ state }) => !state.failed);
  return new Map(through.map(({ bench, state }) => [bench, state.returned]));
}

/** Whether a query's rows come of its subjects one by one and say of which. */
function canStream({ prepared: { policy, query } }: Bench): boolean {
  const { driver, reads, columns } = query;
  if (driver === null || policy.subject === 'workload') return false;
  const { table, types } = reads[driver.read] ?? {};
  const isSubject = table === subjectTable(policy) && types?.length === 1 && types[0] === policy.subject;
  return isSubject && driver.passes[columns.findIndex(({ name }) => name === 'id')] === 'id';
}

interface Stream {
  readonly bench: Bench;
  readonly consumers: readonly Consumer[];
  readonly state: State;
}

interface State {
  failed: boolean;
  /** Rows that the query returned. */
  returned: number;
}

interface Shared {
  readonly now: string;
  readonly out: Out;
  readonly parents: Parents;
  readonly pieces: PieceSubjects;
}

function startStream(bench: Bench, { now, out, parents, pieces }: Shared): Stream {
  const { policy, query } = bench.prepared;
  const state: State = { failed: false, returned: 0 };
  const fail = (): void => {
    state.failed = true;
    out.again(policy.metadata.id);
  };
  const session = query.session(bench.snapshot, { now });
  const feeds = feedConsumers(session.feeds, query, { state, fail });
  const above = isChildSubject(policy)
    ? lineage(policy.subject).flatMap(({ parent }) => parents.consumers(parent))
    : [];
  const judge = judgeOf(bench, session, { out, parents, pieces });
  const drive: Consumer = {
    table: subjectTable(policy),
    type: policy.subject,
    names: null,
    needs: [...feeds, ...above],
    rows: (piece) => {
      if (!state.failed && !judge.piece(piece, state)) fail();
    },
    end: () => {
      if (!state.failed) judge.end();
    },
    fail,
  };
  return { bench, state, consumers: [...feeds, ...above, drive] };
}

interface Failing {
  readonly state: State;
  readonly fail: () => void;
}

/** Feeds that read one partition; what a query reads otherwise it reads itself. */
function feedConsumers(feeds: readonly Feed[], query: CompiledQuery, { state, fail }: Failing): readonly Consumer[] {
  const consumers = new Map<Feed, Consumer>();
  for (const feed of feeds) {
    const { table, types } = query.reads[feed.read] ?? {};
    const [type] = types ?? [];
    if (table === undefined || type === undefined || types?.length !== 1) continue;
    const needs = feed.needs.map((one) => consumers.get(one)).filter((one) => one !== undefined);
    const attempt = (work: () => void): void => {
      if (state.failed) return;
      try {
        work();
      } catch {
        fail();
      }
    };
    const rows = (piece: readonly Row[]) => attempt(() => feed.add(piece));
    consumers.set(feed, {
      table,
      type,
      names: feed.names,
      needs,
      rows,
      end: () => attempt(feed.end),
      fail,
    });
  }
  return [...consumers.values()];
}

interface Judge {
  /** Judges the subjects of a piece; false where the policy has to be judged as a whole. */
  piece(rows: readonly Row[], state: State): boolean;
  end(): void;
}

function judgeOf(bench: Bench, session: Session, { out, parents, pieces }: Omit<Shared, 'now'>): Judge {
  const failed = new Map(failedReads(bench).map(({ on }) => [on.toLowerCase(), false]));
  const { columns } = bench.prepared.query;
  let last: string | undefined;
  return {
    piece: (rows, state) => {
      const { subjects, lowest, highest, ascending } = pieces(bench, rows);
      // An id that stands twice must be judged as a whole; in order, it would stand beside itself.
      if (!ascending || (last !== undefined && last >= lowest)) return false;
      last = highest;
      const returned = queried(session, rows, columns);
      if (returned === undefined) return false;
      for (const [id, subject] of subjects) {
        if (failed.has(id)) failed.set(id, true);
        const own = returned.get(id) ?? [];
        for (const finding of judgeSubject(subject, own, bench)) out.finding(finding);
      }
      for (const [id, own] of returned) {
        state.returned += own.length;
        if (!subjects.has(id)) out.finding(stranger(id, own, bench));
      }
      return true;
    },
    end: () => {
      const has = (id: string): boolean => failed.get(id) === true;
      for (const finding of unlistedFindings(bench, { has, parents: parents.ids })) out.finding(finding);
    },
  };
}

function queried(
  session: Session,
  rows: readonly Row[],
  columns: CompiledQuery['columns'],
): ReadonlyMap<string, readonly Row[]> | undefined {
  try {
    return groupById(session.rowsOf(rows), columns);
  } catch {
    // Judged as a whole the query fails again, and the findings say why.
    return undefined;
  }
}

/** The subjects among the rows of a piece by lower-cased id, and whether all its ids ascend. */
interface Piece {
  readonly subjects: ReadonlyMap<string, Subject>;
  readonly lowest: string;
  readonly highest: string;
  readonly ascending: boolean;
}

type PieceSubjects = (bench: Bench, rows: readonly Row[]) => Piece;

/** All policies about one type see the same subjects. */
function pieceSubjects(parents: Parents): PieceSubjects {
  let known: { readonly rows: readonly Row[]; readonly piece: Piece } | undefined;
  return ({ prepared: { policy } }, rows) => {
    if (known?.rows === rows) return known.piece;
    const subjects = new Map<string, Subject>();
    let [lowest, highest]: [string | undefined, string] = [undefined, ''];
    let ascending = true;
    for (const row of rows) {
      const subject = subjectIn(policy, row, parents.tags);
      const id = subject.id.toLowerCase();
      ascending &&= lowest === undefined || highest < id;
      lowest ??= id;
      highest = id;
      if (row.absent !== true || !isChildSubject(policy)) subjects.set(id, subject);
    }
    const piece = { subjects, lowest: lowest ?? '', highest, ascending };
    known = { rows, piece };
    return piece;
  };
}
