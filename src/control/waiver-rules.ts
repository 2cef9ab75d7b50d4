import type { Activity, Severity } from '../policy/policy.schema.ts';
import type { Workload } from '../workload/workload.schema.ts';
import { dayNumber, sayDays } from './calendar.ts';
import type { AcceptUnknown, Waiver } from './control.schema.ts';
import { scopeFault } from './waiver-scope.ts';

/** What the roll-up knows of a policy of the pack. `subject` tells which declared count speaks of it, `topic` where it is mapped. */
export interface PolicyFacts {
  readonly severity: Severity;
  readonly activity: Activity;
  readonly subject?: string;
  readonly topic?: string;
}

export interface RuleInput {
  readonly policies: ReadonlyMap<string, PolicyFacts>;
  readonly workload: Workload | null;
  /** Days since 1970-01-01, UTC. */
  readonly today: number;
}

type AnyWaiver = Waiver | AcceptUnknown;
type Rule = (waiver: AnyWaiver, input: RuleInput) => string | null;

/** Longest time from approval to the last day that a waiver may hold, in days. */
const MAX_DAYS: Readonly<Record<Severity, number>> = { critical: 90, high: 180, medium: 180, low: 180, info: 180 };

/**
 * Why a waiver may not stand, whatever it matches; empty where nothing is wrong with it. All reasons are given at once,
 * so that a person corrects the file in one go.
 */
export function refusals(waiver: AnyWaiver, input: RuleInput): readonly string[] {
  return rules.flatMap((rule) => rule(waiver, input) ?? []);
}

const rules: readonly Rule[] = [
  policyExists,
  datesAreDays,
  approvedAlready,
  endsInTime,
  approvedBySomeoneElse,
  (waiver) => scopeFault(waiver.scope),
  customerApproves,
];

function policyExists(waiver: AnyWaiver, { policies }: RuleInput): string | null {
  return policies.has(waiver.policy) ? null : `no policy ${waiver.policy} is in the pack`;
}

function datesAreDays(waiver: AnyWaiver): string | null {
  const bad = [waiver.approvedOn, waiver.expires].filter((day) => dayNumber(day) === null);
  return bad.length === 0 ? null : `${bad.map((day) => JSON.stringify(day)).join(' and ')}: no such calendar day`;
}

function approvedAlready(waiver: AnyWaiver, { today }: RuleInput): string | null {
  const approved = dayNumber(waiver.approvedOn);
  return approved !== null && approved > today ? `approvedOn ${waiver.approvedOn} lies in the future` : null;
}

function endsInTime(waiver: AnyWaiver, { policies }: RuleInput): string | null {
  const approved = dayNumber(waiver.approvedOn);
  const expires = dayNumber(waiver.expires);
  if (approved === null || expires === null) return null;
  if (expires < approved) return `it expires (${waiver.expires}) before it was approved (${waiver.approvedOn})`;
  const severity = policies.get(waiver.policy)?.severity;
  // Of an unknown policy (refused already) the shorter time is asked, so that one correction does not lead to another.
  const most = MAX_DAYS[severity ?? 'critical'];
  if (expires - approved <= most) return null;
  const what = severity === 'critical' ? 'a critical policy' : 'this policy';
  return `it holds ${sayDays(expires - approved)} from approvedOn; ${what} may be waived for ${sayDays(most)}`;
}

function approvedBySomeoneElse(waiver: AnyWaiver): string | null {
  if (person(waiver.requestedBy) !== person(waiver.approvedBy)) return null;
  return `${waiver.approvedBy.trim()} approved their own request; approvedBy must be another person`;
}

const person = (mail: string): string => mail.normalize('NFKC').trim().toLowerCase();

/** Keys belong to the customer: where one is named, only they may accept a gap in encryption. */
function customerApproves(waiver: AnyWaiver, { policies, workload }: RuleInput): string | null {
  const customer = workload?.responsibility?.customer?.trim();
  const touchesKeys = policies.get(waiver.policy)?.activity === 'encryption-setup';
  if (!customer || !touchesKeys || waiver.approverRole === 'customer') return null;
  return `${waiver.policy} is encryption setup: the customer must approve; write approverRole: customer`;
}
