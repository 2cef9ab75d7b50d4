import { groupBy } from '../counts.ts';
import { mismatchText, parameterTexts, type ReportFinding } from '../finding.ts';
import type { ReportModel } from '../model.ts';
import { reasonMeaning } from '../settle.ts';
import { counted } from '../visible.ts';
import { label, paragraph, part, section, styles } from './blocks.ts';
import type { Sheet } from './document.ts';
import { limits } from './limits.ts';
import { environmentName } from './overview.ts';
import { capped, col, type Piece, table } from './table.ts';

/** Fails, policy by policy: what was expected, what was found, on which resource, under which parameters. */
export function failingSection(sheet: Sheet, model: ReportModel): void {
  section(sheet, 'Findings that fail');
  const failing = model.findings.filter((finding) => finding.status === 'fail');
  if (failing.length === 0) {
    paragraph(sheet, 'No finding fails.');
    return;
  }
  paragraph(
    sheet,
    `${counted(failing.length, 'finding')} by severity, then policy, then resource. Waived ones stand among them and say so.`,
  );
  let left: number = limits.failing;
  for (const group of groupBy(failing, (finding) => finding.policy).values()) {
    const shown = group.slice(0, Math.min(limits.failingPerPolicy, left));
    left -= shown.length;
    if (shown.length > 0) failingPolicy(sheet, shown, group.length);
  }
  capped(sheet, limits.failing - left, failing.length, 'findings.csv');
}

function failingPolicy(sheet: Sheet, shown: readonly ReportFinding[], all: number): void {
  const [first] = shown;
  if (first === undefined) return;
  part(sheet, first.title, 150);
  paragraph(
    sheet,
    `${first.policy} · severity ${first.severity} · topic ${first.topic} · ${counted(all, 'fail')}`,
    styles.small,
  );
  const judgedWith = shown.some((finding) => Object.keys(finding.parameters).length > 0);
  table(sheet, {
    columns: [
      col('Resource', 8),
      col('Environment', 3),
      col('Expected and found', 7),
      ...(judgedWith ? [col('Judged with', 4)] : []),
    ],
    rows: shown.map((finding) => [
      resourcePieces(finding),
      environmentPieces(finding),
      whyPieces(finding),
      ...(judgedWith ? [parameterPieces(finding)] : []),
    ]),
    all,
    rest: 'findings.csv',
  });
}

function resourcePieces(finding: ReportFinding): readonly Piece[] {
  const sub = finding.sub === null ? [] : [{ text: finding.sub, as: 'plain' } as const];
  return [{ text: finding.name, as: 'strong' }, ...sub, { text: finding.resource, as: 'id' }];
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
export function unknownSection(sheet: Sheet, model: ReportModel): void {
  section(sheet, 'Findings that are unknown');
  if (model.counts.unknownReasons.length === 0) {
    paragraph(sheet, 'Every finding could be decided.');
    return;
  }
  paragraph(sheet, 'For these nothing is claimed, neither good nor bad. Each names what would settle it.');
  for (const { reason, count } of model.counts.unknownReasons) {
    const all = model.findings.filter((finding) => finding.reason === reason);
    const shown = all.slice(0, limits.unknownPerReason);
    part(sheet, `${reason}: ${counted(count, 'finding')}`, 140);
    label(sheet, reasonMeaning[reason], 120);
    table(sheet, {
      columns: [col('Policy', 4.4), col('Resource', 7), col('Environment', 3), col('What would settle it', 8)],
      rows: shown.map((finding) => [
        [{ text: finding.policy }, { status: finding.severity }],
        resourcePieces(finding),
        environmentPieces(finding),
        [...finding.settledBy.map((text): Piece => ({ text })), { text: finding.because, as: 'faint' }],
      ]),
      all: all.length,
      rest: 'findings.csv',
    });
  }
}
