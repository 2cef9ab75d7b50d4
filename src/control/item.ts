import type { Answer } from './answer.ts';
import {
  type AssessedFinding,
  type ItemAssessment,
  type ItemPolicy,
  type ItemStatus,
  itemStatuses,
} from './assessment.ts';
import type { ControlItem } from './control.schema.ts';
import { countsOf, tally } from './counts.ts';

export interface ItemInput {
  readonly item: ControlItem;
  /** Findings in the control's scope by policy id. */
  readonly findings: ReadonlyMap<string, readonly AssessedFinding[]>;
  /** Ids of the policies of the pack. */
  readonly pack: { has(policy: string): boolean };
  readonly answer: Answer | null;
  /** What no subject at all means: `not-applicable` where the declaration (or the control) says that none is expected. */
  readonly emptyMeans: 'unknown' | 'not-applicable';
}

interface Facts extends ItemInput {
  readonly required: readonly AssessedFinding[];
  readonly counts: ReturnType<typeof countsOf>;
  readonly named: number;
  readonly inPack: number;
}

interface Verdict {
  readonly status: ItemStatus;
  readonly because: string;
  /** Why it is unknown where no finding says so. */
  readonly reason?: 'empty-scope';
}
type Step = (facts: Facts) => Verdict | null;

/** Each says what it alone would make of the item, or nothing. */
const steps: readonly Step[] = [failing, unknown, statementMissing, withoutPolicy, withoutSubjects, waived];

/**
 * Rolls findings and statement up into one status: the worst that any step says, in the order not-met, unknown,
 * attestation-needed, met-with-waivers, met, not-applicable; of two that say the same, the first gives the reason. An
 * unknown so never hides a statement that says no, and less evidence never gives a better status.
 * Informative policies are counted and never decide. What the statement alone decides stands at `withoutPolicy`.
 */
export function assessItem(input: ItemInput): ItemAssessment {
  const facts = factsOf(input);
  const verdict = worstVerdict(steps.flatMap((step) => step(facts) ?? [])) ?? met(facts);
  const { item, answer } = input;
  return {
    id: item.id,
    title: item.title,
    status: verdict.status,
    because: `${verdict.because}${missingFromPack(facts)}`,
    requirements: item.requirements ?? [],
    policies: item.policies.map((policy) => itemPolicy(policy, input)),
    attestation: answer?.view ?? null,
    unknownReasons: unknownReasons(facts, verdict),
    conflict: conflictOf(facts),
  };
}

const rank = ({ status }: Verdict): number => itemStatuses.indexOf(status);

const worstVerdict = (verdicts: readonly Verdict[]): Verdict | undefined =>
  verdicts.toSorted((one, other) => rank(one) - rank(other))[0];

function factsOf(input: ItemInput): Facts {
  const refs = new Set(input.item.policies.filter(({ role }) => role === 'required').map(({ ref }) => ref));
  const required = [...refs].flatMap((ref) => input.findings.get(ref) ?? []);
  const inPack = [...refs].filter((ref) => input.pack.has(ref)).length;
  return { ...input, required, counts: countsOf(required), named: refs.size, inPack };
}

function failing({ required, counts }: Facts): Verdict | null {
  if (counts.fail === 0) return null;
  const fails = required.filter(({ finding, waived: by }) => finding.status === 'fail' && by === undefined);
  return { status: 'not-met', because: `${say(counts.fail, 'finding')} failing: ${byPolicy(fails)}` };
}

function unknown(facts: Facts): Verdict | null {
  const reasons = reasonsOf(facts.required);
  if (reasons.length === 0) return null;
  return { status: 'unknown', because: `${say(reasons.length, 'finding')} unknown: ${sayTally(reasons)}` };
}

function statementMissing({ answer }: Facts): Verdict | null {
  if (answer === null || answer.view.state === 'valid' || answer.view.state === 'not-required') return null;
  const { state, because } = answer.view;
  return { status: state === 'said-no' ? 'not-met' : 'attestation-needed', because: `statement ${state}: ${because}` };
}

