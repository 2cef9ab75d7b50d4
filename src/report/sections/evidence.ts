import { type Blocks, type Cell, capped, col, type Piece, paragraph, section, table } from '../block.ts';
import type { Evidence, EvidenceSource } from '../evidence.ts';
import type { SectionOptions } from '../profile.schema.ts';
import type { Report } from '../report.ts';
import { counted } from '../visible.ts';
import { caps } from './caps.ts';

/** Ids of the findings that an index of `limit` rows shows: fails and unknowns, in the model's order. */
export function indexedFindings({ model }: Pick<Report, 'model'>, limit: number = caps.evidence): readonly string[] {
  return model.findings
    .filter(({ status }) => status === 'fail' || status === 'unknown')
    .slice(0, limit)
    .map(({ id }) => id);
}

/** From the page where a finding stands to the row of the CSV, the line of raw JSON and the request that answered. */
export function evidenceSection(report: Report, { limit = caps.evidence }: SectionOptions): Blocks {
  const { model, evidence } = report;
  const all = model.findings.filter(({ status }) => status === 'fail' || status === 'unknown');
  const shown = indexedFindings(report, limit);
  const byId = new Map(model.findings.map((finding) => [finding.id, finding]));
  const rows = shown.flatMap((id): (readonly Cell[])[] => {
    const [finding, found] = [byId.get(id), evidence.get(id)];
    if (finding === undefined || found === undefined) return [];
    return [
      [
        [{ text: found.name, as: 'strong' }, { text: finding.policy }, { text: finding.name, as: 'faint' }],
        [{ pageOf: id }],
        rowPieces(found, finding.policy),
        found.sources.flatMap(filePieces),
      ],
    ];
  });
  return [
    section('Evidence index'),
    paragraph(
      'E-0017 is row 17 of findings.csv, the head not counted. Files are those of the bundle; a line is its number in a file of one JSON object a line, exactly as Azure answered. Request ids are those of Azure (x-ms-request-id): its operator can find the request by them.',
    ),
    table({
      columns: [col('Finding', 5.4), col('Page', 1.2, 'right'), col('Row', 4.2), col('Raw answer and request', 11)],
      rows,
      none: 'No finding fails or is unknown.',
    }),
    ...capped(rows.length, all.length, 'evidence.csv'),
  ];
}

function rowPieces({ row, factsRow }: Evidence, policy: string): readonly Piece[] {
  return [{ text: `findings.csv row ${row}` }, { text: `facts/${policy}.csv row ${factsRow}`, as: 'faint' }];
}

function filePieces({ read, file, lines, requestIds, outcome }: EvidenceSource): readonly Piece[] {
  const where = file === null ? `${read}: no row (${outcome})` : `${file} ${lineText(lines)}`;
  return [
    { text: where, as: 'id' },
    ...(requestIds.length === 0 ? [] : [{ text: `request ${requestIds.join(', ')}`, as: 'faint' } as const]),
  ];
}

/** `line 4`, `lines 9 to 16`, `12 lines from 3 to 90`. */
export function lineText(lines: readonly number[]): string {
  const [first, last] = [lines[0], lines.at(-1)];
  if (first === undefined || last === undefined) return '';
  if (lines.length === 1) return `line ${first}`;
  return last - first + 1 === lines.length
    ? `lines ${first} to ${last}`
    : `${counted(lines.length, 'line')} from ${first} to ${last}`;
}
