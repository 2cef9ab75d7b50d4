import type { Cell, Piece, TableSpec } from '../block.ts';
import { thousands } from '../visible.ts';
import { paragraph, pill, pillHeight, pillWidth, styles } from './blocks.ts';
import { artifact, ensure, nested, newPage, room, rule, type Sheet, tagged } from './document.ts';
import { ink, tone } from './palette.ts';
import { drawLine, type Line, lineHeight, measure, type TextStyle, wrap } from './text.ts';

const cellStyles: Readonly<Record<'plain' | 'strong' | 'faint' | 'id', TextStyle>> = {
  plain: { face: 'regular', size: 8, colour: ink.text },
  strong: { face: 'bold', size: 8, colour: ink.text },
  faint: { face: 'regular', size: 7.5, colour: ink.muted },
  id: { face: 'mono', size: 6.6, colour: ink.muted },
};
const headStyle: TextStyle = { face: 'bold', size: 7.5, colour: ink.muted };
const pad = { x: 5, y: 4.5 } as const;
// Longer cells would fill pages; the CSV has them whole.
const cellLines = 24;

interface TextBlock {
  readonly lines: readonly Line[];
  readonly style: TextStyle;
  /** Where a link on it goes. */
  readonly destination?: string;
}
type Laid = TextBlock | { readonly status: string };

interface Box {
  readonly x: number;
  readonly width: number;
  readonly align: 'left' | 'right';
}

/**
 * A table over as many pages as it needs: the head repeats on each, a row is never split, text wraps inside its cell.
 * Where the rows are only the beginning of a list, a line below says so.
 */
export function table(sheet: Sheet, spec: TableSpec): void {
  if (spec.rows.length > 0) drawTable(sheet, spec);
  else if (spec.none !== undefined) paragraph(sheet, spec.none);
  capped(sheet, spec.rows.length, spec.all ?? spec.rows.length, spec.rest ?? 'results.json');
}

/** `x of y shown, the rest in <file>`, where a list had to end. */
export function capped(sheet: Sheet, shown: number, all: number, file: string): void {
  if (shown < all)
    paragraph(sheet, `${thousands(shown)} of ${thousands(all)} shown, the rest in ${file}.`, styles.small);
}

function drawTable(sheet: Sheet, spec: TableSpec): void {
  const boxes = boxesOf(sheet, spec);
  const head = spec.columns.map((each, index): Laid[] => [
    layText(sheet, each.title, headStyle, innerWidth(boxes[index])),
  ]);
  const headHeight = spec.headless === true ? 0 : rowHeight(head);
  nested(sheet, 'Table', () => {
    for (const [index, cells] of spec.rows.entries()) {
      const row = cells.map((cell, at) => layCell(sheet, cell, innerWidth(boxes[at]), spec.rest));
      const height = rowHeight(row);
      if (index === 0) ensure(sheet, headHeight + height);
      if (index === 0 || room(sheet) < height) {
        if (index > 0) newPage(sheet);
        if (spec.headless !== true) drawHead(sheet, head, boxes, headHeight);
      }
      anchor(sheet, spec.anchors?.[index]);
      drawRow(sheet, row, boxes, 'TD');
      sheet.y += height;
      artifact(sheet, () => rule(sheet, sheet.y));
    }
  });
  sheet.y += 8;
}

/** Where a finding is shown first: its page, and a place that links can go to. */
function anchor(sheet: Sheet, id: string | undefined): void {
  if (id === undefined || sheet.anchors.has(id)) return;
  const destination = `finding-${sheet.anchors.size + 1}`;
  sheet.pdf.addNamedDestination(destination, 'XYZ', null, Math.max(0, sheet.y - 12), null);
  sheet.anchors.set(id, { page: sheet.pdf.bufferedPageRange().count - 1, destination });
}

/** Columns in their shares, but none narrower than the widest status word in it: those cannot wrap. */
function boxesOf(sheet: Sheet, { columns, rows }: TableSpec): readonly Box[] {
  const needed = columns.map((_, index) => Math.max(0, ...rows.map((row) => widestStatus(sheet, row[index]))));
  const total = columns.reduce((sum, each) => sum + each.share, 0);
  const narrow = columns.map((each, index) => (each.share / total) * sheet.page.column < (needed[index] ?? 0));
  const fixed = needed.reduce((sum, width, index) => sum + (narrow[index] ? width : 0), 0);
  const shares = columns.reduce((sum, each, index) => sum + (narrow[index] ? 0 : each.share), 0);
  let x: number = sheet.page.left;
  return columns.map((each, index) => {
    const width = narrow[index] ? (needed[index] ?? 0) : (each.share / shares) * (sheet.page.column - fixed);
    const box: Box = { x, width, align: each.align };
    x += width;
    return box;
  });
}

