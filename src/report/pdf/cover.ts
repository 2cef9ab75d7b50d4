import type { Pair, Tile, Tone } from '../block.ts';
import type { ReportModel } from '../model.ts';
import type { Report } from '../report.ts';
import { clip, principalText } from '../sections/words.ts';
import { ephemeralNotice, signatureMeaning, unsignedMeaning, unsignedNotice } from '../sentences.ts';
import { counted, folded, moment, thousands } from '../visible.ts';
import { flow, notice, pairs, styles } from './blocks.ts';
import { artifact, newPage, type Sheet, tagged } from './document.ts';
import { ink, tones } from './palette.ts';
import { drawLine, lineHeight, measure, type TextStyle, wrap } from './text.ts';

/** What, of whom, when, by which tool, the numbers that matter, and what the signature is worth. One page. */
export function cover(sheet: Sheet, report: Report): void {
  const { model } = report;
  newPage(sheet);
  artifact(sheet, () => sheet.pdf.rect(0, 0, sheet.page.width, 10).fill(ink.accent));
  title(sheet, report);
  tiles(sheet, itemTiles(model));
  sheet.y += 8;
  tiles(sheet, findingTiles(model));
  sheet.y += 16;
  if (model.gaps.length > 0)
    notice(
      sheet,
      'open',
      'The evidence is incomplete',
      model.gaps.map((gap) => clip(gap, 180)),
    );
  if (model.workload === null) {
    notice(sheet, 'open', 'No workload is declared', ['Every resource is judged by the strictest defaults.']);
  }
  signatureNotice(sheet, report);
  pairs(sheet, facts(report), { ...styles.body, size: 8.5, shaped: false });
}

function title(sheet: Sheet, { model, profile }: Report): void {
  const big: TextStyle = { face: 'bold', size: 27, colour: ink.text, leading: 1.2, shaped: true };
  const second: TextStyle = { face: 'regular', size: 14, colour: ink.accent, leading: 1.35, shaped: true };
  sheet.y = 66;
  flow(sheet, wrap(profile.metadata.title, big, sheet.page.column, sheet.faces), big, sheet.page.left, 'H1');
  sheet.y += 4;
  const name = wrap(clip(model.workload?.title ?? 'No workload declared', 150), second, sheet.page.column, sheet.faces);
  flow(sheet, name, second, sheet.page.left);
  sheet.y += 2;
  const asOf = `Judged as of ${moment(model.asOf)}`;
  flow(sheet, [asOf], { ...styles.body, colour: ink.muted }, sheet.page.left);
  sheet.y += 16;
}

function itemTiles({ counts: { items } }: ReportModel): readonly Tile[] {
  const waivers = items.byStatus['met-with-waivers'];
  return [
    {
      value: thousands(items.byStatus.met),
      of: ` / ${thousands(items.applicable)}`,
      word: waivers > 0 ? `items met (+${thousands(waivers)} with waivers)` : 'applicable items met',
      tone: items.applicable > 0 && items.byStatus.met === items.applicable ? 'good' : 'quiet',
    },
    {
      value: thousands(items.byStatus['not-met']),
      word: 'items not met',
      tone: toneOf(items.byStatus['not-met'], 'bad'),
    },
    { value: thousands(items.byStatus.unknown), word: 'items unknown', tone: toneOf(items.byStatus.unknown, 'open') },
    {
      value: thousands(items.byStatus['attestation-needed']),
      word: 'attestation needed',
      tone: toneOf(items.byStatus['attestation-needed'], 'open'),
    },
  ];
}

function findingTiles({ counts: { findings } }: ReportModel): readonly Tile[] {
  return [
    { value: thousands(findings.fail), word: 'findings fail', tone: toneOf(findings.fail, 'bad') },
    { value: thousands(findings.unknown), word: 'findings unknown', tone: toneOf(findings.unknown, 'open') },
    { value: thousands(findings.waived), word: 'fails waived', tone: toneOf(findings.waived, 'eased') },
    { value: thousands(findings.pass), word: 'findings pass', tone: toneOf(findings.pass, 'good') },
  ];
}

