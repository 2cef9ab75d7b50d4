import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { profileFrom } from '../../src/inputs/load-profile.ts';
import { sectionOptions } from '../../src/report/profile.schema.ts';
import { blocksOf } from '../../src/report/sections/table.ts';
import { emptyInput, hostileInput, input, statesInput } from './support/estate.ts';
import { reportFrom, shippedProfile } from './support/report.ts';

const head = `apiVersion: assay/v1
kind: ReportProfile
metadata: { id: mine, title: Mine }
purpose: What this report is for.
audience: those who read it
page: A4
sections:
`;
const profile = (...sections: readonly string[]): string => head + sections.map((one) => `  - ${one}\n`).join('');
const loaded = (...sections: readonly string[]) => profileFrom(profile(...sections), 'mine.yaml').value;

describe('the profiles that come with assay', () => {
  const shipped = readdirSync('reports').map((file) => file.replace('.yaml', ''));

  test('are nightly, auditor and gap, each under the name of its file', () => {
    expect(shipped.toSorted()).toEqual(['auditor', 'gap', 'nightly']);
    for (const id of shipped) expect(shippedProfile(id).metadata.id).toBe(id);
  });

  test('show what each reader came for', () => {
    const sections = (id: string) => shippedProfile(id).sections.map(({ section }) => section);
    expect(sections('nightly')).toEqual(['headline']);
    expect(sections('auditor')).toEqual(
      expect.arrayContaining([
        'scope',
        'population',
        'controls',
        'framework',
        'findings',
        'unknowns',
        'queries',
        'evidence-index',
        'not-assessed',
        'limits',
        'signature',
      ]),
    );
    expect(sections('gap')).toEqual(expect.arrayContaining(['gap-items', 'plan-by-party', 'plan', 'unknowns']));
  });

  test.each([
    ['the sample', input],
    ['an empty estate', emptyInput],
    ['hostile names', hostileInput],
    ['every state', statesInput],
  ])('have something to say of %s in every section', (_, given) => {
    for (const id of shipped) {
      const report = reportFrom(given, { profile: shippedProfile(id) });
      for (const [index, blocks] of blocksOf(report).entries())
        expect(blocks.length, report.profile.sections[index]?.section).toBeGreaterThan(0);
    }
  });
});

describe('a profile of your own', () => {
  test('may name every section once, in any order but those that need another', () => {
    const all = Object.keys(sectionOptions);
    const sections = loaded(...all.map((section) => `section: ${section}`)).sections;
    expect(sections.map(({ section }) => section)).toEqual(all);
    expect(loaded('section: glossary', 'section: summary').sections).toHaveLength(2);
  });

  test('may give a section every option that it takes', () => {
    const { sections } = loaded('{ section: plan, limit: 5, lines: 3, as: table }');
    expect(sections).toEqual([{ section: 'plan', limit: 5, lines: 3, as: 'table' }]);
  });

  test.each<[string, readonly string[], RegExp]>([
    [
      'an unknown section',
      ['section: cover', 'section: findngs'],
      /^mine\.yaml:9:14 there is no section "findngs" \[reference\]\n {4}Did you mean findings\?$/,
    ],
    [
      'a section that is like no other',
      ['section: weather'],
      /^mine\.yaml:8:14 there is no section "weather" \[reference\]\n {4}Sections: cover, contents, headline, /,
    ],
    [
      'a section that is a key of every object',
      ['section: constructor'],
      /^mine\.yaml:8:14 there is no section "constructor"/,
    ],
    [
      'a section that stands twice',
      ['section: summary', 'section: plan', 'section: summary'],
      /^mine\.yaml:10:14 the section summary stands twice \[reference\]\n {4}Remove it; it is already number 1$/,
    ],
    [
      'a cover that is not the first',
      ['section: summary', 'section: cover'],
      /^mine\.yaml:9:14 the cover is not the first section \[reference\]\n {4}Move it to the top$/,
    ],
    [
      'an index that stands before what it names',
      ['section: evidence-index', 'section: unknowns', 'section: findings'],
      /^mine\.yaml:8:14 evidence-index stands before findings, whose pages it names \[reference\]\n {4}Move it below findings\nmine\.yaml:8:14 evidence-index stands before unknowns/,
    ],
    [
      'an option that the section does not take',
      ['{ section: findings, limit: 5, lines: 3 }'],
      /^mine\.yaml:8:43 the section findings takes no lines \[reference\]\n {4}It takes: limit, perPolicy$/,
    ],
    [
      'an option of a section that takes none',
      ['{ section: cover, limit: 5 }'],
      /^mine\.yaml:8:30 the section cover takes no limit \[reference\]\n {4}It takes no options$/,
    ],
    [
      'an option that no section has',
      ['{ section: plan, limt: 5 }'],
      /^mine\.yaml:8:\d+ sections\.0\.limt is not a known key \[schema\]\n {4}Did you mean limit\?$/,
    ],
    ['a limit of nothing', ['{ section: plan, limit: 0 }'], /^mine\.yaml:8:29 sections\.0\.limit must be at least 1/],
    ['a limit that is none', ['{ section: plan, limit: many }'], /sections\.0\.limit must be of type integer/],
    ['a form that there is not', ['{ section: plan, as: list }'], /sections\.0\.as must be one of table, full/],
  ])('%s is refused with its place and the way out', (_, sections, message) => {
    expect(() => loaded(...sections)).toThrow(message);
  });

  test.each<[string, (text: string) => string, RegExp]>([
    ['no section at all', (text) => text.replace(/sections:[\s\S]*/, 'sections: []\n'), /sections needs at least 1/],
    ['a page that no printer has', (text) => text.replace('A4', 'A0'), /page must be one of A4, Letter/],
    ['an id that is a path', (text) => text.replace('id: mine', 'id: ../mine'), /metadata\.id must look like/],
    ['another kind', (text) => text.replace('ReportProfile', 'Report'), /kind must be "ReportProfile"/],
    ['no purpose', (text) => text.replace(/purpose.*\n/, ''), /lacks purpose/],
  ])('%s is refused', (_, change, message) => {
    expect(() => profileFrom(change(profile('section: summary')), 'mine.yaml')).toThrow(message);
  });

  test('every problem is told at once', () => {
    expect(() => loaded('{ section: cover, limit: 5 }', 'section: plan', 'section: plan')).toThrow(
      /takes no limit[\s\S]*stands twice|stands twice[\s\S]*takes no limit/,
    );
  });
});
