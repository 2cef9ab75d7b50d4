import { describe, expect, test } from 'vitest';
import type { AssessedFinding } from '../../src/control/assessment.ts';
import { type Changes, changesBetween, type PreviousFinding, type PreviousRun } from '../../src/report/changes.ts';
import { reportModel } from '../../src/report/model.ts';
import { changesCsv } from '../../src/report/report-csv.ts';
import { reportMarkdown } from '../../src/report/report-markdown.ts';
import { changesSentence } from '../../src/report/sections/changes.ts';
import { failing, input, passing, unknown, withFindings } from './support/estate.ts';
import { reportFrom, shippedProfile } from './support/report.ts';

const waived = { waiver: 'W-1', expires: '2027-01-31' };
const accepted = { waiver: 'U-1', expires: '2027-01-31' };
type Status = PreviousFinding['status'] | 'accepted' | null;

const notApplicable = (id: string) => ({ ...passing({ id }), status: 'not-applicable' as const });

/** The finding `f` as it stands now. */
function now(status: Exclude<Status, null>, id = 'f'): AssessedFinding {
  if (status === 'waived') return { finding: failing({ id }), waived };
  if (status === 'accepted') return { finding: unknown({ id }), accepted };
  if (status === 'not-applicable') return { finding: notApplicable(id) };
  return { finding: { pass: passing, fail: failing, unknown }[status]({ id }) };
}

function earlier(status: PreviousFinding['status'], over: Partial<PreviousFinding> = {}): PreviousFinding {
  const { id, policy, title, severity, resource, name, environment } = passing({ id: 'f' });
  return { id, policy, title, severity, resource, name, environment, status, ...over };
}

const run = (findings: readonly PreviousFinding[], over: Partial<PreviousRun> = {}): PreviousRun => ({
  asOf: '2026-11-11T02:00:00.0000000Z',
  toolVersion: '0.1.0',
  workload: 'engram-customer-a',
  manifestSha256: 'ab'.repeat(32),
  inputs: new Map(),
  findings,
  ...over,
});

const between = (then: readonly PreviousFinding[], findings: readonly AssessedFinding[]): Changes =>
  changesBetween(run(then), reportModel(withFindings(findings)), new Map());

const kindOf = (from: PreviousFinding['status'] | null, to: Status): string | undefined => {
  const { list } = between(from === null ? [] : [earlier(from)], to === null ? [] : [now(to)]);
  expect(list.length).toBeLessThan(2);
  return list[0]?.kind;
};

describe('what a finding has become', () => {
  test.each<[PreviousFinding['status'] | null, Status, string | undefined]>([
    [null, 'fail', 'new-fail'],
    ['pass', 'fail', 'new-fail'],
    ['unknown', 'fail', 'new-fail'],
    ['not-applicable', 'fail', 'new-fail'],
    ['waived', 'fail', 'new-fail'],
    [null, 'unknown', 'newly-unknown'],
    ['pass', 'unknown', 'newly-unknown'],
    ['fail', 'unknown', 'newly-unknown'],
    ['waived', 'unknown', 'newly-unknown'],
    ['fail', 'pass', 'fixed'],
    ['waived', 'pass', 'fixed'],
    ['unknown', 'pass', 'settled'],
    ['fail', 'waived', 'newly-waived'],
    ['pass', 'waived', 'newly-waived'],
    [null, 'waived', 'newly-waived'],
    ['fail', 'not-applicable', 'no-longer-judged'],
    ['unknown', 'not-applicable', 'no-longer-judged'],
    ['fail', null, 'no-longer-judged'],
    ['waived', null, 'no-longer-judged'],
    ['unknown', null, 'no-longer-judged'],
    ['pass', null, undefined],
    ['not-applicable', null, undefined],
    [null, 'pass', undefined],
    ['pass', 'pass', undefined],
    ['fail', 'fail', undefined],
    ['unknown', 'unknown', undefined],
    // An unknown that a person accepted is an unknown still.
    ['unknown', 'accepted', undefined],
    ['fail', 'accepted', 'newly-unknown'],
    ['pass', 'not-applicable', undefined],
  ])('%s before and %s now is %s', (from, to, kind) => {
    expect(kindOf(from, to)).toBe(kind);
  });

  test('what is gone is never fixed, and says that nothing is judged now', () => {
    const { list, counts } = between([earlier('fail')], []);
    expect(list).toMatchObject([{ kind: 'no-longer-judged', from: 'fail', to: null, because: null }]);
    expect(counts.fixed).toBe(0);
  });
});

