import type { FrameworkSubcategory, FrameworkView } from '../../control/assessment.ts';
import { type Block, type Blocks, capped, col, type Piece, paragraph, part, section, table } from '../block.ts';
import { groupBy } from '../counts.ts';
import { frameworkSentence } from '../framework-csv.ts';
import type { SectionOptions } from '../profile.schema.ts';
import type { Report } from '../report.ts';
import { folded } from '../visible.ts';
import { caps } from './caps.ts';

/** Every subcategory of the framework with the status of its evidence. Nothing here is ever called a pass. */
export function frameworkSection({ model }: Report, { limit = caps.subcategories }: SectionOptions): Blocks {
  const view = model.framework;
  if (view === null) return [section('Framework'), paragraph('No framework catalogue was given for this run.')];
  const shown = view.subcategories.slice(0, limit);
  return [
    section(view.title),
    paragraph(frameworkSentence(view.counts), 'lead'),
    paragraph(`${folded(view.notice)} Source: ${view.source}.`, 'small'),
    statusTable(view),
    ...[...groupBy(shown, (each) => each.function)].flatMap(([name, subcategories]) => [
      part(name, 150),
      subcategoryTable(subcategories),
    ]),
    ...capped(shown.length, view.subcategories.length, 'framework.csv'),
  ];
}

function statusTable({ counts }: FrameworkView): Block {
  const statuses = Object.entries(counts.byStatus).filter(([, count]) => count > 0);
  return table({
    columns: [
      col('Status of the evidence', 4),
      col('Subcategories', 2, 'right'),
      ...counts.functions.map((each) => col(each.function, 2, 'right')),
    ],
    rows: statuses.map(([status, count]) => [
      [{ status }],
      count,
      ...counts.functions.map((each) => Object.entries(each.byStatus).find(([name]) => name === status)?.[1] ?? 0),
    ]),
    none: 'The catalogue has no subcategory.',
  });
}

function subcategoryTable(subcategories: readonly FrameworkSubcategory[]): Block {
  return table({
    columns: [col('Subcategory', 6), col('Evidence', 3.6), col('Why', 5), col('From', 5), col('Missing', 5)],
    rows: subcategories.map((each) => [
      [{ text: each.id, as: 'strong' }, { text: folded(each.title) }, { text: each.assessability, as: 'faint' }],
      [{ status: each.status }],
      each.because,
      each.policies.map(
        ({ policy, strength, counts }): Piece => ({
          text: `${policy} (${strength}): ${counts.pass} pass, ${counts.fail} fail, ${counts.unknown} unknown`,
          as: 'faint',
        }),
      ),
      each.missing.slice(0, 3).map(({ what }): Piece => ({ text: what, as: 'faint' })),
    ]),
    rest: 'framework.csv',
  });
}
