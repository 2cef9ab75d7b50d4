import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EmulatorError } from '../../src/emulator/errors.ts';
import { readEstate } from '../../src/emulator/estate.ts';
import { generateStorageAccounts } from '../../src/emulator/generate.ts';
import { deriveGraphRow, graphTableOf, mergePatch } from '../../src/emulator/graph-row.ts';
import {
  account,
  development,
  estateFolder,
  estateOf,
  estateYaml,
  group,
  production,
  server,
  storageAccount,
  tenant,
} from './small-estate.ts';

const generate = {
  storageAccounts: 40,
  seed: 7,
  subscription: production,
  resourceGroup: 'rg-generated',
  location: 'swedencentral',
};

describe('an estate folder', () => {
  it('becomes ARM bodies by id and Resource Graph rows by table', () => {
    const estate = estateOf();
    expect(estate.asOf.toISOString()).toBe('2026-11-20T02:00:00.000Z');
    expect(estate.resources.get(account.toLowerCase())).toMatchObject({ id: account, kind: 'StorageV2' });
    expect(estate.resources.get(`${server}/configurations/setting_0`.toLowerCase())).toBeDefined();
    const count = Object.fromEntries(Object.entries(estate.tables).map(([name, rows]) => [name, rows.length]));
    // Three accounts and a server; two subscriptions and two groups, one of them described by nobody; one pricing.
    expect(count).toMatchObject({
      resources: 4,
      resourcecontainers: 4,
      securityresources: 1,
      authorizationresources: 0,
    });
  });

  it('adds the resource groups that no entry describes', () => {
    const id = `/subscriptions/${development}/resourceGroups/rg-dev`;
    expect(estateOf().resources.get(id.toLowerCase())).toEqual({
      id,
      name: 'rg-dev',
      type: 'Microsoft.Resources/resourceGroups',
      location: 'swedencentral',
      properties: { provisioningState: 'Succeeded' },
    });
  });

  it('may have no arm folder at all', () => {
    expect(estateOf(estateYaml, {}).resources.size).toBe(0);
  });

  it('that does not exist is refused with its path', () => {
    const folder = join(estateFolder(), 'nowhere');
    expect(() => readEstate(folder)).toThrow(expect.objectContaining({ code: 'estate-unreadable' }));
    expect(() => readEstate(folder)).toThrow(`${folder}/estate.yaml cannot be read`);
  });

  it('keeps keys that would be special to JavaScript as ordinary keys', () => {
    const text = `{"resource": {"id": "${account}", "name": "stengramprod", "type": "Microsoft.Storage/storageAccounts",
      "properties": {"__proto__": {"polluted": true}, "constructor": 1}}, "graph": {"tags": {"__proto__": {"x": 1}}}}`;
    const [row] = estateOf(estateYaml, { 'arm/a.json': text }).tables.resources ?? [];
    expect(Object.keys(Object(row?.properties))).toEqual(['privateEndpointConnections', '__proto__', 'constructor']);
    expect(Object.keys(Object(row?.tags))).toEqual(['__proto__']);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

describe('the Resource Graph row of a body', () => {
  const rows = estateOf().tables;
  const row = rows.resources?.find(({ id }) => id === account);

  it('differs from the body as a recorded pair of both does', () => {
    expect(row).toEqual({
      id: account,
      name: 'stengramprod',
      type: 'microsoft.storage/storageaccounts',
      tenantId: tenant,
      kind: 'StorageV2',
      location: 'swedencentral',
      resourceGroup: 'rg-data',
      subscriptionId: production,
      managedBy: '',
      sku: { name: 'Standard_GZRS', tier: 'Standard' },
      plan: null,
      properties: {
        privateEndpointConnections: [],
        provisioningState: 'Succeeded',
        minimumTlsVersion: 'TLS1_2',
        creationTime: '2025-02-03T04:05:06.7890000Z',
        publicNetworkAccess: 'Disabled',
      },
      tags: { environment: 'prod' },
      identity: null,
      zones: null,
      extendedLocation: null,
    });
  });

  it('has the location in one word, empty text for no kind, and null for no tags', () => {
    const [pg] = rows.resources?.filter(({ id }) => id === server) ?? [];
    expect(pg).toMatchObject({ location: 'swedencentral', kind: '', tags: null, managedBy: '' });
  });

  it('of a subscription and of a resource group carry the types that Resource Graph gives them', () => {
    expect(rows.resourcecontainers).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          id: `/subscriptions/${production}`,
          name: 'Engram production',
          type: 'microsoft.resources/subscriptions',
          subscriptionId: production,
          tags: { application: 'engram' },
          properties: expect.objectContaining({ state: 'Enabled' }),
        }),
        expect.objectContaining({
          id: group,
          type: 'microsoft.resources/subscriptions/resourcegroups',
          resourceGroup: 'rg-data',
        }),
      ]),
    );
  });

  it('does not exist for children and extensions that Resource Graph does not hold', () => {
    const types = Object.values(rows).flatMap((table) => table.map(({ type }) => type));
    expect(new Set(types)).toEqual(
      new Set([
        'microsoft.storage/storageaccounts',
        'microsoft.dbforpostgresql/flexibleservers',
        'microsoft.resources/subscriptions',
        'microsoft.resources/subscriptions/resourcegroups',
        'microsoft.security/pricings',
      ]),
    );
  });

  it.each([
    ['Microsoft.Storage/storageAccounts/managementPolicies', undefined],
    ['Microsoft.Storage/storageAccounts/blobServices/containers', undefined],
    ['Microsoft.DBforPostgreSQL/flexibleServers/configurations', undefined],
    ['Microsoft.Insights/diagnosticSettings', undefined],
    ['Microsoft.Authorization/locks', undefined],
    ['Microsoft.Authorization/roleAssignments', 'authorizationresources'],
    ['Microsoft.Security/pricings', 'securityresources'],
    ['Microsoft.DataProtection/backupVaults', 'resources'],
    ['Microsoft.DataProtection/backupVaults/backupInstances', 'recoveryservicesresources'],
    ['Microsoft.Authorization/policyAssignments', 'policyresources'],
    ['Microsoft.Network/privateDnsZones/virtualNetworkLinks', 'resources'],
    ['Microsoft.Network/privateEndpoints/privateDnsZoneGroups', undefined],
    ['Microsoft.KeyVault/vaults', 'resources'],
    ['Microsoft.KeyVault/vaults/keys', undefined],
  ])('of %s stands in %s', (type, table) => {
    expect(graphTableOf(type)).toBe(table);
  });

  it('takes what an entry says under graph: merged key by key, null takes a key away', () => {
    const graph = {
      properties: { minimumTlsVersion: null, encryption: { keySource: 'Microsoft.KeyVault' } },
      kind: 'Storage',
    };
    const files = { 'arm/a.json': { resource: storageAccount(account), graph } };
    const estate = estateOf(estateYaml, files);
    expect(estate.tables.resources?.[0]).toMatchObject({
      kind: 'Storage',
      properties: { provisioningState: 'Succeeded', encryption: { keySource: 'Microsoft.KeyVault' } },
    });
    expect(Object(estate.tables.resources?.[0]?.properties)).not.toHaveProperty('minimumTlsVersion');
    expect(estate.resources.get(account.toLowerCase())).toMatchObject({ properties: { minimumTlsVersion: 'TLS1_2' } });
  });

  it('of the recorded shapes is written with millisecond times and nothing else changed', () => {
    const times = {
      a: '2026-01-02T03:04:05.1234567Z',
      b: ['2026-01-02T03:04:05.123Z', 'x2026-01-02T03:04:05.1234567Z'],
    };
    const body = { id: account, name: 'stengramprod', type: 'X.Y/z', properties: times };
    expect(deriveGraphRow(body, tenant).properties).toEqual({
      a: '2026-01-02T03:04:05.1230000Z',
      b: ['2026-01-02T03:04:05.123Z', 'x2026-01-02T03:04:05.1234567Z'],
    });
  });

  it.each([
    [{ a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    [{ a: { b: 1 } }, { a: { c: 2 } }, { a: { b: 1, c: 2 } }],
    [{ a: { b: 1 } }, { a: null }, {}],
    [{ a: [1, 2] }, { a: [3] }, { a: [3] }],
    [{ a: 1 }, { a: { b: 1 } }, { a: { b: 1 } }],
  ])('%j patched by %j is %j', (base, patch, expected) => {
    expect(mergePatch(base, patch)).toEqual(expected);
  });
});

describe('a generated estate', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(generateStorageAccounts(generate)).toEqual(generateStorageAccounts(generate));
    expect(generateStorageAccounts({ ...generate, seed: 8 })).not.toEqual(generateStorageAccounts(generate));
  });

  it('adds its accounts to those of the folder, in a resource group that exists', () => {
    const estate = estateOf({ ...estateYaml, generate });
    expect(estate.tables.resources).toHaveLength(44);
    expect(estate.resources.has(`/subscriptions/${production}/resourcegroups/rg-generated`)).toBe(true);
  });

  it('varies what it is judged by', () => {
    const settings = generateStorageAccounts({ ...generate, storageAccounts: 200 })
      .filter(({ type }) => type === 'Microsoft.Storage/storageAccounts')
      .map(({ properties }) => Object(properties));
    expect(new Set(settings.map(({ minimumTlsVersion }) => minimumTlsVersion)).size).toBe(2);
    expect(new Set(settings.map(({ publicNetworkAccess }) => publicNetworkAccess)).size).toBe(2);
    expect(new Set(settings.map(({ encryption }) => Object(encryption).keySource)).size).toBe(2);
  });
});

