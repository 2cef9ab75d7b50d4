import fc from 'fast-check';
import PDFDocument from 'pdfkit';
import { describe, expect, test } from 'vitest';
import { openFaces } from '../../../src/report/pdf/fonts.ts';
import { elide, measure, type TextStyle, wrap } from '../../../src/report/pdf/text.ts';
import { visible } from '../../../src/report/visible.ts';
import { fonts } from '../support/fonts.ts';

const pdf = new PDFDocument({ font: Buffer.from(fonts.regular) as unknown as string, autoFirstPage: false });
const faces = openFaces(pdf, fonts);
const plain: TextStyle = { face: 'regular', size: 8, colour: '#000000' };
const code: TextStyle = { ...plain, face: 'mono', preformatted: true };
const widthOf = (characters: number): number => characters * faces.mono.advance(0x61) * 8 + 0.01;

describe('line breaking', () => {
  test.each([
    ['breaks at blanks', 'aaaa bbbb cccc', 9, ['aaaa bbbb', 'cccc']],
    [
      'breaks an id after a slash',
      '/subscriptions/1111/resourceGroups/rg',
      24,
      ['/subscriptions/1111/', 'resourceGroups/rg'],
    ],
    ['cuts a word that is too long anywhere', 'a'.repeat(25), 10, ['a'.repeat(10), 'a'.repeat(10), 'aaaaa']],
    ['begins a long id on its own line rather than cut it', `a ${'b'.repeat(15)}`, 10, ['a', 'bbbbbbbbbb', 'bbbbb']],
    ['shows a line feed instead of obeying it', 'a\nb', 40, ['a<U+000A>b']],
    ['is one empty line for no text', '', 10, ['']],
  ])('%s', (_name, text, characters, expected) => {
    expect(wrap(text, { ...plain, face: 'mono' }, widthOf(characters), faces)).toEqual(expected);
  });

  test.each([
    ['keeps line feeds and indents', 'a\n  b', ['a', '  b']],
    ['marks a line that goes on', 'aaaa bbbb cccc', ['aaaa bbbb ', '↳ cccc']],
  ])('preformatted text %s', (_name, text, expected) => {
    expect(wrap(text, code, widthOf(10), faces)).toEqual(expected);
  });

  test('no line is wider than its column, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer({ min: 60, max: 300 }), (text, width) => {
        for (const style of [plain, code]) {
          for (const line of wrap(text, style, width, faces))
            expect(measure(line.trimEnd(), style, faces)).toBeLessThanOrEqual(width + 0.01);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('no character but blanks is lost by wrapping', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        const back = wrap(text, plain, 60, faces).join('').replaceAll(' ', '');
        expect(back).toBe(visible(text).replaceAll(' ', ''));
      }),
      { numRuns: 200 },
    );
  });

  test('an elided line fits and says that something is gone', () => {
    const line = elide('a'.repeat(100), plain, 50, faces);
    expect(line.endsWith('…')).toBe(true);
    expect(measure(line, plain, faces)).toBeLessThanOrEqual(50);
    expect(elide('short', plain, 50, faces)).toBe('short');
  });
});
