import { type Block, type Blocks, capped, col, label, type Piece, paragraph, part, section, table } from '../block.ts';
import { groupBy } from '../counts.ts';
import { mismatchText, parameterTexts, type ReportFinding } from '../finding.ts';
import type { SectionOptions } from '../profile.schema.ts';
import type { Report } from '../report.ts';
import { reasonMeaning } from '../settle.ts';
import { counted } from '../visible.ts';
import { caps } from './caps.ts';
import { environmentName } from './words.ts';

/** Fails, policy by policy: what was expected, what was found, on which resource, under which parameters. */
export function failingSection(
  report: Report,
  { limit = caps.failing, perPolicy = caps.perPolicy }: SectionOptions,
): Blocks {
  const head = section('Findings that fail');
  const failing = report.model.findings.filter((finding) => finding.status === 'fail');
  if (failing.length === 0) return [head, paragraph('No finding fails.')];
  const blocks: Block[] = [head, paragraph(`${introduction(failing)}${reference(report)}`)];
  let left = limit;
  for (const group of groupBy(failing, (finding) => finding.policy).values()) {
    const shown = group.slice(0, Math.min(perPolicy, left));
    left -= shown.length;
    blocks.push(...failingPolicy(report, shown, group.length));
  }
  return [...blocks, ...capped(limit - left, failing.length, 'findings.csv')];
}

const introduction = (failing: readonly ReportFinding[]): string =>
  `${counted(failing.length, 'finding')} by severity, then policy, then resource. Waived ones stand among them and say so.`;

const reference = ({ evidence }: Report): string =>
  evidence.size === 0
    ? ''
    : ' E-0017 is row 17 of findings.csv; the evidence index leads from it to the raw answer of Azure.';

function failingPolicy(report: Report, shown: readonly ReportFinding[], all: number): Blocks {
  const [first] = shown;
  if (first === undefined) return [];
  const judgedWith = shown.some((finding) => Object.keys(finding.parameters).length > 0);
  return [
    part(first.title, 150),
    paragraph(`${first.policy} · severity ${first.severity} · topic ${first.topic} · ${counted(all, 'fail')}`, 'small'),
    table({
      columns: [
        col('Resource', 8),
        col('Environment', 3),
        col('Expected and found', 7),
        ...(judgedWith ? [col('Judged with', 4)] : []),
      ],
      rows: shown.map((finding) => [
        resourcePieces(report, finding),
        environmentPieces(finding),
        whyPieces(finding),
        ...(judgedWith ? [parameterPieces(finding)] : []),
      ]),
      anchors: shown.map((finding) => finding.id),
      all,
      rest: 'findings.csv',
    }),
  ];
}

function resourcePieces({ evidence }: Report, finding: ReportFinding): readonly Piece[] {
  const sub = finding.sub === null ? [] : [{ text: finding.sub, as: 'plain' } as const];
  const name = evidence.get(finding.id)?.name;
  return [
    { text: finding.name, as: 'strong' },
    ...sub,
    { text: finding.resource, as: 'id' },
    ...(name === undefined ? [] : [{ text: name, as: 'faint' } as const]),
  ];
}

function environmentPieces(finding: ReportFinding): readonly Piece[] {
  const overlay = finding.waived ?? finding.accepted;
  const word = finding.status === 'fail' ? 'waived' : 'accepted';
  const laid =
    overlay === null
      ? []
      : [{ status: word } as const, { text: `${overlay.waiver} until ${overlay.expires}`, as: 'faint' } as const];
  return [{ text: environmentName(finding) }, ...laid];
}

function whyPieces(finding: ReportFinding): readonly Piece[] {
  const mismatches = finding.mismatches.map((mismatch): Piece => ({ text: mismatchText(mismatch), as: 'faint' }));
  return [{ text: finding.because }, ...mismatches];
}

function parameterPieces(finding: ReportFinding): readonly Piece[] {
  return parameterTexts(finding.parameters).map((text): Piece => ({ text, as: 'faint' }));
}

/** Unknowns by reason: why nothing is claimed, and what would settle it. */
export function unknownSection(report: Report, { limit = caps.unknown }: SectionOptions): Blocks {
  const { model } = report;
  const head = section('Findings that are unknown');
  if (model.counts.unknownReasons.length === 0) return [head, paragraph('Every finding could be decided.')];
  const reasons = model.counts.unknownReasons.flatMap(({ reason, count }): Blocks => {
    const all = model.findings.filter((finding) => finding.reason === reason);
    const shown = all.slice(0, limit);
    return [
      part(`${reason}: ${counted(count, 'finding')}`, 140),
      label(reasonMeaning[reason], 120),
      table({
        columns: [col('Policy', 4.4), col('Resource', 7), col('Environment', 3), col('What would settle it', 8)],
        rows: shown.map((finding) => [
          [{ text: finding.policy }, { status: finding.severity }],
          resourcePieces(report, finding),
          environmentPieces(finding),
          [...finding.settledBy.map((text): Piece => ({ text })), { text: finding.because, as: 'faint' }],
        ]),
        anchors: shown.map((finding) => finding.id),
        all: all.length,
        rest: 'findings.csv',
      }),
    ];
  });
  return [
    head,
    paragraph('For these nothing is claimed, neither good nor bad. Each names what would settle it.'),
    ...reasons,
  ];
}
