import type { Pair, Tone } from '../block.ts';
import { visible } from '../visible.ts';
import { artifact, ensure, newPage, room, rule, type Sheet, tagged } from './document.ts';
import { ink, tones } from './palette.ts';
import { drawLine, type Line, lineHeight, measure, type TextStyle, wrap } from './text.ts';

export const styles = {
  h1: { face: 'bold', size: 18, colour: ink.text, leading: 1.3, shaped: true },
  h2: { face: 'bold', size: 12, colour: ink.accent, leading: 1.35, shaped: true },
  lead: { face: 'bold', size: 10.5, colour: ink.text, leading: 1.5, shaped: true },
  mono: { face: 'mono', size: 7, colour: ink.muted, leading: 1.4 },
  h3: { face: 'bold', size: 9.5, colour: ink.text, leading: 1.4 },
  body: { face: 'regular', size: 9.5, colour: ink.text, leading: 1.5, shaped: true },
  small: { face: 'regular', size: 8, colour: ink.muted, leading: 1.45 },
  code: { face: 'mono', size: 7.2, colour: ink.text, leading: 1.4, preformatted: true },
} satisfies Record<string, TextStyle>;

/** A section, with its bookmark and its line in the contents: on a new page unless half of this one is free. */
export function section(sheet: Sheet, title: string): void {
  if (room(sheet) < sheet.page.height * 0.45) newPage(sheet);
  else if (sheet.y > sheet.page.top) sheet.y += 26;
  mark(sheet, title, 1);
  heading(sheet, title, 'H1', styles.h1);
  artifact(sheet, () => rule(sheet, sheet.y + 2, ink.accent));
  sheet.y += 16;
}

/** A part of a section. `keep` points below it stay on the same page, so that no heading stands alone. */
export function part(sheet: Sheet, title: string, keep: number): void {
  sheet.y += 14;
  ensure(sheet, keep);
  mark(sheet, title, 2);
  heading(sheet, title, 'H2', styles.h2);
  sheet.y += 4;
}

/** A line above a table or a card, without an entry in the contents. */
export function label(sheet: Sheet, text: string, keep: number): void {
  sheet.y += 8;
  ensure(sheet, keep);
  heading(sheet, text, 'H3', styles.h3);
  sheet.y += 3;
}

export function paragraph(sheet: Sheet, text: string, style: TextStyle = styles.body): void {
  flow(sheet, wrap(text, style, sheet.page.column, sheet.faces), style, sheet.page.left);
  sheet.y += 5;
}

export function bullets(sheet: Sheet, texts: readonly string[], style: TextStyle = styles.body): void {
  const indent = 12;
  for (const text of texts) {
    const lines = wrap(text, style, sheet.page.column - indent, sheet.faces);
    ensure(sheet, lineHeight(style) * Math.min(lines.length, 2));
    const { pdf, faces, y } = sheet;
    artifact(sheet, () => drawLine(pdf, '•', { x: sheet.page.left + 2, y }, style, faces));
    flow(sheet, lines, style, sheet.page.left + indent);
    sheet.y += 2;
  }
  sheet.y += 4;
}

/** A tinted box with a bar in the colour of its tone, a bold first line and plain ones below. */
export function notice(sheet: Sheet, tone: Tone, title: string, texts: readonly string[]): void {
  const { text: colour, fill, tint } = tones[tone];
  const pad = 10;
  const heavy = { ...styles.h3, size: 10, colour };
  const width = sheet.page.column - 2 * pad - 4;
  const head = wrap(title, heavy, width, sheet.faces);
  const body = texts.flatMap((text) => wrap(text, styles.body, width, sheet.faces));
  const height = head.length * lineHeight(heavy) + body.length * lineHeight(styles.body) + 2 * pad - 2;
  ensure(sheet, height);
  const top = sheet.y;
  artifact(sheet, () => {
    sheet.pdf.rect(sheet.page.left, top, sheet.page.column, height).fill(tint);
    sheet.pdf.rect(sheet.page.left, top, 3, height).fill(fill);
  });
  sheet.y = top + pad - 1;
  flow(sheet, head, heavy, sheet.page.left + pad + 4);
  flow(sheet, body, styles.body, sheet.page.left + pad + 4);
  sheet.y = top + height + 10;
}

