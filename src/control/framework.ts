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
  /** The best status that evidence without a valid statement may reach; by default `supported`. */
  readonly ceiling?: SubcategoryStatus;
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
 * and never count. A statement `no` is `not-supported`, as it is `not-met` for an item; an accepted unknown is a gap,
 * as a waived fail is; policies without any subject are `unknown`: nothing was seen that could support.
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
  const accepted = direct.waived + supporting.waived + direct.accepted + supporting.accepted;
  if (supporting.fail + accepted === 0) return null;
  return {
    status: 'supported-with-gaps',
    because: `supporting evidence fails: ${supporting.fail}; waived or accepted: ${accepted}`,
  };
}

function unknown({ mapped, direct, supporting }: Facts): SubcategoryVerdict | null {
  const open = direct.unknown + supporting.unknown - direct.accepted - supporting.accepted;
  if (open > 0) return { status: 'unknown', because: `unknown findings: ${open}` };
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
function underCeiling(input: SubcategoryInput, verdict: SubcategoryVerdict): SubcategoryVerdict {
  const { ceiling } = input;
  if (ceiling === undefined || verdict.status === 'not-assessed' || input.statements.includes('valid')) return verdict;
  const rank = (status: SubcategoryStatus): number => subcategoryStatuses.indexOf(status);
  if (rank(verdict.status) <= rank(ceiling)) return verdict;
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
