import type { AttestationState, ItemAssessment, WaiverState } from '../../control/assessment.ts';
import type { ReportModel } from '../model.ts';
import { itemSentence } from '../sentences.ts';
import { counted, folded, thousands } from '../visible.ts';
import { paragraph, part, section, styles } from './blocks.ts';
import type { Sheet } from './document.ts';
import { limits } from './limits.ts';
import { capped, col, type Piece, table } from './table.ts';

/** Every control with its items, each with its status and the reason for it. */
export function controlsSection(sheet: Sheet, model: ReportModel): void {
  section(sheet, 'Controls and items');
  paragraph(sheet, `Items: ${itemSentence(model.counts.items)}.`);
  let shown = 0;
  for (const control of model.controls) {
    if (shown >= limits.items) break;
    part(sheet, `${control.id} ${control.title}`, 150);
    paragraph(sheet, `${folded(control.intent)} Owner: ${control.owner}. Catalogue: ${control.catalog}.`, styles.small);
    const items = control.items.slice(0, limits.items - shown);
    table(sheet, {
      columns: [col('Item', 6), col('Status', 4.1), col('Why', 6), col('Policies', 6)],
      rows: items.map((item) => [
        [{ text: item.id, as: 'strong' }, { text: item.title }],
        [{ status: item.status }],
        [{ text: item.because }, ...conflictPieces(item)],
        policyPieces(item),
      ]),
      rest: 'controls.csv',
    });
    shown += items.length;
  }
  if (model.controls.length === 0) paragraph(sheet, 'No control was selected for this run.');
  capped(sheet, shown, model.counts.items.total, 'controls.csv');
}

function conflictPieces(item: ItemAssessment): readonly Piece[] {
  return item.conflict === null ? [] : [{ text: `Conflict: ${item.conflict}`, as: 'strong' }];
}

function policyPieces(item: ItemAssessment): readonly Piece[] {
  const policies = item.policies.map(({ policy, role, inPack, fail, unknown, waived, pass }): Piece => {
    if (!inPack) return { text: `${policy}: no policy of this pack`, as: 'faint' };
    const numbers = [
      `${thousands(fail)} fail`,
      `${thousands(unknown)} unknown`,
      `${thousands(waived)} waived`,
      `${thousands(pass)} pass`,
    ];
    return { text: `${policy}${role === 'informative' ? ' (informative)' : ''}: ${numbers.join(', ')}`, as: 'faint' };
  });
  const { attestation } = item;
  if (attestation === null) return policies;
  const until = attestation.validUntil === null ? '' : `, valid until ${attestation.validUntil}`;
  return [...policies, { text: `Statement by ${attestation.by}: ${attestation.state}${until}`, as: 'faint' }];
}

/** What people accepted or stated, until when, and whether it still holds. */
export function waiversSection(sheet: Sheet, model: ReportModel): void {
  section(sheet, 'Waivers and attestations');
  waivers(
    sheet,
    'Waivers of a fail',
    model.waivers.filter((waiver) => waiver.kind === 'Waiver'),
  );
  waivers(
    sheet,
    'Accepted unknowns',
    model.waivers.filter((waiver) => waiver.kind === 'AcceptUnknown'),
  );
  attestations(sheet, model.attestations);
}

function waivers(sheet: Sheet, title: string, all: readonly WaiverState[]): void {
  part(sheet, title);
  const shown = all.slice(0, limits.waivers);
  table(sheet, {
    columns: [col('Waiver', 5), col('State', 2.6), col('Expires', 2.4), col('Reason', 7), col('People', 5)],
    rows: shown.map((waiver) => [
      [
        { text: waiver.id, as: 'strong' },
        { text: waiver.policy },
        { text: `${counted(waiver.findings.length, 'finding')}, risk ${waiver.risk}`, as: 'faint' },
      ],
      [{ status: waiver.state }],
      waiver.expires,
      [{ text: folded(waiver.reason) }, { text: waiver.because, as: 'faint' }],
      [
        { text: `approved: ${waiver.approvedBy}`, as: 'faint' },
        { text: `requested: ${waiver.requestedBy}`, as: 'faint' },
        ...(waiver.reference === null ? [] : [{ text: `reference: ${waiver.reference}`, as: 'faint' } as const]),
      ],
    ]),
    all: all.length,
    none: 'None.',
    rest: 'waivers.csv',
  });
}

function attestations(sheet: Sheet, all: readonly AttestationState[]): void {
  part(sheet, 'Attestations');
  const shown = all.slice(0, limits.attestations);
  table(sheet, {
    columns: [col('Statement', 5.4), col('State', 3), col('Valid', 3.7), col('Says', 3), col('By', 5)],
    rows: shown.map((attestation) => [
      [
        { text: attestation.id, as: 'strong' },
        { text: attestation.item },
        { text: attestation.environments.join(', '), as: 'faint' },
      ],
      [{ status: attestation.state }, { text: attestation.because, as: 'faint' }],
      [{ text: `from ${attestation.assessedOn}` }, { text: `until ${attestation.validUntil}` }],
      attestation.statement,
      [{ text: attestation.attester }, { text: attestation.role, as: 'faint' }],
    ]),
    all: all.length,
    none: 'None.',
    rest: 'waivers.csv',
  });
}
