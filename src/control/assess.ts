import type { Finding } from '../evaluate/finding.ts';
import type { Workload } from '../workload/workload.schema.ts';
import { answerFor } from './answer.ts';
import type { AssessedFinding, Assessment, ControlAssessment } from './assessment.ts';
import { attestationState, itemReference, type JudgedAttestation, judgeAttestations } from './attestation.ts';
import { dayOfMoment } from './calendar.ts';
import type { ControlCatalog } from './catalogue.schema.ts';
import type { AcceptUnknown, Attestation, Control, ControlItem, Waiver } from './control.schema.ts';
import { frameworkView } from './framework-view.ts';
import { groupBy } from './group-by.ts';
import { assessItem } from './item.ts';
import { environmentsInScope, isDeclaredEmpty, isInScope } from './item-scope.ts';
import { rollUp } from './roll-up.ts';
import { applyWaivers } from './waiver.ts';
import type { PolicyFacts } from './waiver-rules.ts';

export interface AssessInput {
  readonly findings: readonly Finding[];
  readonly controls: readonly Control[];
  /** A framework to show the findings by. */
  readonly catalogue?: ControlCatalog | null;
  /** The policies of the pack by id; `subject` tells which declared count speaks of an item without subjects. */
  readonly policies: ReadonlyMap<string, PolicyFacts>;
  readonly waivers: readonly Waiver[];
  readonly acceptUnknowns: readonly AcceptUnknown[];
  readonly attestations: readonly Attestation[];
  /** Attestation id, `/` and the file as the attestation names it, to the sha256 found; null where the file is missing. */
  readonly evidenceDigests: ReadonlyMap<string, string | null>;
  readonly workload: Workload | null;
  /** ISO 8601 with a zone: the moment at which waivers and statements are judged. */
  readonly now: string;
}

interface Judged {
  readonly input: AssessInput;
  readonly byPolicy: ReadonlyMap<string, readonly AssessedFinding[]>;
  readonly statements: ReadonlyMap<string, readonly JudgedAttestation[]>;
  readonly today: number;
}

/**
 * Lays waivers over findings and rolls findings and statements up into items and controls. A pure function: the same
 * inputs, in whatever order, give the same answer. Retired controls are left out.
 * Throws ControlError where the clock or an item's `maxAge` cannot be read.
 */
export function assess(input: AssessInput): Assessment {
  const today = dayOfMoment(input.now);
  const controls = input.controls.filter((control) => control.metadata.status !== 'retired').sort(byControlId);
  const waived = applyWaivers({ ...input, waivers: [...input.waivers, ...input.acceptUnknowns], today });
  const findings = [...waived.findings].sort(byPolicyAndResource);
  const judged = judgeAttestations({ ...input, controls, today });
  const context: Judged = {
    input,
    byPolicy: groupBy(findings, ({ finding }) => finding.policy),
    statements: groupBy(judged, ({ attestation }) => attestation.item),
    today,
  };
  const assessment: Assessment = {
    controls: controls.map((control) => assessControl(control, context)),
    findings,
    waivers: [...waived.states].sort((one, other) => compareAll([one.id, one.kind], [other.id, other.kind])),
    attestations: judged.map(attestationState).sort((one, other) => compare(one.id, other.id)),
  };
  const catalogue = input.catalogue ?? null;
  if (catalogue === null) return assessment;
  return { ...assessment, framework: frameworkView({ ...input, ...assessment, ...context, catalogue }) };
}

function assessControl(control: Control, context: Judged): ControlAssessment {
  const items = control.items.map((item) => assessOne(item, control, context));
  const { metadata, intent } = control;
  return {
    id: metadata.id,
    catalog: metadata.catalog,
    title: metadata.title,
    owner: metadata.owner,
    intent,
    ...rollUp(items),
    items,
    mappings: control.mappings ?? [],
    narrative: control.narrative ?? {},
  };
}

function assessOne(item: ControlItem, control: Control, { input, byPolicy, statements, today }: Judged) {
  const findings = new Map(
    item.policies.map(({ ref }) => [ref, (byPolicy.get(ref) ?? []).filter((finding) => isInScope(finding, control))]),
  );
  const places = environmentsInScope(control, input.workload, [...findings.values()].flat());
  const answer = answerFor(item, places, statements.get(itemReference(control, item)) ?? [], today);
  return assessItem({ item, findings, pack: input.policies, answer, emptyMeans: emptyMeans(item, control, input) });
}

function emptyMeans(item: ControlItem, control: Control, { policies, workload }: AssessInput) {
  if (control.aggregation?.emptyScope === 'not-applicable') return 'not-applicable';
  const required = item.policies.flatMap(({ ref, role }) => (role === 'required' ? (policies.get(ref) ?? []) : []));
  const subjects = required.map(({ subject }) => subject).filter((subject) => subject !== undefined);
  const types = subjects.length === required.length ? subjects : control.appliesTo.types;
  return isDeclaredEmpty(types, control, workload) ? 'not-applicable' : 'unknown';
}

function byControlId({ metadata: one }: Control, { metadata: other }: Control): number {
  return compareAll([one.id, one.catalog], [other.id, other.catalog]);
}

function byPolicyAndResource({ finding: one }: AssessedFinding, { finding: other }: AssessedFinding): number {
  return compareAll(sortKey(one), sortKey(other));
}

const sortKey = (finding: Finding): readonly string[] => [
  finding.policy,
  finding.resource.toLowerCase(),
  finding.sub ?? '',
  finding.id,
];

// By code unit, never by locale: the order must be the same on every machine.
const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

function compareAll(one: readonly string[], other: readonly string[]): number {
  for (const [index, part] of one.entries()) {
    const order = compare(part, other[index] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}
