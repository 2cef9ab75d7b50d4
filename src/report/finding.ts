import type { AssessedFinding } from '../control/assessment.ts';
import type { FindingStatus, Missing } from '../evaluate/finding.ts';
import type { Mismatch } from '../policy/mismatch.ts';
import type { Activity, Severity, UnknownReason } from '../policy/policy.schema.ts';
import type { Row } from '../snapshot/snapshot.ts';
import type { EnvironmentClass } from '../workload/workload.schema.ts';
import { byText } from './order.ts';
import { jsonText } from './plain.ts';
import { settledBy } from './settle.ts';

/** A finding with what a person laid over it, and everything said in words that any renderer prints. */
export interface ReportFinding {
  readonly id: string;
  readonly policy: string;
  readonly title: string;
  readonly topic: string;
  readonly severity: Severity;
  readonly activity: Activity;
  readonly subject: string;
  readonly resource: string;
  readonly name: string;
  readonly sub: string | null;
  readonly environment: string | null;
  readonly class: EnvironmentClass;
  readonly status: FindingStatus;
  readonly reason: UnknownReason | null;
  readonly because: string;
  readonly facts: Row;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly mismatches: readonly Mismatch[];
  readonly missing: readonly Missing[];
  /** What would settle an unknown, one sentence each; empty otherwise. */
  readonly settledBy: readonly string[];
  readonly waived: { readonly waiver: string; readonly expires: string } | null;
  readonly accepted: { readonly waiver: string; readonly expires: string } | null;
  /** The step of the plan that repairs it. */
  readonly step: string | null;
}

/** `steps` maps a finding's id to the step that repairs it. */
export function reportFinding(
  { finding, waived, accepted }: AssessedFinding,
  steps: ReadonlyMap<string, string>,
): ReportFinding {
  const { id, policy, title, topic, severity, activity, subject, resource, name, environment } = finding;
  const unknown = finding.status === 'unknown' ? finding : null;
  return {
    ...{ id, policy, title, topic, severity, activity, subject, resource, name, environment },
    sub: finding.sub ?? null,
    class: finding.class,
    status: finding.status,
    reason: unknown?.reason ?? null,
    because: finding.because,
    facts: finding.facts,
    parameters: finding.parameters,
    mismatches: finding.status === 'fail' ? finding.mismatches : [],
    missing: unknown?.missing ?? [],
    settledBy: unknown === null ? [] : settledBy(unknown.reason, unknown.missing, resource),
    waived: waived ?? null,
    accepted: accepted ?? null,
    step: steps.get(id) ?? null,
  };
}

/** Where an expectation and a fact part, as one line: `/tls: expected at least "TLS1_2", found "TLS1_0"`. */
export function mismatchText(mismatch: Mismatch): string {
  return `${mismatch.path || '/'}: expected ${mismatch.expected}, found ${jsonText(mismatch.actual)}`;
}

/** Parameters as `name = value`, in the order of their names. */
export function parameterTexts(parameters: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(parameters)
    .sort(([left], [right]) => byText(left, right))
    .map(([name, value]) => `${name} = ${jsonText(value)}`);
}
