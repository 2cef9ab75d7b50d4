import { styles } from './blocks.ts';
import { artifact, type ContentsEntry, newPage, type Sheet, tagged } from './document.ts';
import { ink } from './palette.ts';
import { drawLine, elide, lineHeight, measure, type TextStyle } from './text.ts';

/** A page kept free, and the structure element that its lines will belong to. */
export interface ContentsPlace {
  readonly page: number;
  readonly parent: PDFKit.PDFStructureElement;
}

/** Keeps a page for the contents, which are known only when everything else is drawn. */
export function contentsPage(sheet: Sheet): ContentsPlace {
  newPage(sheet);
  const { pdf, faces } = sheet;
  tagged(sheet, 'H1', () => drawLine(pdf, 'Contents', { x: sheet.page.left, y: sheet.page.top }, styles.h1, faces));
  const parent = pdf.struct('TOC');
  sheet.parent.add(parent);
  sheet.y = sheet.page.height; // Nothing else may begin on this page.
  return { page: pdf.bufferedPageRange().count - 1, parent };
}

/** The contents page, drawn last on the page that was left free for it. Entries that do not fit are left out of it. */
export function drawContents(sheet: Sheet, on: ContentsPlace): void {
  sheet.pdf.switchToPage(on.page);
  const outer = sheet.parent;
  sheet.parent = on.parent;
  let y = sheet.page.top + 44;
  const levels =
    sheet.entries.reduce((sum, entry) => sum + lineHeight(entryStyle[entry.level]), 0) >
    sheet.page.height - sheet.page.bottom - y
      ? 1
      : 2;
  for (const entry of sheet.entries.filter((each) => each.level <= levels)) {
    drawEntry(sheet, entry, y);
    y += lineHeight(entryStyle[entry.level]);
  }
  sheet.parent = outer;
}

function drawEntry(sheet: Sheet, entry: ContentsEntry, y: number): void {
  const { pdf, faces } = sheet;
  const style = entryStyle[entry.level];
  const x = sheet.page.left + (entry.level - 1) * 16;
  const number = String(entry.page + 1);
  const right = sheet.page.width - sheet.page.right - measure(number, style, faces);
  const title = elide(entry.title, style, right - x - 24, faces);
  tagged(sheet, 'P', () => {
    drawLine(pdf, title, { x, y }, style, faces);
    drawLine(pdf, number, { x: right, y }, style, faces);
  });
  artifact(sheet, () => {
    const from = x + measure(title, style, faces) + 6;
    const dots = y + lineHeight(style) * 0.7;
    pdf.lineWidth(0.5).strokeColor(ink.line).dash(1, { space: 3 });
    pdf
      .moveTo(from, dots)
      .lineTo(right - 6, dots)
      .stroke()
      .undash();
  });
  pdf.goTo(x, y, sheet.page.width - sheet.page.right - x, lineHeight(style), entry.destination);
}

const entryStyle: Readonly<Record<1 | 2, TextStyle>> = {
  1: { face: 'bold', size: 10, colour: ink.text, leading: 1.9 },
  2: { face: 'regular', size: 9, colour: ink.muted, leading: 1.7 },
};
