import type { AssessedFinding, AttestationState, ControlAssessment, ItemAssessment } from '../control/assessment.ts';
import type { Control, ControlItem } from '../control/control.schema.ts';
import { mismatchText, parameterTexts } from '../report/finding.ts';
import { jsonText } from '../report/plain.ts';
import { folded, visible } from '../report/visible.ts';

/** What a control asks for, item by item. */
export function controlDefinition(control: Control, items: readonly ControlItem[]): readonly string[] {
  const { metadata, intent, appliesTo } = control;
  return [
    `${metadata.id}  ${metadata.title}`,
    `  ${folded(intent)}`,
    `  owner ${metadata.owner}; classes ${appliesTo.classes.join(', ')}; ${metadata.catalog}, ${metadata.status}`,
    ...items.flatMap((item) => ['', ...itemDefinition(item)]),
    ...mappingLines(control.mappings ?? []),
    ...narrativeLines(control.narrative ?? {}),
  ];
}

/** A control as it was judged, down to the facts of each finding. */
export function judgedControl(
  control: ControlAssessment,
  findings: readonly AssessedFinding[],
  statements: readonly AttestationState[],
): readonly string[] {
  return [
    `${control.id}  ${control.title}: ${control.status}`,
    `  ${control.because}`,
    `  ${folded(control.intent)}`,
    ...control.items.flatMap((item) => ['', ...judgedItem(item, findings, statements)]),
    ...mappingLines(control.mappings),
    ...narrativeLines(control.narrative),
  ];
}

function itemDefinition(item: ControlItem): readonly string[] {
  return [
    `${item.id}  ${item.title}`,
    ...(item.requirements === undefined ? [] : [`  serves     ${item.requirements.join(' ')}`]),
    ...item.policies.map(({ ref, role }) => `  policy     ${ref} (${role})`),
    ...(item.policies.length === 0 ? ['  policy     none'] : []),
    ...(item.attestation === undefined ? [] : askedLines(item.attestation)),
    ...(item.evidence ?? []).map(({ id, from }) => `  evidence   ${id}, from ${from}`),
    ...(item.note === undefined ? [] : [`  note       ${folded(item.note)}`]),
  ];
}

function askedLines({ question, by, required, maxAge }: NonNullable<ControlItem['attestation']>): readonly string[] {
  const classes = Object.entries(required).flatMap(([name, needed]) => (needed ? [name] : []));
  return [
    `  statement  ${folded(question)}`,
    `             by ${by}, for ${classes.join(', ')}, valid ${maxAge} at most`,
  ];
}

function judgedItem(
  item: ItemAssessment,
  findings: readonly AssessedFinding[],
  statements: readonly AttestationState[],
): readonly string[] {
  return [
    `${item.id}  ${item.title}: ${item.status}`,
    `  because    ${visible(item.because)}`,
    ...(item.requirements.length === 0 ? [] : [`  serves     ${item.requirements.join(' ')}`]),
    ...item.policies.flatMap(({ policy, role, inPack, ...counts }) => [
      `  policy     ${policy} (${role})${inPack ? '' : ', not in the pack'}: ${countsText(counts)}`,
      ...findings.filter(({ finding }) => finding.policy === policy).flatMap(findingLines),
    ]),
    ...statementLines(item, statements),
    ...(item.conflict === null ? [] : [`  conflict   ${visible(item.conflict)}`]),
  ];
}

interface Counts {
  readonly pass: number;
  readonly fail: number;
  readonly waived: number;
  readonly unknown: number;
  readonly notApplicable: number;
}

/** `pass 2, fail 1, waived 0, unknown 0, not applicable 0`. */
export const countsText = ({ pass, fail, waived, unknown, notApplicable }: Counts): string =>
  `pass ${pass}, fail ${fail}, waived ${waived}, unknown ${unknown}, not applicable ${notApplicable}`;

function findingLines({ finding, waived, accepted }: AssessedFinding): readonly string[] {
  const reason = finding.status === 'unknown' ? ` (${finding.reason})` : '';
  const place = `${finding.environment ?? 'no environment'}, ${finding.class}`;
  const facts = Object.entries(finding.facts).map(([name, value]) => `fact ${visible(`${name} = ${jsonText(value)}`)}`);
  const overlay = waived ?? accepted;
  const under = [
    visible(finding.resource),
    visible(finding.because),
    ...(finding.status === 'fail' ? finding.mismatches.map((one) => visible(mismatchText(one))) : []),
    ...(finding.status === 'unknown' ? finding.missing.map((one) => `needs ${visible(jsonText(one))}`) : []),
    ...facts,
    ...parameterTexts(finding.parameters).map((text) => `parameter ${visible(text)}`),
    ...(overlay === undefined ? [] : [`accepted by ${overlay.waiver} until ${overlay.expires}`]),
  ];
  const status = waived === undefined ? finding.status : 'waived';
  return [`    ${status}${reason}  ${visible(finding.name)}  (${place})`, ...under.map((line) => `      ${line}`)];
}

function statementLines(item: ItemAssessment, statements: readonly AttestationState[]): readonly string[] {
  const { attestation } = item;
  if (attestation === null) return [];
  const its = statements.filter((one) => one.item.endsWith(`#${item.id}`));
  return [
    `  statement  ${folded(attestation.question)} (by ${attestation.by})`,
    `             ${attestation.state}: ${visible(attestation.because)}`,
    ...its.map(
      ({ id, statement, state, attester, role, assessedOn, validUntil }) =>
        `             ${id}: ${statement}, by ${visible(attester)} (${visible(role)}), ${assessedOn} to ${validUntil}: ${state}`,
    ),
  ];
}

function mappingLines(mappings: ControlAssessment['mappings']): readonly string[] {
  if (mappings.length === 0) return [];
  return [
    '',
    'mapped to',
    ...mappings.map(({ to, relation, strength, confidence }) => {
      const how = strength === undefined ? relation : `${relation}, ${strength}`;
      return `  ${to}: ${how} (${confidence})`;
    }),
  ];
}

const narrativeLines = (narrative: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(narrative).flatMap(([name, text]) => ['', `${name}: ${folded(text)}`]);
