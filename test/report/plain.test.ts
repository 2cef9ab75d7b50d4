import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonText, maxDepth, plain } from '../../src/report/plain.ts';
import { counted, folded, moment, thousands, visible } from '../../src/report/visible.ts';

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
};

describe('plain values', () => {
  test.each([
    ['bigint', 2n ** 60n, '1152921504606846976'],
    ['not a number', Number.NaN, 'NaN'],
    ['infinity', Number.NEGATIVE_INFINITY, '-Infinity'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['an invalid date', new Date('x'), null],
    ['a function', () => 1, null],
    ['undefined', undefined, null],
  ])('%s becomes what JSON can carry', (_name, value, expected) => {
    expect(plain(value)).toBe(expected);
  });

  test('members that are undefined are left out and stay null inside arrays', () => {
    expect(plain({ a: undefined, b: [undefined] })).toEqual({ b: [null] });
  });

  test('a prototype key stays an ordinary key', () => {
    const value = plain(JSON.parse('{"__proto__":{"polluted":true}}'));
    expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":true}}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('a value deeper than the limit is cut visibly and does not exhaust the stack', () => {
    expect(jsonText(nested(100_000))).toContain(`<nested deeper than ${maxDepth} levels>`);
    expect(jsonText(nested(maxDepth))).not.toContain('nested deeper');
  });

  test('plain JSON comes back as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(JSON.stringify(plain(value))).toBe(JSON.stringify(value));
      }),
    );
  });

  test('missing is not null and not empty', () => {
    expect([undefined, null, ''].map(jsonText)).toEqual(['missing', 'null', '""']);
  });
});

describe('visible text', () => {
  test.each([
    ['a line feed', 'a\nb', 'a<U+000A>b'],
    ['a tab', '\t', '<U+0009>'],
    ['an escape sequence', '\u001b[31m', '<U+001B>[31m'],
    ['a right-to-left override', 'a\u202eb', 'a<U+202E>b'],
    ['a zero-width joiner', 'a\u200db', 'a<U+200D>b'],
    ['a byte order mark', '\ufeff', '<U+FEFF>'],
    ['a line separator', '\u2028', '<U+2028>'],
    ['a lone surrogate', 'a\ud800', 'a<U+D800>'],
    ['an emoji', '😀', '😀'],
    ['right-to-left letters', 'שלום', 'שלום'],
  ])('shows %s', (_name, text, expected) => {
    expect(visible(text)).toBe(expected);
  });

  test('leaves no control, format or surrogate character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visible(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }),
    );
  });

  test.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1234567, '1,234,567'],
  ])('%d reads %s', (value, text) => {
    expect(thousands(value)).toBe(text);
  });

  test('counts agree with their noun', () => {
    expect([counted(1, 'policy', 'policies'), counted(2, 'policy', 'policies'), counted(0, 'row')]).toEqual([
      '1 policy',
      '2 policies',
      '0 rows',
    ]);
  });

  test('a moment reads in UTC and what is no moment stays as it is', () => {
    expect([moment('2026-11-12T02:00:00.0000000Z'), moment('soon')]).toEqual(['2026-11-12 02:00:00 UTC', 'soon']);
  });

  test("an author's line breaks are folded", () => {
    expect(folded(' a\n  b \n')).toBe('a b');
  });
});
