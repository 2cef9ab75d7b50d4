import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AssessInput } from '../../src/control/assess.ts';
import type { ControlItem } from '../../src/control/control.schema.ts';
import { tally } from '../../src/control/counts.ts';
import { type Requirements, requirementKinds } from '../../src/control/requirements.schema.ts';
import { type RequirementView, requirementsView } from '../../src/control/requirements.ts';
import { loadControlFolder, loadControls, loadPolicies } from '../../src/inputs/load.ts';
import {
  acceptUnknown,
  asked,
  attestation,
  control,
  fail,
  item,
  judge,
  notApplicable,
  pack,
  pass,
  serverId,
  unknown,
  waiver,
} from './build.ts';

type Kind = Requirements['requirements'][number]['kind'];

const list = (...kinds: readonly Kind[]): Requirements => ({
  apiVersion: 'assay/v1',
  kind: 'Requirements',
  metadata: { id: 'requirements', version: '1', title: 'Requirements' },
  expect: { requirements: kinds.length },
  requirements: kinds.map((kind, index) => ({
    id: `REQ-00${index + 1}`,
    kind,
    owner: 'provider',
    severity: 'high',
    text: 'Something is required.',
  })),
});

const serving = (id: string, ...requirements: readonly string[]) => ({ metadata: { id, requirements } });

interface Given extends Partial<AssessInput> {
  readonly kind?: Kind;
  readonly named?: readonly string[];
  readonly items?: readonly Partial<ControlItem>[];
  readonly judged?: boolean;
}

/** One requirement, REQ-001, that the policies named and the items given serve. */
function one({ kind = 'POL', named = ['pg-cmk'], items = [], judged = true, ...over }: Given): RequirementView {
  const controls =
    items.length === 0 ? [] : [control(items.map((its, index) => item({ id: `C-1.${index + 1}`, ...its })))];
  const [view] = requirementsView({
    requirements: list(kind),
    policies: named.map((id) => serving(id, 'REQ-001')),
    controls,
    assessment: judged ? judge({ controls, policies: pack('pg-cmk', 'pg-tls'), ...over }) : null,
  });
  if (view === undefined) throw new Error('there is no requirement');
  return view;
}

const scope = { subjects: [serverId('pg1')] };
const serves: Partial<ControlItem> = { requirements: ['REQ-001'] };

describe('a requirement that a policy serves', () => {
  test.each<[string, Given, string]>([
    ['is met where all pass', { findings: [pass()] }, 'met'],
    ['is not met where one fails', { findings: [pass(), fail({ resource: serverId('pg2') })] }, 'not-met'],
    ['is not met where one fails beside an unknown', { findings: [fail(), unknown({ resource: 'x' })] }, 'not-met'],
    ['is unknown where one is unknown', { findings: [pass(), unknown({ resource: serverId('pg2') })] }, 'unknown'],
    ['is unknown where nothing was judged', { findings: [] }, 'unknown'],
    [
      'is met with waivers where a fail is waived',
      { findings: [fail()], waivers: [waiver({ scope })] },
      'met-with-waivers',
    ],
    [
      'is met with waivers where an unknown is accepted',
      { findings: [unknown()], acceptUnknowns: [acceptUnknown({ scope })] },
      'met-with-waivers',
    ],
    ['is not applicable where the policy applies to nothing', { findings: [notApplicable()] }, 'not-applicable'],
    [
      'is as the worst of two policies',
      { named: ['pg-cmk', 'pg-tls'], findings: [pass(), fail({ policy: 'pg-tls' })] },
      'not-met',
    ],
    ['is unknown where one of two judged nothing', { named: ['pg-cmk', 'pg-tls'], findings: [pass()] }, 'unknown'],
  ])('%s', (_, given, state) => {
    expect(one(given).state).toBe(state);
  });

  test('says which policy decides', () => {
    const findings = [pass(), fail({ policy: 'pg-tls' })];
    expect(one({ named: ['pg-tls', 'pg-cmk'], findings })).toMatchObject({
      policies: ['pg-cmk', 'pg-tls'],
      because: 'not-met: pg-tls',
    });
  });

  test('is not judged where there is nothing to judge by', () => {
    expect(one({ judged: false })).toMatchObject({ state: null, policies: ['pg-cmk'] });
  });
});