/**
 * No policy that could decide: unknown whatever was stated, since a statement cannot stand for a check that nobody ran.
 * Only an item that is marked manual, and names no policy, is decided by its statement.
 */
function withoutPolicy({ item, named, inPack, answer }: Facts): Verdict | null {
  if (inPack > 0) return null;
  if (named > 0 || item.manual !== true || answer === null) return { status: 'unknown', because: 'no policy' };
  if (answer.view.state === 'not-required') return { status: 'not-applicable', because: answer.view.because };
  return saysOnlyNotApplicable(answer)
    ? { status: 'not-applicable', because: `stated as not applicable: ${answer.view.because}` }
    : { status: 'met', because: `by statement alone: ${answer.view.because}` };
}

const saysOnlyNotApplicable = ({ statements }: Answer): boolean =>
  statements.every(({ statement }) => statement === 'not-applicable');

function withoutSubjects({ counts, required, emptyMeans, answer, inPack }: Facts): Verdict | null {
  if (inPack === 0) return null;
  if (required.length === 0 && emptyMeans === 'unknown') {
    const because = 'empty-scope: no subject was found, and the declaration does not say expect: 0';
    return { status: 'unknown', because, reason: 'empty-scope' };
  }
  if (required.length === 0) return { status: 'not-applicable', because: 'no subject was found, and none is expected' };
  if (counts.notApplicable < required.length) return null;
  const stated = answer !== null && answer.statements.length > 0 && !saysOnlyNotApplicable(answer);
  return stated ? null : { status: 'not-applicable', because: `applies to none of ${say(required.length, 'subject')}` };
}

function waived({ counts }: Facts): Verdict | null {
  const parts = [
    ...(counts.waived > 0 ? [`${say(counts.waived, 'fail')} waived`] : []),
    ...(counts.accepted > 0 ? [`${counts.accepted} unknown accepted`] : []),
  ];
  return parts.length === 0
    ? null
    : { status: 'met-with-waivers', because: `${parts.join(', ')}, the rest as expected` };
}

function met({ counts, answer }: Facts): Verdict {
  const stated = answer?.view.state === 'valid' ? ', and the statement is valid' : '';
  return { status: 'met', because: `${say(counts.pass, 'finding')} as expected${stated}` };
}

function missingFromPack({ named, inPack }: Facts): string {
  return inPack > 0 && inPack < named ? `; ${named - inPack} of ${named} required policies are not in the pack` : '';
}

function itemPolicy({ ref, role }: ControlItem['policies'][number], input: ItemInput): ItemPolicy {
  const { accepted: _, ...counts } = countsOf(input.findings.get(ref) ?? []);
  return { policy: ref, role, inPack: input.pack.has(ref), ...counts };
}

function unknownReasons({ required }: Facts, verdict: Verdict): Readonly<Record<string, number>> {
  return tally([...reasonsOf(required), ...(verdict.reason === undefined ? [] : [verdict.reason])]);
}

function reasonsOf(required: readonly AssessedFinding[]): readonly string[] {
  return required.flatMap(({ finding, accepted }) =>
    finding.status === 'unknown' && accepted === undefined ? [finding.reason] : [],
  );
}

/** Somebody stated yes for an environment in which a required policy fails unwaived. */
function conflictOf({ answer, required }: Facts): string | null {
  for (const { metadata, statement, environments } of answer?.statements ?? []) {
    if (statement !== 'yes' && statement !== 'yes-with-comment') continue;
    const against = required.filter(
      ({ finding, waived: by }) =>
        finding.status === 'fail' && by === undefined && environments.includes(finding.environment ?? finding.class),
    );
    if (against.length > 0) return `${metadata.id} states ${statement}, while failing: ${byPolicy(against)}`;
  }
  return null;
}

const byPolicy = (findings: readonly AssessedFinding[]): string =>
  sayTally(findings.map(({ finding }) => finding.policy));

const sayTally = (names: readonly string[]): string =>
  Object.entries(tally(names))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');

const say = (count: number, noun: string): string => (count === 1 ? `1 ${noun}` : `${count} ${noun}s`);