const entry = (change: object) => [{ resource: { ...storageAccount(account), ...change } }];
const missing = '99999999-9999-4999-8999-999999999999';

const broken: [what: string, yaml: object | string, files: Record<string, unknown>, says: RegExp, code?: string][] = [
  ['YAML that is none', 'apiVersion: [', {}, /^estate\.yaml:1:\d+ This is not valid YAML/],
  ['a key given twice', 'kind: Estate\nkind: Estate\n', {}, /^estate\.yaml:2:1 This is not valid YAML/],
  [
    'an unknown key',
    { ...estateYaml, colour: 'red' },
    {},
    /^estate\.yaml:\d+:\d+ 'colour' is not a known key here\. Known keys: apiVersion/,
  ],
  [
    'an unknown key deeper down',
    { ...estateYaml, principal: { ...estateYaml.principal, age: 3 } },
    {},
    /'age' is not a known key here\. Known keys: objectId, appId, name/,
  ],
  ['another kind', { ...estateYaml, kind: 'Policy' }, {}, /^estate\.yaml:2:7 'kind' must be 'Estate'/],
  ['no tenant', { ...estateYaml, tenant: undefined }, {}, /^estate\.yaml:1:1 The top level lacks 'tenant'/],
  [
    'a tenant that is no UUID',
    { ...estateYaml, tenant: 'here' },
    {},
    /'tenant' must match pattern .* It is a UUID such as/,
  ],
  [
    'a date that is none',
    { ...estateYaml, asOf: '2026-13-01T00:00:00Z' },
    {},
    /^estate\.yaml:\d+:\d+ '2026-13-01T00:00:00Z' is not a date that exists/,
  ],
  [
    'a date with an offset',
    { ...estateYaml, asOf: '2026-11-20T02:00:00+01:00' },
    {},
    /It is a moment in UTC such as 2026-11-20T02:00:00Z/,
  ],
  [
    'a subscription in a state that Azure does not know',
    { ...estateYaml, subscriptions: [{ id: production, name: 'x', state: 'On' }] },
    {},
    /It is Enabled, Warned, PastDue, Disabled or Deleted/,
  ],
  ['no subscription', { ...estateYaml, subscriptions: [] }, {}, /'subscriptions' must NOT have fewer than 1 items/],
  [
    'a subscription twice',
    { ...estateYaml, subscriptions: [...estateYaml.subscriptions, estateYaml.subscriptions[0]] },
    {},
    /stands twice/,
    'estate-duplicate',
  ],
  [
    'an unreadable subscription that is not there',
    { ...estateYaml, unreadable: [missing] },
    {},
    /^estate\.yaml:\d+:\d+ Subscription 9999.* is not in estate\.yaml/,
  ],
  [
    'a generated subscription that is not there',
    { ...estateYaml, generate: { ...generate, subscription: missing } },
    {},
    /^estate\.yaml:\d+:\d+ Subscription 9999/,
  ],
  [
    'JSON that is none',
    estateYaml,
    { 'arm/a.json': '{\n  "resource": oops }' },
    /^arm\/a\.json:2:15 This is not valid JSON/,
  ],
  ['JSON that ends early', estateYaml, { 'arm/a.json': '' }, /^arm\/a\.json:1:1 This is not valid JSON/],
  [
    'JSON with a comma too many',
    estateYaml,
    { 'arm/a.json': '[\n  1,\n  2,\n]' },
    /^arm\/a\.json:4:1 This is not valid JSON/,
  ],
  [
    'JSON with something after it',
    estateYaml,
    { 'arm/a.json': '{}\n\n {}' },
    /^arm\/a\.json:3:2 This is not valid JSON/,
  ],
  ['an entry that is a number', estateYaml, { 'arm/a.json': '[1]' }, /^arm\/a\.json:1:2 '?.* must be object/],
  [
    'an unknown key of an entry',
    estateYaml,
    { 'arm/a.json': [{ resource: storageAccount(account), childs: [] }] },
    /^arm\/a\.json:\d+:\d+ 'childs' is not a known key here\. Known keys: source, resource, children, graph/,
  ],
  [
    'a body without a name',
    estateYaml,
    { 'arm/a.json': entry({ name: undefined }) },
    /^arm\/a\.json:3:17 'resource' lacks 'name'/,
  ],
  ['an id that is no path', estateYaml, { 'arm/a.json': entry({ id: 'x' }) }, /It is an ARM id, starting with a slash/],
  [
    'an id that names many',
    estateYaml,
    { 'arm/a.json': entry({ id: `${group}/providers/Microsoft.Storage/storageAccounts` }) },
    /^arm\/a\.json:4:13 '.*' is not the id of one resource/,
  ],
  [
    'an id that names nothing',
    estateYaml,
    { 'arm/a.json': entry({ id: '/robots.txt' }) },
    /'\/robots\.txt' is not the id of one resource/,
  ],
  [
    'a type that is not of the id',
    estateYaml,
    { 'arm/a.json': entry({ type: 'Microsoft.KeyVault/vaults' }) },
    /^arm\/a\.json:6:15 The id says Microsoft\.Storage\/storageAccounts, 'type' says Microsoft\.KeyVault\/vaults/,
  ],
  [
    'a name that is not of the id',
    estateYaml,
    { 'arm/a.json': entry({ name: 'other' }) },
    /^arm\/a\.json:5:15 The id ends in 'stengramprod', 'name' says 'other'/,
  ],
  [
    'an unknown subscription',
    estateYaml,
    { 'arm/a.json': entry({ id: account.replace(production, missing) }) },
    /^arm\/a\.json:4:13 Subscription 9999.* is not in estate\.yaml\. Add it/,
  ],
  [
    'a subscription among the resources',
    estateYaml,
    {
      'arm/a.json': {
        resource: { id: `/subscriptions/${production}`, name: production, type: 'Microsoft.Resources/subscriptions' },
      },
    },
    /Subscriptions stand in estate\.yaml/,
  ],
  [
    'the same id in two files',
    estateYaml,
    { 'arm/a.json': entry({}), 'arm/b.json': entry({ id: account.toUpperCase() }) },
    /^arm\/b\.json:4:13 .* stands already at arm\/a\.json:4:13/,
    'estate-duplicate',
  ],
  [
    'a child of another resource',
    estateYaml,
    {
      'arm/a.json': [
        {
          resource: storageAccount(account),
          children: [storageAccount(`${group}/providers/Microsoft.Storage/storageAccounts/other`)],
        },
      ],
    },
    /A child's id starts with the id of its resource/,
  ],
  [
    'a graph part where Resource Graph has no row',
    estateYaml,
    {
      'arm/a.json': {
        resource: {
          id: `${account}/providers/Microsoft.Authorization/locks/l`,
          name: 'l',
          type: 'Microsoft.Authorization/locks',
        },
        graph: {},
      },
    },
    /Resource Graph holds no Microsoft\.Authorization\/locks: remove 'graph'/,
  ],
  [
    'a graph part that is no column',
    estateYaml,
    { 'arm/a.json': [{ resource: storageAccount(account), graph: { colour: 'red' } }] },
    /^arm\/a\.json:\d+:\d+ 'colour' is no column of resources\. Columns: id, name, type/,
  ],
];

describe('an estate is refused, with the place, for', () => {
  it.each(broken)('%s', (_what, yaml, files, says, code = 'estate-invalid') => {
    const read = () => estateOf(yaml, files);
    expect(read).toThrow(EmulatorError);
    expect(read).toThrow(says);
    expect(read).toThrow(expect.objectContaining({ code }));
  });

  it('aliases that would expand without bound', () => {
    const level = (name: string, of: string) => `${name}: &${name} [${Array(12).fill(`*${of}`).join(', ')}]`;
    const bomb = ['a: &a [x]', level('b', 'a'), level('c', 'b'), level('d', 'c'), level('e', 'd')].join('\n');
    expect(() => estateOf(bomb, {})).toThrow(/^estate\.yaml This YAML expands too many aliases/);
  });
});
