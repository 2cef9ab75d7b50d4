import { type Block, type Blocks, capped, code, col, paragraph, part, section, table } from '../block.ts';
import type { ReportPolicy, ReportQuery } from '../model.ts';
import type { SectionOptions } from '../profile.schema.ts';
import type { Report } from '../report.ts';
import { counted } from '../visible.ts';
import { caps } from './caps.ts';
import { numberColumns, numbers } from './overview.ts';

/** How many resources each policy judged: passes are evidence too, and stand one by one in `facts/<policy>.csv`. */
export function populationSection({ model }: Report, { limit = caps.policies }: SectionOptions): Blocks {
  return [
    section('Population by policy'),
    paragraph(
      'Every resource that a policy judged is listed with its facts in facts/<policy>.csv, the passing ones included.',
    ),
    table({
      columns: [col('Policy', 9), ...numberColumns],
      rows: model.policies.slice(0, limit).map((policy) => [
        [
          { text: policy.id, as: 'strong' },
          { text: policy.title, as: 'faint' },
          { text: policy.subject, as: 'id' },
        ],
        ...numbers(policy.counts),
      ]),
      all: model.policies.length,
      none: 'No policy was selected for this run.',
    }),
  ];
}

type Asked = ReportPolicy & { readonly query: ReportQuery };

/** The queries, each with its sum and what it returned: as a table, or with their exact texts. */
export function queriesSection(
  { model }: Report,
  { limit = caps.policies, lines = caps.queryLines, as = 'full' }: SectionOptions,
): Blocks {
  const asked = model.policies.flatMap((policy): readonly Asked[] =>
    policy.query === null ? [] : [{ ...policy, query: policy.query }],
  );
  const head = section('Queries');
  if (asked.length === 0) return [head, paragraph('No query was run.')];
  const shown = asked.slice(0, limit);
  const texts =
    as === 'table'
      ? [queryTable(shown)]
      : [
          paragraph('A printed line that begins with ↳ belongs to the one above.', 'small'),
          ...shown.flatMap((policy) => queryText(policy, lines)),
        ];
  return [
    head,
    paragraph(
      'Each query ran as it stands in queries/*.kql, and runs unchanged in Resource Graph Explorer where it reads Resource Graph tables alone. The sum is SHA-256 over the UTF-8 bytes of the text.',
    ),
    ...texts,
    ...capped(shown.length, asked.length, 'queries/'),
  ];
}

function queryTable(policies: readonly Asked[]): Block {
  return table({
    columns: [col('Query', 6), col('Severity', 2.4), col('Rows', 1.4, 'right'), col('SHA-256', 9)],
    rows: policies.map(({ id, severity, requirements, query }) => [
      [
        { text: id, as: 'strong' },
        { text: `queries/${id}.kql`, as: 'id' },
        { text: requirements.join(' '), as: 'faint' },
      ],
      [{ status: severity }],
      query.rows,
      [{ text: query.sha256, as: 'id' }],
    ]),
  });
}

function queryText({ id, severity, requirements, query }: Asked, lines: number): Blocks {
  const serves = requirements.length === 0 ? '' : `, serves ${requirements.join(', ')}`;
  return [
    part(id, 120),
    paragraph(`Severity ${severity}${serves}. Returned ${counted(query.rows, 'row')}.`, 'small'),
    paragraph(`SHA-256 ${query.sha256}`, 'mono'),
    code(query.text, lines, `queries/${id}.kql`),
  ];
}
