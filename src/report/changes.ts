import type { Severity } from '../policy/policy.schema.ts';
import type { ReportFinding } from './finding.ts';
import type { ReportModel } from './model.ts';
import { bySeverity } from './order.ts';

/** A finding as it stands in the list of changes: `waived` is a fail that a person accepted for a time. */
export type ChangeStatus = 'pass' | 'fail' | 'waived' | 'unknown' | 'not-applicable';

/** What `results.json` of an earlier bundle says of one finding. */
export interface PreviousFinding {
  readonly id: string;
  readonly policy: string;
  readonly title: string;
  readonly severity: Severity;
  readonly resource: string;
  readonly name: string;
  readonly environment: string | null;
  readonly status: ChangeStatus;
}

/** An earlier run, read from its bundle after the bundle's sums were checked. */
export interface PreviousRun {
  readonly asOf: string;
  readonly toolVersion: string;
  readonly workload: string | null;
  /** SHA-256 of its SHA256SUMS: by this one bundle names another. */
  readonly manifestSha256: string;
  readonly inputs: InputDigests;
  readonly findings: readonly PreviousFinding[];
}

/** What a run was judged by: the path of a file below `inputs/` (`policies/st-private.yaml`) to its SHA-256. */
export type InputDigests = ReadonlyMap<string, string>;

export const changeKinds = [
  'new-fail',
  'newly-unknown',
  'fixed',
  'settled',
  'newly-waived',
  'no-longer-judged',
] as const;
export type ChangeKind = (typeof changeKinds)[number];

export interface Change extends Omit<PreviousFinding, 'status'> {
  readonly kind: ChangeKind;
  /** Null where the finding did not exist. */
  readonly from: ChangeStatus | null;
  readonly to: ChangeStatus | null;
  /** The sentence of now; null where nothing is judged now. */
  readonly because: string | null;
}

export interface Changes {
  readonly previous: Omit<PreviousRun, 'findings' | 'inputs'>;
  /** Kinds in their order, and within one worst first. */
  readonly list: readonly Change[];
  readonly counts: Readonly<Record<ChangeKind, number>>;
  /** Fails and unknowns that stand as they stood. */
  readonly same: { readonly fail: number; readonly unknown: number };
  /** Why the two runs are not simply one after the other; one sentence each. */
  readonly caveats: readonly string[];
}

/**
 * Two runs compared by the ids of their findings. A fail that is no longer judged, or no longer applies, is not called
 * fixed: only a pass is. A pass may come from a rule that was loosened: where the rules differ, a caveat names them.
 * @param inputs what the run of now was judged by
 */
export function changesBetween(previous: PreviousRun, model: ReportModel, inputs: InputDigests): Changes {
  const before = new Map(previous.findings.map((finding) => [finding.id, finding]));
  const now = new Map(model.findings.map((finding) => [finding.id, finding]));
  const list = [
    ...model.findings.flatMap((finding) => changed(before.get(finding.id), finding)),
    ...previous.findings.flatMap((finding) => (now.has(finding.id) ? [] : gone(finding))),
  ].sort((one, other) => changeKinds.indexOf(one.kind) - changeKinds.indexOf(other.kind) || bySeverity(one, other));
  const { findings: _, inputs: __, ...run } = previous;
  return {
    previous: run,
    list,
    counts: countKinds(list),
    same: { fail: unchanged(before, model, 'fail'), unknown: unchanged(before, model, 'unknown') },
    caveats: [...caveatsOf(previous, model), ...ruleCaveats(previous, model, inputs)],
  };
}

/** Fails that a person accepted count as waived, as everywhere. */
export function changeStatus(finding: Pick<ReportFinding, 'status' | 'waived'>): ChangeStatus {
  return finding.status === 'fail' && finding.waived !== null ? 'waived' : finding.status;
}

function changed(before: PreviousFinding | undefined, finding: ReportFinding): readonly Change[] {
  const from = before?.status ?? null;
  const to = changeStatus(finding);
  const kind = from === to ? null : kindOf(from, to);
  if (kind === null) return [];
  const { id, policy, title, severity, resource, name, environment, because } = finding;
  return [{ kind, from, to, id, policy, title, severity, resource, name, environment, because }];
}

const open: ReadonlySet<ChangeStatus | null> = new Set(['fail', 'waived', 'unknown'] as const);

function kindOf(from: ChangeStatus | null, to: ChangeStatus): ChangeKind | null {
  if (to === 'fail') return 'new-fail';
  if (to === 'unknown') return 'newly-unknown';
  if (to === 'waived') return 'newly-waived';
  if (!open.has(from)) return null;
  if (to === 'not-applicable') return 'no-longer-judged';
  return from === 'unknown' ? 'settled' : 'fixed';
}

function gone({ status, ...finding }: PreviousFinding): readonly Change[] {
  return open.has(status) ? [{ ...finding, kind: 'no-longer-judged', from: status, to: null, because: null }] : [];
}

function countKinds(list: readonly Change[]): Changes['counts'] {
  const counts = Object.fromEntries(changeKinds.map((kind) => [kind, 0])) as Record<ChangeKind, number>;
  for (const { kind } of list) counts[kind] += 1;
  return counts;
}

function unchanged(before: ReadonlyMap<string, PreviousFinding>, model: ReportModel, status: ChangeStatus): number {
  return model.findings.filter(
    (finding) => changeStatus(finding) === status && before.get(finding.id)?.status === status,
  ).length;
}

function caveatsOf(previous: PreviousRun, model: ReportModel): readonly string[] {
  const workload = model.workload?.id ?? null;
  const policies = (of: readonly { readonly policy: string }[]): ReadonlySet<string> =>
    new Set(of.map((finding) => finding.policy));
  const [then, now] = [policies(previous.findings), policies(model.findings)];
  const added = [...now].filter((policy) => !then.has(policy)).length;
  const dropped = [...then].filter((policy) => !now.has(policy)).length;
  return [
    ...(Date.parse(previous.asOf) > Date.parse(model.asOf)
      ? ['The bundle given as the previous one is later than this one.']
      : []),
    ...(previous.workload === workload
      ? []
      : [`The workload differs: ${previous.workload ?? 'none declared'} then, ${workload ?? 'none declared'} now.`]),
    ...(previous.toolVersion === model.tool.version
      ? []
      : [`It was judged by version ${previous.toolVersion}, this one by ${model.tool.version}.`]),
    ...(added > 0 ? [`Policies with findings now and none then: ${added}.`] : []),
    ...(dropped > 0 ? [`Policies with findings then and none now: ${dropped}.`] : []),
  ];
}

/** Rules that differ between the runs, of what was judged in both: the estate alone did not change a result then. */
function ruleCaveats(previous: PreviousRun, model: ReportModel, inputs: InputDigests): readonly string[] {
  const differs = (path: string): boolean => previous.inputs.get(path) !== inputs.get(path);
  const then = new Set(previous.findings.map(({ policy }) => policy));
  const changed = model.policies
    .map(({ id }) => id)
    .filter((id) => then.has(id) && differs(`policies/${id}.yaml`))
    .sort();
  const more = changed.length > NAMED ? ` and ${changed.length - NAMED} more` : '';
  return [
    ...(changed.length > 0
      ? [`Policies that are not what they were: ${changed.slice(0, NAMED).join(', ')}${more}.`]
      : []),
    ...(differs('assay.yaml') ? ['The workload declaration is not what it was.'] : []),
  ];
}

const NAMED = 5;
