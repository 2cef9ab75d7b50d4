import { describe, expect, test } from 'vitest';
import type { AssessInput } from '../../src/control/assess.ts';
import type { Assessment, FrameworkSubcategory, FrameworkView } from '../../src/control/assessment.ts';
import type { CatalogueEntry } from '../../src/control/catalogue.schema.ts';
import { subcategoryStatuses } from '../../src/control/framework.ts';
import { mappedPolicies, serves, unresolvedTopics } from '../../src/control/framework-view.ts';
import type { PolicyFacts } from '../../src/control/waiver-rules.ts';
import type { Finding } from '../../src/evaluate/finding.ts';
import {
  acceptUnknown,
  attestation,
  control,
  fail,
  item,
  judge,
  notApplicable,
  pass,
  serverId,
  unknown,
  waiver,
  workload,
} from './build.ts';
import { catalogue, entry, FRAMEWORK } from './catalogue-build.ts';

/** Policy id to its topic. */
type Topics = Readonly<Record<string, string>>;
const topics: Topics = { direct: 'pg.cmk', second: 'pg.cmk', support: 'st.tls', aside: 'kv.keys' };
const packOf = (of: Topics): ReadonlyMap<string, PolicyFacts & { topic: string }> =>
  new Map(Object.entries(of).map(([id, topic]) => [id, { severity: 'high', activity: 'encryption-setup', topic }]));

const evidence: CatalogueEntry['evidence'] = [
  { strength: 'direct', topics: ['pg.cmk'] },
  { strength: 'supporting', topics: ['st.tls'] },
  { strength: 'context', topics: ['kv.keys'] },
];

const stated = (over: Parameters<typeof attestation>[0] = {}, id = 'A-1') =>
  attestation({ item: `${FRAMEWORK}#MEASURE 1.1`, ...over }, id);

function viewOf(over: Partial<AssessInput>, ...entries: readonly CatalogueEntry[]): FrameworkView {
  const assessment: Assessment = judge({
    controls: [],
    policies: packOf(topics),
    catalogue: catalogue(...(entries.length === 0 ? [entry({ evidence })] : entries)),
    ...over,
  });
  if (assessment.framework === undefined) throw new Error('no framework was rolled up');
  return assessment.framework;
}

function first(over: Partial<AssessInput>, ...entries: readonly CatalogueEntry[]): FrameworkSubcategory {
  const [one] = viewOf(over, ...entries).subcategories;
  if (one === undefined) throw new Error('the view has no subcategory');
  return one;
}

const of = (policy: string, name = 'pg1') => ({ policy, resource: serverId(name) });
const good: readonly Finding[] = [pass(of('direct')), pass(of('second')), pass(of('support'))];
const insteadOf = (policy: string, finding: Finding): readonly Finding[] =>
  good.map((one) => (one.policy === policy ? finding : one));
const yes = [stated()];
const waive = (policy: string) => waiver({ policy, scope: { subjects: [serverId('pg1')] } });

describe('the status of a subcategory, worst first', () => {
  test.each<[string, Partial<AssessInput>, string]>([
    ['a direct fail', { findings: insteadOf('direct', fail(of('direct'))), attestations: yes }, 'not-supported'],
    [
      'a direct fail beside unknowns and supporting fails',
      { findings: [fail(of('direct')), unknown(of('second')), fail(of('support'))], attestations: yes },
      'not-supported',
    ],
    [
      'a supporting fail',
      { findings: insteadOf('support', fail(of('support'))), attestations: yes },
      'supported-with-gaps',
    ],
    [
      'a supporting fail beside an unknown',
      { findings: [unknown(of('direct')), fail(of('support'))], attestations: yes },
      'supported-with-gaps',
    ],
    [
      'a direct fail that is waived',
      {
        findings: insteadOf('direct', fail(of('direct'))),
        waivers: [waive('direct')],
        attestations: yes,
      },
      'supported-with-gaps',
    ],
    [
      'a supporting fail that is waived',
      { findings: insteadOf('support', fail(of('support'))), waivers: [waive('support')], attestations: yes },
      'supported-with-gaps',
    ],
    ['a direct unknown', { findings: insteadOf('direct', unknown(of('direct'))), attestations: yes }, 'unknown'],
    ['a supporting unknown', { findings: insteadOf('support', unknown(of('support'))), attestations: yes }, 'unknown'],
    ['an unknown and no statement', { findings: insteadOf('direct', unknown(of('direct'))) }, 'unknown'],
    ['no statement', { findings: good }, 'attestation-needed'],
    [
      'an expired statement',
      { findings: good, attestations: [stated({ assessedOn: '2025-11-01', validUntil: '2026-11-01' })] },
      'attestation-needed',
    ],
    [
      'a statement of more than a year',
      { findings: good, attestations: [stated({ assessedOn: '2026-11-01', validUntil: '2028-11-01' })] },
      'attestation-needed',
    ],
    ['a statement that says no', { findings: good, attestations: [stated({ statement: 'no' })] }, 'not-supported'],
    ['all as expected and stated', { findings: good, attestations: yes }, 'supported'],
    ['policies of the pack that judged nothing', { findings: [], attestations: yes }, 'unknown'],
    [
      'policies that apply to nothing',
      { findings: [notApplicable(of('direct')), notApplicable(of('support'))], attestations: yes },
      'unknown',
    ],
  ])('%s', (_, over, status) => {
    expect(first(over).status).toBe(status);
  });

  test('an unknown stays unknown where a person accepted it: nothing was seen', () => {
    const findings = insteadOf('direct', unknown(of('direct')));
    const acceptUnknowns = [acceptUnknown({ policy: 'direct', scope: { subjects: [serverId('pg1')] } })];
    expect(first({ findings, acceptUnknowns, attestations: yes })).toMatchObject({
      status: 'unknown',
      because: 'unknown findings: 1; 1 of them accepted for a time',
    });
  });

  test('context is listed with its counts and never counts', () => {
    const findings = [...good, fail(of('aside')), unknown(of('aside', 'pg2'))];
    const { status, policies } = first({ findings, attestations: yes });
    expect(status).toBe('supported');
    expect(policies.find(({ policy }) => policy === 'aside')).toMatchObject({
      strength: 'context',
      counts: { fail: 1, unknown: 1 },
    });
  });
});

