import { describe, expect, test } from 'vitest';
import type { AssessInput } from '../../src/control/assess.ts';
import type { WaiverState } from '../../src/control/assessment.ts';
import type { Waiver } from '../../src/control/control.schema.ts';
import { acceptUnknown, fail, firstItem, judge, pack, pass, serverId, unknown, waiver, workload } from './build.ts';

const critical = new Map([
  ['pg-cmk', { severity: 'critical' as const, activity: 'encryption-setup' as const }],
  ['pg-private', { severity: 'high' as const, activity: 'postgresql-deployment' as const }],
]);
const customerNamed = workload({ responsibility: { customer: 'Customer A Ltd' } });

function stateOf(over: Partial<Waiver>, input: Partial<AssessInput> = {}): WaiverState {
  const [state] = judge({ findings: [fail()], ...input, waivers: [waiver(over)] }).waivers;
  if (state === undefined) throw new Error('no waiver was listed');
  return state;
}

describe('a waiver that stands', () => {
  test('lies over the fail, which stays a fail, and the item is met with waivers', () => {
    const assessment = judge({ findings: [fail()], waivers: [waiver()] });
    expect(assessment.findings).toEqual([{ finding: fail(), waived: { waiver: 'W-1', expires: '2027-01-30' } }]);
    expect(firstItem(assessment)).toMatchObject({
      status: 'met-with-waivers',
      policies: [{ policy: 'pg-cmk', fail: 0, waived: 1 }],
    });
    expect(assessment.waivers[0]).toMatchObject({ state: 'active', findings: [fail().id], because: '76 days left' });
  });

  test('holds through its last day in UTC and not a moment longer', () => {
    const at = (now: string) => stateOf({ expires: '2026-11-15' }, { now });
    expect(at('2026-11-15T23:59:59.9999999Z')).toMatchObject({
      state: 'near-expiry',
      because: 'it ends with this day',
    });
    expect(at('2026-11-16T00:00:00Z')).toMatchObject({ state: 'expired' });
    expect(at('2026-11-16T00:30:00+01:00').state).toBe('near-expiry');
  });

  test.each([
    ['2026-11-29', 'near-expiry'],
    ['2026-11-30', 'active'],
  ])('that ends on %s is %s on 15 November', (expires, state) => {
    expect(stateOf({ expires }).state).toBe(state);
  });

  test('of several, the one that holds longest is named, whatever the order', () => {
    const short = waiver({ expires: '2026-12-01' }, 'W-short');
    const long = waiver({ expires: '2027-01-30' }, 'W-long');
    for (const waivers of [
      [short, long],
      [long, short],
    ]) {
      expect(judge({ findings: [fail()], waivers }).findings[0]?.waived?.waiver).toBe('W-long');
    }
  });
});

describe('a waiver that does not stand leaves the fail counting, and says why', () => {
  test.each<[string, Partial<Waiver>, Partial<AssessInput>, WaiverState['state'], RegExp]>([
    ['expired', { expires: '2026-11-14' }, {}, 'expired', /end of 2026-11-14/],
    ['self-approved', { approvedBy: ' DBA@Provider.example ' }, {}, 'refused', /another person/],
    ['approved in the future', { approvedOn: '2026-11-16' }, {}, 'refused', /future/],
    ['longer than 180 days', { expires: '2027-05-01' }, {}, 'refused', /181 days.*180 days/],
    ['ending before approval', { expires: '2026-10-01' }, {}, 'refused', /before it was approved/],
    ['no calendar day', { expires: '2026-02-30' }, {}, 'refused', /no such calendar day/],
    ['unknown policy', { policy: 'pg-cmx' }, {}, 'refused', /no policy pg-cmx/],
    ['over a whole subscription', { scope: { subjects: ['/subscriptions/3333'] } }, {}, 'refused', /breadth: wide/],
    ['no resource in scope', { scope: { subjects: [serverId('gone')] } }, {}, 'unmatched', /lies in its scope/],
    [
      'another environment',
      { scope: { subjects: [serverId('pg1')], environments: ['dev'] } },
      {},
      'unmatched',
      /scope/,
    ],
    ['provider approves encryption', { approverRole: 'provider' }, { workload: customerNamed }, 'refused', /customer/],
  ])('%s', (_, over, input, state, because) => {
    const listed = stateOf(over, input);
    expect(listed.state).toBe(state);
    expect(listed.because).toMatch(because);
    const assessment = judge({ findings: [fail()], ...input, waivers: [waiver(over)] });
    expect(assessment.findings[0]).not.toHaveProperty('waived');
    expect(firstItem(assessment).status).toBe('not-met');
  });

  test('exactly 180 days are allowed', () => {
    expect(stateOf({ expires: '2027-04-30' }).state).toBe('active');
  });

  test('a provider may approve encryption where no customer is named, and other activities always', () => {
    const provider = { approverRole: 'provider' as const };
    const deployment = new Map([['pg-cmk', { severity: 'high' as const, activity: 'blob-deployment' as const }]]);
    expect(stateOf(provider).state).toBe('active');
    expect(stateOf(provider, { workload: customerNamed, policies: deployment }).state).toBe('active');
  });

  test('all reasons are given at once', () => {
    const { because } = stateOf({ approvedBy: 'dba@provider.example', approvedOn: '2026-12-01', policy: 'nope' });
    for (const reason of [/another person/, /lies in the future/, /no policy nope/]) expect(because).toMatch(reason);
  });

  test('a waiver over resources that all pass has nothing to cover', () => {
    expect(stateOf({}, { findings: [pass()] })).toMatchObject({ state: 'unmatched', findings: [] });
  });
});