describe('a requirement that an item serves', () => {
  const question = { ...serves, attestation: asked };

  test('stands as the item does where no policy names it', () => {
    const given = { named: [], items: [serves], findings: [fail()] };
    expect(one(given)).toMatchObject({ state: 'not-met', items: ['C-1.1'], policies: [], statements: [] });
  });

  test('is decided by policies where one names it, and by both where it asks for a control or a statement', () => {
    const given: Given = { items: [question], findings: [pass()] };
    expect(one({ ...given, kind: 'POL' }).state).toBe('met');
    expect(one({ ...given, kind: 'CTL' }).state).toBe('attestation-needed');
    expect(one({ ...given, kind: 'ATT' })).toMatchObject({ state: 'attestation-needed', statements: ['C-1.1'] });
    expect(one({ ...given, kind: 'ATT', attestations: [attestation()] }).state).toBe('met');
  });

  test('of a retired control is served by nothing', () => {
    const retired = control([item(serves)], {
      metadata: { ...control([]).metadata, status: 'retired' },
    });
    const [view] = requirementsView({ requirements: list('CTL'), policies: [], controls: [retired], assessment: null });
    expect(view).toMatchObject({ state: 'open', items: [] });
  });
});

describe('a requirement that nothing serves', () => {
  test.each<[Kind, string]>([
    ['POL', 'open'],
    ['REP', 'open'],
    ['ATT', 'open'],
    ['INFO', 'no-check'],
  ])('of kind %s is %s, judged or not', (kind, state) => {
    expect(one({ kind, named: [] }).state).toBe(state);
    expect(one({ kind, named: [], judged: false }).state).toBe(state);
  });
});

describe('the requirements that come with assay', () => {
  test('are 208, of the kinds that the strategy has, numbered without a gap', async () => {
    const { requirements } = await loadControlFolder('controls');
    const all = requirements?.value.requirements ?? [];
    expect(all.map(({ id }) => id)).toEqual(
      Array.from({ length: 208 }, (_, index) => `REQ-${String(index + 1).padStart(3, '0')}`),
    );
    expect(tally(all.map(({ kind }) => kind))).toEqual({
      ATT: 18,
      CALC: 21,
      CTL: 14,
      DECL: 3,
      DOC: 6,
      EVD: 6,
      INFO: 4,
      MET: 19,
      POL: 64,
      REP: 33,
      RM: 20,
    });
    expect(Object.keys(tally(all.map(({ kind }) => kind)))).toEqual([...requirementKinds].sort());
  });

  test('are served by exactly the policies and items that name them', async () => {
    const [{ requirements }, policies, controls] = await Promise.all([
      loadControlFolder('controls'),
      loadPolicies('policies'),
      loadControls('controls'),
    ]);
    if (requirements === null) throw new Error('controls/ holds no requirements');
    const all = { policies: policies.map(({ value }) => value), controls: controls.map(({ value }) => value) };
    const views = requirementsView({ ...all, requirements: requirements.value, assessment: null });
    const pairs = views.flatMap(({ id, policies: by, items }) => [...by, ...items].map((name) => `${id} ${name}`));
    const named = [
      ...all.policies.flatMap(({ metadata }) => metadata.requirements.map((id) => `${id} ${metadata.id}`)),
      ...all.controls.flatMap((its) =>
        its.items.flatMap(({ id, requirements: of = [] }) => of.map((r) => `${r} ${id}`)),
      ),
    ];
    expect(pairs.toSorted()).toEqual(named.toSorted());
    expect(named.length).toBeGreaterThan(20);
  });
});

describe('a list of requirements that is not what it says of itself', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'assay-test-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));
  const text = readFileSync('controls/requirements.yaml', 'utf8');

  test.each<[string, (given: string) => string, RegExp]>([
    [
      'one that was lost',
      (given) => given.replace(/ {2}- \{ id: REQ-208[\s\S]*$/, ''),
      /r\.yaml:\d+:17 expect\.requirements: 208 expected, 207 found \[reference\]\n.*expect\.perKind\.REP: 33 expected, 32 found/,
    ],
    [
      'one of another kind',
      (given) => given.replace('id: REQ-001, kind: DECL', 'id: REQ-001, kind: INFO'),
      /expect\.perKind\.DECL: 3 expected, 2 found[\s\S]*expect\.perKind\.INFO: 4 expected, 5 found/,
    ],
    [
      'an id used twice',
      (given) => given.replace('id: REQ-002', 'id: REQ-001'),
      /r\.yaml:\d+:\d+ the id REQ-001 is used twice/,
    ],
    ['a kind that is none', (given) => given.replace('kind: DECL', 'kind: DCL'), /kind must be one of POL, CTL/],
  ])('%s is refused with its place', async (_, change, message) => {
    const changed = change(text);
    expect(changed).not.toBe(text);
    writeFileSync(join(home, 'r.yaml'), changed);
    await expect(loadControlFolder(home)).rejects.toThrow(message);
  });
});