/** Names on the left, values on the right; several values stand one below the other. */
export function pairs(sheet: Sheet, entries: readonly Pair[], style: TextStyle = styles.body): void {
  const left = 118;
  const name = { ...style, colour: ink.muted };
  for (const [key, value] of entries) {
    const values = typeof value === 'string' ? [value] : value;
    const lines = values.flatMap((each) => wrap(each, style, sheet.page.column - left, sheet.faces));
    ensure(sheet, lineHeight(style) * Math.min(lines.length, 4));
    const { pdf, faces, y } = sheet;
    tagged(sheet, 'P', () => drawLine(pdf, visible(key), { x: sheet.page.left, y }, name, faces));
    flow(sheet, lines, style, sheet.page.left + left);
    sheet.y += 2;
  }
  sheet.y += 4;
}

/** Text as it is, in a panel that goes on over pages; `limit` lines at most, and it says how many it left out. */
export function code(
  sheet: Sheet,
  text: string,
  { limit, rest }: { readonly limit: number; readonly rest: string },
): void {
  const pad = 6;
  const style = styles.code;
  const step = lineHeight(style);
  const all = codeLines(sheet, text, sheet.page.column - 2 * pad);
  const lines = all.length > limit ? [...all.slice(0, limit), `… ${all.length - limit} more lines, in ${rest}`] : all;
  let next = 0;
  while (next < lines.length) {
    if (room(sheet) < Math.min(lines.length - next, 3) * step + 2 * pad) newPage(sheet);
    const fitting = Math.max(1, Math.floor((room(sheet) - 2 * pad) / step));
    const some = lines.slice(next, next + fitting);
    const { y } = sheet;
    artifact(sheet, () =>
      sheet.pdf.rect(sheet.page.left, y, sheet.page.column, some.length * step + 2 * pad).fill(ink.panel),
    );
    sheet.y += pad;
    flow(sheet, some, style, sheet.page.left + pad, 'Code');
    sheet.y += pad;
    next += some.length;
  }
  sheet.y += 6;
}

export function codeLines(sheet: Sheet, text: string, width: number): readonly Line[] {
  return wrap(text.replace(/\t/g, '    ').replace(/\s+$/, ''), styles.code, width, sheet.faces);
}

/** A coloured word in a pill. The word carries the meaning, the colour only repeats it. */
export function pill(sheet: Sheet, word: string, at: { readonly x: number; readonly y: number }, tone: Tone): void {
  const { pdf, faces } = sheet;
  const width = pillWidth(sheet, word);
  pdf.roundedRect(at.x, at.y, width, pillStyle.size + 5, 3).fill(tones[tone].tint);
  drawLine(pdf, word, { x: at.x + 5, y: at.y + 1.2 }, { ...pillStyle, colour: tones[tone].text }, faces);
}

const pillStyle: TextStyle = { face: 'bold', size: 7, colour: ink.text, leading: 1.35 };
export const pillHeight = pillStyle.size + 5;

export function pillWidth(sheet: Sheet, word: string): number {
  return measure(word, pillStyle, sheet.faces) + 10;
}

/** Lines one below the other, over pages where needed, at least two lines together. */
export function flow(sheet: Sheet, lines: readonly Line[], style: TextStyle, x: number, tag = 'P'): void {
  const step = lineHeight(style);
  let next = 0;
  while (next < lines.length) {
    ensure(sheet, step * Math.min(2, lines.length - next));
    const some = lines.slice(next, next + Math.max(1, Math.floor((room(sheet) + 0.01) / step)));
    const top = sheet.y;
    tagged(sheet, tag, () => {
      for (const [index, line] of some.entries())
        drawLine(sheet.pdf, line, { x, y: top + index * step }, style, sheet.faces);
    });
    sheet.y = top + some.length * step;
    next += some.length;
  }
}

/** Registers where the reader can jump to: a named destination, a line in the contents, a bookmark. */
function mark(sheet: Sheet, title: string, level: 1 | 2): void {
  const { pdf, y } = sheet;
  const destination = `part-${sheet.entries.length + 1}`;
  pdf.addNamedDestination(destination, 'XYZ', null, Math.max(0, y - 12), null);
  sheet.entries.push({ title, level, page: pdf.bufferedPageRange().count - 1, destination });
  const [before] = level === 1 ? [] : pdf.outline.children.slice(-1);
  // pdfkit measures `left` from the right edge.
  const target = { top: Math.max(0, y - 12), left: sheet.page.width };
  (before ?? pdf.outline).addItem(visible(title), target as { expanded?: boolean });
}

function heading(sheet: Sheet, text: string, tag: string, style: TextStyle): void {
  flow(sheet, wrap(text, style, sheet.page.column, sheet.faces), style, sheet.page.left, tag);
}
