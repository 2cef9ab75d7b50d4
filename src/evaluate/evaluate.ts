import { resolveParameters } from '../policy/parameters.ts';
import type { Policy } from '../policy/policy.schema.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { placeOf } from '../workload/place.ts';
import { placementRows } from '../workload/placements.ts';
import { workloadRows } from '../workload/rows.ts';
import type { Workload } from '../workload/workload.schema.ts';
import { type Bench, benchFor, type Rules } from './bench.ts';
import type { Finding } from './finding.ts';
import { judgePolicy } from './judge-policy.ts';
import { type Out, streamPolicies } from './judge-stream.ts';
import { type Prepared, prepare } from './prepare.ts';
import { indexReads } from './reads.ts';
import type { Subject } from './subjects.ts';

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
  const judge = judgeInto(input);
  return (snapshot, now, only) => {
    const byPolicy = new Map<string, Finding[]>();
    const queries = judge(snapshot, now, { only, out: collectBy(byPolicy) });
    return { findings: inOrder([...byPolicy.values()].flat()), queries };
  };
}

/**
 * As `evaluate`, one finding after the other as they are made, in no order: for an estate whose findings together would
 * fill the memory. Returns the number of rows that each query returned.
 */
export function evaluateInto({ snapshot, now, ...input }: EvaluateInput, out: Out): readonly QueryCount[] {
  return judgeInto(input)(snapshot, now ?? snapshot.header.asOf, { only: undefined, out });
}

interface How {
  readonly only: ReadonlySet<string> | undefined;
  readonly out: Out;
}

function judgeInto(input: Pick<EvaluateInput, 'policies' | 'workload'>) {
  const workload = input.workload ?? null;
  const prepared = new Map<Policy, Prepared>();
  const ready = (policy: Policy): Prepared => {
    const known = prepared.get(policy) ?? prepare(policy);
    prepared.set(policy, known);
    return known;
  };
  return (given: Snapshot, now: string, { only, out }: How): readonly QueryCount[] => {
    const snapshot = withWorkload(given, workload);
    const reads = indexReads(snapshot);
    const place = placedOnce(workload);
    const benches = input.policies
      .filter(({ metadata }) => only === undefined || only.has(metadata.id))
      .map((policy): Bench => {
        const parameters: Rules['parameters'] = (at) => resolveParameters(policy, at, workload);
        return benchFor(ready(policy), snapshot, reads, { place, parameters });
      });
    const rows = judgeAll(benches, now, out);
    return benches.map((bench) => {
      const { policy } = bench.prepared;
      return { policy: policy.metadata.id, text: policy.query, rows: rows.get(bench) ?? 0 };
    });
  };
}

/** Policies that can be judged while their subjects pass by, in one reading for all; then the others, each for itself. */
function judgeAll(benches: readonly Bench[], now: string, out: Out): ReadonlyMap<Bench, number> {
  const rows = new Map(streamPolicies(benches, now, out));
  for (const bench of benches) {
    if (rows.has(bench)) continue;
    const judged = judgePolicy(bench, now);
    for (const finding of judged.findings) out.finding(finding);
    rows.set(bench, judged.rows);
  }
  return rows;
}

function collectBy(byPolicy: Map<string, Finding[]>): Out {
  return {
    finding: (finding) => {
      const known = byPolicy.get(finding.policy);
      if (known === undefined) byPolicy.set(finding.policy, [finding]);
      else known.push(finding);
    },
    again: (policy) => byPolicy.delete(policy),
  };
}

/** Resources whose places are remembered: more than are judged by all policies before the next ones come. */
const PLACES = 1024;

/** A resource is placed once, however many policies judge it. */
function placedOnce(workload: Workload | null): Rules['place'] {
  const places = new Map<Subject, ReturnType<Rules['place']>>();
  return (subject) => {
    const known = places.get(subject);
    if (known !== undefined) return known;
    const place = placeOf({ id: subject.id, tags: subject.tags }, workload);
    // A WeakMap would do the same, and make every collection of garbage slower.
    if (places.size >= PLACES) places.clear();
    places.set(subject, place);
    return place;
  };
}

/** The declaration is an input, not something collected: what follows from it is laid over the snapshot's tables. */
export function withWorkload(snapshot: Snapshot, workload: Workload | null): Snapshot {
  if (workload === null) return snapshot;
  const declared = workloadRows(workload);
  return {
    ...snapshot,
    rows: (table, types, names) => {
      const name = table.toLowerCase();
      if (name === 'workload') return declared;
      if (name === 'placements') return placementRows(workload, snapshot.rows('resources', types, names));
      return snapshot.rows(table, types, names);
    },
  };
}

/** By policy, then resource without regard to case, then sub-id. */
function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const keyed = findings.map((finding) => ({ finding, resource: finding.resource.toLowerCase() }));
  keyed.sort(
    (a, b) =>
      order(a.finding.policy, b.finding.policy) ||
      order(a.resource, b.resource) ||
      order(a.finding.sub ?? '', b.finding.sub ?? ''),
  );
  return keyed.map(({ finding }) => finding);
}

/** Code-unit order: the same on every machine, whatever its locale. */
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
