import { ReportError } from '../errors.ts';

/** TrueType bytes. Inter suits `regular` and `bold`; DejaVu Sans knows far more scripts and suits `fallback`. */
export interface ReportFonts {
  readonly regular: Uint8Array;
  readonly bold: Uint8Array;
  readonly mono: Uint8Array;
  readonly fallback: Uint8Array;
}

export type FaceName = keyof ReportFonts;

/** One open font. Widths are in em (multiply by the size in points). */
export interface Face {
  readonly name: FaceName;
  has(codePoint: number): boolean;
  advance(codePoint: number): number;
  shapedWidth(text: string): number;
  /** Shaping (kerning, ligatures, right-to-left order) on or off for what is drawn next. */
  shape(on: boolean): void;
}

export type Faces = Readonly<Record<FaceName, Face>>;

/** What a run of characters is drawn with; `missing` has no glyph in any font and is drawn as a box with its number. */
export type Run =
  | { readonly kind: 'text'; readonly face: FaceName; readonly text: string; readonly rightToLeft: boolean }
  | { readonly kind: 'missing'; readonly codePoint: number };

/**
 * Opens and registers the four fonts under their names.
 * @throws ReportError `REPORT_FONT` when the bytes are no TrueType font.
 */
export function openFaces(document: PDFKit.PDFDocument, fonts: ReportFonts): Faces {
  return {
    regular: openFace(document, 'regular', fonts.regular),
    bold: openFace(document, 'bold', fonts.bold),
    mono: openFace(document, 'mono', fonts.mono),
    fallback: openFace(document, 'fallback', fonts.fallback),
  };
}

/**
 * Text cut into runs of one font: the wanted one, else the fallback, else a visible box for each character that
 * neither has. pdfkit itself would draw nothing at all for those, and a name could lose a character unseen.
 * Blanks between right-to-left words belong to them, so that the words stand in their own order.
 */
export function splitRuns(text: string, wanted: FaceName, faces: Faces): readonly Run[] {
  const runs: Run[] = [];
  for (const character of text) {
    const run = runOf(character, wanted, faces);
    const [before, last] = [runs.at(-2), runs.at(-1)];
    if (run.kind === 'missing' || last?.kind !== 'text') runs.push(run);
    else if (joins(last, run)) runs.splice(-1, 1, { ...last, text: last.text + run.text });
    else if (before?.kind === 'text' && run.rightToLeft && joins(before, run) && last.text.trim() === '') {
      runs.splice(-2, 2, { ...before, text: before.text + last.text + run.text });
    } else runs.push(run);
  }
  return runs;
}

const rightToLeftLetter = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

function runOf(character: string, wanted: FaceName, faces: Faces): Run {
  const codePoint = character.codePointAt(0) ?? 0;
  const rightToLeft = rightToLeftLetter.test(character);
  if (faces[wanted].has(codePoint)) return { kind: 'text', face: wanted, text: character, rightToLeft };
  if (faces.fallback.has(codePoint)) return { kind: 'text', face: 'fallback', text: character, rightToLeft };
  return { kind: 'missing', codePoint };
}

function joins(last: Run & { kind: 'text' }, next: Run & { kind: 'text' }): boolean {
  return last.face === next.face && last.rightToLeft === next.rightToLeft;
}

interface Glyph {
  readonly id: number;
  readonly advanceWidth: number;
  readonly codePoints: readonly number[];
}

interface GlyphRun {
  readonly glyphs: readonly Glyph[];
  readonly positions: readonly unknown[];
  readonly advanceWidth: number;
}

/** The part of pdfkit's embedded font that this file leans on; pdfkit 0.20.2, not in its typings. */
interface EmbeddedFont {
  readonly font: { glyphForCodePoint(codePoint: number): Glyph; hasGlyphForCodePoint(codePoint: number): boolean };
  readonly scale: number;
  layout(text: string, ...rest: readonly unknown[]): GlyphRun;
  layoutRun(text: string): GlyphRun;
}

function openFace(document: PDFKit.PDFDocument, name: FaceName, bytes: Uint8Array): Face {
  const embedded = embed(document, name, bytes);
  // pdfkit's own `layout` shapes word by word, which leaves right-to-left words in the wrong order.
  const shaped = (text: string): GlyphRun => embedded.layoutRun(text);
  const advances = new Map<number, number>();
  const known = new Map<number, boolean>();
  const advance = (codePoint: number): number => {
    const measured = advances.get(codePoint);
    if (measured !== undefined) return measured;
    const width = (embedded.font.glyphForCodePoint(codePoint).advanceWidth * embedded.scale) / 1000;
    advances.set(codePoint, width);
    return width;
  };
  return {
    name,
    has: (codePoint) => {
      const answer = known.get(codePoint) ?? embedded.font.hasGlyphForCodePoint(codePoint);
      known.set(codePoint, answer);
      return answer;
    },
    advance,
    shapedWidth: (text) => shaped(text).advanceWidth / 1000,
    shape: (on) => {
      embedded.layout = on ? shaped : (text) => unshaped(embedded, text);
    },
  };
}

function embed(document: PDFKit.PDFDocument, name: FaceName, bytes: Uint8Array): EmbeddedFont {
  try {
    document.registerFont(name, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    document.font(name);
  } catch (cause) {
    throw new ReportError(
      'REPORT_FONT',
      `The "${name}" font could not be opened. Hand over the bytes of a TrueType (.ttf) file.`,
      { cause },
    );
  }
  return (document as unknown as { _font: EmbeddedFont })._font;
}

/** One glyph a character, no substitution and no positioning: shaping is most of what a PDF of tables costs (7 times). */
function unshaped(embedded: EmbeddedFont, text: string): GlyphRun {
  const glyphs = [...text].map((character) => embedded.font.glyphForCodePoint(character.codePointAt(0) ?? 0));
  const positions = glyphs.map((glyph) => {
    const width = glyph.advanceWidth * embedded.scale;
    return { xAdvance: width, yAdvance: 0, xOffset: 0, yOffset: 0, advanceWidth: width };
  });
  return { glyphs, positions, advanceWidth: positions.reduce((total, position) => total + position.advanceWidth, 0) };
}
