import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob } from '../../src/emulator/glob.ts';

const cases: [pattern: string, path: string, matches: boolean][] = [
  ['/subscriptions/*', '/subscriptions/s', true],
  ['/subscriptions/*', '/subscriptions/s/resourceGroups', false],
  ['/subscriptions/**', '/subscriptions/s/resourceGroups', true],
  ['**/managementPolicies/default', '/a/b/MANAGEMENTPOLICIES/default', true],
  ['**/managementPolicies/default', '/managementPolicies/default', true],
  ['**/managementPolicies/default', '/a/managementPolicies/default/x', false],
  ['/a/*/c', '/a/b/c', true],
  ['/a/*/c', '/a//c', true],
  ['/a/*/c', '/a/b/d/c', false],
  ['/a*c', '/abc', true],
  ['/a.c', '/abc', false],
  ['/a(b)[c]', '/a(b)[c]', true],
  ['**', '', true],
  ['*', '/', false],
  ['***', '/a/b', true],
];

describe('a path pattern', () => {
  it.each(cases)('%j against %j: %s', (pattern, path, matches) => {
    expect(compileGlob(pattern)(path)).toBe(matches);
  });

  it('agrees with the regular expression of the same meaning', () => {
    const text = fc
      .array(fc.constantFrom('a', 'B', '/', '.', '*', '**'), { maxLength: 8 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (pattern, raw) => {
        const path = raw.replaceAll('*', 'x');
        const source = pattern.replace(/\*\*+|[\s\S]/g, (part) => {
          if (part.length > 1) return '.*';
          return part === '*' ? '[^/]*' : `\\u${part.charCodeAt(0).toString(16).padStart(4, '0')}`;
        });
        expect(compileGlob(pattern)(path)).toBe(new RegExp(`^${source}$`, 'is').test(path));
      }),
      { numRuns: 2000 },
    );
  });

  it('answers a pattern built to make a backtracking matcher hang', () => {
    expect(compileGlob(`${'**a'.repeat(100)}b`)('a'.repeat(5000))).toBe(false);
  });
});
