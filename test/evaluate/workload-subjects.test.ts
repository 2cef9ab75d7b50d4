import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import { type ReadRecord, type Row, type Snapshot, snapshotFrom } from '../../src/snapshot/snapshot.ts';
import type { Workload } from '../../src/workload/workload.schema.ts';
import { samplePolicy } from './sample.ts';

const ACCOUNTS = 'microsoft.storage/storageaccounts';
const VERSIONS = 'microsoft.keyvault/vaults/keys/versions';
const ONE = '/subscriptions/11111111-1111-4111-8111-111111111111';
const TWO = '/subscriptions/22222222-2222-4222-8222-222222222222';
const KEYS = '/subscriptions/33333333-3333-4333-8333-333333333333';

const account = (scope: string, name: string, tags: Row = {}): Row => ({
  id: `${scope}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/${name}`,
  name,
  type: ACCOUNTS,
  subscriptionId: scope.split('/')[2],
  resourceGroup: 'rg',
  tags,
  properties: {},
});

/** Counts the accounts of each environment: with none left unread, any number is as expected. */
const counting = samplePolicy({
  id: 'ws-sample',
  subject: 'workload',
  reads: [{ resources: ACCOUNTS }],
  query: [
    'workload',
    '| join kind=leftouter (placements',
    `    | where type == '${ACCOUNTS}'`,
    '    | summarize accounts = count() by environment) on environment',
    '| project id, name = environment, accounts = coalesce(accounts, 0)',
    '| order by id asc',
  ].join('\n'),
  expectation: { type: 'object', required: ['accounts'], properties: { accounts: { type: 'integer', minimum: 0 } } },
  message: '{name} has {accounts} accounts',
});

type Declared = Pick<Workload, 'environments'> & Partial<Workload>;

const declare = (parts: Declared): Workload => ({
  apiVersion: 'assay/v1',
  kind: 'Workload',
  metadata: { id: 'w' },
  ...parts,
});

/** A snapshot as a collection writes it: a type that has no record for a scope was not read there. */
function live(rows: readonly Row[], outcomes: Readonly<Record<string, ReadRecord['outcome']>>): Snapshot {
  const at = '2026-01-01T00:00:00.0000000Z';
  const reads = Object.entries(outcomes).map(
    ([scope, outcome]): ReadRecord => ({ read: ACCOUNTS, scope, outcome, rows: 0, at }),
  );
  const { rowsCountAsRead: _, ...rest } = snapshotFrom({ tables: { resources: rows } });
  return { ...rest, header: { ...rest.header, reads, requestedScopes: Object.keys(outcomes) } };
}

const verdicts = (snapshot: Snapshot, workload: Workload | null, policy = counting) =>
  Object.fromEntries(
    evaluate({ snapshot, policies: [policy], workload }).map((one) => [
      one.resource,
      one.status === 'unknown' ? `unknown (${one.reason})` : `${one.status} ${String(one.facts.accounts ?? '')}`,
    ]),
  );

