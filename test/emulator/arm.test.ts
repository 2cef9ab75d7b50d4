import { describe, expect, it } from 'vitest';
import { all, clientsFor, emulatorFor, refusal, type Send, senderFor, version } from './clients.ts';
import {
  account,
  bareAccount,
  configurations,
  devAccount,
  development,
  estateOf,
  estateYaml,
  group,
  principal,
  production,
  server,
  smallArm,
} from './small-estate.ts';

const missing = '99999999-9999-4999-8999-999999999999';
const ask = (path: string) => `${path}?${version}`;

async function values(send: Send, path: string): Promise<Record<string, unknown>[]> {
  return Object((await send(ask(path))).json).value;
}

describe('the SDK clients', () => {
  it('read accounts, their children and a policy that is not there', async () => {
    const emulator = await emulatorFor();
    const { storage } = clientsFor(emulator);
    const accounts = await all(storage.storageAccounts.list());
    expect(accounts.map(({ name }) => name)).toEqual(['stengramprod', 'stengrambare']);
    expect(await storage.storageAccounts.getProperties('rg-data', 'stengramprod')).toMatchObject({ id: account });
    expect(await storage.blobServices.getServiceProperties('rg-data', 'stengramprod')).toMatchObject({
      name: 'default',
    });
    expect(await storage.managementPolicies.get('rg-data', 'stengramprod', 'default')).toMatchObject({
      name: 'DefaultManagementPolicy',
    });
    const error = await refusal(storage.managementPolicies.get('rg-data', 'stengrambare', 'default'));
    expect(error).toMatchObject({ statusCode: 404, code: 'ManagementPolicyNotFound' });
    expect(emulator.requests.at(-1)?.userAgent).toMatch(/azsdk-js-.*storage/);
  });

  it('read all configurations of a server, a hundred a page, raw bodies and all', async () => {
    const emulator = await emulatorFor();
    const { postgres } = clientsFor(emulator);
    const pages: { value: object[]; nextLink?: string }[] = [];
    const onResponse = (response: { bodyAsText?: string | null }) =>
      void pages.push(JSON.parse(response.bodyAsText ?? ''));
    const items = await all(postgres.configurations.listByServer('RG-DATA', 'PG-engram-prod', { onResponse }));
    expect(items.map(({ name }) => name)).toEqual(configurations.map(({ name }) => name));
    expect(pages.map(({ value }) => value.length)).toEqual([100, 100, 50]);
    expect(pages[0]?.nextLink).toMatch(new RegExp(`^${emulator.url}/subscriptions/.*/configurations\\?api-version=`));
    expect(pages[2]).not.toHaveProperty('nextLink');
    expect(pages[0]?.value[0]).toEqual(configurations[0]);
    expect(emulator.requests.at(-1)?.userAgent).toMatch(/azsdk-js-arm-postgresql/);
  });

  it('list the servers of a subscription and of a resource group', async () => {
    const emulator = await emulatorFor();
    const { postgres } = clientsFor(emulator);
    expect(await all(postgres.servers.listBySubscription())).toHaveLength(1);
    expect(await all(postgres.servers.listByResourceGroup('rg-Data'))).toHaveLength(1);
    expect(await postgres.servers.get('rg-Data', 'pg-engram-prod')).toMatchObject({ version: '17' });
    const other = clientsFor(emulator, { subscription: development });
    expect(await all(other.postgres.servers.listBySubscription())).toEqual([]);
  });
});

