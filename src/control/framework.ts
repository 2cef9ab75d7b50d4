import type { ItemAttestation } from './assessment.ts';
import type { CountsWithAccepted } from './counts.ts';

/** Worst first. There is no "pass" in a framework view; `not-assessed` stands apart, where there is no evidence at all. */
export const subcategoryStatuses = [
  'not-supported',
  'supported-with-gaps',
  'unknown',
  'attestation-needed',
  'attested-only',
  'supported',
  'not-assessed',
] as const;
export type SubcategoryStatus = (typeof subcategoryStatuses)[number];

/**
 * The best that evidence may reach without a valid statement. No status between the two: `supported-with-gaps` as a
 * ceiling would be worse than the `unknown` that takes its place when a pass is lost.
 */
export const ceilings = ['attestation-needed', 'supported'] as const satisfies readonly SubcategoryStatus[];
export type Ceiling = (typeof ceilings)[number];

/** `manual`: only people decide. `partial`: evidence supports, people decide. `automated`: evidence alone decides. */
export const assessabilities = ['manual', 'partial', 'automated'] as const;
export type Assessability = (typeof assessabilities)[number];

/** How far evidence bears on an outcome, strongest first. Context is listed and never counts. */
export const mappingStrengths = ['direct', 'supporting', 'context'] as const;
export type MappingStrength = (typeof mappingStrengths)[number];

export interface MappedPolicy {
  readonly policy: string;
  readonly strength: MappingStrength;
  readonly counts: CountsWithAccepted;
}

export interface SubcategoryInput {
  readonly assessability: Assessability;
  /** By default `supported`. */
  readonly ceiling?: Ceiling;
  /** Policies of the pack that are mapped here; one that the pack does not have is not evidence. */
  readonly mapped: readonly MappedPolicy[];
  /** One entry for each item that asks for a statement here. */
  readonly statements: readonly ItemAttestation['state'][];
}

export interface SubcategoryVerdict {
  readonly status: SubcategoryStatus;
  readonly because: string;
}

type Facts = SubcategoryInput & { readonly direct: CountsWithAccepted; readonly supporting: CountsWithAccepted };
type Step = (facts: Facts) => SubcategoryVerdict | null;

const steps: readonly Step[] = [notAssessed, notSupported, withGaps, unknown, attestationNeeded, attestedOnly];

/**
 * What technical evidence and statements say of one framework subcategory. Context policies are listed by the reports
 * and never count. A statement `no` is `not-supported`, as it is `not-met` for an item. An unknown that a person accepted
 * stays unknown: accepting that nothing was seen is no evidence. So are policies without any subject.
 */
export function rollUpSubcategory(input: SubcategoryInput): SubcategoryVerdict {
  const facts = { ...input, direct: sum(input.mapped, 'direct'), supporting: sum(input.mapped, 'supporting') };
  const verdict = steps.reduce<SubcategoryVerdict | null>((found, step) => found ?? step(facts), null);
  return underCeiling(input, verdict ?? { status: 'supported', because: evidenceOf(facts) });
}

function notAssessed({ mapped, statements }: Facts): SubcategoryVerdict | null {
  if (counted(mapped).length > 0 || statements.some((state) => state !== 'not-required')) return null;
  return { status: 'not-assessed', because: 'neither a policy nor a statement speaks of it' };
}

function notSupported({ direct, statements }: Facts): SubcategoryVerdict | null {
  if (direct.fail > 0) return { status: 'not-supported', because: `direct evidence fails: ${direct.fail}` };
  return statements.includes('said-no') ? { status: 'not-supported', because: 'a required statement says no' } : null;
}

function withGaps({ direct, supporting }: Facts): SubcategoryVerdict | null {
  const waived = direct.waived + supporting.waived;
  if (supporting.fail + waived === 0) return null;
  return { status: 'supported-with-gaps', because: `supporting evidence fails: ${supporting.fail}; waived: ${waived}` };
}

function unknown({ mapped, direct, supporting }: Facts): SubcategoryVerdict | null {
  const [count, accepted] = [direct.unknown + supporting.unknown, direct.accepted + supporting.accepted];
  const laid = accepted === 0 ? '' : `; ${accepted} of them accepted for a time`;
  if (count > 0) return { status: 'unknown', because: `unknown findings: ${count}${laid}` };
  if (counted(mapped).length === 0 || direct.pass + supporting.pass > 0) return null;
  return { status: 'unknown', because: 'policies are mapped, and no subject was judged by them' };
}

function attestationNeeded({ assessability, statements }: Facts): SubcategoryVerdict | null {
  const open = statements.filter((state) => state !== 'valid' && state !== 'not-required');
  if (assessability === 'automated' || open.length === 0) return null;
  return { status: 'attestation-needed', because: `required statements: ${[...new Set(open)].sort().join(', ')}` };
}

function attestedOnly({ mapped, statements }: Facts): SubcategoryVerdict | null {
  if (counted(mapped).length > 0) return null;
  return statements.includes('valid')
    ? { status: 'attested-only', because: 'stated by a person; no policy is mapped' }
    : { status: 'attestation-needed', because: 'no policy is mapped, and no statement is valid' };
}

/** A ceiling holds evidence down until a person has spoken; it never lifts a status. */
function underCeiling({ ceiling, statements }: SubcategoryInput, verdict: SubcategoryVerdict): SubcategoryVerdict {
  if (ceiling !== 'attestation-needed' || verdict.status !== 'supported' || statements.includes('valid'))
    return verdict;
  return { status: ceiling, because: `${verdict.because}; without a valid statement it is ${ceiling} at best` };
}

const counted = (mapped: readonly MappedPolicy[]): readonly MappedPolicy[] =>
  mapped.filter(({ strength }) => strength !== 'context');

const evidenceOf = ({ direct, supporting }: Facts): string =>
  `direct evidence as expected: ${direct.pass}; supporting: ${supporting.pass}`;

function sum(mapped: readonly MappedPolicy[], strength: MappingStrength): CountsWithAccepted {
  const counts = { pass: 0, fail: 0, waived: 0, unknown: 0, accepted: 0, notApplicable: 0 };
  for (const policy of mapped) {
    if (policy.strength !== strength) continue;
    for (const name of countNames) counts[name] += policy.counts[name];
  }
  return counts;
}

const countNames = ['pass', 'fail', 'waived', 'unknown', 'accepted', 'notApplicable'] as const;
