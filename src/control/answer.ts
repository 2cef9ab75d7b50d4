import type { ItemAttestation } from './assessment.ts';
import type { JudgedAttestation } from './attestation.ts';
import { dayNumber } from './calendar.ts';
import type { Attestation, ControlItem } from './control.schema.ts';
import type { PlaceInScope } from './item-scope.ts';

/** What the statements on one item amount to. `statements` are the valid ones that answer, at most one a place. */
export interface Answer {
  readonly view: ItemAttestation;
  readonly statements: readonly Attestation[];
}

type State = ItemAttestation['state'];
interface PlaceAnswer {
  readonly state: State;
  readonly because: string;
  readonly attestation: Attestation | null;
}

/** A `no` decides; otherwise any place without a valid answer keeps the item open. */
const WORST_FIRST: readonly State[] = [
  'said-no',
  'missing',
  'out-of-scope',
  'expired',
  'future-dated',
  'evidence-mismatch',
  'valid',
];

/**
 * The answer to an item's question over the environments whose class requires one; null where the item asks nothing.
 * Of several valid statements for one environment the newest counts, and of two of one day the `no`. A `no` needs no
 * proof: it counts also where its evidence is missing or its term is too long, else losing a file would help.
 */
export function answerFor(
  item: ControlItem,
  places: readonly PlaceInScope[],
  judged: readonly JudgedAttestation[],
  today: number,
): Answer | null {
  const asked = item.attestation;
  if (asked === undefined) return null;
  const requiring = places.filter((place) => asked.required[place.class] === true);
  const answers = requiring.map((place) => placeAnswer(place, judged, today));
  const decisive = [...answers].sort(byWorst)[0] ?? notRequired;
  const valid = answers.flatMap(({ state, attestation }) => (state === 'valid' && attestation ? [attestation] : []));
  return {
    view: {
      question: asked.question,
      by: asked.by,
      state: decisive.state,
      attestation: decisive.attestation?.metadata.id ?? null,
      validUntil: decisive.attestation?.validUntil ?? null,
      because: decisive.because,
    },
    statements: [...new Set(valid)],
  };
}

const notRequired: PlaceAnswer = {
  state: 'not-required',
  because: 'no environment in scope is of a class that requires it',
  attestation: null,
};

function byWorst(one: PlaceAnswer, other: PlaceAnswer): number {
  const worse = WORST_FIRST.indexOf(one.state) - WORST_FIRST.indexOf(other.state);
  if (worse !== 0) return worse;
  const [until, otherUntil] = [one.attestation?.validUntil ?? '', other.attestation?.validUntil ?? ''];
  return until < otherUntil ? -1 : Number(until > otherUntil);
}

function placeAnswer(place: PlaceInScope, judged: readonly JudgedAttestation[], today: number): PlaceAnswer {
  if (judged.length === 0) return { state: 'missing', because: `${place.name}: no statement`, attestation: null };
  const here = judged.filter(({ attestation }) => attestation.environments.includes(place.name)).sort(newestFirst);
  if (here.length === 0) {
    return { state: 'out-of-scope', because: `${place.name}: no statement names this environment`, attestation: null };
  }
  const counting = here.find((one) => one.state === 'valid' || isNoToday(one, today));
  if (counting !== undefined) return counted(place, counting);
  return here.map((one) => rejected(place, one))[0] ?? notRequired;
}

function newestFirst(one: JudgedAttestation, other: JudgedAttestation): number {
  return compare(sortKey(other), sortKey(one));
}

const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));
const sortKey = ({ attestation }: JudgedAttestation): string =>
  `${attestation.assessedOn} ${attestation.statement === 'no' ? 1 : 0} ${attestation.metadata.id}`;

function isNoToday({ attestation, state }: JudgedAttestation, today: number): boolean {
  const from = dayNumber(attestation.assessedOn);
  const until = dayNumber(attestation.validUntil);
  const open = from !== null && until !== null && from <= today && today <= until;
  return attestation.statement === 'no' && open && state !== 'unmatched';
}

function counted(place: PlaceInScope, { attestation, because }: JudgedAttestation): PlaceAnswer {
  if (attestation.statement !== 'no') return { state: 'valid', because: `${place.name}: ${because}`, attestation };
  const who = `${attestation.attester.name} (${attestation.attester.role})`;
  return { state: 'said-no', because: `${place.name}: ${who} answered no on ${attestation.assessedOn}`, attestation };
}

function rejected(place: PlaceInScope, { attestation, state, because }: JudgedAttestation): PlaceAnswer {
  const shown: State = state === 'refused' || state === 'unmatched' || state === 'valid' ? 'missing' : state;
  const refused = shown === 'missing' ? `${attestation.metadata.id} does not count: ` : '';
  return { state: shown, because: `${place.name}: ${refused}${because}`, attestation };
}