describe('a subcategory without policies that count', () => {
  const manual = entry({ assessability: 'manual', ceiling: 'attestation-needed', evidence: [] });
  const contextOnly = { ...manual, evidence: [{ strength: 'context' as const, topics: ['kv.keys'] }] };
  const findings = [fail(of('aside'))];

  test.each<[string, CatalogueEntry, Partial<AssessInput>, string]>([
    ['and without a statement is not assessed', manual, {}, 'not-assessed'],
    ['with context alone is not assessed', contextOnly, { findings }, 'not-assessed'],
    ['that a person stated is attested only', manual, { attestations: yes }, 'attested-only'],
    ['is attested only, whatever its context says', contextOnly, { findings, attestations: yes }, 'attested-only'],
    ['that a person denied is not supported', manual, { attestations: [stated({ statement: 'no' })] }, 'not-supported'],
    [
      'whose statement has ended needs one',
      manual,
      { attestations: [stated({ assessedOn: '2025-11-01', validUntil: '2026-11-01' })] },
      'attestation-needed',
    ],
  ])('%s', (_, one, over, status) => {
    expect(first(over, one).status).toBe(status);
  });

  test('a control that was mapped to it is listed and moves nothing', () => {
    const mappings = [
      {
        to: `${FRAMEWORK}#MEASURE 1.1`,
        relation: 'supports' as const,
        strength: 'direct' as const,
        confidence: 'believed' as const,
      },
    ];
    const controls = [control([item({ policies: [{ ref: 'aside', role: 'required' }] })], { mappings })];
    const { status, controls: listed } = first({ controls, findings: [pass(of('aside'))] }, manual);
    expect(status).toBe('not-assessed');
    expect(listed).toMatchObject([{ control: 'C-1', status: 'met', relation: 'supports', strength: 'direct' }]);
  });

  test('assay itself working is listed and moves nothing', () => {
    const shown = {
      ...manual,
      evidence: [{ strength: 'context' as const, processEvidence: ['findings register' as const] }],
    };
    const { status, process } = first({ findings: [pass(of('aside'))] }, shown);
    expect(status).toBe('not-assessed');
    expect(process).toMatchObject([{ what: 'findings register', state: 'shown', strength: 'context' }]);
  });
});

