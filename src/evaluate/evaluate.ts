import { resolveParameters } from '../policy/parameters.ts';
import type { Policy } from '../policy/policy.schema.ts';
import { sayValue } from '../policy/template.ts';
import type { Row, Snapshot } from '../snapshot/snapshot.ts';
import { placeOf } from '../workload/place.ts';
import { placementRows } from '../workload/placements.ts';
import { workloadRows } from '../workload/rows.ts';
import type { Workload } from '../workload/workload.schema.ts';
import { type Bench, benchFor } from './bench.ts';
import type { Finding } from './finding.ts';
import { brokenFinding, judgeSubject, undeclaredFinding, unlistedFinding } from './judge.ts';
import { type Prepared, prepare } from './prepare.ts';
import { indexReads, isChildSubject } from './reads.ts';
import { lastSegment, lineage, type Subject, subjectsOf } from './subjects.ts';

export interface EvaluateInput {
  readonly snapshot: Snapshot;
  readonly policies: readonly Policy[];
  readonly workload?: Workload | null;
  /** ISO 8601; the snapshot's own `asOf` where it is left out. Nothing is ever judged at the wall clock. */
  readonly now?: string;
}

/**
 * Judges a snapshot by policies. A pure function: the same inputs give the same findings on any machine.
 * Every resource of a policy's subject type gets at least one finding, and every read that could have yielded subjects
 * and did not leaves an unknown on its scope or parent. Findings are ordered by policy, then resource, then sub-id.
 * Throws KqlError where a policy's query does not compile.
 */
export function evaluate(input: EvaluateInput): readonly Finding[] {
  return evaluateWithCounts(input).findings;
}

/** What a policy's query returned: the control total that an auditor compares with the population. */
export interface QueryCount {
  readonly policy: string;
  readonly text: string;
  readonly rows: number;
}

export interface Evaluation {
  readonly findings: readonly Finding[];
  readonly queries: readonly QueryCount[];
}

/** As `evaluate`, with the number of rows that each query returned. */
export function evaluateWithCounts(input: EvaluateInput): Evaluation {
  return judgeOf(input)(input.snapshot, input.now ?? input.snapshot.header.asOf);
}

/** Judges any number of snapshots by the same policies, all of them or those named. */
export type Judge = (snapshot: Snapshot, now: string, only?: ReadonlySet<string>) => Evaluation;

/** Compiles queries and schemas once, for whoever judges several snapshots that differ a little. */
export function judgeOf(input: Pick<EvaluateInput, 'policies' | 'workload'>): Judge {
  const workload = input.workload ?? null;
  const prepared = new Map<Policy, Prepared>();
  const ready = (policy: Policy): Prepared => {
    const known = prepared.get(policy) ?? prepare(policy);
    prepared.set(policy, known);
    return known;
  };
  return (given, now, only) => {
    const snapshot = withWorkload(given, workload);
    const reads = indexReads(snapshot);
    const policies = input.policies.filter(({ metadata }) => only === undefined || only.has(metadata.id));
    const judged = policies.map((policy) => {
      const bench = benchFor(ready(policy), snapshot, reads, {
        place: (subject) => placeOf({ id: subject.id, tags: subject.tags }, workload),
        parameters: (place) => resolveParameters(policy, place, workload),
      });
      return { ...judgePolicy(bench, now), policy: policy.metadata.id, text: policy.query };
    });
    return {
      findings: judged.flatMap((one) => one.findings).toSorted(byPolicyThenResource),
      queries: judged.map(({ policy, text, rows }) => ({ policy, text, rows })),
    };
  };
}

/** All findings of one prepared policy on a snapshot, and how many rows its query returned. */
export function judgePolicy(
  bench: Bench,
  now: string,
): { readonly findings: readonly Finding[]; readonly rows: number } {
  const { policy } = bench.prepared;
  const subjects = subjectsOf(policy, bench.snapshot);
  const unlisted = unlistedFindings(policy, subjects, bench);
  const returned = rowsById(bench, now);
  if (typeof returned === 'string') return { findings: [...unlisted, ...broken(subjects, returned, bench)], rows: 0 };
  const judged = [...subjects].flatMap(([id, subject]) => judgeSubject(subject, returned.get(id) ?? [], bench));
  const strangers = [...returned].filter(([id]) => !subjects.has(id)).map(([id, rows]) => stranger(id, rows, bench));
  const rows = [...returned.values()].reduce((sum, of) => sum + of.length, 0);
  return { findings: [...unlisted, ...judged, ...strangers], rows };
}

