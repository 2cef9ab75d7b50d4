import type { Workload } from '../workload/workload.schema.ts';
import { answerFor } from './answer.ts';
import type {
  AssessedFinding,
  AttestationState,
  ControlAssessment,
  FrameworkControl,
  FrameworkCounts,
  FrameworkMissing,
  FrameworkSubcategory,
  FrameworkView,
  ItemAttestation,
  WaiverState,
} from './assessment.ts';
import type { JudgedAttestation } from './attestation.ts';
import type { CatalogueEntry, ControlCatalog } from './catalogue.schema.ts';
import { functionOf, groupOf, statementItem, strengthOf, subcategoryReference } from './catalogue.ts';
import { type CountsWithAccepted, countsOf, tally } from './counts.ts';
import { type MappingStrength, mappingStrengths, rollUpSubcategory, type SubcategoryStatus } from './framework.ts';
import { groupBy } from './group-by.ts';
import type { PlaceInScope } from './item-scope.ts';
import { type ProcessFacts, processState } from './process-evidence.ts';

export interface FrameworkInput {
  readonly catalogue: ControlCatalog;
  /** The policies of the pack by id. Findings of a policy that is not among them count all the same. */
  readonly policies: ReadonlyMap<string, { readonly topic?: string }>;
  readonly findings: readonly AssessedFinding[];
  readonly controls: readonly ControlAssessment[];
  readonly waivers: readonly WaiverState[];
  readonly attestations: readonly AttestationState[];
  /** Judged statements by what they are on (`nist-ai-rmf@1.0#MEASURE 2.7`). */
  readonly statements: ReadonlyMap<string, readonly JudgedAttestation[]>;
  readonly workload: Workload | null;
  /** Days since 1970-01-01, UTC. */
  readonly today: number;
}

interface KnownPolicy {
  readonly policy: string;
  readonly topic: string;
  readonly counts: CountsWithAccepted;
}

interface Context {
  readonly input: FrameworkInput;
  readonly known: readonly KnownPolicy[];
  readonly facts: ProcessFacts;
}

/**
 * What findings and statements say of every subcategory of a framework, in the order of its catalogue. A policy bears on
 * a subcategory by its topic; only a statement on the subcategory itself is its statement: that a key custodian is named
 * says nothing of a penetration test. Mapped controls and assay's own working are listed and never move a status.
 */
export function frameworkView(input: FrameworkInput): FrameworkView {
  const { catalogue } = input;
  const reference = `${catalogue.metadata.id}@${catalogue.metadata.version}`;
  const context: Context = { input, known: knownPolicies(input), facts: { ...input, reference } };
  const subcategories = catalogue.controls.map((entry) => subcategoryOf(entry, context));
  return {
    catalog: reference,
    title: catalogue.metadata.title,
    source: catalogue.metadata.source,
    notice: catalogue.notice ?? '',
    counts: frameworkCounts(subcategories),
    unresolvedTopics: unresolvedTopics(catalogue, context.known),
    subcategories,
  };
}

/** Topics that a catalogue names and no policy serves, in order. */
export function unresolvedTopics(
  { controls }: ControlCatalog,
  policies: readonly { readonly policy: string; readonly topic: string }[],
): readonly string[] {
  const named = new Set(controls.flatMap(({ evidence }) => evidence.flatMap(({ topics }) => topics ?? [])));
  return [...named].filter((topic) => !policies.some((policy) => serves(policy, topic))).sort();
}

/**
 * Whether a policy is one of a topic. `pg.*` is every policy of that service: those with a topic `pg.…`, and those with a
 * topic of our own whose id begins with `pg-`, such as pg-private (own.pg-private).
 */
export function serves({ policy, topic }: { readonly policy: string; readonly topic: string }, named: string): boolean {
  if (!named.endsWith('.*')) return topic === named;
  const service = named.slice(0, -2);
  return topic.startsWith(`${service}.`) || policy.startsWith(`${service}-`);
}

/** The policies that bear on a subcategory, each once, with the strongest that any of its topics gives it. */
export function mappedPolicies<T extends { readonly policy: string; readonly topic: string }>(
  { evidence }: Pick<CatalogueEntry, 'evidence'>,
  policies: readonly T[],
): readonly (T & { readonly strength: MappingStrength })[] {
  return policies.flatMap((one) => {
    const strength = mappingStrengths.find((each) =>
      evidence.some((entry) => entry.strength === each && (entry.topics ?? []).some((topic) => serves(one, topic))),
    );
    return strength === undefined ? [] : [{ ...one, strength }];
  });
}

function knownPolicies({ policies, findings }: FrameworkInput): readonly KnownPolicy[] {
  const judged = groupBy(findings, ({ finding }) => finding.policy);
  return [...new Set([...policies.keys(), ...judged.keys()])].sort().map((policy) => {
    const found = judged.get(policy) ?? [];
    const topic = policies.get(policy)?.topic ?? found[0]?.finding.topic ?? '';
    return { policy, topic, counts: countsOf(found) };
  });
}

