import { judgeOf } from '../evaluate/evaluate.ts';
import type { FailFinding, Finding, FindingStatus } from '../evaluate/finding.ts';
import { prepare } from '../evaluate/prepare.ts';
import { type Policy, patchClasses } from '../policy/policy.schema.ts';
import { sayValue } from '../policy/template.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Workload } from '../workload/workload.schema.ts';
import { PlanError } from './errors.ts';
import { type Change, changesFor } from './patch.ts';
import { patchedSnapshot, type RowFinder, rowFinder } from './patched-snapshot.ts';
import type { AlsoChanges, Proof, Unproven } from './step.ts';

export interface ProveInput {
  /** What the findings were judged on, by these policies, this declaration and this clock. */
  readonly snapshot: Snapshot;
  readonly policies: readonly Policy[];
  readonly workload: Workload | null;
  readonly now: string;
  readonly findings: readonly Finding[];
}

/** Up to here each step is tried out alone; what is beyond is tried out together, policy by policy. */
export interface ProofLimits {
  readonly steps: number;
  /** Findings judged again, over all steps: what bounds the time on a large estate. */
  readonly judged: number;
}

export const proofLimits: ProofLimits = { steps: 200, judged: 200_000 };

/**
 * Tries out the repair of each fail, in the order given: applies its patch to the snapshot's rows in memory, judges
 * again by the policies that read what changed, and tells what became of the finding and of all others. By finding id.
 * The first steps are tried out each on the untouched snapshot, until one of the limits is reached; the others of one
 * policy together, so that the time grows with the estate and not with estate times steps.
 * A patch that cannot be applied (no such row, a value not known) is an `Unproven` with the reason, never an error.
 */
export function prove(
  fails: readonly FailFinding[],
  input: ProveInput,
  limits: ProofLimits = proofLimits,
): ReadonlyMap<string, Proof | Unproven> {
  const results = new Map<string, Proof | Unproven>();
  const trials: Trial[] = [];
  for (const finding of fails) {
    const trial = trialOf(finding, input);
    if ('unproven' in trial) results.set(finding.id, trial);
    else trials.push(trial);
  }
  if (trials.length === 0) return results;
  const court = courtOf(input, trials);
  for (const group of groupsOf(trials, court, limits))
    for (const [id, result] of tryOut(group, court, input)) results.set(id, result);
  return results;
}

/** A step that can be tried out: its finding, and the changes that its patch makes for it. */
interface Trial {
  readonly finding: FailFinding;
  readonly policy: Policy;
  readonly changes: readonly Change[];
}

function trialOf(finding: FailFinding, { policies, now }: ProveInput): Trial | Unproven {
  const policy = policies.find(({ metadata }) => metadata.id === finding.policy);
  if (policy === undefined) return { unproven: 'no policy of the pack says how to repair it' };
  const { class: its, patch } = policy.remediation;
  if (!patchClasses.includes(its)) return { unproven: `${its} cannot be tried out on rows: ${whyNot[its] ?? its}` };
  if (patch === undefined) return { unproven: 'the policy does not say what its commands change in the rows' };
  return attempt(() => ({ finding, policy, changes: changesFor(finding, policy, now) }));
}

const whyNot: Readonly<Record<string, string>> = {
  'replace-by-restore': 'nothing repairs this resource in place, and what takes its place does not exist yet',
  'creation-only': 'it is decided when a resource is made, and a new one does not exist yet',
  process: 'people change it, not a command',
};

/** What a patch cannot do is an answer; every other error of a policy is one of its author and stays an error. */
function attempt<T>(work: () => T): T | Unproven {
  try {
    return work();
  } catch (error) {
    if (error instanceof PlanError && error.code === 'patch-not-applicable')
      return { unproven: `the patch cannot be applied: ${sayValue(error.message, 300)}` };
    throw error;
  }
}

/** Who judges again: made once, so that queries and schemas are compiled once and each table is searched once. */
interface Court {
  readonly judge: ReturnType<typeof judgeOf>;
  readonly finder: RowFinder;
  /** Findings of a policy as they are without any change. */
  readonly before: ReadonlyMap<string, readonly Finding[]>;
  /** Policies whose findings can depend on what a trial changes, its own among them. */
  affected(trial: Trial): ReadonlySet<string>;
}

function courtOf(input: ProveInput, trials: readonly Trial[]): Court {
  const before = new Map<string, Finding[]>();
  for (const finding of input.findings) {
    const known = before.get(finding.policy);
    if (known === undefined) before.set(finding.policy, [finding]);
    else known.push(finding);
  }
  const readers = input.policies.map((policy) => ({ id: policy.metadata.id, reads: readsOf(policy) }));
  const byPart = new Map<string, readonly string[]>();
  const readersOf = ({ table, type }: Change): readonly string[] => {
    const key = `${table} ${type}`;
    const known = byPart.get(key) ?? readers.filter(({ reads }) => reads(table, type)).map(({ id }) => id);
    byPart.set(key, known);
    return known;
  };
  return {
    judge: judgeOf(input),
    finder: rowFinder(
      input.snapshot,
      trials.flatMap(({ changes }) => changes),
    ),
    before,
    affected: ({ policy, changes }) => new Set([policy.metadata.id, ...changes.flatMap(readersOf)]),
  };
}

