import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Judgement } from '../../src/commands/judge.ts';
import { judgeBundle } from '../../src/commands/judge-bundle.ts';
import { workloadExplain } from '../../src/commands/workload-explain.ts';
import { type Collected, writeSnapshot } from '../../src/snapshot/write.ts';
import { assay } from './assay.ts';
import { printed } from './printed.ts';

const config = 'fixtures/estates/engram/assay.yaml';
const policy = ['st-min-tls', 'pg-sku-floor', 'st-lifecycle'];

interface Explained {
  readonly id: string;
  readonly type: string;
  readonly environment: string | null;
  readonly class: string;
  readonly because: string;
  readonly policies: readonly { readonly policy: string; readonly parameters: Readonly<Record<string, unknown>> }[];
}

let home: string;
let bundle: string;
let judgement: Judgement;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'assay-test-'));
  bundle = join(home, 'bundle');
  const pinned = policy.flatMap((id) => ['--policy', id]);
  const ran = await assay([
    'scan',
    '--estate',
    'fixtures/estates/engram',
    ...pinned,
    '--output',
    bundle,
    '--exit-zero',
  ]);
  if (ran.status !== 0) throw new Error(ran.stderr);
  judgement = await judgeBundle(bundle);
}, 120_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

type Options = Parameters<typeof workloadExplain>[1];
const explain = (resource: string, options: Options = { bundle }) => printed(() => workloadExplain(resource, options));
const explained = async (resource: string, options: Options = { bundle }): Promise<Explained> =>
  JSON.parse((await explain(resource, { ...options, json: true })).stdout) as Explained;

describe('assay workload explain', () => {
  it('places a resource as its findings are placed and gives it the parameters they were judged by', async () => {
    const one = (id: string) => judgement.assessment.findings.filter(({ finding }) => finding.policy === id);
    const samples = [...one('pg-sku-floor'), ...one('st-lifecycle')]
      .map(({ finding }) => finding)
      .filter(({ resource }) => /\/providers\//.test(resource))
      .filter((finding, index, all) => all.findIndex((other) => other.environment === finding.environment) === index);
    expect(new Set(samples.map(({ class: of }) => of)).size).toBeGreaterThan(2);
    for (const finding of samples) {
      const found = await explained(finding.resource);
      expect(found).toMatchObject({ environment: finding.environment, class: finding.class });
      const parameters = found.policies.find((each) => each.policy === finding.policy)?.parameters;
      expect(parameters).toEqual(finding.parameters);
    }
  });

  it('finds a resource by id without regard to case, and by its name', async () => {
    const byName = await explained('engram-dev-pg');
    expect(byName).toMatchObject({
      type: 'microsoft.dbforpostgresql/flexibleservers',
      environment: 'dev',
      because: 'by its scope',
    });
    expect(await explained(byName.id.toUpperCase())).toEqual(byName);
    expect(await explained('ENGRAM-DEV-PG')).toEqual(byName);
  });

  it('says in lines what it is, where it belongs and why, and each policy with its parameters', async () => {
    const { status, stdout } = await explain('engram-dev-pg');
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^\/subscriptions\/.*\/flexibleServers\/engram-dev-pg\n {2}type {9}microsoft\.dbforpostgresql/,
    );
    expect(stdout).toMatch(/^ {2}environment {2}dev\n {2}class {8}dev\n {2}because {6}by its scope$/m);
    expect(stdout).toMatch(/^ {2}policy {7}pg-sku-floor {2}.*\n {17}\w+ = /m);
    expect(stdout).not.toMatch(/tags were not read/);
  });

  it('places a child as its parent is placed', async () => {
    const [child] = [...judgement.snapshot.rows('childresources')].filter((row) => row.absent !== true);
    const parent = String(child?.parentId);
    const [of, under] = [await explained(parent), await explained(String(child?.id))];
    expect(under).toMatchObject({ environment: of.environment, class: of.class, because: of.because });
  });

  it('explains an environment that is declared', async () => {
    for (const name of ['prod', 'workload/prod'])
      expect(await explained(name)).toMatchObject({ id: 'workload/prod', environment: 'prod', class: 'prod' });
  });

  it('without a bundle places an id by its scope and says that its tags were not read', async () => {
    const id =
      '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-engram-dev/providers/Microsoft.KeyVault/vaults/none/keys/k';
    const { stdout } = await explain(id, { config });
    expect(stdout).toMatch(/^ {2}type {9}microsoft\.keyvault\/vaults\/keys$/m);
    expect(stdout).toMatch(/^ {2}environment {2}dev$/m);
    expect(stdout).toMatch(/its tags were not read: name a --bundle or --snapshot/);
    const group = await explain(id.slice(0, id.indexOf('/providers/')), { config });
    expect(group.stdout).toMatch(/type {9}a scope[\s\S]*policy {7}none is about this type/);
  });

  it('judges what no environment claims as prod, and says so', async () => {
    expect(await explained('/subscriptions/99999999-9999-4999-8999-999999999999/x', { config })).toMatchObject({
      environment: null,
      class: 'prod',
      because: 'no environment claims it',
    });
    expect(await explained('/subscriptions/9/x', {})).toMatchObject({ because: 'no declaration: judged as prod' });
  });

  it.each<[string, Options, RegExp]>([
    ['none', { config }, /there is no resource none\. Give its id, or name a --bundle or --snapshot to look in/],
    ['/subscriptions/', { config }, /there is no resource \/subscriptions\/\. Give its id/],
    ['constructor', { config }, /there is no resource constructor/],
  ])('refuses %j', async (resource, options, message) => {
    await expect(explain(resource, options)).rejects.toThrow(message);
  });

  it('refuses a name that is nowhere in the bundle', async () => {
    await expect(explain('engram-none-pg')).rejects.toThrow(/there is no resource engram-none-pg\. Give its id$/);
  });
});