function subcategoryOf(entry: CatalogueEntry, context: Context): FrameworkSubcategory {
  const { catalogue } = context.input;
  const policies = mappedPolicies(entry, context.known);
  const counting = policies.some(({ strength }) => strength !== 'context');
  const { statement, given } = statementOn(entry, context.input);
  const verdict = rollUpSubcategory({
    assessability: entry.assessability,
    ceiling: entry.ceiling,
    mapped: policies.map(({ policy, strength, counts }) => ({ policy, strength, counts })),
    // Where nothing at all speaks of it, an unasked question is no evidence either: not-assessed, not a missing answer.
    statements: given || counting ? [statement.state] : [],
  });
  const process = entry.evidence.flatMap(({ strength, processEvidence }) =>
    (processEvidence ?? []).map((what) => ({ strength, ...processState(what, context.facts) })),
  );
  return {
    id: entry.id,
    function: functionOf(entry),
    group: groupOf(entry),
    groupTitle: catalogue.groups.find(({ id }) => id === groupOf(entry))?.title ?? '',
    title: entry.title,
    assessability: entry.assessability,
    ceiling: entry.ceiling,
    strength: strengthOf(entry),
    rationale: entry.rationale,
    ...verdict,
    policies,
    process,
    statement,
    controls: mappedControls(subcategoryReference(catalogue, entry), context.input.controls),
    missing: missingFor(entry, statement, context.known),
  };
}

function statementOn(
  entry: CatalogueEntry,
  { catalogue, statements, workload, today }: FrameworkInput,
): { readonly statement: ItemAttestation; readonly given: boolean } {
  const judged = statements.get(subcategoryReference(catalogue, entry)) ?? [];
  const answer = answerFor(statementItem(catalogue, entry), places(workload), judged, today);
  const { question, by } = { question: entry.attestation, by: catalogue.statement.by };
  const none: ItemAttestation = {
    ...{ question, by },
    state: 'missing',
    attestation: null,
    validUntil: null,
    because: 'no environment is declared',
  };
  // An answer for no environment at all would count as not required: it is missing.
  const asked = answer === null || answer.view.state === 'not-required' ? none : answer.view;
  return { statement: asked, given: judged.length > 0 };
}

/** Every declared environment; without a declaration everything is judged as prod. */
function places(workload: Workload | null): readonly PlaceInScope[] {
  if (workload === null) return [{ name: 'prod', class: 'prod' }];
  return Object.entries(workload.environments)
    .map(([name, environment]) => ({ name, class: environment.class }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Mappings that were argued and refused (`relation: none`) are shown too. */
function mappedControls(reference: string, controls: readonly ControlAssessment[]): readonly FrameworkControl[] {
  return controls.flatMap((control) =>
    control.mappings
      .filter(({ to }) => to === reference)
      .map(({ relation, strength, rationale, confidence }) => ({
        control: control.id,
        status: control.status,
        relation,
        strength: strength ?? null,
        rationale: rationale ?? '',
        confidence,
      })),
  );
}

function missingFor(
  { evidence }: CatalogueEntry,
  statement: ItemAttestation,
  known: readonly KnownPolicy[],
): readonly FrameworkMissing[] {
  const topics = evidence
    .filter(({ strength }) => strength !== 'context')
    .flatMap((entry) => (entry.topics ?? []).filter((topic) => !known.some((policy) => serves(policy, topic))));
  return [
    ...(statement.state === 'valid'
      ? []
      : [
          { kind: 'statement' as const, what: statement.question, because: `${statement.state}: ${statement.because}` },
        ]),
    ...[...new Set(topics)].map((what) => ({
      kind: 'policy' as const,
      what,
      because: 'no policy of the pack judges it',
    })),
  ];
}

function frameworkCounts(subcategories: readonly FrameworkSubcategory[]): FrameworkCounts {
  const of = (test: (one: FrameworkSubcategory) => boolean): number => subcategories.filter(test).length;
  const functions = [...groupBy(subcategories, (one) => one.function)];
  return {
    total: subcategories.length,
    byStatus: byStatus(subcategories),
    functions: functions.map(([name, those]) => ({ function: name, total: those.length, byStatus: byStatus(those) })),
    groups: new Set(subcategories.map(({ group }) => group)).size,
    strengths: tally(subcategories.map(({ strength }) => strength)),
    evidencePossible: of((one) => one.assessability !== 'manual'),
    withEvidence: of((one) => judgedByPolicies(one) || shownByProcess(one)),
    withPolicies: of(judgedByPolicies),
    peopleOnly: of((one) => one.assessability === 'manual'),
    needStatement: of((one) => one.statement.state !== 'valid'),
    stated: of((one) => one.statement.state === 'valid'),
  };
}

function byStatus(subcategories: readonly FrameworkSubcategory[]): Readonly<Record<SubcategoryStatus, number>> {
  const counts: Record<SubcategoryStatus, number> = {
    'not-supported': 0,
    'supported-with-gaps': 0,
    unknown: 0,
    'attestation-needed': 0,
    'attested-only': 0,
    supported: 0,
    'not-assessed': 0,
  };
  for (const { status } of subcategories) counts[status]++;
  return counts;
}

/** An unknown and a not-applicable are no evidence. */
const judgedByPolicies = ({ policies }: FrameworkSubcategory): boolean =>
  policies.some(({ strength, counts }) => strength !== 'context' && counts.pass + counts.fail + counts.waived > 0);

const shownByProcess = (subcategory: FrameworkSubcategory): boolean =>
  subcategory.process.some(({ strength, state }) => strength !== 'context' && state === 'shown');
