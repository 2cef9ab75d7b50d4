import { codePointName, visible } from '../visible.ts';
import { type FaceName, type Faces, type Run, splitRuns } from './fonts.ts';

export interface TextStyle {
  readonly face: FaceName;
  readonly size: number;
  readonly colour: string;
  /** Height of a line as a multiple of the size; 1.4 unless told. */
  readonly leading?: number;
  /** Kerning and ligatures, for headings and prose; tables and ids go without. */
  readonly shaped?: boolean;
  /** Keep blanks as they are, for code. */
  readonly preformatted?: boolean;
}

export type Line = string;

/** Baseline below the top of a line, as a multiple of its height: the same for every font, so that runs sit level. */
const baseline = 0.73;

export function lineHeight(style: TextStyle): number {
  return style.size * (style.leading ?? 1.4);
}

/**
 * Text as lines no wider than `width` points: at blanks where it can, inside ids after `/ - . _ , : ; = &`, and
 * anywhere else when a word alone is wider. Only preformatted text keeps its line feeds: in a name, one could make a
 * cell say something else on its second line, so there it is shown like every hidden character. A preformatted line
 * that goes on below says so by an arrow.
 */
export function wrap(text: string, style: TextStyle, width: number, faces: Faces): readonly Line[] {
  if (!style.preformatted) return wrapParagraph([...visible(text)], style, width, faces);
  return text.split(/\r?\n/).flatMap((line) => wrapCode(visible(line), style, width, faces));
}

/** The first line that fits, with an ellipsis where something had to go. */
export function elide(text: string, style: TextStyle, width: number, faces: Faces): Line {
  const clean = visible(text);
  if (measure(clean, style, faces) <= width) return clean;
  const characters = [...clean];
  while (characters.length > 0 && measure(`${characters.join('')}…`, style, faces) > width) characters.pop();
  return `${characters.join('')}…`;
}

/** Width in points, without shaping (kerning makes the drawn text a little narrower, never wider in effect). */
export function measure(line: Line, style: TextStyle, faces: Faces): number {
  let width = 0;
  for (const character of line) width += characterWidth(character, style, faces);
  return width;
}

/** Draws one line with its top left corner at (x, y). */
export function drawLine(
  pdf: PDFKit.PDFDocument,
  line: Line,
  at: { readonly x: number; readonly y: number },
  style: TextStyle,
  faces: Faces,
): void {
  const y = at.y + lineHeight(style) * baseline;
  let x = at.x;
  for (const run of splitRuns(line, style.face, faces)) x += drawRun(pdf, run, { x, y }, style, faces);
}

const onward = '↳ ';

function wrapCode(text: string, style: TextStyle, width: number, faces: Faces): readonly Line[] {
  const narrow = width - measure(onward, style, faces);
  const [first = '', ...more] = wrapParagraph([...text], style, width, faces);
  if (more.length === 0) return [first];
  const others = wrapParagraph([...text].slice([...first].length), style, narrow, faces);
  return [first, ...others.map((line) => onward + line)];
}

function wrapParagraph(characters: readonly string[], style: TextStyle, width: number, faces: Faces): readonly Line[] {
  const lines: Line[] = [];
  let start = 0;
  while (start < characters.length) {
    const end = lineEnd(characters, start, (character) => characterWidth(character, style, faces), width);
    const line = characters.slice(start, end).join('');
    lines.push(style.preformatted ? line : line.trimEnd());
    start = end;
    while (!style.preformatted && characters[start] === ' ') start += 1;
  }
  return lines.length === 0 ? [''] : lines;
}

/** Index after the last character of the line that begins at `start`. */
function lineEnd(
  characters: readonly string[],
  start: number,
  widthOf: (character: string) => number,
  width: number,
): number {
  let used = 0;
  let blank = 0;
  let seam = 0;
  for (let index = start; index < characters.length; index += 1) {
    const character = characters[index] ?? '';
    used += widthOf(character);
    if (used > width && character !== ' ') return cut(characters, { start, index, blank, seam });
    if (character === ' ') blank = index + 1;
    else if (/[/\-._,:;=&?|)>]/.test(character)) seam = index + 1;
  }
  return characters.length;
}

interface Cut {
  readonly start: number;
  readonly index: number;
  readonly blank: number;
  readonly seam: number;
}

// A blank far to the left would leave a hole before a long id: then the id is cut at a seam where it has one.
function cut(characters: readonly string[], { start, index, blank, seam }: Cut): number {
  const enough = start + (index - start) * 0.4;
  if (blank > enough) return blank;
  if (seam > enough) return seam;
  if (blank > start) return blank;
  let end = Math.max(index, start + 1);
  while (end > start + 1 && /\p{M}/u.test(characters[end] ?? '')) end -= 1;
  return end;
}

function characterWidth(character: string, style: TextStyle, faces: Faces): number {
  const codePoint = character.codePointAt(0) ?? 0;
  if (faces[style.face].has(codePoint)) return faces[style.face].advance(codePoint) * style.size;
  if (faces.fallback.has(codePoint)) return faces.fallback.advance(codePoint) * style.size;
  return boxWidth(codePoint, style, faces);
}

function drawRun(
  pdf: PDFKit.PDFDocument,
  run: Run,
  at: { readonly x: number; readonly y: number },
  style: TextStyle,
  faces: Faces,
): number {
  if (run.kind === 'missing') return drawBox(pdf, run.codePoint, at, style, faces);
  const face = faces[run.face];
  const shaped = style.shaped === true || run.rightToLeft;
  face.shape(shaped);
  pdf.font(run.face).fontSize(style.size).fillColor(style.colour);
  pdf.text(run.text, at.x, at.y, { lineBreak: false, baseline: 'alphabetic' });
  return (
    style.size *
    (shaped
      ? face.shapedWidth(run.text)
      : [...run.text].reduce((sum, each) => sum + face.advance(each.codePointAt(0) ?? 0), 0))
  );
}

const boxText = (codePoint: number): string => codePointName(codePoint).slice(2);

function boxWidth(codePoint: number, style: TextStyle, faces: Faces): number {
  return boxText(codePoint).length * faces.mono.advance(0x30) * style.size * 0.62 + style.size * 0.42;
}

/** A framed hexadecimal code point in place of a character that no font here has. */
function drawBox(
  pdf: PDFKit.PDFDocument,
  codePoint: number,
  at: { readonly x: number; readonly y: number },
  style: TextStyle,
  faces: Faces,
): number {
  const width = boxWidth(codePoint, style, faces);
  const { size, colour } = style;
  pdf.lineWidth(0.5).strokeColor(colour);
  pdf.rect(at.x + size * 0.06, at.y - size * 0.76, width - size * 0.12, size * 0.92).stroke();
  faces.mono.shape(false);
  pdf
    .font('mono')
    .fontSize(size * 0.62)
    .fillColor(colour);
  pdf.text(boxText(codePoint), at.x + size * 0.21, at.y - size * 0.08, { lineBreak: false, baseline: 'alphabetic' });
  return width;
}