describe('a snapshot with names that are not one', () => {
  const at = '2026-11-20T02:00:00.0000000Z';
  const storage = 'microsoft.storage/storageaccounts';
  const id = (group: string, name: string) =>
    `/subscriptions/1/resourceGroups/${group}/providers/Microsoft.Storage/storageAccounts/${name}`;
  const row = (group: string, name: string, environment?: string) => ({
    id: id(group, name),
    name,
    type: storage,
    ...(environment === undefined ? {} : { tags: { Environment: environment } }),
  });
  const scope = { requestedScopes: ['/subscriptions/1'], readableScopes: ['/subscriptions/1'] };
  const collected: Collected = {
    header: {
      ...{ format: 'assay-snapshot/1', tool: { name: 'assay', version: '0' }, cloud: 'test', endpoint: 'x' },
      ...{ tenant: null, principal: null, asOf: at, startedAt: at, endedAt: at, ...scope, reads: [], errors: [] },
    },
    tables: [
      {
        ...{ name: 'resources', pages: 1, complete: true, query: 'resources', requestIds: [] },
        rows: [row('a', 'twin'), row('b', 'twin'), row('c', 'tagged', 'live'), row('c', 'evil\u202egpj')],
      },
    ],
  };
  let options: Options;
  beforeAll(async () => {
    const folder = join(home, 'twins');
    await writeSnapshot(folder, collected);
    const declaration = join(home, 'twins.yaml');
    writeFileSync(
      declaration,
      'apiVersion: assay/v1\nkind: Workload\nmetadata: { id: w }\nmatch: { environmentTag: environment }\nenvironments: { live: { class: uat } }\n',
    );
    options = { snapshot: folder, config: declaration };
  });

  it('names those of one name and asks for an id', async () => {
    await expect(explain('twin', options)).rejects.toThrow(
      /^2 resources are called twin\. Give the id of one:\n {4}.*\/a\/.*twin\n {4}.*\/b\/.*twin$/,
    );
    expect(await explained(id('b', 'twin'), options)).toMatchObject({ id: id('b', 'twin'), environment: null });
  });

  it('places by the tag, whatever its case', async () => {
    expect(await explained('tagged', options)).toMatchObject({
      environment: 'live',
      class: 'uat',
      because: 'by its environment tag',
    });
  });

  it('prints no hidden character of a name', async () => {
    const { stdout } = await explain('evil\u202egpj', options);
    expect(stdout).not.toContain('\u202e');
    expect(stdout).toContain('evil<U+202E>gpj');
  });
});

describe('the declaration', () => {
  it('is found as assay.yaml of the folder, and a named one that is missing is an error', async () => {
    const cwd = join(home, 'cwd');
    mkdirSync(cwd);
    const dev = '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-engram-dev';
    const args = ['workload', 'explain', dev];
    expect((await assay(args, { cwd })).stdout).toMatch(/no declaration: judged as prod/);
    cpSync(config, join(cwd, 'assay.yaml'));
    expect((await assay(args, { cwd })).stdout).toMatch(/environment {2}dev/);
    expect((await assay(args, { cwd, env: { ASSAY_CONFIG: 'other.yaml' } })).stderr).toMatch(
      /other\.yaml does not exist/,
    );
    writeFileSync(
      join(cwd, 'other.yaml'),
      'apiVersion: assay/v1\nkind: Workload\nmetadata: { id: w }\nenvironments: {}\n',
    );
    const other = await assay(args, { cwd, env: { ASSAY_CONFIG: 'other.yaml' } });
    expect(other.stdout).toMatch(/no environment claims it/);
    const flag = await assay([...args, '--config', 'assay.yaml'], { cwd, env: { ASSAY_CONFIG: 'other.yaml' } });
    expect(flag.stdout).toMatch(/environment {2}dev/);
  });
});
