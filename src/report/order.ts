import type { Severity } from '../policy/policy.schema.ts';
import type { EnvironmentClass } from '../workload/workload.schema.ts';

type Order<T> = (left: T, right: T) => number;

// Declared here, not read from the policy room: report may import only types from it.
const severityRank: Readonly<Record<Severity, number>> = { critical: 0, high: 1, medium: 2, low: 3, info: 4 };
const classRank: Readonly<Record<EnvironmentClass, number>> = { prod: 0, uat: 1, test: 2, dev: 3 };

interface Placed {
  readonly id: string;
  readonly policy: string;
  readonly severity: Severity;
  readonly resource: string;
  readonly sub: string | null;
}

/** Severity (worst first), then policy, then resource without regard to case, then sub, then id. */
export const byFinding: Order<Placed> = (left, right) =>
  severityRank[left.severity] - severityRank[right.severity] ||
  byText(left.policy, right.policy) ||
  byText(left.resource.toLowerCase(), right.resource.toLowerCase()) ||
  byText(left.sub ?? '', right.sub ?? '') ||
  byText(left.id, right.id);

export const bySeverity: Order<{ readonly severity: Severity; readonly id: string }> = (left, right) =>
  severityRank[left.severity] - severityRank[right.severity] || byText(left.id, right.id);

/** Production first; what belongs to no environment last. */
export const byEnvironment: Order<{ readonly environment: string | null; readonly class: EnvironmentClass }> = (
  left,
  right,
) =>
  Number(left.environment === null) - Number(right.environment === null) ||
  classRank[left.class] - classRank[right.class] ||
  byText(left.environment ?? '', right.environment ?? '');

/** By UTF-16 code unit: the order must not depend on the machine's locale. */
export const byText: Order<string> = (left, right) => (left < right ? -1 : left > right ? 1 : 0);

/** Digits compare as numbers, so that item .2 stands before item .10. */
export const byId: Order<{ readonly id: string }> = (left, right) =>
  byText(padded(left.id), padded(right.id)) || byText(left.id, right.id);

function padded(id: string): string {
  return id.replace(/\d+/g, (digits) => digits.padStart(12, '0'));
}