describe('a critical policy', () => {
  const dev = { environment: 'dev', class: 'dev' } as const;

  test('may be waived for 90 days, not 91', () => {
    const input = { findings: [fail(dev)], policies: critical };
    expect(stateOf({ expires: '2027-01-30' }, input).state).toBe('active');
    expect(stateOf({ expires: '2027-01-31' }, input)).toMatchObject({ state: 'refused' });
  });

  test.each<[string, AssessInput['findings'], Partial<Waiver>, WaiverState['state']]>([
    ['without compensation', [fail()], {}, 'refused'],
    ['with one that passes', [fail(), pass({ policy: 'pg-private' })], { compensating: ['pg-private'] }, 'active'],
    ['with one that fails', [fail(), fail({ policy: 'pg-private' })], { compensating: ['pg-private'] }, 'refused'],
    [
      'with one that is unknown',
      [fail(), unknown({ policy: 'pg-private' })],
      { compensating: ['pg-private'] },
      'refused',
    ],
    ['with one that was never judged', [fail()], { compensating: ['pg-private'] }, 'refused'],
    [
      'with one that passes elsewhere',
      [fail(), pass({ policy: 'pg-private', resource: serverId('pg2') })],
      { compensating: ['pg-private'] },
      'refused',
    ],
    [
      'with two of which one passes',
      [fail(), pass({ policy: 'pg-private' })],
      { compensating: ['pg-private', 'pg-secure-transport'] },
      'refused',
    ],
    [
      'with one of whose rows one fails',
      [fail(), pass({ policy: 'pg-private', sub: 'a' }), fail({ policy: 'pg-private', sub: 'b' })],
      { compensating: ['pg-private'] },
      'refused',
    ],
  ])('in prod %s', (_, findings, over, state) => {
    expect(stateOf(over, { findings, policies: critical }).state).toBe(state);
  });

  test('is waived on the server that is compensated and not on its neighbour', () => {
    const neighbour = fail({ resource: serverId('pg2') });
    const findings = [fail(), neighbour, pass({ policy: 'pg-private' })];
    const waivers = [waiver({ scope: { subjects: [serverId('*')] }, compensating: ['pg-private'] })];
    const assessment = judge({ findings, waivers, policies: critical });
    expect(assessment.findings.map(({ finding, waived }) => [finding.id, waived !== undefined])).toEqual([
      [fail().id, true],
      [neighbour.id, false],
      [pass({ policy: 'pg-private' }).id, false],
    ]);
    expect(assessment.waivers[0]?.because).toContain(neighbour.id);
  });

  test('outside prod needs no compensation', () => {
    expect(stateOf({}, { findings: [fail(dev)], policies: critical }).state).toBe('active');
  });
});

describe('unknowns', () => {
  test('a waiver never touches an unknown', () => {
    const assessment = judge({ findings: [unknown()], waivers: [waiver()] });
    expect(assessment.findings).toEqual([{ finding: unknown() }]);
    expect(assessment.waivers[0]?.state).toBe('unmatched');
    expect(firstItem(assessment).status).toBe('unknown');
  });

  test('an accepted unknown never touches a fail', () => {
    const assessment = judge({ findings: [fail()], acceptUnknowns: [acceptUnknown()] });
    expect(assessment.findings).toEqual([{ finding: fail() }]);
    expect(assessment.waivers[0]).toMatchObject({ kind: 'AcceptUnknown', state: 'unmatched' });
    expect(firstItem(assessment).status).toBe('not-met');
  });

  test('an accepted unknown stays an unknown in the counts, and the item is never plainly met', () => {
    const assessment = judge({ findings: [unknown()], acceptUnknowns: [acceptUnknown()] });
    expect(assessment.findings[0]?.accepted).toEqual({ waiver: 'U-1', expires: '2027-01-30' });
    expect(firstItem(assessment)).toMatchObject({
      status: 'met-with-waivers',
      because: '1 unknown accepted, the rest as expected',
      policies: [{ unknown: 1, pass: 0 }],
      unknownReasons: {},
    });
  });

  test('accepting follows the rules of waiving', () => {
    const accept = acceptUnknown({ approvedBy: 'dba@provider.example' });
    const assessment = judge({ findings: [unknown()], acceptUnknowns: [accept] });
    expect(assessment.waivers[0]?.state).toBe('refused');
    expect(firstItem(assessment).status).toBe('unknown');
  });

  test('a waiver and an acceptance of one id are listed apart', () => {
    const listed = judge({ findings: [fail()], waivers: [waiver({}, 'X')], acceptUnknowns: [acceptUnknown({}, 'X')] });
    expect(listed.waivers.map(({ kind, state }) => [kind, state])).toEqual([
      ['AcceptUnknown', 'unmatched'],
      ['Waiver', 'active'],
    ]);
  });
});

test('a policy outside the pack cannot be waived even where findings of it are given', () => {
  expect(stateOf({}, { policies: pack('other') }).state).toBe('refused');
});