/** Whether a policy's verdicts can depend on rows of a table and type: its query's reads, its subjects, its `reads`. */
function readsOf(policy: Policy): (table: string, type: string) => boolean {
  const { query } = prepare(policy);
  const declared = (policy.reads ?? []).flatMap((read) => Object.values(read));
  return (table, type) =>
    declared.includes(type) ||
    // The subject itself, and what it is part of: its tags say where a child stands.
    `${policy.subject}/`.startsWith(`${type}/`) ||
    query.reads.some((read) => read.table.toLowerCase() === table && (read.types?.includes(type) ?? true));
}

/** Single steps while the limits last, then all others of a policy as one. */
function groupsOf(trials: readonly Trial[], court: Court, limits: ProofLimits): readonly (readonly Trial[])[] {
  const alone: Trial[][] = [];
  const together = new Map<string, Trial[]>();
  let judged = 0;
  for (const trial of trials) {
    const id = trial.policy.metadata.id;
    const cost = [...court.affected(trial)].reduce((sum, one) => sum + (court.before.get(one)?.length ?? 0), 0);
    if (together.size === 0 && alone.length < limits.steps && judged + cost <= limits.judged) {
      alone.push([trial]);
      judged += cost;
    } else if (together.has(id)) together.get(id)?.push(trial);
    else together.set(id, [trial]);
  }
  return [...alone, ...together.values()];
}

function tryOut(
  group: readonly Trial[],
  court: Court,
  { snapshot, now }: ProveInput,
): readonly (readonly [id: string, result: Proof | Unproven])[] {
  const patched = patchedSnapshot(snapshot, court.finder);
  const applied = group.map((trial) => ({ trial, touched: attempt(() => patched.apply(trial.changes)) }));
  const only = new Set(group.flatMap((trial) => [...court.affected(trial)]));
  const after = court.judge(patched.snapshot, now, only).findings;
  const changed = differences(
    [...only].flatMap((id) => court.before.get(id) ?? []),
    after,
  );
  const byResource = new Map<string, AlsoChanges[]>();
  for (const one of changed) {
    const resource = one.resource.toLowerCase();
    byResource.set(resource, byResource.get(resource) ?? []);
    byResource.get(resource)?.push(one);
  }
  const verdicts = new Map(after.map((finding) => [finding.id, finding]));
  return applied.map(({ trial, touched }) => {
    const { id } = trial.finding;
    if ('unproven' in touched) return [id, touched];
    // Of a trial of several steps, each answers for the rows that its own patch touched.
    const its = group.length === 1 ? changed : [...touched].flatMap((resource) => byResource.get(resource) ?? []);
    const also = its.filter((one) => one.finding !== id);
    return [id, proofOf(trial, verdicts.get(id), also, group.length)];
  });
}

/** At most this many other changes are named in one step; how many more there are is said. */
const NAMED = 100;

function proofOf(trial: Trial, after: Finding | undefined, also: readonly AlsoChanges[], together: number): Proof {
  const { examples, assumes } = trial.policy.remediation;
  return {
    before: trial.finding.status,
    after: after?.status ?? 'gone',
    because: after === undefined ? 'the resource is no longer there to be judged' : after.because,
    alsoChanges: also.slice(0, NAMED),
    more: Math.max(0, also.length - NAMED),
    assumes: [
      ...Object.entries(examples ?? {}).map(([name, value]) => `${name} is taken to be ${sayValue(value)}`),
      ...(assumes ?? []),
    ],
    together,
  };
}

function differences(before: readonly Finding[], after: readonly Finding[]): readonly AlsoChanges[] {
  const was = new Map(before.map((finding) => [finding.id, finding]));
  const is = new Map(after.map((finding) => [finding.id, finding.status]));
  const gone = before.filter(({ id }) => !is.has(id)).map((finding) => change(finding, finding.status, 'gone'));
  const other = after.flatMap((finding) => {
    const from = was.get(finding.id)?.status ?? 'none';
    return from === finding.status ? [] : [change(finding, from, finding.status)];
  });
  return [...other, ...gone];
}

const change = (finding: Finding, from: FindingStatus | 'none', to: FindingStatus | 'gone'): AlsoChanges => ({
  finding: finding.id,
  policy: finding.policy,
  resource: finding.resource,
  from,
  to,
});