describe('a read of one thing', () => {
  it('answers the body as the estate has it, whatever the case of the path', async () => {
    const send = senderFor(await emulatorFor());
    const response = await send(ask(account.toUpperCase()));
    expect(response).toMatchObject({ status: 200, json: Object(smallArm['arm/storage.json'])[0].resource });
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  it('answers a subscription with its state, name, tags and tenant', async () => {
    const send = senderFor(await emulatorFor());
    expect((await send(ask(`/subscriptions/${production}`))).json).toMatchObject({
      id: `/subscriptions/${production}`,
      subscriptionId: production,
      tenantId: estateYaml.tenant,
      displayName: 'Engram production',
      state: 'Enabled',
      tags: { application: 'engram' },
    });
  });

  it.each<[path: string, code: string, says: RegExp]>([
    [`/subscriptions/${missing}`, 'SubscriptionNotFound', /The subscription '9999.*' could not be found/],
    [account.replace(production, missing), 'SubscriptionNotFound', /could not be found/],
    [
      `/subscriptions/${production}/resourceGroups/none`,
      'ResourceGroupNotFound',
      /Resource group 'none' could not be found/,
    ],
    [account.replace('rg-Data', 'none'), 'ResourceGroupNotFound', /Resource group 'none'/],
    [
      account.replace('stengramprod', 'none'),
      'ResourceNotFound',
      /The Resource 'Microsoft\.Storage\/storageAccounts\/none' under resource group 'rg-Data' was not found/,
    ],
    [
      `${account.replace('stengramprod', 'none')}/managementPolicies/default`,
      'ParentResourceNotFound',
      /Parent resource 'none' not found/,
    ],
    [
      `${bareAccount}/managementPolicies/default`,
      'ManagementPolicyNotFound',
      /^No ManagementPolicy found for account stengrambare$/,
    ],
    [`${bareAccount}/blobServices/default`, 'ResourceNotFound', /storageAccounts\/blobServices\/default'/],
    [`${account}/blobServices/default/containers/none`, 'ContainerNotFound', /The specified container does not exist/],
    [`${server}/configurations/none`, 'ResourceNotFound', /flexibleServers\/configurations\/none'/],
    [`${account}/providers/Microsoft.Authorization/locks/none`, 'LockNotFound', /The lock 'none'/],
    ['/nonsense', 'InvalidResourceType', /'\/nonsense'/],
    ['/subscriptions/x/__proto__', 'InvalidResourceType', /__proto__/],
  ])('that is not there: %s is %s', async (path, code, says) => {
    const response = await senderFor(await emulatorFor())(ask(path));
    expect(response).toMatchObject({ status: 404, json: { error: { code, message: expect.stringMatching(says) } } });
  });

  it.each<[query: string, code: string]>([
    ['', 'MissingApiVersionParameter'],
    ['?api-version=', 'MissingApiVersionParameter'],
    ['?api-version=latest', 'InvalidApiVersionParameter'],
  ])('with the query %j is %s', async (query, code) => {
    const response = await senderFor(await emulatorFor())(`${account}${query}`);
    expect(response).toMatchObject({ status: 400, json: { error: { code } } });
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'POST', 'OPTIONS'] as const)('is never a write: %s is refused', async (method) => {
    const response = await senderFor(await emulatorFor())(ask(account), { method });
    expect(response).toMatchObject({ status: 405, json: { error: { code: 'MethodNotAllowed' } } });
    expect(response.headers.get('allow')).toBe('GET');
  });

  it('with a path that cannot be decoded is a bad request', async () => {
    expect(await senderFor(await emulatorFor())(`/subscriptions/%E0%A4%A?${version}`)).toMatchObject({ status: 400 });
  });
});

describe('a list', () => {
  it.each<[path: string, names: string[]]>([
    ['/subscriptions', ['Engram production', 'Engram development']],
    [`/subscriptions/${production}/resourceGroups`, ['rg-Data']],
    [`/subscriptions/${production}/providers/Microsoft.Storage/storageAccounts`, ['stengramprod', 'stengrambare']],
    [`${group}/providers/microsoft.storage/STORAGEACCOUNTS`, ['stengramprod', 'stengrambare']],
    [`/subscriptions/${development}/providers/Microsoft.Storage/storageAccounts`, ['stengramdev']],
    [`${account}/blobServices`, ['default']],
    [`${account}/blobServices/default/containers`, []],
    [`${bareAccount}/blobServices/default/containers`, []],
    [`${account}/providers/Microsoft.Insights/diagnosticSettings`, ['to-workspace']],
    [`${bareAccount}/providers/Microsoft.Insights/diagnosticSettings`, []],
    [`/subscriptions/${production}/providers/Microsoft.Security/pricings`, ['StorageAccounts']],
    [`/subscriptions/${production}/providers/Microsoft.KeyVault/vaults`, []],
  ])('of %s holds %j', async (path, names) => {
    const items = await values(senderFor(await emulatorFor()), path);
    expect(items.map(({ name, displayName }) => name ?? displayName)).toEqual(names);
  });

  it.each<[path: string, code: string]>([
    [`/subscriptions/${missing}/resourceGroups`, 'SubscriptionNotFound'],
    [
      `/subscriptions/${production}/resourceGroups/none/providers/Microsoft.Storage/storageAccounts`,
      'ResourceGroupNotFound',
    ],
    [`${server.replace('pg-engram-prod', 'none')}/configurations`, 'ParentResourceNotFound'],
  ])('below what is not there is an error: %s is %s', async (path, code) => {
    expect(await senderFor(await emulatorFor())(ask(path))).toMatchObject({ status: 404, json: { error: { code } } });
  });

  it('refuses a skip token of another list, and one that it never wrote', async () => {
    const send = senderFor(await emulatorFor());
    const { nextLink } = Object((await send(ask(`${server}/configurations`))).json);
    const token = new URL(nextLink).searchParams.get('$skiptoken') ?? '';
    for (const [path, skip] of [
      [`${group}/providers/Microsoft.Storage/storageAccounts`, token],
      [`${server}/configurations`, 'abc'],
    ]) {
      const response = await send(`${ask(path ?? '')}&$skiptoken=${encodeURIComponent(skip ?? '')}`);
      expect(response).toMatchObject({ status: 400, json: { error: { code: 'InvalidSkipToken' } } });
    }
  });
});

describe('a subscription without a role', () => {
  const estate = estateOf({ ...estateYaml, unreadable: [development.toUpperCase()] });

  it('is denied, with the action that is missing', async () => {
    const send = senderFor(await emulatorFor({ estate }));
    const denied = (action: string, scope: string) =>
      `The client '${principal.appId}' with object id '${principal.objectId}' does not have authorization to perform ` +
      `action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please ` +
      'refresh your credentials.';
    const one = await send(ask(`/subscriptions/${development}`));
    expect(one).toMatchObject({ status: 403, json: { error: { code: 'AuthorizationFailed' } } });
    expect(Object(one.json).error.message).toBe(
      denied('Microsoft.Resources/subscriptions/read', `/subscriptions/${development}`),
    );
    const child = await send(ask(`${devAccount}/managementPolicies/default`));
    expect(Object(child.json).error.message).toBe(
      denied('Microsoft.Storage/storageAccounts/managementPolicies/read', `${devAccount}/managementPolicies/default`),
    );
    const list = await send(ask(`${devAccount}/providers/Microsoft.Insights/diagnosticSettings`));
    expect(Object(list.json).error.message).toBe(denied('Microsoft.Insights/diagnosticSettings/read', devAccount));
    const groups = await send(ask(`/subscriptions/${development}/resourceGroups`));
    expect(Object(groups.json).error.message).toContain("'Microsoft.Resources/subscriptions/resourceGroups/read'");
  });

  it('is not in the list of subscriptions, and hides nothing else', async () => {
    const send = senderFor(await emulatorFor({ estate }));
    expect(await values(send, '/subscriptions')).toHaveLength(1);
    expect(await send(ask(account))).toMatchObject({ status: 200 });
  });

  it('gives the SDK clients the code AuthorizationFailed', async () => {
    const { storage } = clientsFor(await emulatorFor({ estate }), { subscription: development });
    const error = await refusal(storage.storageAccounts.getProperties('rg-dev', 'stengramdev'));
    expect(error).toMatchObject({ statusCode: 403, code: 'AuthorizationFailed' });
    expect(await refusal(all(storage.storageAccounts.list()))).toMatchObject({ statusCode: 403 });
  });
});
