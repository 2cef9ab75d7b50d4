import type { AssessedFinding, PolicyCounts } from './assessment.ts';

/** Counts that tell how many of the unknowns were accepted for a time. */
export type CountsWithAccepted = PolicyCounts & { readonly accepted: number };

/** Findings by what they count as. */
export function countsOf(findings: readonly AssessedFinding[]): CountsWithAccepted {
  const counts = { pass: 0, fail: 0, waived: 0, unknown: 0, notApplicable: 0, accepted: 0 };
  for (const { finding, waived, accepted } of findings) {
    if (finding.status === 'fail') counts[waived === undefined ? 'fail' : 'waived']++;
    else counts[finding.status === 'not-applicable' ? 'notApplicable' : finding.status]++;
    if (finding.status === 'unknown' && accepted !== undefined) counts.accepted++;
  }
  return counts;
}

/** How often each name occurs, in the order of the names. */
export function tally(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([one], [other]) => (one < other ? -1 : 1)));
}
