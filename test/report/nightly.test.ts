import { describe, expect, test } from 'vitest';
import type { AssessedFinding } from '../../src/control/assessment.ts';
import { type Changes, changesBetween } from '../../src/report/changes.ts';
import { type ReportInput, reportModel } from '../../src/report/model.ts';
import { renderPdf } from '../../src/report/pdf.ts';
import { pageSizes } from '../../src/report/profile.schema.ts';
import type { Report } from '../../src/report/report.ts';
import { reportMarkdown } from '../../src/report/report-markdown.ts';
import {
  control,
  emptyInput,
  hostileInput,
  hostileName,
  input,
  item,
  largeInput,
  statesInput,
  unknown,
  withFindings,
} from './support/estate.ts';
import { fonts } from './support/fonts.ts';
import { reportFrom, shippedProfile } from './support/report.ts';

const nightly = shippedProfile('nightly');
const signature = { at: new Date('2026-11-12T03:00:00Z'), name: 'assay ephemeral key (UNTRUSTED)' };

/** Everything changed, and the bundle before was another's, of another version, later. */
const allChanged = (given: ReportInput): Changes =>
  changesBetween(
    {
      asOf: '2027-01-01T00:00:00Z',
      toolVersion: '0.0.1',
      workload: 'another',
      manifestSha256: 'ab'.repeat(32),
      inputs: new Map([['assay.yaml', 'cc']]),
      findings: [],
    },
    reportModel(given),
    new Map(),
  );

/** Every reason for an unknown, each on a resource whose name nobody can read to its end. */
const reasons = [
  'access-denied',
  'not-collected',
  'not-returned',
  'field-missing',
  'parameter-missing',
  'truncated',
  'stale',
  'unsupported-scope',
  'empty-scope',
  'evaluation-error',
] as const;
const unknowns = reasons.map(
  (reason, index): AssessedFinding => ({
    finding: unknown({ id: `u-${index}`, reason, missing: [], name: hostileName, environment: hostileName }),
  }),
);

const worst: ReportInput = {
  ...withFindings([...largeInput(3000).assessment.findings, ...unknowns, ...hostileInput.assessment.findings]),
  workload: hostileInput.workload,
  signing: 'ephemeral',
};
const manyControls: ReportInput = {
  ...worst,
  assessment: {
    ...worst.assessment,
    controls: Array.from({ length: 120 }, (_, index) =>
      control(`C-${index}`, [item(`C-${index}.1`, { status: 'unknown' })], {
        because: hostileName,
        title: hostileName,
      }),
    ),
  },
};

const cases: readonly (readonly [string, ReportInput, Partial<Report>])[] = [
  ['the sample', input, { signature }],
  ['an empty estate', emptyInput, {}],
  ['hostile names', hostileInput, { changes: allChanged(hostileInput) }],
  ['every state', statesInput, {}],
  ['three thousand findings, all of them new', largeInput(3000), { changes: allChanged(largeInput(3000)) }],
  ['everything at once', manyControls, { changes: allChanged(manyControls), signature }],
];

describe.each(cases)('the nightly report of %s', (_, given, over) => {
  test.each(pageSizes)('is one %s page', async (page) => {
    const report = reportFrom(given, { ...over, profile: { ...nightly, page } });
    const pdf = Buffer.from(await renderPdf(report, fonts)).toString('latin1');
    expect(pdf.match(/\/Type \/Page\n/g)).toHaveLength(1);
  });

  test('is short in Markdown too, and says how long each list really is', () => {
    const text = reportMarkdown(reportFrom(given, { ...over, profile: nightly }));
    expect(text.split('\n').length).toBeLessThan(120);
    for (const title of ['What changed', 'What fails', 'What is unknown', 'Controls'])
      expect(text).toContain(`## ${title}\n`);
  });
});

describe('the nightly report', () => {
  const text = (given: ReportInput, over: Partial<Report> = {}): string =>
    reportMarkdown(reportFrom(given, { profile: nightly, ...over }));

  test('says first why the evidence is incomplete, and that no workload is declared', () => {
    const top = (given: ReportInput) => text(given).split('## What changed')[0];
    expect(top(input)).toContain('1 requested scope could not be read.');
    expect(top(emptyInput)).toContain('No workload is declared');
  });

  test('lists failing policies worst first, with their environments, and counts what it leaves out', () => {
    const failsAt = (limit: number): string => {
      const profile = { ...nightly, sections: [{ section: 'headline' as const, limit }] };
      return text(largeInput(3000), { profile }).split('## What fails')[1]?.split('## ')[0] ?? '';
    };
    const words = [...failsAt(14).matchAll(/^- \*\*(\w+)\*\*/gm)].map(([, word]) => word);
    expect(words).toEqual([...Array(6).fill('high'), ...Array(6).fill('medium')]);
    expect(failsAt(3)).toContain('- and 9 more, in findings.csv');
    expect(failsAt(3)).toMatch(/100 fails\\: uat 50, dev 50/);
  });

  test('never calls a clean night clean where something is unknown', () => {
    const given = withFindings([{ finding: unknown({ id: 'u' }) }]);
    expect(text(given)).toContain('**1** findings unknown');
    expect(text(given)).not.toContain('Every finding could be decided.');
    expect(text(withFindings([]))).toContain('Every finding could be decided.');
  });
});
