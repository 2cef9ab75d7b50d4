import type { Finding } from '../evaluate/finding.ts';
import type { AssessedFinding, WaiverState } from './assessment.ts';
import { dayNumber, sayDays } from './calendar.ts';
import type { AcceptUnknown, Waiver } from './control.schema.ts';
import { groupBy } from './group-by.ts';
import { type PolicyFacts, type RuleInput, refusals } from './waiver-rules.ts';
import { inWaiverScope } from './waiver-scope.ts';

export interface WaiverInput extends RuleInput {
  readonly findings: readonly Finding[];
  readonly waivers: readonly (Waiver | AcceptUnknown)[];
}

export interface WaiverOutcome {
  readonly findings: readonly AssessedFinding[];
  readonly states: readonly WaiverState[];
}

/** A waiver counts as near its end when this many days or fewer are left. */
export const NEAR_EXPIRY_DAYS = 14;

type Overlay = { readonly waiver: string; readonly expires: string };
type Verdict = Pick<WaiverState, 'state' | 'because'> & { readonly findings: readonly Finding[] };

/**
 * Lays waivers over fails and accepted unknowns over unknowns; nothing else is touched. A refused, expired or unmatched
 * one leaves its findings counting and is listed with the reason. Where several cover one finding, the one that holds
 * longest stands on it. `WaiverState.findings` lists what the waiver covers, or, refused or expired, would have covered.
 */
export function applyWaivers(input: WaiverInput): WaiverOutcome {
  const byPolicy = groupBy(input.findings, (finding) => finding.policy);
  const overlays = new Map<Finding, Overlay>();
  const states: WaiverState[] = [];
  for (const waiver of input.waivers) {
    const verdict = judge(waiver, byPolicy, input);
    states.push(stateOf(waiver, verdict));
    if (verdict.state !== 'active' && verdict.state !== 'near-expiry') continue;
    const overlay = { waiver: waiver.metadata.id, expires: waiver.expires };
    for (const finding of verdict.findings) overlays.set(finding, longer(overlays.get(finding), overlay));
  }
  return { findings: input.findings.map((finding) => layOver(finding, overlays.get(finding))), states };
}

function judge(
  waiver: Waiver | AcceptUnknown,
  byPolicy: ReadonlyMap<string, readonly Finding[]>,
  input: WaiverInput,
): Verdict {
  const matched = (byPolicy.get(waiver.policy) ?? []).filter((finding) =>
    inWaiverScope(waiver.scope, finding.resource, finding.environment),
  );
  const wanted = matched.filter((finding) => finding.status === statusFor(waiver));
  const refused = refusals(waiver, input);
  if (refused.length > 0) return { state: 'refused', because: refused.join('; '), findings: wanted };

  const left = (dayNumber(waiver.expires) ?? Number.NEGATIVE_INFINITY) - input.today;
  if (left < 0) return { state: 'expired', because: `it held until the end of ${waiver.expires}`, findings: wanted };
  if (wanted.length === 0) return { state: 'unmatched', because: whyUnmatched(waiver, matched), findings: [] };
  return standing(waiver, wanted, left, { byPolicy, policies: input.policies });
}

interface Evidence {
  readonly byPolicy: ReadonlyMap<string, readonly Finding[]>;
  readonly policies: ReadonlyMap<string, PolicyFacts>;
}

/** Each finding is looked at by itself: compensation that passes on one server says nothing about its neighbour. */
function standing(
  waiver: Waiver | AcceptUnknown,
  wanted: readonly Finding[],
  left: number,
  evidence: Evidence,
): Verdict {
  const faults = new Map(wanted.map((finding) => [finding, uncompensated(waiver, finding, evidence)]));
  const covered = wanted.filter((finding) => faults.get(finding) === null);
  const refused = wanted.filter((finding) => faults.get(finding) !== null);
  const reasons = refused.map((finding) => `not laid over ${finding.id}: ${faults.get(finding)}`).sort();
  if (covered.length === 0) return { state: 'refused', because: reasons.join('; '), findings: wanted };
  const near = left <= NEAR_EXPIRY_DAYS;
  const days = left === 0 ? 'it ends with this day' : `${sayDays(left)} left`;
  return { state: near ? 'near-expiry' : 'active', because: [days, ...reasons].join('; '), findings: covered };
}

/** In prod a critical may be waived only while something else is shown to protect the same resource. */
function uncompensated(waiver: Waiver | AcceptUnknown, finding: Finding, evidence: Evidence): string | null {
  const severity = evidence.policies.get(finding.policy)?.severity ?? finding.severity;
  if (finding.class !== 'prod' || severity !== 'critical') return null;
  const compensating = waiver.compensating ?? [];
  if (compensating.length === 0) return 'a critical finding in prod needs compensating policies, and none is named';
  const idle = compensating.filter((policy) => !passesOn(policy, finding.resource, evidence)).sort();
  return idle.length === 0 ? null : `compensating ${idle.join(', ')} does not pass on the same resource`;
}

function passesOn(policy: string, resource: string, evidence: Evidence): boolean {
  const id = resource.toLowerCase();
  const there = (evidence.byPolicy.get(policy) ?? []).filter((finding) => finding.resource.toLowerCase() === id);
  return there.length > 0 && there.every((finding) => finding.status === 'pass');
}

const statusFor = (waiver: Waiver | AcceptUnknown): Finding['status'] =>
  waiver.kind === 'Waiver' ? 'fail' : 'unknown';

function whyUnmatched(waiver: Waiver | AcceptUnknown, matched: readonly Finding[]): string {
  const wanted = statusFor(waiver);
  if (matched.length > 0) return `nothing to cover: no finding of ${waiver.policy} in its scope is ${wanted}`;
  return `no finding of ${waiver.policy} lies in its scope; correct the subjects or environments, or remove it`;
}

function longer(one: Overlay | undefined, other: Overlay): Overlay {
  if (one === undefined) return other;
  if (one.expires !== other.expires) return one.expires > other.expires ? one : other;
  return one.waiver <= other.waiver ? one : other;
}

function layOver(finding: Finding, overlay: Overlay | undefined): AssessedFinding {
  if (overlay === undefined) return { finding };
  return finding.status === 'fail' ? { finding, waived: overlay } : { finding, accepted: overlay };
}

function stateOf(waiver: Waiver | AcceptUnknown, verdict: Verdict): WaiverState {
  return {
    id: waiver.metadata.id,
    kind: waiver.kind,
    policy: waiver.policy,
    state: verdict.state,
    because: verdict.because,
    expires: waiver.expires,
    approvedBy: waiver.approvedBy,
    approverRole: waiver.approverRole ?? null,
    requestedBy: waiver.requestedBy,
    environments: waiver.scope.environments ?? [],
    risk: waiver.risk,
    reason: waiver.reason,
    reference: waiver.reference ?? null,
    findings: verdict.findings.map((finding) => finding.id).sort(),
  };
}
