import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlList } from '../../src/commands/control-list.ts';
import { controlRequirements } from '../../src/commands/control-requirements.ts';
import { controlShow } from '../../src/commands/control-show.ts';
import { policyShow } from '../../src/commands/policy-show.ts';
import type { ControlAssessment, FrameworkView } from '../../src/control/assessment.ts';
import { subcategoryStatuses } from '../../src/control/framework.ts';
import type { RequirementView } from '../../src/control/requirements.ts';
import { assay } from './assay.ts';
import { printed } from './printed.ts';

const estate = 'fixtures/estates/engram';
const policies = ['st-min-tls', 'pg-cmk-enabled', 'st-lifecycle'];

let home: string;
let bundle: string;
let snapshot: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'assay-test-'));
  bundle = join(home, 'bundle');
  snapshot = join(bundle, 'snapshot');
  const pinned = policies.flatMap((id) => ['--policy', id]);
  const ran = await assay(['scan', '--estate', estate, ...pinned, '--output', bundle, '--exit-zero']);
  if (ran.status !== 0) throw new Error(ran.stderr);
}, 120_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Listed {
  readonly controls: readonly ControlAssessment[];
  readonly framework: FrameworkView;
}
const sealed = (): Listed => JSON.parse(readFileSync(join(bundle, 'results.json'), 'utf8')) as Listed;
const list = (options: Parameters<typeof controlList>[0] = {}) => printed(() => controlList(options));
const show = (id: string, options: Parameters<typeof controlShow>[1] = {}) => printed(() => controlShow(id, options));
const parsed = async <T>(run: Promise<{ readonly stdout: string }>): Promise<T> => JSON.parse((await run).stdout) as T;

describe('assay control list', () => {
  it('shows every control, item and subcategory, and how many can have evidence', async () => {
    const { status, stdout } = await list();
    expect(status).toBe(0);
    expect(stdout).toMatch(/^AI-SEC-01 {2}Data encryption/);
    expect(stdout).toMatch(/^ {2}AI-SEC-01\.4 {2}.*\(\d+ polic(y|ies), a statement\)$/m);
    expect(stdout.match(/^ {2}(GOVERN|MAP|MEASURE|MANAGE) \d\.\d+ /gm)).toHaveLength(72);
    expect(stdout).toContain('72 subcategories: 22 can have technical evidence, 50 rest on people');
  });

  it('with a bundle says how each stands, as the bundle itself says', async () => {
    const { stdout } = await list({ bundle });
    for (const { id, status, items } of sealed().controls)
      for (const one of [{ id, status }, ...items])
        expect(stdout).toMatch(new RegExp(`^ *${one.status} +${one.id.replaceAll('.', '\\.')} `, 'm'));
    const words = [...stdout.matchAll(/^ {2}(\S+) +(?:GOVERN|MAP|MEASURE|MANAGE) \d/gm)].map(([, word]) => word);
    expect(words).toHaveLength(72);
    for (const word of words) expect(subcategoryStatuses).toContain(word);
    expect(stdout).toMatch(/^Technical evidence for \d+ of 72 subcategories/m);
  });

  it('as JSON with a bundle is what results.json has of controls and framework', async () => {
    const { controls, framework } = await parsed<Listed>(list({ bundle, json: true }));
    expect({ controls, framework }).toEqual({ controls: sealed().controls, framework: sealed().framework });
    expect(framework.subcategories).toHaveLength(72);
    expect(framework.subcategories.map(({ status }) => status)).not.toContain('pass');
  });

  it('as JSON without one is the definitions, each subcategory with the policies that bear on it', async () => {
    const { framework } = await parsed<{ framework: { controls: { id: string; policies: { policy: string }[] }[] } }>(
      list({ json: true }),
    );
    const security = framework.controls.find(({ id }) => id === 'MEASURE 2.7');
    expect(security?.policies.map(({ policy }) => policy)).toEqual(expect.arrayContaining(policies));
  });

  it('with a snapshot judges it by what the options name', async () => {
    const config = `${estate}/assay.yaml`;
    const { stdout } = await list({ snapshot, config, policy: policies });
    expect(stdout).toEqual((await list({ bundle })).stdout);
  });

  it('of policies without controls of their own says that there are none', async () => {
    const { stdout } = await list({ policies: 'policies' });
    expect(stdout).toBe('the controls folder holds no framework catalogue\n');
  });
});