describe('an environment as subject', () => {
  const scoped = declare({
    environments: {
      dev: { class: 'dev', scopes: [`${ONE}/resourceGroups/rg`] },
      prod: { class: 'prod', scopes: [TWO] },
    },
  });

  it('is judged, each by its own class, where every one of its subscriptions was read', () => {
    const snapshot = live([account(ONE, 'a'), account(TWO, 'b'), account(TWO, 'c')], { [ONE]: 'ok', [TWO]: 'ok' });
    expect(verdicts(snapshot, scoped)).toEqual({ 'workload/dev': 'pass 1', 'workload/prod': 'pass 2' });
    const [dev] = evaluate({ snapshot, policies: [counting], workload: scoped });
    expect(dev).toMatchObject({ environment: 'dev', class: 'dev', name: 'dev' });
  });

  it.each([
    ['denied', 'unknown (access-denied)'],
    ['failed', 'unknown (not-collected)'],
    ['truncated', 'unknown (truncated)'],
  ] as const)('is unknown where a subscription of its own was %s, and its neighbour is judged', (outcome, expected) => {
    const snapshot = live([account(ONE, 'a')], { [ONE]: 'ok', [TWO]: outcome });
    expect(verdicts(snapshot, scoped)).toEqual({ 'workload/dev': 'pass 1', 'workload/prod': expected });
  });

  it('is unknown where a subscription that it declares was never asked for', () => {
    expect(verdicts(live([account(ONE, 'a')], { [ONE]: 'ok' }), scoped)).toEqual({
      'workload/dev': 'pass 1',
      'workload/prod': 'unknown (not-collected)',
    });
  });

  it('is unknown where a shared scope was not read', () => {
    const shared = { ...scoped, shared: { scopes: [`${KEYS}/resourceGroups/rg-keys`] } };
    const snapshot = live([account(ONE, 'a')], { [ONE]: 'ok', [TWO]: 'ok', [KEYS]: 'denied' });
    expect(Object.values(verdicts(snapshot, shared))).toEqual(['unknown (access-denied)', 'unknown (access-denied)']);
  });

  it('is unknown where tags place resources and a subscription that nobody claims was not read', () => {
    const tagged = declare({
      match: { environmentTag: 'env' },
      environments: { dev: { class: 'dev' }, prod: { class: 'prod', scopes: [TWO] } },
    });
    const snapshot = live([account(ONE, 'a', { env: 'dev' })], { [ONE]: 'ok', [TWO]: 'denied' });
    // prod claims the whole of the second subscription: nothing of dev can lie in it.
    expect(verdicts(snapshot, tagged)).toEqual({
      'workload/dev': 'pass 1',
      'workload/prod': 'unknown (access-denied)',
    });
    const other = live([account(ONE, 'a', { env: 'dev' })], { [ONE]: 'ok', [TWO]: 'ok', [KEYS]: 'denied' });
    expect(Object.values(verdicts(other, tagged))).toEqual(['unknown (access-denied)', 'unknown (access-denied)']);
  });

  it('is unknown where nothing could place a resource in it', () => {
    const bare = declare({ environments: { dev: { class: 'dev' } } });
    expect(verdicts(live([account(ONE, 'a')], { [ONE]: 'ok' }), bare)).toEqual({
      'workload/dev': 'unknown (empty-scope)',
    });
  });

  it('is unknown where fewer of what the policy reads were found than it expects', () => {
    const expecting = declare({
      environments: { prod: { class: 'prod', scopes: [TWO], expect: { storageAccounts: 2, flexibleServers: 5 } } },
    });
    const few = live([account(TWO, 'b')], { [TWO]: 'ok' });
    expect(verdicts(few, expecting)).toEqual({ 'workload/prod': 'unknown (empty-scope)' });
    const [finding] = evaluate({ snapshot: few, policies: [counting], workload: expecting });
    expect(finding?.because).toBe(`the declaration expects 2 of ${ACCOUNTS}, 1 were found`);
    const enough = live([account(TWO, 'b'), account(TWO, 'c')], { [TWO]: 'ok' });
    expect(verdicts(enough, expecting)).toEqual({ 'workload/prod': 'pass 2' });
  });

  it('that the query drops or returns twice is unknown', () => {
    const snapshot = live([], { [ONE]: 'ok', [TWO]: 'ok' });
    const dropping = { ...counting, query: counting.query.replace('workload\n', "workload\n| where class == 'dev'\n") };
    expect(verdicts(snapshot, scoped, dropping)).toMatchObject({ 'workload/prod': 'unknown (not-returned)' });
    const twice = { ...counting, query: counting.query.replace('workload\n', 'workload\n| union workload\n') };
    expect(verdicts(snapshot, scoped, twice)).toMatchObject({ 'workload/prod': 'unknown (evaluation-error)' });
  });

  it('that no declaration names leaves one unknown, not silence', () => {
    const snapshot = live([account(ONE, 'a')], { [ONE]: 'ok' });
    expect(verdicts(snapshot, null)).toEqual({ workload: 'unknown (parameter-missing)' });
    expect(verdicts(snapshot, declare({ environments: {} }))).toEqual({ workload: 'unknown (parameter-missing)' });
  });

  it('is unknown where a child read names no id and one below its subscriptions failed', () => {
    const below = samplePolicy({
      ...counting,
      id: 'ws-sample',
      reads: [{ resources: ACCOUNTS }, { childresources: VERSIONS, of: 'keys' }],
      query: counting.query.replace('name = environment,', 'name = environment, keys = dynamic([]),'),
    });
    const base = live([], { [ONE]: 'ok', [TWO]: 'ok' });
    const failure: ReadRecord = {
      read: VERSIONS,
      parentId: `${TWO}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv/keys/k`,
      outcome: 'denied',
      rows: 0,
      at: base.header.asOf,
    };
    const snapshot = { ...base, header: { ...base.header, reads: [...base.header.reads, failure] } };
    expect(verdicts(snapshot, scoped, below)).toEqual({
      'workload/dev': 'pass 0',
      'workload/prod': 'unknown (access-denied)',
    });
  });
});

