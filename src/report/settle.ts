import type { Missing } from '../evaluate/finding.ts';
import type { UnknownReason } from '../policy/policy.schema.ts';

/** What each reason for `unknown` means, in plain words. */
export const reasonMeaning: Readonly<Record<UnknownReason, string>> = {
  'access-denied': 'Azure refused the read, so the fact is not known.',
  'not-collected': 'The read that this policy needs was not made.',
  'not-returned': 'The resource exists, but the query gave no row for it.',
  'field-missing': 'The row came without a value that the expectation needs.',
  'parameter-missing': 'The value to judge against is declared nowhere.',
  truncated: 'The answer was cut off, so absence cannot be told from presence.',
  stale: 'Two sources disagree about the same resource.',
  'unsupported-scope': 'The policy cannot be judged at this scope.',
  'empty-scope': 'Fewer resources were found than the workload declares.',
  'evaluation-error': 'The query or the expectation could not be evaluated on this row.',
};

const remedies: Readonly<Record<UnknownReason, string>> = {
  'access-denied': 'Grant the reading principal access to the resource, then scan again.',
  'not-collected': 'Collect again with a version or profile that makes this read.',
  'not-returned': 'Correct the query so that it returns the whole population, then judge the same snapshot again.',
  'field-missing': 'Look at the raw row: either Azure gave no value, or the query must map its absence.',
  'parameter-missing': 'Declare the value in the workload declaration, then judge the same snapshot again.',
  truncated: 'Collect again until the read is complete.',
  stale: 'Collect again; if the sources still differ, find out which one is right.',
  'unsupported-scope': 'Judge it at a scope that the policy supports.',
  'empty-scope': 'Find the missing resource, or correct what the workload declares.',
  'evaluation-error': 'Correct the policy, then judge the same snapshot again.',
};

/** One sentence for each read or permission that would settle an unknown on `resource`; never empty. */
export function settledBy(reason: UnknownReason, missing: readonly Missing[], resource: string): readonly string[] {
  return missing.length === 0 ? [remedies[reason]] : missing.map((each) => sentence(each, resource));
}

function sentence(missing: Missing, resource: string): string {
  const same = missing.resource?.toLowerCase() === resource.toLowerCase();
  const target = missing.resource === undefined || same ? '' : ` of ${missing.resource}`;
  const answer = [missing.status, missing.code].filter((part) => part !== undefined && part !== 0).join(' ');
  const why = answer === '' ? '' : ` (answered ${answer})`;
  const grant = missing.permission === undefined ? '' : `: needs ${missing.permission}`;
  return `Read ${missing.read}${target}${why}${grant}.`;
}