describe('the statement of a subcategory', () => {
  const two = workload({ environments: { prod: { class: 'prod' }, dev: { class: 'dev' } } });

  test('is needed for every declared environment', () => {
    const half = first({ workload: two, findings: good, attestations: yes });
    expect(half).toMatchObject({ status: 'attestation-needed', statement: { state: 'out-of-scope' } });
    const whole = [stated({ environments: ['prod', 'dev'] })];
    expect(first({ workload: two, findings: good, attestations: whole }).status).toBe('supported');
  });

  test('without a declaration is that of prod', () => {
    expect(first({ workload: null, findings: good, attestations: yes }).status).toBe('supported');
  });

  test('is missing where no environment is declared, not waved through', () => {
    const none = first({ workload: workload({ environments: {} }), findings: good });
    expect(none).toMatchObject({ status: 'attestation-needed', statement: { state: 'missing' } });
  });

  test('is no statement on a control item, and that one none on it', () => {
    const onItem = attestation({ item: 'engram-platform@2026.1#C-1.1' });
    expect(first({ findings: good, attestations: [onItem] }).statement.state).toBe('missing');
  });

  test('of another edition of the framework does not count', () => {
    const { attestations } = judge({
      catalogue: catalogue(entry({ evidence })),
      policies: packOf(topics),
      attestations: [stated({ item: 'test-framework@2#MEASURE 1.1' })],
    });
    expect(attestations).toMatchObject([{ state: 'unmatched' }]);
  });

  test('does not lift what a ceiling holds down without it', () => {
    const held = entry({ evidence, assessability: 'automated', ceiling: 'attestation-needed' });
    expect(first({ findings: good }, held).status).toBe('attestation-needed');
    expect(first({ findings: good, attestations: yes }, held).status).toBe('supported');
  });
});

describe('which policies bear on a subcategory', () => {
  test.each([
    ['pg.cmk', { policy: 'p', topic: 'pg.cmk' }, true],
    ['pg.cmk', { policy: 'p', topic: 'pg.cmk-geo' }, false],
    ['pg.*', { policy: 'x', topic: 'pg.tls' }, true],
    ['pg.*', { policy: 'pg-private', topic: 'own.pg-private' }, true],
    ['pg.*', { policy: 'x', topic: 'own.pg-private' }, false],
    ['pg.*', { policy: 'pgx-y', topic: 'pgx.z' }, false],
  ])('%s is served by %j: %s', (named, policy, served) => {
    expect(serves(policy, named)).toBe(served);
  });

  test('each once, by the strongest that any of its topics gives it', () => {
    const both = entry({
      evidence: [
        { strength: 'context', topics: ['pg.*'] },
        { strength: 'supporting', topics: ['pg.cmk'] },
      ],
    });
    expect(mappedPolicies(both, [{ policy: 'p', topic: 'pg.cmk' }])).toEqual([
      { policy: 'p', topic: 'pg.cmk', strength: 'supporting' },
    ]);
  });

  test('findings of a policy that is not in the pack count all the same', () => {
    const stray = { ...fail(of('stray')), topic: 'pg.cmk' };
    expect(first({ findings: [...good, stray], attestations: yes }).status).toBe('not-supported');
  });

  test('topics that nothing serves are named, and what counts of them is missing', () => {
    const one = entry({ evidence: [...evidence, { strength: 'supporting', topics: ['pg.none', 'ai.*'] }] });
    expect(unresolvedTopics(catalogue(one), [{ policy: 'direct', topic: 'pg.cmk' }])).toEqual([
      'ai.*',
      'kv.keys',
      'pg.none',
      'st.tls',
    ]);
    const view = viewOf({ findings: good, attestations: yes }, one);
    expect(view.unresolvedTopics).toEqual(['ai.*', 'pg.none']);
    expect(view.subcategories[0]?.missing).toEqual([
      { kind: 'policy', what: 'pg.none', because: 'no policy of the pack judges it' },
      { kind: 'policy', what: 'ai.*', because: 'no policy of the pack judges it' },
    ]);
  });
});

describe('the counts of a view', () => {
  const manual = entry({ id: 'MEASURE 1.2', assessability: 'manual', ceiling: 'attestation-needed', evidence: [] });
  const view = viewOf({ findings: good, attestations: yes }, entry({ evidence }), manual);

  test('add up, by status and by function', () => {
    const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);
    expect(sum(view.counts.byStatus)).toBe(view.counts.total);
    expect(view.counts.functions).toMatchObject([{ function: 'MEASURE', total: 2 }]);
    for (const { total, byStatus } of view.counts.functions) expect(sum(byStatus)).toBe(total);
  });

  test('say how many have evidence, how many could, and how many people decide', () => {
    expect(view.counts).toMatchObject({
      total: 2,
      groups: 1,
      evidencePossible: 1,
      withEvidence: 1,
      withPolicies: 1,
      peopleOnly: 1,
      stated: 1,
      needStatement: 1,
    });
  });

  test('an unknown and a not-applicable are no evidence', () => {
    const findings = [unknown(of('direct')), notApplicable(of('support'))];
    expect(viewOf({ findings }).counts).toMatchObject({ withEvidence: 0, withPolicies: 0 });
  });

  test('know no pass', () => {
    expect(Object.keys(view.counts.byStatus)).toEqual(subcategoryStatuses);
    expect(Object.keys(view.counts.byStatus)).not.toContain('pass');
  });
});
