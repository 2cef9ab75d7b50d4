import type { Block, Blocks } from '../block.ts';
import type { Report } from '../report.ts';
import { bullets, code, label, notice, pairs, paragraph, part, section, styles } from './blocks.ts';
import { stackedBars } from './chart.ts';
import { type ContentsPlace, contentsPage } from './contents.ts';
import { cover } from './cover.ts';
import { artifact, ensure, newPage, type Sheet, tagged } from './document.ts';
import { drawHeadline } from './headline.ts';
import { ink } from './palette.ts';
import { drawStep } from './plan.ts';
import { capped, table } from './table.ts';
import { drawLine } from './text.ts';

type Kind = Exclude<Block['kind'], 'contents'>;
type Shapes = { [K in Kind]: Extract<Block, { kind: K }> };
// Written as a lookup, so that the compiler sees that a block and its drawing have the same kind.
type BlockOf<K extends Kind = Kind> = { [P in K]: { readonly kind: P } & Shapes[P] }[K];
type Drawings = { readonly [K in Kind]: (sheet: Sheet, block: BlockOf<K>, report: Report) => void };

const drawings: Drawings = {
  cover: (sheet, _, report) => cover(sheet, report),
  headline: (sheet, { headline }) => drawHeadline(sheet, headline),
  section: (sheet, { title }) => section(sheet, title),
  part: (sheet, { title, keep }) => part(sheet, title, keep),
  label: (sheet, { text, keep }) => label(sheet, text, keep),
  paragraph: (sheet, { text, as }) => paragraph(sheet, text, styles[as]),
  bullets: (sheet, { texts }) => bullets(sheet, texts),
  notice: (sheet, { tone, title, texts }) => notice(sheet, tone, title, texts),
  pairs: (sheet, { entries }) => pairs(sheet, entries),
  table: (sheet, block) => table(sheet, block.table),
  capped: (sheet, { shown, all, file }) => capped(sheet, shown, all, file),
  code: (sheet, { text, limit, rest }) => code(sheet, text, { limit, rest }),
  bars: (sheet, { bars }) => stackedBars(sheet, bars),
  step: (sheet, { step, lines }) => drawStep(sheet, step, lines),
  form: (sheet, { lines }) => drawForm(sheet, lines),
};

/** Draws a section's blocks one below the other; the place kept for the contents, where they are among them. */
export function drawBlocks(sheet: Sheet, blocks: Blocks, report: Report): ContentsPlace | null {
  let contents: ContentsPlace | null = null;
  for (const block of blocks) {
    if (block.kind === 'contents') contents = contentsPage(sheet);
    else drawOne(sheet, block, report);
  }
  return contents;
}

function drawOne<K extends Kind>(sheet: Sheet, block: BlockOf<K>, report: Report): void {
  const ownPage = block.kind === 'cover' || block.kind === 'headline';
  if (!ownPage && sheet.pdf.bufferedPageRange().count === 0) newPage(sheet);
  drawings[block.kind](sheet, block, report);
}

function drawForm(sheet: Sheet, lines: readonly string[]): void {
  for (const line of lines) {
    ensure(sheet, 30);
    const { pdf, faces, page } = sheet;
    const y = sheet.y + 14;
    tagged(sheet, 'P', () => drawLine(pdf, line, { x: page.left, y }, styles.small, faces));
    artifact(sheet, () => {
      pdf.lineWidth(0.5).strokeColor(ink.muted);
      pdf
        .moveTo(page.left + 130, y + 11)
        .lineTo(page.left + page.column, y + 11)
        .stroke();
    });
    sheet.y += 28;
  }
}