const broken = (subjects: ReadonlyMap<string, Subject>, because: string, bench: Bench): readonly Finding[] =>
  [...subjects.values()].map((subject) => brokenFinding(subject, because, bench));

/** Rule 1: a read that could have yielded subjects and failed, was cut short or was never made, is never silent. */
function unlistedFindings(policy: Policy, subjects: ReadonlyMap<string, Subject>, bench: Bench): readonly Finding[] {
  // What could not be read of an environment is asked for each of them (rule 3).
  if (policy.subject === 'workload') return subjects.size === 0 ? [undeclaredFinding(bench)] : [];
  const isChild = isChildSubject(policy);
  const top = lineage(policy.subject).at(-1)?.parent;
  const failed = [
    ...bench.reads.unlisted(policy.subject),
    ...(isChild && top !== undefined ? bench.reads.unlisted(top) : []),
  ];
  // An error on one resource that was listed stands on that resource (rule 3), not beside it.
  const listed = failed.filter(({ on }) => !subjects.has(on.toLowerCase()));
  const findings = listed.map(({ on, state }) => unlistedFinding(on, state, bench));
  return [...findings, ...(isChild ? unaskedParents(policy, bench) : unaskedScopes(policy, bench))];
}

/** What stands above the subjects in the snapshot, and nobody asked what lies below it. */
function unaskedParents(policy: Policy, bench: Bench): readonly Finding[] {
  return lineage(policy.subject).flatMap(({ parent, child }) =>
    parentRows(parent, bench.snapshot).flatMap((row) => {
      const id = String(row.id ?? '');
      const state = bench.reads.listing(child, id);
      // A failure stands where it was met, once.
      const isTold = !bench.reads.failedBelow(policy.subject, id).made;
      return state.made || isTold ? [] : [unlistedFinding(id, state, bench)];
    }),
  );
}

const parentRows = (type: string, snapshot: Snapshot): readonly Row[] =>
  [...snapshot.rows('resources', [type]), ...snapshot.rows('childresources', [type])].filter(
    (row) => row.absent !== true,
  );

/** Requested scopes for which the subject's type was never read. */
function unaskedScopes(policy: Policy, bench: Bench): readonly Finding[] {
  const failed = new Set(bench.reads.unlisted(policy.subject).map(({ on }) => on.toLowerCase()));
  return bench.snapshot.header.requestedScopes.flatMap((scope) => {
    const state = bench.reads.graph(policy.subject, scope);
    return state.made || failed.has(scope.toLowerCase()) ? [] : [unlistedFinding(scope, state, bench)];
  });
}

/** The query's rows as objects, by lower-cased id; a sentence where the query failed while it ran. */
function rowsById(bench: Bench, now: string): ReadonlyMap<string, readonly Row[]> | string {
  const { query } = bench.prepared;
  const names = query.columns.map((column) => column.name);
  const rows = new Map<string, Row[]>();
  try {
    for (const values of query.run(bench.snapshot, { now })) {
      const row = Object.fromEntries(names.map((name, i) => [name, values[i]]));
      const id = String(row.id ?? '').toLowerCase();
      const known = rows.get(id);
      if (known === undefined) rows.set(id, [row]);
      else known.push(row);
    }
    return rows;
  } catch (error) {
    return `the query failed: ${sayValue(error instanceof Error ? error.message : error)}`;
  }
}

function stranger(id: string, rows: readonly Row[], bench: Bench): Finding {
  const given = String(rows[0]?.id ?? id);
  const subject: Subject = { id: given, name: lastSegment(given), tags: null, parentId: null };
  return brokenFinding(subject, 'the query returned a row that is not a resource of its subject type', bench);
}

/** The declaration is an input, not something collected: what follows from it is laid over the snapshot's tables. */
export function withWorkload(snapshot: Snapshot, workload: Workload | null): Snapshot {
  if (workload === null) return snapshot;
  return {
    ...snapshot,
    rows: (table, types) => {
      const name = table.toLowerCase();
      if (name === 'workload') return workloadRows(workload);
      if (name === 'placements') return placementRows(workload, snapshot.rows('resources', types));
      return snapshot.rows(table, types);
    },
  };
}

const byPolicyThenResource = (a: Finding, b: Finding): number =>
  order(a.policy, b.policy) ||
  order(a.resource.toLowerCase(), b.resource.toLowerCase()) ||
  order(a.sub ?? '', b.sub ?? '');

/** Code-unit order: the same on every machine, whatever its locale. */
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
