import type { ItemAssessment } from '../../control/assessment.ts';
import {
  type Bar,
  type Block,
  type Blocks,
  type Cell,
  capped,
  col,
  notice,
  paragraph,
  part,
  section,
  type Tone,
  table,
} from '../block.ts';
import type { StatusCounts } from '../counts.ts';
import type { ReportModel } from '../model.ts';
import type { Report } from '../report.ts';
import { itemSentence } from '../sentences.ts';
import { counted, thousands } from '../visible.ts';
import { caps } from './caps.ts';
import { environmentName } from './words.ts';

/** The page for whoever reads one page only. */
export function summary({ model }: Report): Blocks {
  const { counts } = model;
  const failing = counts.failing.filter(({ count }) => count > 0);
  return [
    section('Executive summary'),
    ...(model.workload === null
      ? [
          notice('open', 'No workload is declared', [
            'Every resource is judged by the strictest defaults, those of production.',
          ]),
        ]
      : []),
    paragraph(`Control items: ${itemSentence(counts.items)}.`, 'lead'),
    paragraph(findingSentence(counts.findings)),
    ...(model.gaps.length > 0 ? [notice('open', 'The evidence is incomplete', model.gaps)] : []),
    part('Findings by environment and status', 150),
    chart(model),
    ...environmentTable(model),
    part('What fails, by severity'),
    table({
      columns: [col('Severity', 3), col('Findings that fail', 3, 'right'), col('Policies', 9)],
      rows: failing.map(({ severity, count }) => [[{ status: severity }], count, failingPolicies(model, severity)]),
      none: 'No finding fails that is not waived.',
    }),
    part('Controls'),
    controlTable(model),
  ];
}

function findingSentence(counts: StatusCounts): string {
  if (counts.total === 0) return 'No resource was judged: nothing in scope is of a type that a policy is about.';
  const waived =
    counts.waived > 0
      ? ` ${counted(counts.waived, 'fail is', 'fails are')} waived until a date and counted apart.`
      : '';
  const accepted =
    counts.accepted > 0 ? ` ${thousands(counts.accepted)} of the unknown ones are accepted for a time.` : '';
  return (
    `${counted(counts.total, 'finding')}: ${thousands(counts.fail)} fail, ${thousands(counts.unknown)} unknown, ` +
    `${thousands(counts.pass)} pass, ${thousands(counts.notApplicable)} not applicable.${waived}${accepted} ` +
    'What could not be known is unknown and never counted as a pass.'
  );
}

const order: readonly { readonly word: string; readonly tone: Tone; readonly of: (counts: StatusCounts) => number }[] =
  [
    { word: 'fail', tone: 'bad', of: (counts) => counts.fail },
    { word: 'waived', tone: 'eased', of: (counts) => counts.waived },
    { word: 'unknown', tone: 'open', of: (counts) => counts.unknown },
    { word: 'pass', tone: 'good', of: (counts) => counts.pass },
    { word: 'not applicable', tone: 'quiet', of: (counts) => counts.notApplicable },
  ];

function chart(model: ReportModel): Block {
  const bars = model.counts.environments.slice(0, caps.environments).map(
    (entry): Bar => ({
      label: environmentName(entry),
      parts: order.map(({ word, tone, of }) => ({ word, tone, value: of(entry.counts) })),
    }),
  );
  return bars.length === 0 ? paragraph('There is no finding to draw.', 'small') : { kind: 'bars', bars };
}

function environmentTable(model: ReportModel): Blocks {
  const { environments, findings } = model.counts;
  const shown = environments.slice(0, caps.environments);
  const rows = shown.map((entry): readonly Cell[] => [environmentName(entry), ...numbers(entry.counts)]);
  return [
    table({
      columns: [col('Environment', 4), ...numberColumns],
      rows: [...rows, [[{ text: 'all', as: 'strong' }], ...numbers(findings)]],
    }),
    ...capped(shown.length, environments.length, 'results.json'),
  ];
}

export const numberColumns = [...order.map(({ word }) => word), 'total'].map((title) => col(title, 2, 'right'));

export function numbers(counts: StatusCounts): readonly Cell[] {
  return [...order.map(({ of }) => of(counts)), counts.total];
}

function failingPolicies(model: ReportModel, severity: string): string {
  const failing = model.policies.filter((policy) => policy.severity === severity && policy.counts.fail > 0);
  const shown = failing.slice(0, 6).map((policy) => `${policy.id} (${thousands(policy.counts.fail)})`);
  return [...shown, ...(failing.length > shown.length ? [`and ${failing.length - shown.length} more`] : [])].join(', ');
}

function controlTable(model: ReportModel): Block {
  return table({
    columns: [col('Control', 7), col('Status', 3.6), col('Items met', 2, 'right'), col('Why', 7)],
    rows: model.controls
      .slice(0, caps.items)
      .map((control) => [
        [{ text: control.id, as: 'strong' }, { text: control.title }],
        [{ status: control.status }],
        metText(control.items),
        control.because,
      ]),
    all: model.controls.length,
    none: 'No control was selected for this run.',
    rest: 'controls.csv',
  });
}

function metText(items: readonly ItemAssessment[]): string {
  const applicable = items.filter((item) => item.status !== 'not-applicable');
  return `${applicable.filter((item) => item.status === 'met').length} / ${applicable.length}`;
}
