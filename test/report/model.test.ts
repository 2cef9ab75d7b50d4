import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AssessedFinding } from '../../src/control/assessment.ts';
import { mismatchText, parameterTexts } from '../../src/report/finding.ts';
import { reportModel } from '../../src/report/model.ts';
import {
  dev,
  devServer,
  emptyInput,
  failing,
  input,
  largeInput,
  model,
  passing,
  server,
  unknown,
  withFindings,
} from './support/estate.ts';

describe('the report model', () => {
  test('orders findings by severity, then policy, then resource', () => {
    expect(model.findings.map(({ id }) => id)).toEqual(['f-unknown', 'f-waived', 'f-fail', 'f-pass', 'f-na']);
  });

  test('orders the same findings the same way however they come in', () => {
    const all = largeInput(60).assessment.findings;
    const expected = reportModel(withFindings(all)).findings.map(({ id }) => id);
    fc.assert(
      fc.property(fc.shuffledSubarray([...all], { minLength: all.length }), (shuffled: AssessedFinding[]) => {
        expect(reportModel(withFindings(shuffled)).findings.map(({ id }) => id)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  test('counts a waived fail as waived and neither as fail nor as pass', () => {
    expect(model.counts.findings).toEqual({
      pass: 1,
      fail: 1,
      waived: 1,
      unknown: 1,
      accepted: 0,
      notApplicable: 1,
      total: 5,
    });
  });

  test('keeps an accepted unknown among the unknowns and says how many were accepted', () => {
    const accepted = { waiver: 'W-1', expires: '2027-01-01' };
    const made = reportModel(
      withFindings([{ finding: unknown({ id: 'a' }), accepted }, { finding: unknown({ id: 'b' }) }]),
    );
    expect(made.counts.findings).toMatchObject({ unknown: 2, accepted: 1, pass: 0 });
    expect(made.gaps).toContain('2 findings could not be decided; 1 of them accepted for a time.');
  });

  test('counts of the environments add up to the counts of all', () => {
    const { counts } = reportModel(largeInput(300));
    for (const name of ['pass', 'fail', 'waived', 'unknown', 'notApplicable', 'total'] as const) {
      expect(counts.environments.reduce((sum, entry) => sum + entry.counts[name], 0)).toBe(counts.findings[name]);
    }
  });

  test('puts production first and what belongs to no environment last', () => {
    const places = [null, 'dev', 'prod'] as const;
    const findings = places.map((environment, index) => ({
      finding: passing({ id: `f-${index}`, environment, class: environment ?? 'prod' }),
    }));
    const made = reportModel(withFindings(findings));
    expect(made.counts.environments.map(({ environment }) => environment)).toEqual(['prod', 'dev', null]);
  });

  test('an environment that is called like no environment is not mixed with it', () => {
    const findings = ['', null].map((environment, index) => ({ finding: passing({ id: `f-${index}`, environment }) }));
    expect(reportModel(withFindings(findings)).counts.environments).toHaveLength(2);
  });

  test('counts applicable items without the not-applicable and with the unknown ones', () => {
    expect(model.counts.items).toMatchObject({
      applicable: 5,
      total: 6,
      byStatus: { met: 1, 'not-met': 1, unknown: 1 },
    });
  });

  test('orders items by number, .2 before .10', () => {
    expect(model.controls[0]?.items.map(({ id }) => id)).toEqual([
      'AI-SEC-01.1',
      'AI-SEC-01.2',
      'AI-SEC-01.3',
      'AI-SEC-01.10',
    ]);
  });

  test('orders plan steps as they must be done and links each finding to its step', () => {
    expect(model.plan.steps.map(({ id }) => id)).toEqual(['S-001', 'S-002']);
    expect(model.findings.find(({ id }) => id === 'f-waived')?.step).toBe('S-002');
  });

  test('names requested scopes that could not be read, without regard to case', () => {
    const header = { ...input.header, requestedScopes: [dev.toUpperCase(), '/subscriptions/gone'] };
    expect(reportModel({ ...input, header }).scope.unreadable).toEqual(['/subscriptions/gone']);
  });

  test('lists a failed read once, although it stands under reads and under errors', () => {
    expect(model.scope.unread).toHaveLength(2);
    expect(model.scope.unread[1]).toMatchObject({
      outcome: 'denied',
      status: 403,
      permission: 'Microsoft.KeyVault/vaults/keys/read',
    });
  });

  test('an answer that there is nothing is counted as a fact and not as unread', () => {
    expect(model.scope.absent).toBe(1);
    expect(model.scope.unread.map(({ read }) => read)).not.toContain(
      'microsoft.storage/storageaccounts/managementpolicies',
    );
  });

  test('says everything that makes the evidence incomplete', () => {
    expect(model.gaps).toEqual([
      '1 requested scope could not be read.',
      '1 table came back incomplete: childresources.',
      '2 reads gave no complete answer.',
      '1 finding could not be decided.',
    ]);
  });

  test('an empty estate is a gap and never looks clean', () => {
    const empty = reportModel(emptyInput);
    expect(empty.gaps).toEqual(['No resource was judged.']);
    expect(empty.notAssessed[0]).toMatch(/^No workload is declared/);
  });

  test('lists a policy without any resource with zero counts', () => {
    const made = reportModel(withFindings([]));
    expect(made.policies.map(({ id, counts }) => [id, counts.total])).toContainEqual(['st-tls', 0]);
  });

  test('lists a policy that only the findings know', () => {
    const made = reportModel(withFindings([{ finding: passing({ id: 'f', policy: 'stray' }) }]));
    expect(made.policies.find(({ id }) => id === 'stray')?.counts.pass).toBe(1);
  });

  test('refuses a time that is none and says what to write', () => {
    expect(() => reportModel({ ...input, asOf: 'yesterday' })).toThrow(
      /"yesterday" is no time to judge at\. Write ISO 8601/,
    );
  });
});

describe('words of the model', () => {
  test.each([
    ['null', null, '/keyUri: expected text, found null'],
    ['an empty text', '', '/keyUri: expected text, found ""'],
    ['a missing value', undefined, '/keyUri: expected text, found missing'],
    ['a large number', 10n ** 20n, '/keyUri: expected text, found "100000000000000000000"'],
    ['dynamic', { a: [1] }, '/keyUri: expected text, found {"a":[1]}'],
  ])('a mismatch shows %s as it is', (_name, actual, text) => {
    expect(mismatchText({ path: '/keyUri', expected: 'text', actual })).toBe(text);
  });

  test('parameters stand in the order of their names', () => {
    expect(parameterTexts({ b: 2, a: 'x' })).toEqual(['a = "x"', 'b = 2']);
  });

  test('what would settle an unknown names the read, the answer and the permission, but not the resource twice', () => {
    const same = reportModel(withFindings([{ finding: unknown({ id: 'a', resource: server }) }]));
    expect(same.findings[0]?.settledBy[0]).toMatch(
      /^Read microsoft\.keyvault\/vaults\/keys of \/subscriptions.*403 Forbidden.*needs Microsoft/,
    );
    const own = unknown({
      id: 'b',
      resource: devServer,
      missing: [{ read: 'r', resource: devServer.toUpperCase() }],
    } as never);
    expect(reportModel(withFindings([{ finding: own }])).findings[0]?.settledBy).toEqual(['Read r.']);
  });

  test('an unknown without a missing read still says what to do', () => {
    const finding = unknown({ id: 'a', missing: [], reason: 'truncated' } as never);
    expect(reportModel(withFindings([{ finding }])).findings[0]?.settledBy).toEqual([
      'Collect again until the read is complete.',
    ]);
  });

  test('a pass and a fail have nothing to settle', () => {
    const made = reportModel(withFindings([{ finding: passing({ id: 'a' }) }, { finding: failing({ id: 'b' }) }]));
    expect(made.findings.flatMap(({ settledBy }) => settledBy)).toEqual([]);
  });
});
