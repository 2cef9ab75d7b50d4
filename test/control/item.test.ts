import { describe, expect, test } from 'vitest';
import type { AssessInput } from '../../src/control/assess.ts';
import type { ControlItem } from '../../src/control/control.schema.ts';
import type { Workload } from '../../src/workload/workload.schema.ts';
import {
  asked,
  attestation,
  control,
  fail,
  firstItem,
  item,
  judge,
  notApplicable,
  pack,
  pass,
  serverId,
  unknown,
  waiver,
  workload,
} from './build.ts';

const pg2 = { resource: serverId('pg2') };
const pg3 = { resource: serverId('pg3') };
const questioned = [control([item({ attestation: asked })])];
const judged = (over: Partial<AssessInput>) => firstItem(judge(over));

describe('the roll-up of an item, in its order', () => {
  test.each<[string, Partial<AssessInput>, string]>([
    ['all pass', { findings: [pass(), pass(pg2)] }, 'met'],
    ['a fail', { findings: [pass(), fail(pg2)] }, 'not-met'],
    ['a fail beside an unknown', { findings: [unknown(), fail(pg2)] }, 'not-met'],
    ['a fail beside a waived one', { findings: [fail(), fail(pg2)], waivers: [waiver()] }, 'not-met'],
    ['a fail and a missing statement', { findings: [fail()], controls: questioned }, 'not-met'],
    ['an unknown', { findings: [pass(), unknown(pg2)] }, 'unknown'],
    ['an unknown beside a waived fail', { findings: [fail(), unknown(pg2)], waivers: [waiver()] }, 'unknown'],
    ['an unknown and a missing statement', { findings: [unknown()], controls: questioned }, 'unknown'],
    [
      'an unknown and a statement that says no',
      { findings: [unknown()], controls: questioned, attestations: [attestation({ statement: 'no' })] },
      'not-met',
    ],
    ['a missing statement', { findings: [pass()], controls: questioned }, 'attestation-needed'],
    [
      'a missing statement and a waived fail',
      { findings: [fail()], waivers: [waiver()], controls: questioned },
      'attestation-needed',
    ],
    ['a missing statement and no subject', { controls: questioned }, 'unknown'],
    ['a valid statement and no subject', { controls: questioned, attestations: [attestation()] }, 'unknown'],
    ['no subject', {}, 'unknown'],
    ['a waived fail', { findings: [fail(), pass(pg2)], waivers: [waiver()] }, 'met-with-waivers'],
    ['a valid statement', { findings: [pass()], controls: questioned, attestations: [attestation()] }, 'met'],
    ['passes beside subjects to which it does not apply', { findings: [pass(), notApplicable(pg2)] }, 'met'],
    ['subjects to none of which it applies', { findings: [notApplicable(), notApplicable(pg2)] }, 'not-applicable'],
    [
      'subjects to none of which it applies, and a yes',
      { findings: [notApplicable()], controls: questioned, attestations: [attestation()] },
      'met',
    ],
    [
      'subjects to none of which it applies, stated as not applicable',
      {
        findings: [notApplicable()],
        controls: questioned,
        attestations: [attestation({ statement: 'not-applicable' })],
      },
      'not-applicable',
    ],
  ])('%s', (_, over, status) => {
    expect(judged(over).status).toBe(status);
  });

  test('informative policies are counted and never decide', () => {
    const policies: ControlItem['policies'] = [
      { ref: 'pg-cmk', role: 'required' },
      { ref: 'kv-overlap', role: 'informative' },
    ];
    const over = { controls: [control([item({ policies })])], policies: pack('pg-cmk', 'kv-overlap') };
    const informative = { policy: 'kv-overlap' };
    const { status, policies: counted } = judged({
      ...over,
      findings: [pass(), fail(informative), unknown({ ...informative, ...pg2 })],
    });
    expect(status).toBe('met');
    expect(counted[1]).toMatchObject({ role: 'informative', fail: 1, unknown: 1 });
    expect(judged({ ...over, findings: [pass(informative)] }).status).toBe('unknown');
  });

  test('unknowns are listed by reason, required ones only', () => {
    const findings = [unknown(), unknown(pg2), unknown({ ...pg3, reason: 'stale' })];
    const { because, unknownReasons } = judged({ findings });
    expect(unknownReasons).toEqual({ 'access-denied': 2, stale: 1 });
    expect(because).toBe('3 findings unknown: access-denied 2, stale 1');
  });

  test('scope findings and workload subjects count like others', () => {
    const scope = { resource: '/subscriptions/3333', environment: null };
    expect(judged({ findings: [pass(), unknown({ ...scope, reason: 'truncated' })] }).status).toBe('unknown');
    expect(judged({ findings: [fail({ resource: 'workload/prod' })] }).status).toBe('not-met');
  });
});

