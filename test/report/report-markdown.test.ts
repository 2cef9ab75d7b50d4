import { describe, expect, test } from 'vitest';
import { sectionOptions } from '../../src/report/profile.schema.ts';
import { codeLines, reportMarkdown } from '../../src/report/report-markdown.ts';
import {
  emptyInput,
  hostileInput,
  hostileName,
  input,
  largeInput,
  statesInput,
  withFindings,
} from './support/estate.ts';
import { reportFrom, shippedProfile } from './support/report.ts';

const every = {
  ...shippedProfile('auditor'),
  sections: Object.keys(sectionOptions).map((section) => ({ section: section as keyof typeof sectionOptions })),
};
const inputs = [
  ['the sample', input],
  ['an empty estate', emptyInput],
  ['hostile names', hostileInput],
  ['every state', statesInput],
  ['three thousand findings', largeInput(3000)],
] as const;

/** The text with code spans and indented blocks taken out: there nothing is markup. */
const outsideCode = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('    '))
    .join('\n')
    .replace(/(`+)(?:(?!\1)[^\n])*?\1(?!`)/g, '');

describe.each(inputs)('a report in Markdown of %s', (_, given) => {
  const text = reportMarkdown(reportFrom(given, { profile: every }));

  test('is the same in two runs', () => {
    expect(reportMarkdown(reportFrom(given, { profile: every })) === text).toBe(true);
  });

  test('has no empty section, no undefined value and no trailing blank line', () => {
    expect(text).not.toMatch(/^## .*\n+(?=## )/m);
    expect(text).not.toMatch(/undefined|\[object|NaN/);
    expect(text).toMatch(/[^\n]\n$/);
  });

  test('has tables whose rows have as many cells as their head', () => {
    const cells = (line: string): number => line.replace(/\\\|/g, '').split('|').length;
    const lines = text.split('\n');
    let width = 0;
    for (const [index, line] of lines.entries()) {
      if (!line.startsWith('| ')) width = 0;
      else if (width === 0) width = cells(line);
      else expect(cells(line), lines[index]).toBe(width);
    }
  });
});

describe('a report in Markdown', () => {
  test('shows the sections of its profile in their order', () => {
    const sections = [
      { section: 'limits' as const },
      { section: 'summary' as const },
      { section: 'glossary' as const },
    ];
    const text = reportMarkdown(reportFrom(input, { profile: { ...every, sections } }));
    expect(text.match(/^## .*/gm)).toEqual(['## Method and limits', '## Executive summary', '## Glossary']);
  });

  test('keeps to the limits of its profile and says where the rest is', () => {
    const sections = [{ section: 'unknowns' as const, limit: 2 }];
    const text = reportMarkdown(reportFrom(largeInput(100), { profile: { ...every, sections } }));
    expect(text).toContain('2 of 20 shown, the rest in findings.csv.');
  });

  test('says at its top that it carries no signature', () => {
    const text = reportMarkdown(reportFrom(input, { profile: shippedProfile('gap') }));
    expect(text.slice(0, text.indexOf('##'))).toMatch(/> .*signature/i);
  });

  test('calls nothing in a framework view a pass', () => {
    const text = reportMarkdown(reportFrom(statesInput, { profile: every }));
    expect(text).not.toMatch(/\bcompliant\b|\bcertified\b|100 ?%/i);
  });
});

describe('a hostile name', () => {
  const text = reportMarkdown(reportFrom(hostileInput, { profile: every }));
  const outside = outsideCode(text);

  test('is in the report, or the rest of these tests would show nothing', () => {
    expect(text.match(/HYPERLINK/g)?.length).toBeGreaterThan(8);
    expect(outside).toMatch(/HYPERLINK/);
  });

  test('makes no element, no link, no mention, no emphasis', () => {
    expect(outside).not.toMatch(/<(?!br>)[a-z/!]/i);
    expect(outside).not.toMatch(/@everyone/);
    expect(outside).not.toMatch(/(^|[^\\])\*bold\*/);
    expect(outside).not.toMatch(/http:\/\//);
  });

  test('starts no line, no list, no heading and no table of its own', () => {
    for (const line of text.split('\n')) expect(line).not.toMatch(/^\| \\?\*?bold/);
    expect(text.match(/^\| .*HYPERLINK.*\|$/gm)?.length).toBeGreaterThan(2);
  });

  test('hides nothing: what cannot be seen is written out', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u2066-\u2069]/);
    expect(text).toMatch(/U\\\+202E|U\+202E/);
  });

  test('as a title or a workload opens nothing either', () => {
    const profile = { ...every, metadata: { id: 'x', title: '<script>alert(1)</script> # [a](b)' } };
    const cover = reportMarkdown(reportFrom(withFindings([]), { profile })).split('\n')[0];
    expect(cover).toMatch(/^# &lt;script&gt;/);
    expect(cover).not.toMatch(/[^\\]\[a/);
    expect(text.split('\n').filter((line) => line.startsWith('# '))).toHaveLength(2);
  });
});

describe('a block of code', () => {
  test('is indented, so that no fence of a query can close it, and shows what is hidden', () => {
    expect(codeLines('a\n```\n# b\r\n\u202ec\n', 10, 'q.kql')).toEqual([
      '    a',
      '    ```',
      '    # b',
      '    <U+202E>c',
    ]);
  });

  test('ends at its limit and says where the rest is', () => {
    expect(codeLines('a\nb\nc', 2, 'q.kql')).toEqual(['    a', '    b', '    … 1 more line, in q.kql']);
    expect(codeLines(hostileName, 1, 'q.kql')).toHaveLength(2);
  });
});
