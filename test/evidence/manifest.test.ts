import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSums, sha256Sums } from '../../src/evidence/manifest.ts';

const digest = 'a'.repeat(64);
const entry = (path: string) => ({ path, sha256: digest });

describe('SHA256SUMS', () => {
  test('is sorted by code unit and ends every line with a line feed', () => {
    const text = sha256Sums(['b', 'a/c', 'a.c', 'Z', 'a-c'].map(entry));
    expect(text.split('\n').map((line) => line.slice(66))).toEqual(['Z', 'a-c', 'a.c', 'a/c', 'b', '']);
    expect(text.startsWith(`${digest}  Z\n`)).toBe(true);
  });

  test('reads back as what was written, whatever the order', () => {
    const segment = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,8}$/);
    const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => `${segments.join('/')}.txt`);
    const files = fc.uniqueArray(fc.record({ path, sha256: fc.stringMatching(/^[0-9a-f]{64}$/) }), {
      selector: (file) => file.path,
    });
    fc.assert(
      fc.property(files, (list) => {
        const text = sha256Sums(list);
        expect(sha256Sums(list.toReversed())).toBe(text);
        expect(sha256Sums(parseSums(text))).toBe(text);
        expect(new Set(parseSums(text))).toEqual(new Set(list));
      }),
    );
  });

  test.each([
    '../up',
    'a/../b',
    './a',
    '/etc/passwd',
    'a//b',
    'a/',
    '',
    'C:/x',
    'a\\b',
    'a\nb',
    'ä',
    'a\u0000',
    'a\u001b[2J',
    'a ',
    ' a',
    'a./b',
    'a*',
    'SHA256SUMS',
    'SHA256SUMS.p7s',
    'SHA256SUMS.tsr',
    'x'.repeat(1025),
  ])('refuses the path %j, written or read', (path) => {
    expect(() => sha256Sums([entry(path)])).toThrow(expect.objectContaining({ code: 'bad-path' }));
    expect(() => parseSums(`${digest}  ${path}\n`)).toThrow(expect.objectContaining({ code: 'sums-malformed' }));
  });

  test.each([
    ['twice', ['a', 'a']],
    ['with case alone between them', ['Read.md', 'read.md']],
    ['as a file and as a folder', ['a', 'a/b']],
    ['as a file and as a folder of another case', ['A', 'a/b/c']],
  ])('refuses a path %s', (_, paths) => {
    expect(() => sha256Sums(paths.map(entry))).toThrow(expect.objectContaining({ code: 'duplicate-path' }));
    expect(() => parseSums(paths.map((path) => `${digest}  ${path}\n`).join(''))).toThrow(/SHA256SUMS:2 /);
  });

  test('takes a name that only looks like a prototype key', () => {
    expect(parseSums(sha256Sums([entry('__proto__'), entry('constructor')]))).toHaveLength(2);
  });

  test.each([
    ['a missing last line feed', `${digest}  a`, 'SHA256SUMS:1 the last line'],
    ['a carriage return', `${digest}  a\r\n`, 'SHA256SUMS:1'],
    ['one blank', `${digest} a\n`, 'SHA256SUMS:1 a line is'],
    ['the mark of binary mode', `${digest} *a\n`, 'SHA256SUMS:1 a line is'],
    ['capital digits', `${digest.toUpperCase()}  a\n`, 'SHA256SUMS:1 a line is'],
    ['a short digest', `${digest.slice(1)}  a\n`, 'SHA256SUMS:1 a line is'],
    ['an empty line', `${digest}  a\n\n`, 'SHA256SUMS:2 a line is'],
    ['a comment', `# sums\n${digest}  a\n`, 'SHA256SUMS:1 a line is'],
    ['another order', `${digest}  b\n${digest}  a\n`, "SHA256SUMS:2 'a' must stand before 'b'"],
  ])('refuses %s and names the line', (_, text, message) => {
    expect(() => parseSums(text)).toThrow(
      expect.objectContaining({ code: 'sums-malformed', message: expect.stringContaining(message) }),
    );
  });

  test('refuses to write a digest that is none', () => {
    expect(() => sha256Sums([{ path: 'a', sha256: 'A'.repeat(64) }])).toThrow(
      expect.objectContaining({ code: 'sums-malformed' }),
    );
  });

  test('of no files is empty', () => {
    expect(sha256Sums([])).toBe('');
    expect(parseSums('')).toEqual([]);
  });
});
