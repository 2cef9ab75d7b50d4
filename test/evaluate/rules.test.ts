import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import type { Finding } from '../../src/evaluate/finding.ts';
import { type InMemoryTables, type Row, snapshotFrom } from '../../src/snapshot/snapshot.ts';
import { account, SUBSCRIPTION, samplePolicy } from './sample.ts';

const good = account('good', { minimumTlsVersion: 'TLS1_2' });
const bad = account('bad', { minimumTlsVersion: 'TLS1_0' });
const CHILD = 'microsoft.storage/storageaccounts/managementpolicies';

function judged(policy = samplePolicy(), tables: InMemoryTables): Readonly<Record<string, string>> {
  return Object.fromEntries(evaluate({ snapshot: snapshotFrom(tables), policies: [policy] }).map(said));
}

const said = (finding: Finding): readonly [string, string] => [
  finding.resource.slice(finding.resource.lastIndexOf('/') + 1),
  finding.status === 'unknown' ? `unknown (${finding.reason})` : finding.status,
];

const marker = (parent: Row, properties: Row = {}, absent = true): Row => ({
  id: `${String(parent.id)}/managementPolicies/default`,
  name: 'default',
  type: CHILD,
  parentId: parent.id,
  absent,
  properties,
});

const withChild = samplePolicy({
  reads: [{ childresources: CHILD }],
  query: [
    'resources',
    "| where type == 'microsoft.storage/storageaccounts'",
    '| extend key = tolower(id)',
    `| join kind=leftouter (childresources | where type == '${CHILD}'`,
    '    | project parent = tolower(parentId), none = absent, read = properties.policy.rules) on $left.key == $right.parent',
    '| project id, name, rules = iff(none == true, dynamic([]), read)',
  ].join('\n'),
  expectation: { type: 'object', required: ['rules'], properties: { rules: { type: 'array', minItems: 1 } } },
  message: '{name} has no rule',
});

describe('rule 1: subjects that could not be listed are never silent', () => {
  it('leaves an unknown on a subscription whose list was denied, beside what was read elsewhere', () => {
    const errors = [
      { read: 'microsoft.storage/storageaccounts', scope: SUBSCRIPTION, status: 403, code: 'AuthorizationFailed' },
    ];
    const found = judged(samplePolicy(), { tables: { resources: [] }, errors });
    expect(found).toEqual({ '11111111-1111-4111-8111-111111111111': 'unknown (access-denied)' });
  });

  it('leaves an unknown on a requested subscription whose type nobody asked for', () => {
    const snapshot = snapshotFrom({ tables: { resources: [] } });
    const asked = { ...snapshot.header, requestedScopes: [SUBSCRIPTION] };
    const { rowsCountAsRead: _, ...live } = { ...snapshot, header: asked };
    const [finding] = evaluate({ snapshot: live, policies: [samplePolicy()] });
    expect(finding).toMatchObject({ status: 'unknown', reason: 'not-collected', resource: SUBSCRIPTION });
  });

  it('leaves an unknown on a parent whose children could not be listed', () => {
    const keys = samplePolicy({
      subject: CHILD,
      reads: [{ childresources: CHILD }],
      query: `childresources | where type == '${CHILD}' and absent == false | project id, name, rules = properties.policy.rules`,
      expectation: withChild.expectation,
      message: '{name}',
    });
    const errors = [{ read: CHILD, resourceId: String(good.id), status: 403, code: 'AuthorizationFailed' }];
    expect(judged(keys, { tables: { resources: [good], childresources: [] }, errors })).toEqual({
      good: 'unknown (access-denied)',
    });
    expect(judged(keys, { tables: { resources: [good] } })).toEqual({ good: 'unknown (not-collected)' });
  });
});