describe('the table placements', () => {
  const vault = (scope: string, name: string): Row => ({ ...account(scope, name), type: 'microsoft.keyvault/vaults' });
  const listing = samplePolicy({
    ...counting,
    id: 'ws-sample',
    query: [
      'workload',
      '| join kind=leftouter (placements',
      "    | where type in ('microsoft.storage/storageaccounts', 'microsoft.keyvault/vaults')",
      '    | summarize members = make_list(strcat(name, " by ", placedBy)) by environment) on environment',
      '| project id, name = environment, accounts = 0, members',
      '| order by id asc',
    ].join('\n'),
  });
  const membersOf = (rows: readonly Row[], workload: Workload) =>
    Object.fromEntries(
      evaluate({ snapshot: snapshotFrom({ tables: { resources: rows } }), policies: [listing], workload }).map(
        ({ name, facts }) => [name, facts.members],
      ),
    );

  it('places by the most specific scope before the tag, and leaves out what is undecided', () => {
    const workload = declare({
      match: { environmentTag: 'env' },
      environments: {
        dev: { class: 'dev', scopes: [`${ONE}/resourceGroups/rg`] },
        prod: { class: 'prod', scopes: [ONE] },
      },
    });
    const elsewhere = account(TWO, 'tagged', { env: 'PROD' });
    const torn = account(ONE, 'torn', { env: 'prod' });
    expect(membersOf([account(ONE, 'a'), elsewhere, torn, account(TWO, 'nobody')], workload)).toEqual({
      dev: ['a by place'],
      prod: ['tagged by place'],
    });
  });

  it('names a declared vault for every environment that declares it, and counts it once where it lies', () => {
    const workload = declare({
      keyVault: { name: 'KV-shared', geoVault: 'kv-geo' },
      environments: {
        dev: { class: 'dev', scopes: [ONE], keyVault: { name: 'kv-dev' } },
        uat: { class: 'uat', scopes: [KEYS], expect: { vaults: 1 } },
        prod: { class: 'prod', scopes: [TWO] },
      },
    });
    const rows = [vault(ONE, 'kv-dev'), vault(TWO, 'kv-shared'), vault('/subscriptions/other', 'kv-geo')];
    expect(membersOf(rows, workload)).toEqual({
      dev: ['kv-dev by place'],
      uat: ['kv-shared by keyVault', 'kv-geo by keyVault'],
      prod: ['kv-shared by place', 'kv-geo by keyVault'],
    });
    const reading = { ...listing, reads: [{ resources: 'microsoft.keyvault/vaults' }] };
    const found = evaluate({ snapshot: snapshotFrom({ tables: { resources: rows } }), policies: [reading], workload });
    expect(found.find(({ name }) => name === 'uat')).toMatchObject({ status: 'unknown', reason: 'empty-scope' });
  });
});
