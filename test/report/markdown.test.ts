import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { code, prose, summaryMarkdown } from '../../src/report/markdown.ts';
import { reportModel } from '../../src/report/model.ts';
import { emptyInput, hostileInput, input, largeInput, model } from './support/estate.ts';

describe('the Markdown summary', () => {
  test('gives the numbers of the items and of the environments', () => {
    const text = summaryMarkdown(model);
    expect(text).toContain(
      '**Items: met 1 / 5 applicable (1 more with waivers), 1 not met, 1 unknown, 1 attestation needed.**',
    );
    expect(text).toContain('| `prod` | 1 | 0 | 1 | 1 | 1 |');
    expect(text).toContain('| **all** | 1 | 1 | 1 | 1 | 1 |');
    expect(text).toContain('**Unknown by reason:** access-denied 1.');
  });

  test.each([
    ['an ephemeral key', { ...input, signing: 'ephemeral' as const }, '**Signed with an ephemeral key: untrusted.**'],
    ['a missing declaration', { ...input, workload: null }, '**No workload declared:**'],
    ['incomplete evidence', input, '**Evidence is incomplete.**'],
    ['an empty estate', emptyInput, 'No resource was judged.'],
  ])('warns at the top of %s', (_name, given, words) => {
    const text = summaryMarkdown(reportModel(given));
    expect(text.slice(0, text.indexOf('| environment'))).toContain(words);
  });

  test('stays one page for three thousand findings and says what it leaves out', () => {
    const text = summaryMarkdown(reportModel(largeInput(3000)));
    expect(text.split('\n').length).toBeLessThan(50);
    expect(text).toContain('and 2 further policies');
  });

  test('a hostile name makes no markup, link, mention or further line', () => {
    const text = summaryMarkdown(reportModel(hostileInput));
    const outside = text.replace(/(`+) .*? \1/g, '');
    expect(outside).not.toMatch(/<[a-z]/i);
    expect(outside).not.toMatch(/@e/);
    expect(text).not.toContain('\u202e');
    expect(text.split('\n').filter((line) => line.startsWith('| ') && line.includes('HYPERLINK'))).toHaveLength(1);
  });
});

describe('escaping', () => {
  test.each([
    ['*a*', '\\*a\\*'],
    ['[a](b)', '\\[a\\]\\(b\\)'],
    ['<img>', '&lt;img&gt;'],
    ['&lt;', '&amp;lt;'],
    ['https://x.example', 'https\\://x.example'],
    ['@team', '@\u200bteam'],
    ['a|b', 'a\\|b'],
    ['#1', '\\#1'],
    ['a\nb', 'a&lt;U\\+000A&gt;b'],
  ])('prose shows %j literally', (text, expected) => {
    expect(prose(text)).toBe(expected);
  });

  test.each([
    ['a', '`a`'],
    ['a`b', '``a`b``'],
    ['`', '`` ` ``'],
    ['', '`  `'],
    ['a|b', '`a\\|b`'],
  ])('a code span holds %j', (text, expected) => {
    expect(code(text)).toBe(expected);
  });

  test('no text leaves its code span', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', 'a', ' ', '\\', '|') }), (text) => {
        const span = code(text);
        const fence = /^`+/.exec(span)?.[0] ?? '';
        const inside = span.slice(fence.length, -fence.length);
        expect(span.endsWith(fence)).toBe(true);
        expect((inside.match(/`+/g) ?? []).every((run) => run.length < fence.length)).toBe(true);
      }),
    );
  });
});
