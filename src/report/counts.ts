import type { ControlAssessment, ItemAssessment, ItemStatus } from '../control/assessment.ts';
import type { EnvironmentClass } from '../workload/workload.schema.ts';
import type { ReportFinding } from './finding.ts';
import { byEnvironment } from './order.ts';

/** The five statuses add up to `total`; `accepted` is the part of `unknown` that a person accepted for a time. */
export interface StatusCounts {
  readonly pass: number;
  readonly fail: number;
  readonly waived: number;
  readonly unknown: number;
  readonly accepted: number;
  readonly notApplicable: number;
  readonly total: number;
}

export interface EnvironmentCounts {
  readonly environment: string | null;
  readonly class: EnvironmentClass;
  readonly counts: StatusCounts;
}

/** `applicable` is every item but the not-applicable ones, the unknown included. */
export interface ItemCounts {
  readonly byStatus: Readonly<Record<ItemStatus, number>>;
  readonly applicable: number;
  readonly total: number;
}

/** Findings by status; a waived fail counts as waived and not as fail, an accepted unknown stays an unknown. */
export function countFindings(findings: Iterable<ReportFinding>): StatusCounts {
  const counts = { pass: 0, fail: 0, waived: 0, unknown: 0, accepted: 0, notApplicable: 0, total: 0 };
  for (const finding of findings) {
    counts.total += 1;
    counts[slot(finding)] += 1;
    if (finding.status === 'unknown' && finding.accepted !== null) counts.accepted += 1;
  }
  return counts;
}

/** One entry an environment, production first. */
export function countByEnvironment(findings: readonly ReportFinding[]): readonly EnvironmentCounts[] {
  const groups = groupBy(findings, (finding) => (finding.environment === null ? '' : `=${finding.environment}`));
  const entries = [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined
      ? []
      : [{ environment: first.environment, class: first.class, counts: countFindings(group) }];
  });
  return entries.sort(byEnvironment);
}

/** The rows of each key, both in the order in which they came. */
export function groupBy<T>(values: Iterable<T>, keyOf: (value: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group === undefined) groups.set(keyOf(value), [value]);
    else group.push(value);
  }
  return groups;
}

/** Items (or controls) by status. */
export function countItems(items: Iterable<Pick<ItemAssessment | ControlAssessment, 'status'>>): ItemCounts {
  const byStatus = {
    'not-met': 0,
    unknown: 0,
    'attestation-needed': 0,
    'met-with-waivers': 0,
    met: 0,
    'not-applicable': 0,
  };
  let total = 0;
  for (const item of items) {
    total += 1;
    byStatus[item.status] += 1;
  }
  return { byStatus, applicable: total - byStatus['not-applicable'], total };
}

function slot(finding: ReportFinding): Exclude<keyof StatusCounts, 'total' | 'accepted'> {
  if (finding.status === 'not-applicable') return 'notApplicable';
  return finding.status === 'fail' && finding.waived !== null ? 'waived' : finding.status;
}