describe('rule 2: the population does not come from the policy', () => {
  it('a resource that the query drops is unknown (not-returned), whatever made it drop', () => {
    const inner = samplePolicy({
      query:
        "resources | where type == 'microsoft.storage/storageaccounts' and properties.minimumTlsVersion == 'TLS1_2' | project id, name, tls = tostring(properties.minimumTlsVersion)",
    });
    expect(judged(inner, { tables: { resources: [good, bad] } })).toEqual({
      good: 'pass',
      bad: 'unknown (not-returned)',
    });
  });

  it('a resource that comes twice is unknown (evaluation-error), unless rows carry a sub-id', () => {
    const twice = (columns: string) =>
      samplePolicy({
        query: `resources | where type == 'microsoft.storage/storageaccounts' | mv-expand n = dynamic(['a','b']) limit 400 | project id, name, ${columns}tls = tostring(properties.minimumTlsVersion)`,
      });
    expect(judged(twice(''), { tables: { resources: [good] } })).toEqual({ good: 'unknown (evaluation-error)' });
    const subs = evaluate({
      snapshot: snapshotFrom({ tables: { resources: [good] } }),
      policies: [twice('sub = tostring(n), ')],
    });
    expect(subs.map(({ sub, status }) => [sub, status])).toEqual([
      ['a', 'pass'],
      ['b', 'pass'],
    ]);
    expect(new Set(subs.map(({ id }) => id)).size).toBe(2);
  });

  it('ids meet without regard to case', () => {
    const lower = samplePolicy({
      query:
        "resources | where type == 'microsoft.storage/storageaccounts' | project id = tolower(id), name, tls = tostring(properties.minimumTlsVersion)",
    });
    const upper = account('MixedCase', { minimumTlsVersion: 'TLS1_2' });
    expect(judged(lower, { tables: { resources: [upper] } })).toEqual({ MixedCase: 'pass' });
  });

  it('a row that is no subject is unknown, not ignored', () => {
    const stranger = samplePolicy({ query: "print id = '/nowhere/x', name = 'x', tls = 'TLS1_2'" });
    expect(judged(stranger, { tables: { resources: [] } })).toEqual({ x: 'unknown (evaluation-error)' });
  });
});

describe('rule 3: a read that was not made decides before the query does', () => {
  it.each([
    [403, 'unknown (access-denied)'],
    [500, 'unknown (not-collected)'],
  ])('a child read that ended in %i is %s although the query made [] of it', (status, expected) => {
    const errors = [{ read: CHILD, resourceId: String(good.id), status, code: 'X' }];
    expect(judged(withChild, { tables: { resources: [good] }, errors })).toEqual({ good: expected });
  });

  it('a child read that nobody made is unknown (not-collected)', () => {
    expect(judged(withChild, { tables: { resources: [good] } })).toEqual({ good: 'unknown (not-collected)' });
  });

  it('absence is a fact: the marker row lets the expectation judge', () => {
    expect(judged(withChild, { tables: { resources: [good], childresources: [marker(good)] } })).toEqual({
      good: 'fail',
    });
  });

  it('names the permission that would settle it', () => {
    const errors = [
      {
        read: CHILD,
        resourceId: String(good.id),
        status: 403,
        code: 'AuthorizationFailed',
        permission: 'Microsoft.Storage/x/read',
      },
    ];
    const [finding] = evaluate({
      snapshot: snapshotFrom({ tables: { resources: [good] }, errors }),
      policies: [withChild],
    });
    expect(finding?.because).toContain('Microsoft.Storage/x/read');
    expect(finding).toMatchObject({ missing: [{ permission: 'Microsoft.Storage/x/read', status: 403 }] });
  });

  it('`of:` asks for the reads of the resources it names, not of the subject', () => {
    const endpoint =
      '/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/hub/providers/Microsoft.Network/privateEndpoints/pe';
    const joined = samplePolicy({
      reads: [{ resources: 'microsoft.network/privateendpoints', of: 'endpoints' }],
      query:
        "resources | where type == 'microsoft.storage/storageaccounts' | project id, name, tls = tostring(properties.minimumTlsVersion), endpoints = properties.endpoints",
    });
    const far = account('far', { minimumTlsVersion: 'TLS1_2', endpoints: [endpoint] });
    const near = account('near', { minimumTlsVersion: 'TLS1_2', endpoints: [] });
    const errors = [
      {
        read: 'microsoft.network/privateendpoints',
        scope: '/subscriptions/22222222-2222-4222-8222-222222222222',
        status: 403,
        code: 'X',
      },
    ];
    expect(judged(joined, { tables: { resources: [far, near] }, errors })).toEqual({
      far: 'unknown (access-denied)',
      near: 'pass',
    });
  });

  describe("`of: '*'` asks for the read in every scope, because what is joined may lie in any", () => {
    const vaults = 'microsoft.keyvault/vaults';
    const joined = samplePolicy({ reads: [{ resources: vaults, of: '*' }] });
    const elsewhere = '/subscriptions/22222222-2222-4222-8222-222222222222';
    const made = (read: string, scope: string) => ({ read, scope, outcome: 'ok' as const, rows: 0, at: '' });
    const own = [SUBSCRIPTION, elsewhere].map((scope) => made('microsoft.storage/storageaccounts', scope));
    const collected = (...reads: readonly ReturnType<typeof made>[]) => {
      const { rowsCountAsRead: _, ...snapshot } = snapshotFrom({ tables: { resources: [good] } });
      const header = { ...snapshot.header, requestedScopes: [SUBSCRIPTION, elsewhere], reads: [...own, ...reads] };
      return evaluate({ snapshot: { ...snapshot, header }, policies: [joined] }).map(said);
    };

    it('made in all of them', () => {
      expect(collected(made(vaults, SUBSCRIPTION), made(vaults, elsewhere))).toEqual([['good', 'pass']]);
    });

    it('never made in another subscription', () => {
      expect(collected(made(vaults, SUBSCRIPTION))).toEqual([['good', 'unknown (not-collected)']]);
    });

    it('refused in another subscription', () => {
      const errors = [{ read: vaults, scope: elsewhere, status: 403, code: 'AuthorizationFailed' }];
      expect(judged(joined, { tables: { resources: [good] }, errors })).toEqual({ good: 'unknown (access-denied)' });
    });
  });
});

