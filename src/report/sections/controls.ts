import type { AttestationState, ItemAssessment, WaiverState } from '../../control/assessment.ts';
import { type Block, type Blocks, capped, col, type Piece, paragraph, part, section, table } from '../block.ts';
import type { SectionOptions } from '../profile.schema.ts';
import type { Report } from '../report.ts';
import { itemSentence } from '../sentences.ts';
import { counted, folded, thousands } from '../visible.ts';
import { caps } from './caps.ts';

/** Every control with its items, each with its status and the reason for it. */
export function controlsSection({ model }: Report, { limit = caps.items }: SectionOptions): Blocks {
  const blocks: Block[] = [section('Controls and items'), paragraph(`Items: ${itemSentence(model.counts.items)}.`)];
  let shown = 0;
  for (const control of model.controls) {
    if (shown >= limit) break;
    const items = control.items.slice(0, limit - shown);
    shown += items.length;
    blocks.push(
      part(`${control.id} ${control.title}`, 150),
      paragraph(`${folded(control.intent)} Owner: ${control.owner}. Catalogue: ${control.catalog}.`, 'small'),
      itemTable(items),
    );
  }
  if (model.controls.length === 0) blocks.push(paragraph('No control was selected for this run.'));
  return [...blocks, ...capped(shown, model.counts.items.total, 'controls.csv')];
}

function itemTable(items: readonly ItemAssessment[]): Block {
  return table({
    columns: [col('Item', 6), col('Status', 4.1), col('Why', 6), col('Policies', 6)],
    rows: items.map((item) => [
      [{ text: item.id, as: 'strong' }, { text: item.title }],
      [{ status: item.status }],
      [{ text: item.because }, ...conflictPieces(item)],
      policyPieces(item),
    ]),
    rest: 'controls.csv',
  });
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
export function waiversSection({ model }: Report, { limit = caps.waivers }: SectionOptions): Blocks {
  const ofKind = (kind: WaiverState['kind']): readonly WaiverState[] =>
    model.waivers.filter((waiver) => waiver.kind === kind);
  return [
    section('Waivers and attestations'),
    part('Waivers of a fail'),
    waiverTable(ofKind('Waiver'), limit),
    part('Accepted unknowns'),
    waiverTable(ofKind('AcceptUnknown'), limit),
    part('Attestations'),
    attestationTable(model.attestations, limit),
  ];
}

function waiverTable(all: readonly WaiverState[], limit: number): Block {
  return table({
    columns: [col('Waiver', 5), col('State', 2.6), col('Expires', 2.4), col('Reason', 7), col('People', 5)],
    rows: all
      .slice(0, limit)
      .map((waiver) => [
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

function attestationTable(all: readonly AttestationState[], limit: number): Block {
  return table({
    columns: [col('Statement', 5.4), col('State', 3), col('Valid', 3.7), col('Says', 3), col('By', 5)],
    rows: all
      .slice(0, limit)
      .map((attestation) => [
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