describe('assay control show', () => {
  it('of a control defines its items: policies, statement, for which classes and how long', async () => {
    const { stdout } = await show('ai-sec-01');
    expect(stdout).toMatch(/^AI-SEC-01 {2}Data encryption/);
    expect(stdout).toMatch(/^ {2}policy {5}st-min-tls \(required\)$/m);
    expect(stdout).toMatch(/^ {13}by customer, for prod, valid P90D at most$/m);
    expect(stdout).toMatch(/nist-ai-rmf@1\.0#MEASURE 2\.7: supports, direct/);
  });

  it('with a bundle goes down to the facts of each finding, and shows no verdict that the bundle has not', async () => {
    const { stdout } = await show('AI-SEC-01.2', { bundle });
    expect(stdout).toMatch(/^AI-SEC-01\.2 {2}.*: not-met$/m);
    expect(stdout).not.toMatch(/^AI-SEC-01\.1 /m);
    expect(stdout).toMatch(/^ {6}fact minimumTlsVersion = "TLS1_0"$/m);
    expect(stdout).toMatch(/^ {6}\/minimumTlsVersion: expected .*, found "TLS1_0"$/m);
    expect(stdout).toMatch(/^ {6}\/subscriptions\/.*storageAccounts\//m);
    const rows = readFileSync(join(bundle, 'findings.csv'), 'utf8')
      .split('\n')
      .filter((row) => row.includes(',st-min-tls,'));
    expect(stdout.match(/^ {4}(pass|fail|waived|unknown|not-applicable)\b/gm)).toHaveLength(rows.length);
  });

  it('shows a waived fail as waived, by whom and until when', async () => {
    const { stdout } = await printed(() => policyShow('st-lifecycle', { bundle }));
    expect(stdout).toMatch(/fail \(waived\) +stengramdevrecord/);
  });

  it.each(['MEASURE 2.7', 'measure-2.7', 'MS-2.7', 'nist-ai-rmf@1.0#MEASURE 2.7'])(
    'finds a subcategory as %j',
    async (id) => {
      const { stdout } = await show(id);
      expect(stdout).toMatch(/^MEASURE 2\.7 {2}/);
      expect(stdout).toMatch(/^ {2}policy {5}st-min-tls \(direct, st\.tls-min\)$/m);
    },
  );

  it('of a subcategory with a bundle says its status, its statement, mapped controls and what is missing', async () => {
    const { stdout } = await show('MS-2.7', { bundle });
    expect(stdout).toMatch(/^ {2}status {5}not-supported: direct evidence fails: \d+$/m);
    expect(stdout).toMatch(/^ {2}policy {5}st-min-tls \(direct\): pass \d+, fail [1-9]/m);
    expect(stdout).toMatch(/^ {2}statement {2}\S.*\n {13}(missing|out-of-scope|expired|valid): /m);
    expect(stdout).toMatch(/^ {2}control {4}AI-SEC-01 \(supports, not-met\): /m);
    expect(stdout).toMatch(/^ {2}missing {4}(statement|policy) /m);
  });

  it('shows a mapping that was looked at and refused', async () => {
    expect((await show('MEASURE 2.8', { bundle })).stdout).toMatch(/^ {2}control {4}AI-SEC-01 \(none, /m);
  });

  it('shows what could not be read and belongs nowhere, since the item counts it, whatever its classes', async () => {
    const [denied, controls] = [join(home, 'denied'), join(home, 'controls')];
    await assay(['collect', '--estate', 'fixtures/estates/denied', '--policy', 'st-min-tls', '--output', denied]);
    mkdirSync(controls);
    const text = readFileSync('controls/engram/ai-sec-01.yaml', 'utf8');
    writeFileSync(join(controls, 'c.yaml'), text.replace('classes: [dev, test, uat, prod]', 'classes: [dev]'));
    const { stdout } = await show('AI-SEC-01.2', { snapshot: denied, controls, policy: ['st-min-tls'] });
    expect(stdout).toMatch(/^ {2}because {4}1 finding unknown: access-denied 1;/m);
    expect(stdout).toMatch(/^ {4}unknown \(access-denied\) {2}\/subscriptions\/.*\(no environment, prod\)$/m);
  });

  it('as JSON is the control with its findings and statements, or the subcategory', async () => {
    const control = await parsed<{ id: string; findings: unknown[]; attestations: { id: string }[] }>(
      show('AI-SEC-01.4', { bundle, json: true }),
    );
    expect(control).toMatchObject({ id: 'AI-SEC-01', items: [{ id: 'AI-SEC-01.4' }] });
    expect(control.attestations.map(({ id }) => id)).toContain('A-2026-001');
    const subcategory = await parsed<{ status: string }>(show('MS-2.7', { bundle, json: true }));
    expect(subcategory).toMatchObject({ id: 'MEASURE 2.7', status: 'not-supported' });
    expect(await parsed(show('MS-2.7', { json: true }))).toMatchObject({ id: 'MEASURE 2.7', assessability: 'partial' });
  });

  it.each([
    ['AI-SEC-1', /there is no control, item or subcategory AI-SEC-1\. Did you mean AI-SEC-01\?/],
    ['AI-SEC-01.9', /Did you mean AI-SEC-01\.\d\?/],
    ['MESURE 2.7', /Did you mean MEASURE 2\.7\?/],
    ['weather', /there is no control, item or subcategory weather\. assay control list names them all/],
  ])('refuses %j and names the nearest', async (id, message) => {
    await expect(show(id)).rejects.toThrow(message);
  });
});

describe('assay control requirements', () => {
  const requirements = (options: Partial<Parameters<typeof controlRequirements>[0]> = {}) =>
    printed(() => controlRequirements({ format: 'text', ...options }));

  it('has a line each, and says which are open', async () => {
    const { stdout } = await requirements();
    expect(stdout.match(/^REQ-\d{3} /gm)).toHaveLength(208);
    expect(stdout).toMatch(/^208 requirements: no-check 3, open \d+, served \d+$/m);
    expect(stdout).toMatch(/^open, served by no policy and no control item \(\d+\): REQ-/m);
    expect(stdout).toMatch(/^REQ-124 .* served .*\[.*st-min-tls.*AI-SEC-01\.2.*\]$/m);
  });

  it('with a bundle says how each stands, and gives the same as a table and as JSON', async () => {
    const {
      total,
      states,
      requirements: rows,
    } = await parsed<{
      total: number;
      states: Readonly<Record<string, number>>;
      requirements: readonly RequirementView[];
    }>(requirements({ bundle, json: true }));
    expect([total, rows.length]).toEqual([208, 208]);
    expect(Object.values(states).reduce((sum, one) => sum + one, 0)).toBe(208);
    expect(rows.find(({ id }) => id === 'REQ-124')).toMatchObject({ state: 'not-met' });
    const table = (await requirements({ bundle, format: 'csv' })).stdout.trimEnd().split('\n');
    expect(table).toHaveLength(209);
    expect(table.filter((row) => row.includes(',open,'))).toHaveLength(states.open ?? 0);
  });

  it('refuses a format that it has not, and a folder of controls without any', async () => {
    await expect(requirements({ format: 'pdf' })).rejects.toThrow(/--format pdf is not known\. Write text, csv, json/);
    await expect(requirements({ controls: 'controls/engram' })).rejects.toThrow(/holds no requirements/);
  });
});

describe('a bundle that is explained', () => {
  it('must be as it was sealed: a changed policy would speak in its name', async () => {
    const copy = join(home, 'changed');
    cpSync(bundle, copy, { recursive: true });
    appendFileSync(join(copy, 'inputs/policies/st-min-tls.yaml'), '# changed\n');
    const refused = /is not as it was sealed: /;
    await expect(list({ bundle: copy })).rejects.toThrow(refused);
    await expect(show('AI-SEC-01', { bundle: copy })).rejects.toThrow(refused);
    await expect(printed(() => policyShow('st-min-tls', { bundle: copy }))).rejects.toThrow(refused);
  });

  it('takes no other inputs, no snapshot beside it, and must be one', async () => {
    const foreign = await assay([
      'control',
      'list',
      '--bundle',
      bundle,
      '--controls',
      'controls',
      '--skip',
      'st-min-tls',
    ]);
    expect(foreign).toMatchObject({ status: 2, stdout: '' });
    expect(foreign.stderr).toMatch(/is a bundle and brings its own inputs: --controls, --skip cannot change them/);
    await expect(list({ bundle, snapshot })).rejects.toThrow(/--bundle and --snapshot both say what to judge/);
    await expect(list({ bundle: home })).rejects.toThrow(/is no bundle\. Make one with: assay scan/);
  });

  it('is explained from the command line, whatever the environment says', async () => {
    const env = { ASSAY_CONTROLS: 'none', ASSAY_CONFIG: 'none.yaml' };
    const ran = await assay(['control', 'show', 'GV-1.1', '--bundle', bundle], { env });
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^GOVERN 1\.1 {2}/);
  });
});
