import PDFDocument from 'pdfkit';
import { describe, expect, test } from 'vitest';
import { type Face, type FaceName, type Faces, openFaces, splitRuns } from '../../../src/report/pdf/fonts.ts';
import { fonts } from '../support/fonts.ts';

const face = (name: FaceName, has: RegExp): Face => ({
  name,
  has: (codePoint) => has.test(String.fromCodePoint(codePoint)),
  advance: () => 0.5,
  shapedWidth: (text) => text.length * 0.5,
  shape: () => undefined,
});
const latin = /^[\x20-\x7e]$/;
const faces: Faces = {
  regular: face('regular', latin),
  bold: face('bold', latin),
  mono: face('mono', latin),
  fallback: face('fallback', /^[\x20-\x7e\u05d0-\u05ea\u03b1-\u03c9]$/),
};
const runs = (text: string): readonly string[] =>
  splitRuns(text, 'regular', faces).map((run) =>
    run.kind === 'missing'
      ? `[${run.codePoint.toString(16)}]`
      : `${run.face}${run.rightToLeft ? ' rtl' : ''}:${run.text}`,
  );

describe('runs of one font', () => {
  test.each([
    ['', []],
    ['abc', ['regular:abc']],
    ['aαβb', ['regular:a', 'fallback:αβ', 'regular:b']],
    ['a中b', ['regular:a', '[4e2d]', 'regular:b']],
    ['中文', ['[4e2d]', '[6587]']],
    ['😀', ['[1f600]']],
    ['a שלום b', ['regular:a ', 'fallback rtl:שלום', 'regular: b']],
    ['שלום עולם', ['fallback rtl:שלום עולם']],
    ['שלום α', ['fallback rtl:שלום', 'regular: ', 'fallback:α']],
    ['שלום-עולם', ['fallback rtl:שלום', 'regular:-', 'fallback rtl:עולם']],
    ['\ud800', ['[d800]']],
  ])('%j is cut where the font changes', (text, expected) => {
    expect(runs(text)).toEqual(expected);
  });

  test('no character is ever lost', () => {
    const text = 'aα中😀 שלום עולם\ud800\u0007';
    const back = splitRuns(text, 'regular', faces).map((run) =>
      run.kind === 'missing' ? String.fromCodePoint(run.codePoint) : run.text,
    );
    expect(back.join('')).toBe(text);
  });
});

describe('real fonts', () => {
  const pdf = new PDFDocument({ font: Buffer.from(fonts.regular) as unknown as string, autoFirstPage: false });
  const open = openFaces(pdf, fonts);

  test.each([
    ['regular', 0x61, true],
    ['regular', 0x5d0, false],
    ['fallback', 0x5d0, true],
    ['mono', 0x7c, true],
    ['fallback', 0x4e2d, false],
  ] as const)('%s knows of %d: %s', (name, codePoint, known) => {
    expect(open[name].has(codePoint)).toBe(known);
  });

  test('unshaped text is as wide as its characters together', () => {
    open.mono.shape(false);
    expect(open.mono.advance(0x69)).toBeCloseTo(open.mono.advance(0x57), 6);
    expect(open.regular.advance(0x69)).toBeLessThan(open.regular.advance(0x57));
  });

  test('bytes that are no font are refused with what to hand over', () => {
    const fresh = new PDFDocument({ font: Buffer.from(fonts.regular) as unknown as string, autoFirstPage: false });
    expect(() => openFaces(fresh, { ...fonts, mono: new Uint8Array([1, 2, 3, 4]) })).toThrow(
      /The "mono" font could not be opened\. Hand over the bytes/,
    );
  });
});
