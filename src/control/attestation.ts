import type { Workload } from '../workload/workload.schema.ts';
import type { AttestationState } from './assessment.ts';
import { dayNumber } from './calendar.ts';
import type { ControlCatalog } from './catalogue.schema.ts';
import { statementItem, subcategoryReference } from './catalogue.ts';
import type { Attestation, Control, ControlItem } from './control.schema.ts';
import { longestDays } from './duration.ts';

export interface AttestationInput {
  readonly attestations: readonly Attestation[];
  readonly controls: readonly Control[];
  /** A framework whose subcategories can be stated too. */
  readonly catalogue?: ControlCatalog | null;
  /** Attestation id, `/` and the file as the attestation names it, to the sha256 found; null where the file is missing. */
  readonly evidenceDigests: ReadonlyMap<string, string | null>;
  readonly workload: Workload | null;
  /** Days since 1970-01-01, UTC. */
  readonly today: number;
}

export interface JudgedAttestation {
  readonly attestation: Attestation;
  readonly state: AttestationState['state'];
  readonly because: string;
}

type Verdict = Pick<JudgedAttestation, 'state' | 'because'>;
type Rule = (attestation: Attestation, item: ControlItem, input: AttestationInput) => Verdict | null;

/**
 * Judges each statement by itself: that its item exists and asks for one, its dates, its evidence. Which of several
 * statements answers an item is `answerFor`. Days are calendar days in UTC, the last one included.
 */
export function judgeAttestations(input: AttestationInput): readonly JudgedAttestation[] {
  const items = new Map([
    ...input.controls.flatMap((control) => control.items.map((item) => [itemReference(control, item), item] as const)),
    ...subcategoryItems(input.catalogue ?? null),
  ]);
  return input.attestations.map((attestation) => ({
    attestation,
    ...judge(attestation, items.get(attestation.item), input),
  }));
}

const subcategoryItems = (catalogue: ControlCatalog | null) =>
  catalogue === null
    ? []
    : catalogue.controls.map((one) => [subcategoryReference(catalogue, one), statementItem(catalogue, one)] as const);

/** `catalog@version#item`, as attestations name it. */
export function itemReference(control: Control, item: ControlItem): string {
  return `${control.metadata.catalog}#${item.id}`;
}

export function attestationState({ attestation, state, because }: JudgedAttestation): AttestationState {
  return {
    id: attestation.metadata.id,
    item: attestation.item,
    environments: attestation.environments,
    statement: attestation.statement,
    attester: attestation.attester.name,
    role: attestation.attester.role,
    assessedOn: attestation.assessedOn,
    validUntil: attestation.validUntil,
    state,
    because,
  };
}

function judge(attestation: Attestation, item: ControlItem | undefined, input: AttestationInput): Verdict {
  if (item === undefined) return { state: 'unmatched', because: `no control has an item ${attestation.item}` };
  if (item.attestation === undefined) return { state: 'unmatched', because: `${item.id} asks for no statement` };
  for (const rule of rules) {
    const verdict = rule(attestation, item, input);
    if (verdict !== null) return verdict;
  }
  return { state: 'valid', because: `valid until the end of ${attestation.validUntil}` };
}

const rules: readonly Rule[] = [environmentsExist, datesStand, notTooLong, enoughEvidence, evidenceIsTheSame, holdsNow];

function environmentsExist(attestation: Attestation, _: ControlItem, { workload }: AttestationInput): Verdict | null {
  if (workload === null || attestation.environments.some((name) => Object.hasOwn(workload.environments, name))) {
    return null;
  }
  return { state: 'unmatched', because: `the declaration has no environment ${attestation.environments.join(', ')}` };
}

function datesStand({ assessedOn, validUntil }: Attestation): Verdict | null {
  const from = dayNumber(assessedOn);
  const until = dayNumber(validUntil);
  if (from === null || until === null) return refused(`${assessedOn} to ${validUntil}: no such calendar day`);
  return until < from ? refused(`it ends (${validUntil}) before it was assessed (${assessedOn})`) : null;
}

function notTooLong({ assessedOn, validUntil }: Attestation, item: ControlItem): Verdict | null {
  const most = item.attestation?.maxAge ?? 'P0D';
  const days = (dayNumber(validUntil) ?? 0) - (dayNumber(assessedOn) ?? 0);
  return days <= longestDays(most)
    ? null
    : refused(`it claims ${days} days; a statement on ${item.id} holds ${most} from assessedOn at most`);
}

function enoughEvidence({ evidence }: Attestation, item: ControlItem): Verdict | null {
  const least = item.attestation?.evidenceMin ?? 0;
  const files = new Set((evidence ?? []).map(({ file }) => file)).size;
  return files >= least ? null : refused(`it names ${files} evidence files; ${item.id} asks for ${least}`);
}

function evidenceIsTheSame(attestation: Attestation, _: ControlItem, input: AttestationInput): Verdict | null {
  for (const { file, sha256 } of attestation.evidence ?? []) {
    const found = input.evidenceDigests.get(`${attestation.metadata.id}/${file}`) ?? null;
    if (found === null) return { state: 'evidence-mismatch', because: `${file} is missing` };
    if (found.toLowerCase() !== sha256) {
      return { state: 'evidence-mismatch', because: `${file} has the sha256 ${found}, not the one that was stated` };
    }
  }
  return null;
}

function holdsNow(
  { assessedOn, validUntil }: Attestation,
  _: ControlItem,
  { today }: AttestationInput,
): Verdict | null {
  if ((dayNumber(assessedOn) ?? 0) > today) {
    return { state: 'future-dated', because: `assessedOn ${assessedOn} lies in the future` };
  }
  return (dayNumber(validUntil) ?? 0) < today
    ? { state: 'expired', because: `it was valid until the end of ${validUntil}` }
    : null;
}

const refused = (because: string): Verdict => ({ state: 'refused', because });
