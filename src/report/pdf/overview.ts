import type { ItemAssessment } from '../../control/assessment.ts';
import type { StatusCounts } from '../counts.ts';
import type { ReportModel } from '../model.ts';
import { itemSentence } from '../sentences.ts';
import { counted, moment, thousands } from '../visible.ts';
import { bullets, label, notice, pairs, paragraph, part, section, styles } from './blocks.ts';
import { type Bar, stackedBars } from './chart.ts';
import { principalText } from './cover.ts';
import type { Sheet } from './document.ts';
import { limits } from './limits.ts';
import type { Tone } from './palette.ts';
import { type Cell, capped, col, table } from './table.ts';

/** The page for whoever reads one page only. */
export function summary(sheet: Sheet, model: ReportModel): void {
  section(sheet, 'Executive summary');
  const { counts } = model;
  if (model.workload === null) {
    notice(sheet, 'open', 'No workload is declared', [
      'Every resource is judged by the strictest defaults, those of production.',
    ]);
  }
  paragraph(sheet, `Control items: ${itemSentence(counts.items)}.`, { ...styles.body, face: 'bold', size: 10.5 });
  paragraph(sheet, findingSentence(counts.findings));
  if (model.gaps.length > 0) notice(sheet, 'open', 'The evidence is incomplete', model.gaps);
  part(sheet, 'Findings by environment and status', 150);
  chart(sheet, model);
  environmentTable(sheet, model);
  part(sheet, 'What fails, by severity');
  const failing = counts.failing.filter(({ count }) => count > 0);
  table(sheet, {
    columns: [col('Severity', 3), col('Findings that fail', 3, 'right'), col('Policies', 9)],
    rows: failing.map(({ severity, count }) => [[{ status: severity }], count, failingPolicies(model, severity)]),
    none: 'No finding fails that is not waived.',
  });
  part(sheet, 'Controls');
  controlTable(sheet, model);
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

function chart(sheet: Sheet, model: ReportModel): void {
  const bars = model.counts.environments.slice(0, limits.environments).map(
    (entry): Bar => ({
      label: environmentName(entry),
      parts: order.map(({ word, tone, of }) => ({ word, tone, value: of(entry.counts) })),
    }),
  );
  if (bars.length === 0) paragraph(sheet, 'There is no finding to draw.', styles.small);
  else stackedBars(sheet, bars);
}

function environmentTable(sheet: Sheet, model: ReportModel): void {
  const { environments, findings } = model.counts;
  const shown = environments.slice(0, limits.environments);
  const rows = shown.map((entry): readonly Cell[] => [environmentName(entry), ...numbers(entry.counts)]);
  table(sheet, {
    columns: [col('Environment', 4), ...numberColumns],
    rows: [...rows, [[{ text: 'all', as: 'strong' }], ...numbers(findings)]],
  });
  capped(sheet, shown.length, environments.length, 'results.json');
}

export const numberColumns = [...order.map(({ word }) => word), 'total'].map((title) => ({
  title,
  share: 2,
  align: 'right' as const,
}));

export function numbers(counts: StatusCounts): readonly Cell[] {
  return [...order.map(({ of }) => of(counts)), counts.total];
}

export function environmentName(entry: { readonly environment: string | null; readonly class: string }): string {
  if (entry.environment === null) return 'no environment';
  return entry.environment === entry.class ? entry.environment : `${entry.environment} (${entry.class})`;
}

function failingPolicies(model: ReportModel, severity: string): string {
  const failing = model.policies.filter((policy) => policy.severity === severity && policy.counts.fail > 0);
  const shown = failing.slice(0, 6).map((policy) => `${policy.id} (${thousands(policy.counts.fail)})`);
  return [...shown, ...(failing.length > shown.length ? [`and ${failing.length - shown.length} more`] : [])].join(', ');
}

function controlTable(sheet: Sheet, model: ReportModel): void {
  table(sheet, {
    columns: [col('Control', 7), col('Status', 3.6), col('Items met', 2, 'right'), col('Why', 7)],
    rows: model.controls
      .slice(0, limits.items)
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

/** Where the facts come from and whether they are all there. */
export function scopeSection(sheet: Sheet, model: ReportModel): void {
  section(sheet, 'Scope and population');
  const { scope } = model;
  pairs(sheet, [
    [
      'Source',
      [scope.cloud, scope.endpoint, scope.tenant === null ? '' : `tenant ${scope.tenant}`]
        .filter((text) => text !== '')
        .join(', '),
    ],
    ['Read by', principalText(scope.principal)],
    ['Read from', moment(scope.startedAt)],
    ['Read until', moment(scope.endedAt)],
    [
      'Reads made',
      `${thousands(scope.reads)}; ${thousands(scope.unread.length)} without a complete answer; ${thousands(scope.absent)} answered "there is nothing", which is a fact`,
    ],
  ]);
  scopes(sheet, model);
  tables(sheet, model);
  unread(sheet, model);
}

function scopes(sheet: Sheet, { scope }: ReportModel): void {
  part(sheet, 'Scopes requested');
  const missing = new Set(scope.unreadable);
  const sorted = [...scope.unreadable, ...scope.requested.filter((each) => !missing.has(each))];
  const rows = sorted
    .slice(0, limits.scopes)
    .map((each): readonly Cell[] => [
      [{ text: each, as: 'id' }],
      [{ status: missing.has(each) ? 'not readable' : 'readable' }],
    ]);
  const columns = [col('Scope', 8), col('Readable', 2)];
  table(sheet, {
    columns,
    rows,
    all: sorted.length,
    none: 'The snapshot names no requested scope.',
    rest: 'scope.json',
  });
}

function tables(sheet: Sheet, { scope }: ReportModel): void {
  part(sheet, 'Tables read');
  table(sheet, {
    columns: [col('Table', 6), col('Rows', 2, 'right'), col('Pages', 2, 'right'), col('Complete', 3)],
    rows: scope.tables.map(({ name, rows, pages, complete }) => [
      name,
      rows,
      pages,
      [{ status: complete ? 'complete' : 'incomplete' }],
    ]),
    none: 'No table was read.',
  });
  part(sheet, 'Rows by type');
  table(sheet, {
    columns: [col('Type', 8), col('Table', 3), col('Rows', 2, 'right')],
    rows: scope.types.slice(0, limits.types).map(({ type, table: name, rows }) => [type, name, rows]),
    all: scope.types.length,
    none: 'The snapshot does not list rows by type.',
  });
}

function unread(sheet: Sheet, { scope }: ReportModel): void {
  part(sheet, 'What could not be read');
  table(sheet, {
    columns: [col('Read', 6), col('Outcome', 2.4), col('Answer', 4.4), col('Needs', 4)],
    rows: scope.unread
      .slice(0, limits.unread)
      .map((each) => [
        [{ text: each.read }, { text: each.where, as: 'id' }],
        [{ status: each.outcome }],
        [{ text: answerText(each) }, { text: each.message ?? '', as: 'faint' }],
        each.permission ?? '',
      ]),
    all: scope.unread.length,
    none: 'Every read that was made gave a complete answer.',
    rest: 'errors.csv',
  });
}

function answerText({ status, code, rows, outcome }: ReportModel['scope']['unread'][number]): string {
  if (outcome === 'truncated' && code === null) return `cut off after ${counted(rows, 'row')}`;
  return [status === 0 ? null : status, code].filter((part) => part !== null).join(' ');
}

/** What nobody judged, for the section on the method. */
export function notAssessed(sheet: Sheet, model: ReportModel): void {
  label(sheet, 'In this run');
  const said = model.notAssessed.slice(0, limits.scopes);
  bullets(sheet, said.length === 0 ? ['Nothing that was in scope was left out.'] : said);
  capped(sheet, said.length, model.notAssessed.length, 'results.json');
}