describe('the comparison', () => {
  const findings = [
    now('fail', 'a'),
    now('fail', 'b'),
    now('unknown', 'c'),
    now('pass', 'd'),
    { finding: failing({ id: 'worst', severity: 'critical' }) },
  ];
  const then = [earlier('fail', { id: 'a' }), earlier('unknown', { id: 'c' }), earlier('fail', { id: 'd' })];
  const changes = between(then, findings);

  test('lists kinds in their order, worst first in each, and counts them', () => {
    expect(changes.list.map(({ kind, id }) => [kind, id])).toEqual([
      ['new-fail', 'worst'],
      ['new-fail', 'b'],
      ['fixed', 'd'],
    ]);
    expect(changes.counts).toMatchObject({ 'new-fail': 2, fixed: 1, settled: 0 });
  });

  test('counts what stands as it stood', () => {
    expect(changes.same).toEqual({ fail: 1, unknown: 1 });
    expect(changesSentence(changes)).toBe('New fails 2, fixed 1; 1 fail and 1 unknown stand as before.');
  });

  test('says so where nothing changed', () => {
    expect(changesSentence(between([earlier('fail')], [now('fail')]))).toBe(
      'Nothing changed; 1 fail and 0 unknowns stand as before.',
    );
  });

  test('names the bundle it compares with by its digest, and keeps none of its findings', () => {
    expect(changes.previous).toEqual({
      asOf: '2026-11-11T02:00:00.0000000Z',
      toolVersion: '0.1.0',
      workload: 'engram-customer-a',
      manifestSha256: 'ab'.repeat(32),
    });
  });

  test('does not depend on the order of what it compares', () => {
    expect(between(then.toReversed(), findings.toReversed())).toEqual(changes);
  });
});

describe('a comparison to be read with care', () => {
  const caveats = (over: Partial<PreviousRun>, then: readonly PreviousFinding[] = [earlier('pass')]) =>
    changesBetween(run(then, over), reportModel(withFindings([now('pass')])), new Map()).caveats;

  test.each<[string, Partial<PreviousRun>, readonly string[]]>([
    ['two runs of one kind have none', {}, []],
    ['an earlier moment with another precision has none', { asOf: '2026-11-12T01:59:59Z' }, []],
    [
      'a later bundle',
      { asOf: '2026-11-13T02:00:00.0000000Z' },
      ['The bundle given as the previous one is later than this one.'],
    ],
    ['another workload', { workload: null }, ['The workload differs: none declared then, engram-customer-a now.']],
    ['another version', { toolVersion: '0.0.9' }, ['It was judged by version 0.0.9, this one by 0.1.0.']],
  ])('%s', (_, over, expected) => {
    expect(caveats(over)).toEqual(expected);
  });

  test('a pack that changed says how many policies came and went', () => {
    expect(
      caveats({}, [earlier('pass', { policy: 'gone-1' }), earlier('pass', { id: 'g', policy: 'gone-2' })]),
    ).toEqual(['Policies with findings now and none then: 1.', 'Policies with findings then and none now: 2.']);
  });
});

describe('rules that are not what they were', () => {
  const was = new Map([
    ['policies/pg-cmk-enabled.yaml', 'aa'],
    ['policies/st-tls.yaml', 'bb'],
    ['assay.yaml', 'cc'],
  ]);
  const caveats = (changed: Readonly<Record<string, string>>, then = [earlier('fail')]) =>
    changesBetween(
      run(then, { inputs: was }),
      reportModel(withFindings([now('pass')])),
      new Map([...was, ...Object.entries(changed)]),
    ).caveats;

  test('are named where a policy that was judged in both runs has another text: a pass may be the rule, not the estate', () => {
    expect(caveats({})).toEqual([]);
    expect(caveats({ 'policies/pg-cmk-enabled.yaml': 'dd' })).toEqual([
      'Policies that are not what they were: pg-cmk-enabled.',
    ]);
  });

  test('are not named where the policy judged nothing before', () => {
    expect(caveats({ 'policies/st-tls.yaml': 'dd' })).toEqual([]);
  });

  test('include the declaration, also one that is new', () => {
    expect(caveats({ 'assay.yaml': 'dd' })).toEqual(['The workload declaration is not what it was.']);
    const { caveats: found } = changesBetween(run([]), reportModel(withFindings([])), new Map([['assay.yaml', 'cc']]));
    expect(found).toEqual(['The workload declaration is not what it was.']);
  });
});

describe('the section and the table of changes', () => {
  const changes = between([earlier('pass'), earlier('fail', { id: 'gone', name: '=1+1' })], [now('fail')]);
  const profile = { ...shippedProfile('nightly'), sections: [{ section: 'changes' as const }] };

  test('say what changed, from what to what, and compared with which bundle', () => {
    const text = reportMarkdown(reportFrom(input, { profile, changes }));
    expect(text).toContain('### New fails\\: 1');
    expect(text).toContain('### No longer judged\\: 1');
    expect(text).toContain('They are not counted as fixed.');
    expect(text).toContain('ab'.repeat(32));
    expect(text).toContain('| **pass** | **fail** |');
    expect(text).toContain('| **fail** | **none** | Not judged now. |');
  });

  test('say that nothing is said where no bundle was given', () => {
    expect(reportMarkdown(reportFrom(input, { profile }))).toContain('No previous bundle was given');
  });

  test('a table has one row a change, and a hostile name starts no formula', () => {
    const lines = new TextDecoder().decode(changesCsv(changes.list)).trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe('change,id,policy,title,severity,environment,name,resource,before,now,because');
    expect(lines[1]).toMatch(/^new-fail,f,/);
    expect(lines[2]).toMatch(/,prod,'=1\+1,.*,fail,,$/);
  });

  test('a long list ends, says how long it is, and leads to the file that has all of it', () => {
    const many = between(
      [],
      Array.from({ length: 150 }, (_, index) => now('fail', `f-${index}`)),
    );
    expect(reportMarkdown(reportFrom(input, { profile, changes: many }))).toContain(
      '100 of 150 shown, the rest in changes.csv.',
    );
  });
});