describe('rule 4: what is not known is not judged', () => {
  it.each([
    ['missing', {}],
    ['null', { minimumTlsVersion: null }],
    ['empty text', { minimumTlsVersion: '' }],
  ])('a fact that is %s is unknown (field-missing)', (_, properties) => {
    expect(judged(samplePolicy(), { tables: { resources: [account('a', properties)] } })).toEqual({
      a: 'unknown (field-missing)',
    });
  });

  it('a fact for which the schema admits null is judged', () => {
    const admits = samplePolicy({
      query:
        "resources | where type == 'microsoft.storage/storageaccounts' | project id, name, tls = properties.minimumTlsVersion",
      expectation: { type: 'object', properties: { tls: { type: ['string', 'null'], versionMin: '1.2' } } },
    });
    expect(judged(admits, { tables: { resources: [account('a', {})] } })).toEqual({ a: 'pass' });
  });

  it('a fact that only `applies` names must be known too', () => {
    const applies = samplePolicy({
      query:
        "resources | where type == 'microsoft.storage/storageaccounts' | project id, name, kind, tls = tostring(properties.minimumTlsVersion)",
      applies: {
        when: { type: 'object', properties: { kind: { type: 'string', enum: ['StorageV2'] } } },
        otherwise: 'it cannot',
      },
    });
    const rows = [
      account('a', { minimumTlsVersion: 'TLS1_0' }),
      account('b', { minimumTlsVersion: 'TLS1_0' }, { kind: 'Storage' }),
    ];
    expect(judged(applies, { tables: { resources: rows } })).toEqual({
      a: 'unknown (field-missing)',
      b: 'not-applicable',
    });
  });
});

describe('rule 6: the expectation, with the parameters of the place', () => {
  const byClass = samplePolicy({
    parameters: { min: { type: 'version', default: '1.3', classes: { dev: '1.0' } } },
    expectation: {
      type: 'object',
      required: ['tls'],
      properties: { tls: { type: 'string', versionMin: { $param: 'min' } } },
    },
    message: '{name} allows {tls}, less than {param.min}',
  });
  const workload = {
    apiVersion: 'assay/v1' as const,
    kind: 'Workload' as const,
    metadata: { id: 'w' },
    environments: { play: { class: 'dev' as const, scopes: [`${SUBSCRIPTION}/resourceGroups/rg`] } },
  };

  it('without a declaration the strictest value counts', () => {
    const [finding] = evaluate({ snapshot: snapshotFrom({ tables: { resources: [good] } }), policies: [byClass] });
    expect(finding).toMatchObject({
      status: 'fail',
      class: 'prod',
      environment: null,
      because: 'good allows TLS1_2, less than 1.3',
    });
  });

  it('with one, the value of the class', () => {
    const [finding] = evaluate({
      snapshot: snapshotFrom({ tables: { resources: [good] } }),
      policies: [byClass],
      workload,
    });
    expect(finding).toMatchObject({ status: 'pass', class: 'dev', environment: 'play', parameters: { min: '1.0' } });
  });

  it('and an environment may override it', () => {
    const strict = {
      ...workload,
      environments: { play: { ...workload.environments.play, parameters: { 'st-sample': { min: '2.0' } } } },
    };
    const [finding] = evaluate({
      snapshot: snapshotFrom({ tables: { resources: [good] } }),
      policies: [byClass],
      workload: strict,
    });
    expect(finding?.status).toBe('fail');
  });

  it('a declared value that nobody declared and that has no default is unknown (parameter-missing)', () => {
    const declared = { ...byClass, parameters: { min: { type: 'version' as const, from: 'workload.tls.storageMin' } } };
    expect(judged(declared, { tables: { resources: [good] } })).toEqual({ good: 'unknown (parameter-missing)' });
  });

  it('what does not apply needs no declared value, unless `applies` itself is judged by one', () => {
    const query =
      "resources | where type == 'microsoft.storage/storageaccounts' | project id, name, kind, tls = tostring(properties.minimumTlsVersion)";
    const kinds = { type: 'object', properties: { kind: { type: 'string', enum: ['StorageV2'] } } };
    const parameters = { min: { type: 'version' as const, from: 'workload.tls.storageMin' } };
    const rows = [{ ...good, kind: 'Storage' }];
    const narrow = samplePolicy({
      query,
      parameters,
      applies: { when: kinds, otherwise: 'it cannot' },
      expectation: byClass.expectation,
    });
    expect(judged(narrow, { tables: { resources: rows } })).toEqual({ good: 'not-applicable' });
    const byValue = { type: 'object', properties: { tls: { type: 'string', versionMin: { $param: 'min' } } } };
    const judgedByIt = samplePolicy({ query, parameters, applies: { when: byValue, otherwise: 'it cannot' } });
    expect(judged(judgedByIt, { tables: { resources: rows } })).toEqual({ good: 'unknown (parameter-missing)' });
  });
});