describe('the classes of a control', () => {
  const devOnly = [control([item()], { appliesTo: { classes: ['dev'], types: [] } })];

  test('leave out findings of other classes', () => {
    const findings = [pass({ environment: 'dev', class: 'dev' }), fail(pg2)];
    expect(judged({ controls: devOnly, findings }).status).toBe('met');
  });

  test('never leave out what could not be read and belongs to no environment', () => {
    const findings = [
      pass({ environment: 'dev', class: 'dev' }),
      unknown({ resource: '/subscriptions/3333', environment: null }),
    ];
    expect(judged({ controls: devOnly, findings }).status).toBe('unknown');
  });
});

describe('no subject at all', () => {
  const declared = (expected: NonNullable<Workload['environments'][string]['expect']>) =>
    workload({ environments: { prod: { class: 'prod', expect: expected } } });

  test.each<[string, Partial<AssessInput>, string]>([
    ['expect: 0', { workload: declared({ flexibleServers: 0 }) }, 'not-applicable'],
    ['another type is declared empty', { workload: declared({ storageAccounts: 0 }) }, 'unknown'],
    ['one is expected', { workload: declared({ flexibleServers: 1 }) }, 'unknown'],
    ['nothing is said', { workload: workload() }, 'unknown'],
    ['no declaration', { workload: null }, 'unknown'],
    [
      'one of two environments is silent',
      {
        workload: workload({
          environments: { prod: { class: 'prod', expect: { flexibleServers: 0 } }, uat: { class: 'uat' } },
        }),
      },
      'unknown',
    ],
  ])('%s', (_, over, status) => {
    expect(judged(over).status).toBe(status);
  });

  test('the subject of the policy tells the type where it is known, a child with its parent', () => {
    const keys = new Map([
      [
        'pg-cmk',
        { severity: 'high' as const, activity: 'encryption-setup' as const, subject: 'microsoft.keyvault/vaults/keys' },
      ],
    ]);
    expect(judged({ policies: keys, workload: declared({ vaults: 0 }) }).status).toBe('not-applicable');
    expect(judged({ policies: keys, workload: declared({ flexibleServers: 0 }) }).status).toBe('unknown');
  });

  test('is named as a reason', () => {
    expect(judged({}).unknownReasons).toEqual({ 'empty-scope': 1 });
  });

  test('is not applicable where the control says so', () => {
    const aggregation = { items: 'worst', emptyScope: 'not-applicable', waivers: 'met-with-waivers' } as const;
    expect(judged({ controls: [control([item()], { aggregation })] }).status).toBe('not-applicable');
  });
});

describe('an item without a policy', () => {
  const named = (over: Partial<ControlItem> = {}) => [
    control([item({ policies: [{ ref: 'kv-age', role: 'required' }], ...over })]),
  ];
  const unnamed = (over: Partial<ControlItem> = {}) => [control([item({ policies: [], ...over })])];

  test.each<[string, Partial<AssessInput>, string, string]>([
    ['names one that the pack lacks', { controls: named() }, 'unknown', 'no policy'],
    ['names none and asks nothing', { controls: unnamed() }, 'unknown', 'no policy'],
    [
      'names one that the pack lacks: a statement does not stand for it',
      { controls: named({ attestation: asked }), attestations: [attestation()] },
      'unknown',
      'no policy',
    ],
    [
      'names one that the pack lacks, statement missing',
      { controls: named({ attestation: asked }) },
      'unknown',
      'no policy',
    ],
    [
      'names none and is stated: a statement does not stand for a check',
      { controls: unnamed({ attestation: asked }), attestations: [attestation()] },
      'unknown',
      'no policy',
    ],
    [
      'is for people alone and is stated',
      { controls: unnamed({ attestation: asked, manual: true }), attestations: [attestation()] },
      'met',
      'by statement alone',
    ],
    ['names none, statement missing', { controls: unnamed({ attestation: asked }) }, 'unknown', 'no policy'],
    [
      'names none, stated no',
      { controls: unnamed({ attestation: asked }), attestations: [attestation({ statement: 'no' })] },
      'not-met',
      'said-no',
    ],
    [
      'is for people alone, stated as not applicable',
      {
        controls: unnamed({ attestation: asked, manual: true }),
        attestations: [attestation({ statement: 'not-applicable' })],
      },
      'not-applicable',
      'stated as not applicable',
    ],
    [
      'is for people alone, and no class in scope requires a statement',
      {
        controls: unnamed({ attestation: asked, manual: true }),
        workload: workload({ environments: { dev: { class: 'dev' } } }),
      },
      'not-applicable',
      'no environment in scope',
    ],
  ])('%s', (_, over, status, because) => {
    const its = judged(over);
    expect(its.status).toBe(status);
    expect(its.because).toContain(because);
  });

  test('says how many of its policies the pack lacks where it has others', () => {
    const policies: ControlItem['policies'] = [
      { ref: 'pg-cmk', role: 'required' },
      { ref: 'kv-age', role: 'required' },
    ];
    const its = judged({ controls: [control([item({ policies })])], findings: [pass()] });
    expect(its.status).toBe('met');
    expect(its.because).toContain('1 of 2 required policies are not in the pack');
    expect(its.policies.map(({ inPack }) => inPack)).toEqual([true, false]);
  });
});
