import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RequirementView } from '../../src/control/requirements.ts';
import { frameworkCsv, frameworkSentence, requirementsCsv } from '../../src/report/framework-csv.ts';
import { reportCsv } from '../../src/report/report-csv.ts';
import { failing, hostileInput, hostileName, input, largeInput, withFindings } from './support/estate.ts';
import { frameworkView } from './support/framework.ts';
import { reportFrom, shippedProfile } from './support/report.ts';

const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);
const filesOf = (id: string, given = input) => reportCsv(reportFrom(given, { profile: shippedProfile(id) }));
const formula = /(^|,)"?[=+@\t\r＝＋＠]/m;

describe('the tables behind a report', () => {
  test.each([
    ['nightly', ['findings.csv', 'controls.csv']],
    [
      'auditor',
      ['errors.csv', 'controls.csv', 'framework.csv', 'findings.csv', 'waivers.csv', 'plan.csv', 'evidence.csv'],
    ],
    ['gap', ['gap.csv', 'findings.csv', 'plan.csv', 'waivers.csv']],
  ])('of %s are those that its sections show, each once', (id, expected) => {
    const given = { ...input, assessment: { ...input.assessment, framework: frameworkView() } };
    expect(filesOf(id, given).map(({ path }) => path)).toEqual(expected);
  });

  test('have no framework where no catalogue was given, and no changes without a bundle before', () => {
    expect(filesOf('auditor').map(({ path }) => path)).not.toContain('framework.csv');
    expect(filesOf('nightly').map(({ path }) => path)).not.toContain('changes.csv');
  });

  test('hold every row, also of what a page had to cut', () => {
    const found = filesOf('auditor', largeInput(3000)).find(({ path }) => path === 'findings.csv');
    expect(
      decode(found?.bytes ?? new Uint8Array())
        .trimEnd()
        .split('\n'),
    ).toHaveLength(3001);
  });

  test('are the same bytes in two runs', () => {
    for (const file of readdirSync('reports')) {
      const id = file.replace('.yaml', '');
      expect(filesOf(id, largeInput(200))).toEqual(filesOf(id, largeInput(200)));
    }
  });

  test('start no cell with a formula, whatever Azure calls a resource', () => {
    for (const id of ['nightly', 'auditor', 'gap'])
      for (const { path, bytes } of filesOf(id, hostileInput)) expect(decode(bytes), path).not.toMatch(formula);
  });

  test('start none for any text that a name may begin with', () => {
    const first = fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '"', ',', "'", ' ');
    fc.assert(
      fc.property(first, fc.string({ maxLength: 6 }), (begin, rest) => {
        const name = `${begin}${rest}`;
        const finding = failing({ id: 'f', name, resource: name, because: name, environment: name });
        const given = withFindings([{ finding }], { plan: { steps: [], counts: {} } });
        for (const { path, bytes } of [...filesOf('gap', given), ...filesOf('nightly', given)]) {
          const text = decode(bytes);
          expect(text, path).not.toMatch(/(^|,)"?[=+@\t\r＝＋－＠]/m);
          expect(text, path).not.toMatch(/(^|,)"?-(?!\d)/m);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('gap.csv', () => {
  const rows = decode(filesOf('gap').find(({ path }) => path === 'gap.csv')?.bytes ?? new Uint8Array())
    .trimEnd()
    .split('\n');

  test('has one row an item, in the order of the controls, and says ready or not', () => {
    expect(rows[0]).toBe(
      'control,item,title,ready,status,reason,required,found,gap,missing,owners,effort,first_blocker,requirements',
    );
    expect(rows.slice(1).map((row) => row.split(',').slice(0, 5))).toEqual([
      ['AI-SEC-01', 'AI-SEC-01.1', 'Both stores use keys of the customer', 'not ready', 'not-met'],
      ['AI-SEC-01', 'AI-SEC-01.2', 'Keys rotate every quarter', 'not ready', 'unknown'],
      ['AI-SEC-01', 'AI-SEC-01.3', 'Transport is encrypted', 'ready', 'met'],
      ['AI-SEC-01', 'AI-SEC-01.10', 'Key access is logged', 'not ready', 'attestation-needed'],
      ['AI-SEC-02', 'AI-SEC-02.1', 'Item AI-SEC-02.1', 'ready', 'not-applicable'],
      ['AI-SEC-02', 'AI-SEC-02.2', 'Item AI-SEC-02.2', 'ready', 'met-with-waivers'],
    ]);
  });

  test('keeps a name on one line', () => {
    const given = withFindings([{ finding: failing({ id: 'f', name: hostileName, because: hostileName }) }]);
    const file = filesOf('gap', given).find(({ path }) => path === 'gap.csv');
    expect(
      decode(file?.bytes ?? new Uint8Array())
        .trimEnd()
        .split('\n'),
    ).toHaveLength(7);
  });
});

describe('framework.csv and the sentence above it', () => {
  const view = frameworkView();

  test('has one row a subcategory with counts that leave context out', () => {
    const [head = '', first = '', ...more] = decode(frameworkCsv(view)).trimEnd().split('\n');
    expect(head).toMatch(/^catalog,id,function,group,group_title,title,status,because,assessability,ceiling,strength,/);
    expect(head).toMatch(/,policies,pass,fail,waived,unknown,not_applicable,process,statement,statement_state,/);
    expect(first).toMatch(/^test-framework@1,MEASURE 1\.1,MEASURE,MEASURE 1,/);
    expect(first).toContain('aside (context) | direct (direct),1,0,0,0,0,');
    expect(more).toHaveLength(1);
  });

  test('says how many have evidence, how many could, and how many people alone decide', () => {
    expect(frameworkSentence(view.counts)).toBe(
      "Technical evidence for 1 of 2 subcategories (1 can have any); 1 rest on people's statements alone; 0 of 2 are stated.",
    );
  });
});

describe('requirements.csv', () => {
  test('has one row a requirement and starts no formula', () => {
    const row: RequirementView = {
      ...{ id: 'REQ-001', kind: 'POL', owner: 'provider', severity: 'high', text: '=1+1' },
      ...{ policies: ['a', 'b'], items: ['C-1.1'], statements: [], state: null, because: 'not judged' },
    };
    expect(
      decode(requirementsCsv([row]))
        .split('\n')
        .slice(0, 2),
    ).toEqual([
      'id,kind,owner,severity,text,state,because,policies,items,statements',
      "REQ-001,POL,provider,high,'=1+1,,not judged,a | b,C-1.1,",
    ]);
  });
});
