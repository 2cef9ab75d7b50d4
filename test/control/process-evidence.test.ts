import { describe, expect, test } from 'vitest';
import type { AssessInput } from '../../src/control/assess.ts';
import {
  type ProcessEvidence,
  type ProcessFacts,
  processEvidences,
  processState,
} from '../../src/control/process-evidence.ts';
import { asked, attestation, control, fail, item, judge, pass, serverId, unknown, waiver, workload } from './build.ts';

/** What a judgement of these inputs knows. */
const factsOf = (over: Partial<AssessInput>): ProcessFacts => ({
  ...judge(over),
  reference: 'nist-ai-rmf@1.0',
  workload: over.workload === undefined ? workload() : over.workload,
});
const nothing = factsOf({ controls: [], workload: null });
const state = (what: ProcessEvidence, over: Partial<AssessInput>) => {
  const { state: shown, because } = processState(what, factsOf(over));
  return `${shown}: ${because}`;
};

describe('process evidence', () => {
  test('is a closed list, each with a state and a reason, whatever there is', () => {
    for (const what of processEvidences) {
      const { state: shown, because } = processState(what, nothing);
      expect(['shown', 'not-shown', 'elsewhere'], what).toContain(shown);
      expect(because.length, what).toBeGreaterThan(10);
    }
  });

  test('of a run that judged nothing shows nothing but the version of the framework', () => {
    const shown = processEvidences.filter((what) => processState(what, nothing).state === 'shown');
    expect(shown).toEqual(['framework version pinned']);
    expect(processState('framework version pinned', nothing).because).toContain('nist-ai-rmf@1.0');
  });

  test('that one judgement cannot know is elsewhere, also in the best of runs', () => {
    const best = factsOf({ findings: [pass()], waivers: [], attestations: [] });
    for (const what of ['trend across runs', 'the sealed manifest', 'verification by a second party'] as const)
      expect(processState(what, best).state, what).toBe('elsewhere');
  });
});

describe('the registers', () => {
  const findings = [pass(), unknown({ resource: serverId('pg2') })];

  test('of findings and of what was not assessed count what they hold', () => {
    expect(state('findings register', { findings })).toBe('shown: 2 findings, each with its facts');
    expect(state('register of what was not assessed', { findings })).toMatch(/^shown: 1 unknown findings are kept/);
    expect(state('findings register', { findings: [] })).toMatch(/^not-shown/);
  });

  test('of controls needs an item and a resource, and counts a resource once', () => {
    const twice = [pass(), pass({ policy: 'pg-tls', resource: serverId('PG1') })];
    expect(state('control inventory', { findings: twice })).toBe(
      'shown: 1 items of 1 controls, with results for 1 resources',
    );
    expect(state('control inventory', { findings: [] })).toMatch(/^not-shown/);
    expect(state('control inventory', { findings, controls: [] })).toMatch(/^not-shown/);
  });
});

describe('statements and waivers', () => {
  const question = { controls: [control([item({ attestation: asked })])], findings: [pass()] };
  const old = attestation({ assessedOn: '2026-08-01', validUntil: '2026-10-01' }, 'A-old');
  const scope = { subjects: [serverId('pg1')] };

  test('are shown only where every one of them holds; one that does not is named', () => {
    expect(state('attestations current', { ...question, attestations: [attestation()] })).toBe(
      'shown: the one statement holds',
    );
    expect(state('attestations current', { ...question, attestations: [attestation(), old] })).toBe(
      'not-shown: A-old is expired',
    );
    expect(state('attestations current', question)).toMatch(/^not-shown: no statement was given/);
  });

  test('an expired waiver, or one that meets nothing, is named', () => {
    const findings = [fail()];
    expect(state('waivers approved and unexpired', { findings, waivers: [waiver({ scope })] })).toMatch(/^shown/);
    expect(
      state('waivers approved and unexpired', { findings, waivers: [waiver({ scope, expires: '2026-11-02' })] }),
    ).toBe('not-shown: W-1 is expired');
    expect(state('waivers approved and unexpired', { findings: [], waivers: [waiver({ scope })] })).toBe(
      'not-shown: W-1 is unmatched',
    );
    expect(state('waivers approved and unexpired', { findings })).toMatch(/^not-shown: no waiver/);
  });

  test('the residual risk counts what stands, what was accepted and what has ended', () => {
    const findings = [fail(), fail({ resource: serverId('pg2') }), unknown({ resource: serverId('pg3') })];
    expect(
      state('residual-risk statement', {
        ...question,
        findings,
        waivers: [waiver({ scope })],
        attestations: [old],
      }),
    ).toBe('shown: 1 failing, 1 waived, 1 unknown, 1 statements that do not hold');
  });
});

describe('a workload declaration', () => {
  const whole = {
    class: 'prod' as const,
    scopes: ['/subscriptions/3333'],
    expect: {},
    load: {},
    recovery: {},
    budget: { amount: 1, currency: 'EUR', alerts: [] },
  };

  test('is complete where every environment declares every part; else what lacks is named', () => {
    expect(state('complete workload declaration', { workload: workload({ environments: { prod: whole } }) })).toBe(
      'shown: engram declares every part',
    );
    const { recovery: _, ...lacking } = whole;
    const environments = { prod: whole, dev: { ...lacking, class: 'dev' as const } };
    expect(state('complete workload declaration', { workload: workload({ environments }) })).toBe(
      'not-shown: dev lacks recovery',
    );
    expect(state('complete workload declaration', { workload: null })).toBe('not-shown: there is no declaration');
  });

  test('of no environment at all is not complete', () => {
    expect(state('complete workload declaration', { workload: workload({ environments: {} }) })).toMatch(/^not-shown/);
  });
});
