import { type Block, type Blocks, type Cell, col, type Piece, paragraph, part, section, table } from '../block.ts';
import { type GapItem, gapItems } from '../gap.ts';
import type { SectionOptions } from '../profile.schema.ts';
import type { Report } from '../report.ts';
import { counted, folded } from '../visible.ts';
import { caps } from './caps.ts';

/** Control by control and item by item: what is required, what was found, what is between them, and who must act. */
export function gapSection(report: Report, { limit = caps.items, perPolicy = 8 }: SectionOptions): Blocks {
  const all = gapItems(report);
  const shown = all.slice(0, limit);
  if (all.length === 0)
    return [section('Gaps by control and item'), paragraph('No control was selected for this run.')];
  const ready = all.filter((one) => one.ready).length;
  const controls = [...new Set(shown.map(({ control }) => control))];
  return [
    section('Gaps by control and item'),
    paragraph(`${ready} of ${counted(all.length, 'item')} ready for an assessment.`, 'lead'),
    paragraph(
      'An item is ready when its required policies pass, or what fails is waived, and the statement that it asks for is valid. Unknown is not ready: an assessor will not take it for a pass.',
    ),
    overview(shown, all.length),
    ...controls.flatMap((control) => [
      part(`${control.id} ${control.title}`, 200),
      paragraph(`${folded(control.intent)} Owner: ${control.owner}. Catalogue: ${control.catalog}.`, 'small'),
      ...shown.filter((one) => one.control === control).flatMap((one) => card(one, perPolicy)),
    ]),
  ];
}

const readyWord = ({ ready }: GapItem): string => (ready ? 'ready' : 'not ready');

function overview(shown: readonly GapItem[], all: number): Block {
  return table({
    columns: [col('Item', 6), col('State', 3.2), col('First blocker', 7), col('Effort', 4)],
    rows: shown.map((one) => [
      [{ text: one.item.id, as: 'strong' }, { text: one.item.title }],
      [{ status: readyWord(one) }, { text: one.item.status, as: 'faint' }],
      one.blocker ?? 'none',
      one.effort,
    ]),
    all,
    rest: 'gap.csv',
  });
}

function card(one: GapItem, most: number): Blocks {
  const { item } = one;
  const row = (name: string, texts: readonly string[], none: string): readonly Cell[] => [
    [{ text: name, as: 'strong' }],
    lines(texts, most, none),
  ];
  return [
    part(`${item.id} ${item.title}`, 150),
    table({
      columns: [col('', 2.4), col('', 11)],
      headless: true,
      rest: 'gap.csv',
      rows: [
        [[{ text: 'State', as: 'strong' }], [{ status: readyWord(one) }, { text: one.reason }, ...conflict(one)]],
        row('Required', one.required, 'Nothing is required.'),
        row('Found', one.found, 'Nothing was looked at.'),
        row('Gap', one.gap, 'No finding fails.'),
        row('Missing', one.missing, 'No evidence and no statement is missing.'),
        row('Owner', one.owners, 'Nobody is named.'),
        row('Effort', [one.effort], ''),
        row('First blocker', one.blocker === null ? [] : [one.blocker], 'none'),
        row('Requirements', item.requirements.length === 0 ? [] : [item.requirements.join(' ')], 'none'),
      ],
    }),
  ];
}

function conflict({ item }: GapItem): readonly Piece[] {
  return item.conflict === null ? [] : [{ text: `Conflict: ${item.conflict}`, as: 'strong' }];
}

function lines(texts: readonly string[], most: number, none: string): readonly Piece[] {
  if (texts.length === 0) return [{ text: none, as: 'faint' }];
  const left = texts.length - most;
  const more: readonly Piece[] =
    left > 0 ? [{ text: `and ${left} more, in gap.csv and findings.csv`, as: 'faint' }] : [];
  const many = texts.length > 1;
  return [...texts.slice(0, most).map((text): Piece => ({ text: many ? `• ${text}` : text })), ...more];
}