describe('findings', () => {
  it('keep their id whatever the case of the ARM id, and differ by policy', () => {
    const shout = { ...good, id: String(good.id).toUpperCase() };
    const ids = [good, shout].map(
      (row) =>
        evaluate({ snapshot: snapshotFrom({ tables: { resources: [row] } }), policies: [samplePolicy()] })[0]?.id,
    );
    expect(ids[0]).toBe(ids[1]);
    const other = evaluate({
      snapshot: snapshotFrom({ tables: { resources: [good] } }),
      policies: [samplePolicy({ id: 'st-other' })],
    });
    expect(other[0]?.id).not.toBe(ids[0]);
  });

  it('say what was expected and what was found', () => {
    const [finding] = evaluate({
      snapshot: snapshotFrom({ tables: { resources: [bad] } }),
      policies: [samplePolicy()],
    });
    expect(finding).toMatchObject({
      status: 'fail',
      mismatches: [{ path: '/tls', expected: 'version 1.2 or later', actual: 'TLS1_0' }],
    });
  });

  it('a query that fails while it runs makes every subject unknown, with the reason', () => {
    const snapshot = snapshotFrom({ tables: { resources: [good] } });
    let asked = 0;
    const breaking = {
      ...snapshot,
      rows: (table: string, types?: readonly string[]) => {
        // The population is read first; the query's own read is the second.
        if (asked++ > 0) throw new Error('disk gone');
        return snapshot.rows(table, types);
      },
    };
    expect(evaluate({ snapshot: breaking, policies: [samplePolicy()] })[0]).toMatchObject({
      status: 'unknown',
      reason: 'evaluation-error',
    });
  });

  it('a name with control characters cannot reach a terminal through a message', () => {
    const rude = account('rude', { minimumTlsVersion: 'TLS1_0' }, { name: 'rude\u001b[31m\nname' });
    const [finding] = evaluate({
      snapshot: snapshotFrom({ tables: { resources: [rude] } }),
      policies: [samplePolicy()],
    });
    expect(finding?.because).toBe('rude\\u001b[31m\\u000aname allows TLS1_0');
  });
});

describe('a declared value', () => {
  const named = samplePolicy({
    parameters: { vault: { type: 'string', from: 'workload.keyVault.name' } },
    query:
      "resources | where type == 'microsoft.storage/storageaccounts' | project id, name, vault = tostring(properties.vault)",
    expectation: {
      type: 'object',
      required: ['vault'],
      properties: { vault: { type: 'string', enumCi: [{ $param: 'vault' }] } },
    },
    message: '{name} uses {vault}',
  });
  const declare = (top: string | undefined, own: string | undefined) => ({
    apiVersion: 'assay/v1' as const,
    kind: 'Workload' as const,
    metadata: { id: 'w' },
    ...(top === undefined ? {} : { keyVault: { name: top } }),
    environments: {
      live: {
        class: 'prod' as const,
        scopes: [SUBSCRIPTION],
        ...(own === undefined ? {} : { keyVault: { name: own } }),
      },
    },
  });
  const snapshot = snapshotFrom({ tables: { resources: [account('a', { vault: 'kv-a' })] } });

  it.each([
    ['of the workload holds for every environment', 'kv-a', undefined, 'pass'],
    ['of the environment wins over that of the workload', 'kv-a', 'kv-b', 'fail'],
    ['that nobody declared is unknown', undefined, undefined, 'unknown'],
  ])('%s', (_, top, own, status) => {
    expect(evaluate({ snapshot, policies: [named], workload: declare(top, own) })[0]?.status).toBe(status);
  });
});