function widestStatus(sheet: Sheet, cell: Cell | undefined): number {
  if (cell === undefined || typeof cell === 'number' || typeof cell === 'string') return 0;
  return Math.max(0, ...cell.map((piece) => ('status' in piece ? pillWidth(sheet, piece.status) + 2 * pad.x : 0)));
}

function innerWidth(box: Box | undefined): number {
  return (box?.width ?? 0) - 2 * pad.x;
}

function layCell(sheet: Sheet, cell: Cell, width: number, rest: string | undefined): readonly Laid[] {
  if (typeof cell === 'number') return [layText(sheet, thousands(cell), cellStyles.plain, width)];
  const pieces: readonly Piece[] = typeof cell === 'string' ? [{ text: cell }] : cell;
  return pieces.flatMap((piece): readonly Laid[] => {
    if ('status' in piece) return [{ status: piece.status }];
    if ('pageOf' in piece) return [layPage(sheet, piece.pageOf, width)];
    const laid = layText(sheet, piece.text, cellStyles[piece.as ?? 'plain'], width);
    const left = laid.lines.length - cellLines;
    if (left <= 0) return [laid];
    const note = `… ${left} more lines${rest === undefined ? '' : `, in ${rest}`}`;
    return [{ ...laid, lines: laid.lines.slice(0, cellLines) }, layText(sheet, note, cellStyles.plain, width)];
  });
}

/** The page of a finding, linked to it; a dash where the report does not show it. */
function layPage(sheet: Sheet, id: string, width: number): Laid {
  const at = sheet.anchors.get(id);
  if (at === undefined) return layText(sheet, '–', cellStyles.plain, width);
  return { ...layText(sheet, String(at.page + 1), cellStyles.plain, width), destination: at.destination };
}

function layText(sheet: Sheet, text: string, style: TextStyle, width: number): TextBlock {
  return { lines: text === '' ? [] : wrap(text, style, width, sheet.faces), style };
}

function rowHeight(row: readonly (readonly Laid[])[]): number {
  const heights = row.map((cell) => cell.reduce((sum, laid) => sum + laidHeight(laid), 0));
  return Math.max(...heights, lineHeight(cellStyles.plain)) + 2 * pad.y;
}

function laidHeight(laid: Laid): number {
  return 'status' in laid ? pillHeight + 2 : laid.lines.length * lineHeight(laid.style);
}

function drawHead(sheet: Sheet, head: readonly (readonly Laid[])[], boxes: readonly Box[], height: number): void {
  const top = sheet.y;
  artifact(sheet, () => {
    sheet.pdf.rect(sheet.page.left, top, sheet.page.column, height).fill(ink.panel);
    rule(sheet, top + height, ink.muted);
  });
  drawRow(sheet, head, boxes, 'TH');
  sheet.y += height;
}

function drawRow(sheet: Sheet, row: readonly (readonly Laid[])[], boxes: readonly Box[], tag: 'TH' | 'TD'): void {
  nested(sheet, 'TR', () => {
    for (const [index, cell] of row.entries()) {
      const box = boxes[index];
      if (box === undefined) continue;
      tagged(sheet, tag, () => drawCell(sheet, cell, box), tag === 'TH' ? { scope: 'Column' } : {});
    }
  });
}

function drawCell(sheet: Sheet, cell: readonly Laid[], box: Box): void {
  let y = sheet.y + pad.y;
  for (const laid of cell) {
    if ('status' in laid) pill(sheet, laid.status, { x: at(box, pillWidth(sheet, laid.status)), y }, tone(laid.status));
    else drawLines(sheet, laid, box, y);
    y += laidHeight(laid);
  }
}

function drawLines(sheet: Sheet, laid: TextBlock, box: Box, top: number): void {
  for (const [index, line] of laid.lines.entries()) {
    const x = box.align === 'left' ? box.x + pad.x : at(box, measure(line, laid.style, sheet.faces));
    drawLine(sheet.pdf, line, { x, y: top + index * lineHeight(laid.style) }, laid.style, sheet.faces);
    if (laid.destination !== undefined) {
      const width = measure(line, laid.style, sheet.faces);
      sheet.pdf.goTo(x, top, width, lineHeight(laid.style), laid.destination);
    }
  }
}

function at(box: Box, width: number): number {
  return box.align === 'right' ? box.x + box.width - pad.x - width : box.x + pad.x;
}
