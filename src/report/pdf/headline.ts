import type { FittedList, Headline } from '../block.ts';
import { pill, pillWidth, styles } from './blocks.ts';
import { tiles } from './cover.ts';
import { artifact, newPage, room, rule, type Sheet, tagged } from './document.ts';
import { ink, tone, tones } from './palette.ts';
import { drawLine, elide, lineHeight, measure, type TextStyle, wrap } from './text.ts';

const rowHeight = 15.5;
const headHeight = 30;
const noteLines = 3;
const text: TextStyle = { face: 'regular', size: 8.5, colour: ink.text };
const detail: TextStyle = { face: 'regular', size: 8, colour: ink.muted };
const warning: TextStyle = { face: 'bold', size: 8.5, colour: tones.open.text };

/**
 * One page whatever there is to say: every row is one line, and the lists share what room there is, so that none takes
 * all of it. What does not fit is counted below its list.
 */
export function drawHeadline(sheet: Sheet, headline: Headline): void {
  if (sheet.y > sheet.page.top || sheet.pdf.bufferedPageRange().count === 0) newPage(sheet);
  one(sheet, headline.title, styles.h1, 'H1');
  for (const line of headline.lines) some(sheet, line, { ...styles.body, colour: ink.muted });
  sheet.y += 10;
  tiles(sheet, headline.tiles);
  sheet.y += 8;
  const warnings = headline.warnings.slice(0, 6);
  for (const line of warnings) some(sheet, line, warning);
  const notes = headline.lists.map((list) => noteOf(sheet, list));
  const fixed = notes.reduce((sum, lines) => sum + headHeight + lines.length * lineHeight(detail), 0);
  // One row more of each is kept for the line that counts the rest.
  const fitting = Math.floor((room(sheet) - fixed) / rowHeight) - headline.lists.length;
  const shares = shared(
    Math.max(0, fitting),
    headline.lists.map((list) => list.rows.length),
  );
  for (const [index, list] of headline.lists.entries()) drawList(sheet, list, notes[index] ?? [], shares[index] ?? 0);
}

/** `room` rows dealt out one by one, in turn, to those that still want one. */
export function shared(rows: number, wants: readonly number[]): readonly number[] {
  const given = wants.map(() => 0);
  let left = rows;
  while (left > 0 && given.some((count, index) => count < (wants[index] ?? 0))) {
    for (const [index, want] of wants.entries()) {
      const count = given[index] ?? 0;
      if (left === 0 || count >= want) continue;
      given[index] = count + 1;
      left -= 1;
    }
  }
  return given;
}

function noteOf(sheet: Sheet, { note }: FittedList): readonly string[] {
  if (note === null) return [];
  const lines = wrap(note, detail, sheet.page.column, sheet.faces);
  return lines.length > noteLines ? [...lines.slice(0, noteLines - 1), `${lines[noteLines - 1] ?? ''}…`] : lines;
}

function drawList(sheet: Sheet, list: FittedList, note: readonly string[], most: number): void {
  sheet.y += 12;
  one(sheet, list.title, { ...styles.h2, size: 11 }, 'H2');
  artifact(sheet, () => rule(sheet, sheet.y));
  sheet.y += 2;
  for (const line of note) one(sheet, line, detail, 'P');
  for (const row of list.rows.slice(0, most)) drawRow(sheet, row);
  const left = list.all - Math.min(most, list.rows.length);
  if (left > 0) one(sheet, `and ${left} more, in ${list.rest}`, detail, 'P');
}

function drawRow(sheet: Sheet, row: FittedList['rows'][number]): void {
  const { pdf, faces, page, y } = sheet;
  const right = elide(row.detail, detail, page.column * 0.36, faces);
  const left = page.left + Math.max(96, pillWidth(sheet, row.word) + 8);
  const end = page.left + page.column - measure(right, detail, faces);
  tagged(sheet, 'P', () => {
    pill(sheet, row.word, { x: page.left, y: y + 1 }, tone(row.word));
    drawLine(pdf, elide(row.text, text, end - left - 10, faces), { x: left, y: y + 1 }, text, faces);
    drawLine(pdf, right, { x: end, y: y + 1 }, detail, faces);
  });
  sheet.y += rowHeight;
}

/** Two lines at most: what stands here is as long as names and counts make it, and the page is one. */
function some(sheet: Sheet, text: string, style: TextStyle): void {
  const [first = '', ...rest] = wrap(text, style, sheet.page.column, sheet.faces);
  one(sheet, first, style, 'P');
  if (rest.length > 0) one(sheet, rest.join(' '), style, 'P');
}

function one(sheet: Sheet, line: string, style: TextStyle, tag: string): void {
  const { pdf, faces, page, y } = sheet;
  tagged(sheet, tag, () => drawLine(pdf, elide(line, style, page.column, faces), { x: page.left, y }, style, faces));
  sheet.y += lineHeight(style);
}
