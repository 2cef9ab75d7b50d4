import type { Policy } from '../policy/policy.schema.ts';
import type { Bench } from './bench.ts';
import type { Finding } from './finding.ts';
import { undeclaredFinding, unlistedFinding } from './judge.ts';
import type { ParentIds } from './parents.ts';
import { isChildSubject, type ReadState } from './reads.ts';
import { lineage } from './subjects.ts';

/** Which subjects there are, and what stands above them. */
export interface Listed {
  /** Whether a lower-cased id is one of the subjects. */
  readonly has: (id: string) => boolean;
  readonly parents: ParentIds;
}

/** Rule 1: a read that could have yielded subjects and failed, was cut short or was never made, is never silent. */
export function unlistedFindings(bench: Bench, listed: Listed): readonly Finding[] {
  const { policy } = bench.prepared;
  // An error on one resource that was listed stands on that resource (rule 3), not beside it.
  const failed = failedReads(bench).filter(({ on }) => !listed.has(on.toLowerCase()));
  const findings = failed.map(({ on, state }) => unlistedFinding(on, state, bench));
  const unasked = isChildSubject(policy) ? unaskedParents(bench, listed.parents) : unaskedScopes(policy, bench);
  return [...findings, ...unasked];
}

/** Of environments: what could not be read of one is asked for each of them (rule 3), so that only none is told here. */
export const undeclaredFindings = (bench: Bench, environments: number): readonly Finding[] =>
  environments === 0 ? [undeclaredFinding(bench)] : [];

/** Reads of the subject's type, or of the resource it is part of, that gave no answer: on what, and why. */
export function failedReads({ prepared: { policy }, reads }: Bench): readonly {
  readonly on: string;
  readonly state: ReadState & { made: false };
}[] {
  const top = lineage(policy.subject).at(-1)?.parent;
  const above = isChildSubject(policy) && top !== undefined ? reads.unlisted(top) : [];
  return [...reads.unlisted(policy.subject), ...above];
}

/** What stands above the subjects in the snapshot, and nobody asked what lies below it. */
function unaskedParents(bench: Bench, parents: ParentIds): readonly Finding[] {
  const { subject } = bench.prepared.policy;
  return lineage(subject).flatMap(({ parent, child }) => {
    const findings: Finding[] = [];
    for (const id of parents(parent)) {
      const state = bench.reads.listing(child, id);
      // A failure stands where it was met, once.
      const isTold = !bench.reads.failedBelow(subject, id).made;
      if (!state.made && !isTold) findings.push(unlistedFinding(id, state, bench));
    }
    return findings;
  });
}

/** Requested scopes for which the subject's type was never read. */
function unaskedScopes(policy: Policy, bench: Bench): readonly Finding[] {
  const failed = new Set(bench.reads.unlisted(policy.subject).map(({ on }) => on.toLowerCase()));
  return bench.snapshot.header.requestedScopes.flatMap((scope) => {
    const state = bench.reads.graph(policy.subject, scope);
    return state.made || failed.has(scope.toLowerCase()) ? [] : [unlistedFinding(scope, state, bench)];
  });
}
