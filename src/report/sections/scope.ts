import { type Block, type Blocks, type Cell, col, pairs, part, section, table } from '../block.ts';
import type { ReportModel } from '../model.ts';
import type { SectionOptions } from '../profile.schema.ts';
import type { Report } from '../report.ts';
import type { ReportScope } from '../scope.ts';
import { counted, moment, thousands } from '../visible.ts';
import { caps } from './caps.ts';
import { principalText } from './words.ts';

/** Where the facts come from and whether they are all there. */
export function scopeSection({ model }: Report, { limit = caps.unread }: SectionOptions): Blocks {
  const { scope } = model;
  return [
    section('Scope and population'),
    pairs([
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
    ]),
    ...scopes(model),
    ...tables(scope),
    part('What could not be read'),
    unreadTable(scope, limit),
  ];
}

function scopes({ scope }: ReportModel): Blocks {
  const missing = new Set(scope.unreadable);
  const sorted = [...scope.unreadable, ...scope.requested.filter((each) => !missing.has(each))];
  const rows = sorted
    .slice(0, caps.scopes)
    .map((each): readonly Cell[] => [
      [{ text: each, as: 'id' }],
      [{ status: missing.has(each) ? 'not readable' : 'readable' }],
    ]);
  return [
    part('Scopes requested'),
    table({
      columns: [col('Scope', 8), col('Readable', 2)],
      rows,
      all: sorted.length,
      none: 'The snapshot names no requested scope.',
      rest: 'scope.json',
    }),
  ];
}

function tables(scope: ReportScope): Blocks {
  return [
    part('Tables read'),
    table({
      columns: [col('Table', 6), col('Rows', 2, 'right'), col('Pages', 2, 'right'), col('Complete', 3)],
      rows: scope.tables.map(({ name, rows, pages, complete }) => [
        name,
        rows,
        pages,
        [{ status: complete ? 'complete' : 'incomplete' }],
      ]),
      none: 'No table was read.',
    }),
    part('Rows by type'),
    table({
      columns: [col('Type', 8), col('Table', 3), col('Rows', 2, 'right')],
      rows: scope.types.slice(0, caps.types).map(({ type, table: name, rows }) => [type, name, rows]),
      all: scope.types.length,
      none: 'The snapshot does not list rows by type.',
    }),
  ];
}

function unreadTable(scope: ReportScope, limit: number): Block {
  return table({
    columns: [col('Read', 6), col('Outcome', 2.4), col('Answer', 4.4), col('Needs', 4)],
    rows: scope.unread
      .slice(0, limit)
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

function answerText({ status, code, rows, outcome }: ReportScope['unread'][number]): string {
  if (outcome === 'truncated' && code === null) return `cut off after ${counted(rows, 'row')}`;
  return [status === 0 ? null : status, code].filter((one) => one !== null).join(' ');
}