function toneOf(value: number, some: Tone): Tone {
  return value > 0 ? some : 'quiet';
}

const valueStyle: TextStyle = { face: 'bold', size: 21, colour: ink.text, leading: 1.2 };
const wordStyle: TextStyle = { face: 'regular', size: 8, colour: ink.muted };

export function tiles(sheet: Sheet, list: readonly Tile[]): void {
  const gap = 9;
  const width = (sheet.page.column - gap * (list.length - 1)) / list.length;
  const top = sheet.y;
  for (const [index, tile] of list.entries())
    drawTile(sheet, tile, { x: sheet.page.left + index * (width + gap), y: top, width });
  sheet.y = top + tileHeight;
}

const tileHeight = 54;

function drawTile(
  sheet: Sheet,
  tile: Tile,
  box: { readonly x: number; readonly y: number; readonly width: number },
): void {
  const { pdf, faces } = sheet;
  const { tint, fill, text } = tones[tile.tone];
  artifact(sheet, () => {
    pdf.rect(box.x, box.y, box.width, tileHeight).fill(tint);
    pdf.rect(box.x, box.y, box.width, 2.5).fill(fill);
  });
  const value = { ...valueStyle, colour: tile.tone === 'quiet' ? ink.text : text };
  tagged(sheet, 'P', () => {
    drawLine(pdf, tile.value, { x: box.x + 10, y: box.y + 8 }, value, faces);
    if (tile.of !== undefined) {
      const x = box.x + 10 + measure(tile.value, value, faces);
      drawLine(
        pdf,
        tile.of,
        { x, y: box.y + 15 },
        { ...valueStyle, face: 'regular', size: 13, colour: ink.muted },
        faces,
      );
    }
    drawLine(pdf, tile.word, { x: box.x + 10, y: box.y + 14 + lineHeight(valueStyle) }, wordStyle, faces);
  });
}

function signatureNotice(sheet: Sheet, { model, signature }: Report): void {
  const ephemeral = signature !== null && model.signing === 'ephemeral';
  const head = ephemeral ? ephemeralNotice : signature === null ? unsignedNotice : 'What the signature proves';
  notice(
    sheet,
    ephemeral ? 'bad' : 'quiet',
    head,
    signature === null ? [unsignedMeaning] : signatureMeaning[model.signing],
  );
}

function facts({ model, profile }: Report): readonly Pair[] {
  const { scope, workload } = model;
  const classes =
    workload?.environments.map(({ name, class: kind }) => (name === kind ? name : `${name} (${kind})`)) ?? [];
  return [
    ['Purpose', clip(folded(profile.purpose), 160)],
    ['For', profile.audience],
    ...(workload === null ? [] : [['Workload', clip(`${workload.id}: ${classes.join(', ')}`, 160)] as const]),
    ['Scope', scopeText(scope)],
    [
      'Cloud',
      [scope.cloud, scope.tenant === null ? '' : `tenant ${scope.tenant}`].filter((text) => text !== '').join(', '),
    ],
    ['Read', `${moment(scope.startedAt)} to ${moment(scope.endedAt)}`],
    ['Read by', principalText(scope.principal)],
    [
      'Tool',
      `${model.tool.name} ${model.tool.version}; snapshot collected by ${model.collector.name} ${model.collector.version}`,
    ],
  ];
}

/** At most three scopes stand on the cover; the section on the scope has more. */
function scopeText({ requested, readable, unreadable }: ReportModel['scope']): readonly string[] {
  const shown = requested.slice(0, 3).map((scope) => clip(scope, 90));
  const more = requested.length > shown.length ? [`and ${thousands(requested.length - shown.length)} more`] : [];
  const numbers = `${counted(requested.length, 'scope')} requested, ${thousands(readable.length)} readable, ${thousands(unreadable.length)} not readable`;
  return [numbers, ...shown, ...more];
}
