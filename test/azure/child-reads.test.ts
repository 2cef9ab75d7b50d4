import { describe, expect, it } from 'vitest';
import { account, bareAccount, group, production, server } from '../emulator/small-estate.ts';
import { collected } from './collected.ts';
import {
  ADMINISTRATORS,
  BLOB_SERVICES,
  body,
  CONTAINERS,
  container,
  DIAGNOSTICS,
  emptyVault,
  fileAccount,
  KEYS,
  key,
  LOCKS,
  lock,
  rotation,
  SCOPES,
  subscription,
  VERSIONS,
  vault,
  vaultEstate,
  version,
  wantedOn,
} from './vault-estate.ts';

const VAULTS = 'microsoft.keyvault/vaults';
const ACCOUNTS = 'microsoft.storage/storageaccounts';
const SERVERS = 'microsoft.dbforpostgresql/flexibleservers';
const other = '/subscriptions/22222222-2222-4222-8222-222222222222';

const byParent = (reads: readonly { parentId?: string; outcome: string }[]) =>
  Object.fromEntries(reads.map(({ parentId, outcome }) => [parentId, outcome]));

describe('keys', () => {
  it('are listed and then read one by one: the list omits their rotation policy', async () => {
    const gave = await collected({ estate: vaultEstate(), wanted: wantedOn(VAULTS, KEYS) });
    const rows = gave.rows(KEYS);
    expect(rows.map((row) => [row.id, row.parentId, row.absent])).toEqual([
      [`${vault}/keys/plain`, vault, false],
      [`${vault}/keys/rotated`, vault, false],
      [`${emptyVault}/keys/none`, emptyVault, true],
    ]);
    expect(rows[0]).toMatchObject({ type: KEYS, resourceGroup: 'rg-data', subscriptionId: production });
    expect(rows[1]).toMatchObject({ properties: { rotationPolicy: rotation, kty: 'RSA-HSM' } });
    expect(rows[0]).toMatchObject({ properties: { rotationPolicy: {}, kty: 'RSA-HSM' } });
    expect(byParent(gave.reads(KEYS))).toEqual({
      [vault]: 'ok',
      [`${vault}/keys/rotated`]: 'ok',
      [`${vault}/keys/plain`]: 'ok',
      [emptyVault]: 'ok',
    });
    expect(gave.reads(KEYS).every(({ requestId }) => requestId !== undefined)).toBe(true);
    expect(gave.errors(KEYS)).toEqual([]);
  });

  it('whose list is denied leave a record, the permission, and no row', async () => {
    const faults = ['GET **/kv-engram/keys:403'];
    const gave = await collected({ estate: vaultEstate(), wanted: wantedOn(VAULTS, KEYS), faults });
    expect(gave.rows(KEYS).map((row) => row.parentId)).toEqual([emptyVault]);
    expect(byParent(gave.reads(KEYS))).toEqual({ [vault]: 'denied', [emptyVault]: 'ok' });
    expect(gave.errors(KEYS)).toMatchObject([
      {
        resourceId: vault,
        status: 403,
        code: 'AuthorizationFailed',
        permission: 'Microsoft.KeyVault/vaults/keys/read',
      },
    ]);
  });

  it('of which one is denied by itself keep its listed row, with the denial on that key alone', async () => {
    const faults = ['GET **/keys/plain:403'];
    const gave = await collected({ estate: vaultEstate(), wanted: wantedOn(VAULTS, KEYS), faults });
    const plain = gave.rows(KEYS).find((row) => row.name === 'plain');
    expect(plain).toMatchObject({ id: `${vault}/keys/plain`, absent: false });
    expect(plain?.properties).not.toHaveProperty('rotationPolicy');
    expect(byParent(gave.reads(KEYS))).toMatchObject({
      [vault]: 'ok',
      [`${vault}/keys/rotated`]: 'ok',
      [`${vault}/keys/plain`]: 'denied',
    });
    expect(gave.errors(KEYS)).toMatchObject([{ resourceId: `${vault}/keys/plain`, status: 403 }]);
  });

  it('that vanish between list and read are a failure, never an empty policy', async () => {
    const faults = ['GET **/keys/plain:404'];
    const gave = await collected({ estate: vaultEstate(), wanted: wantedOn(VAULTS, KEYS), faults });
    expect(byParent(gave.reads(KEYS))).toMatchObject({ [`${vault}/keys/plain`]: 'failed' });
    expect(gave.rows(KEYS).find((row) => row.name === 'plain')?.properties).not.toHaveProperty('rotationPolicy');
  });

  it('that answer for another key are a failure', async () => {
    const tamper = (url: URL, answer: unknown) =>
      url.pathname.endsWith('/keys/plain') ? { ...Object(answer), id: `${vault}/keys/rotated` } : undefined;
    const gave = await collected({ estate: vaultEstate(), wanted: wantedOn(VAULTS, KEYS), tamper });
    expect(byParent(gave.reads(KEYS))).toMatchObject({ [`${vault}/keys/plain`]: 'failed' });
    expect(gave.errors(KEYS)).toMatchObject([{ message: expect.stringMatching(/another id/) }]);
  });

  it('have their versions read below each, also below one that is denied by itself', async () => {
    const faults = ['GET **/keys/plain:403'];
    const gave = await collected({ estate: vaultEstate(), wanted: wantedOn(KEYS, VERSIONS), faults });
    expect(gave.rows(VERSIONS).map((row) => [row.name, row.parentId, row.absent])).toEqual([
      ['v1', `${vault}/keys/rotated`, false],
      ['v2', `${vault}/keys/rotated`, false],
      ['none', `${vault}/keys/plain`, true],
    ]);
    expect(byParent(gave.reads(VERSIONS))).toEqual({ [`${vault}/keys/rotated`]: 'ok', [`${vault}/keys/plain`]: 'ok' });
  });

  it('that cannot be listed leave their versions recorded as denied, on the vault', async () => {
    const faults = ['GET **/kv-engram/keys:403'];
    const gave = await collected({ estate: vaultEstate(), wanted: wantedOn(KEYS, VERSIONS), faults });
    expect(gave.rows(VERSIONS)).toEqual([]);
    expect(byParent(gave.reads(VERSIONS))).toEqual({ [vault]: 'denied' });
    expect(gave.errors(VERSIONS)).toMatchObject([
      { resourceId: vault, status: 403, permission: 'Microsoft.KeyVault/vaults/keys/read' },
    ]);
    expect(gave.asked.filter(({ pathname }) => pathname.endsWith('/versions'))).toEqual([]);
  });
});

describe('what hangs on the blob service', () => {
  const wanted = wantedOn(ACCOUNTS, DIAGNOSTICS, CONTAINERS);

  it('has exactly its id as parent; the settings of the account are not among it', async () => {
    const gave = await collected({ estate: vaultEstate(), wanted });
    const service = gave.rows(BLOB_SERVICES).find((row) => row.parentId === account);
    expect(service?.id).toBe(`${account}/blobServices/default`);
    expect(gave.rows(DIAGNOSTICS).map((row) => [row.name, row.parentId, row.absent])).toEqual([
      ['of-the-blobs', service?.id, false],
      ['none', `${bareAccount}/blobServices/default`, true],
      ['none', `${fileAccount}/blobServices/default`, true],
    ]);
    expect(gave.rows(CONTAINERS)[0]).toMatchObject({
      name: 'record-plane',
      parentId: service?.id,
      properties: { publicAccess: 'None', aFieldThatNoModelKnows: true },
    });
  });

  it('is absent with it where an account has none, and is not asked for', async () => {
    const gave = await collected({ estate: vaultEstate(), wanted });
    expect(byParent(gave.reads(BLOB_SERVICES))).toMatchObject({ [fileAccount]: 'absent', [account]: 'ok' });
    expect(byParent(gave.reads(CONTAINERS))).toMatchObject({ [`${fileAccount}/blobServices/default`]: 'absent' });
    expect(gave.asked.filter(({ pathname }) => pathname.includes('stengramfiles/blobServices/default/'))).toEqual([]);
    expect(gave.errors(BLOB_SERVICES)).toEqual([]);
  });

  it.each([
    ['denied', 403, 'AuthorizationFailed'],
    ['failed', 404, 'ResourceNotFound'],
    ['failed', 400, 'BadRequest'],
  ])('is %s with it after %i %s, and is not asked for', async (outcome, status, code) => {
    const faults = [`GET **/stengramprod/blobServices/default:${status}`];
    const gave = await collected({ estate: vaultEstate(), wanted, faults });
    const service = `${account}/blobServices/default`;
    for (const type of [DIAGNOSTICS, CONTAINERS]) {
      expect(byParent(gave.reads(type))[service]).toBe(outcome);
      expect(gave.errors(type)).toMatchObject([
        { resourceId: service, status, code, permission: 'Microsoft.Storage/storageAccounts/blobServices/read' },
      ]);
      expect(gave.rows(type).some((row) => row.parentId === service)).toBe(false);
    }
    expect(gave.asked.some(({ pathname }) => pathname.includes('stengramprod/blobServices/default/'))).toBe(false);
  });

  it('is denied on its own where only that is', async () => {
    const faults = ['GET **/stengramprod/**/diagnosticSettings:403'];
    const gave = await collected({ estate: vaultEstate(), wanted, faults });
    expect(byParent(gave.reads(DIAGNOSTICS))[`${account}/blobServices/default`]).toBe('denied');
    expect(gave.errors(DIAGNOSTICS)).toMatchObject([{ permission: 'Microsoft.Insights/diagnosticSettings/read' }]);
    expect(gave.rows(CONTAINERS)[0]?.name).toBe('record-plane');
  });
});

describe('locks', () => {
  const wanted = wantedOn(VAULTS, LOCKS);

  it('are listed for each subscription and belong to the scope in their own id', async () => {
    const gave = await collected({ estate: vaultEstate(), wanted });
    expect(gave.rows(LOCKS).map((row) => [row.name, row.parentId, row.resourceGroup, row.absent])).toEqual([
      ['keep-all', subscription, '', false],
      ['keep-group', group, 'rg-data', false],
      ['keep-vault', vault, 'rg-data', false],
      ['none', other, '', true],
    ]);
    expect(byParent(gave.reads(LOCKS))).toEqual({ [subscription]: 'ok', [other]: 'ok' });
  });

  it('that are denied leave the permission on their subscription', async () => {
    const faults = [`GET ${subscription}/providers/Microsoft.Authorization/locks:403`];
    const gave = await collected({ estate: vaultEstate(), wanted, faults });
    expect(byParent(gave.reads(LOCKS))).toEqual({ [subscription]: 'denied', [other]: 'ok' });
    expect(gave.errors(LOCKS)).toMatchObject([
      { resourceId: subscription, permission: 'Microsoft.Authorization/locks/read' },
    ]);
  });

  it('of a subscription that cannot be read are denied with it', async () => {
    const gave = await collected({ estate: vaultEstate(), wanted, faults: [`GET ${other}:403`] });
    expect(byParent(gave.reads(LOCKS))).toEqual({ [subscription]: 'ok', [other]: 'denied' });
    expect(gave.errors(LOCKS)).toMatchObject([{ resourceId: other, status: 403 }]);
    expect(gave.asked.some(({ pathname }) => pathname.startsWith(`${other}/providers/`))).toBe(false);
  });
});

describe('below a server and an account', () => {
  it('administrators, settings and encryption scopes are read', async () => {
    const wanted = [...wantedOn(SERVERS, ADMINISTRATORS, DIAGNOSTICS), ...wantedOn(ACCOUNTS, SCOPES)];
    const gave = await collected({ estate: vaultEstate(), wanted });
    expect(gave.rows(ADMINISTRATORS)).toMatchObject([{ parentId: server, absent: false }]);
    expect(gave.rows(DIAGNOSTICS)).toMatchObject([{ name: 'of-the-server', parentId: server }]);
    expect(gave.rows(SCOPES).map((row) => [row.name, row.absent])).toEqual([
      ['records', false],
      ['none', true],
      ['none', true],
    ]);
  });
});

describe('a list of several pages', () => {
  const many = <T>(count: number, make: (name: string) => T): T[] =>
    Array.from({ length: count }, (_, index) => make(`n${String(index).padStart(3, '0')}`));

  it.each([
    [KEYS, VAULTS, vaultEstate({ keys: many(205, (name) => key(name)) }), vault],
    [VERSIONS, KEYS, vaultEstate({ keys: [key('k'), ...many(205, (name) => version('k', name))] }), `${vault}/keys/k`],
    [CONTAINERS, ACCOUNTS, vaultEstate({ containers: many(205, container) }), `${account}/blobServices/default`],
    [
      SCOPES,
      ACCOUNTS,
      vaultEstate({
        scopes: many(205, (name) =>
          body(`${account}/encryptionScopes/${name}`, 'Microsoft.Storage/storageAccounts/encryptionScopes'),
        ),
      }),
      account,
    ],
    [LOCKS, VAULTS, vaultEstate({ locks: many(205, (name) => lock(subscription, name)) }), subscription],
  ])('of %s is read to its end', async (type, subject, estate, parentId) => {
    const gave = await collected({ estate, wanted: wantedOn(subject, type) });
    const names = gave.rows(type).filter((row) => row.parentId === parentId && row.absent === false);
    expect(names.map((row) => row.name)).toEqual(many(205, (name) => name));
    expect(gave.reads(type).find((read) => read.parentId === parentId)).toMatchObject({ outcome: 'ok', rows: 205 });
  });

  const containers = many(150, container);
  const keys = many(150, (name) => key(name));
  const isList = (url: URL): boolean => /\/(containers|keys)$/.test(url.pathname);
  const withLink = (nextLink: unknown) => (url: URL, answer: unknown) =>
    isList(url) && url.searchParams.get('$skiptoken') === null ? { ...Object(answer), nextLink } : undefined;

  it.each([
    ['another host', 'https://elsewhere.example/next?api-version=2023-07-01', 'ForeignNextLink'],
    ['another port', 'https://127.0.0.1:1/next', 'ForeignNextLink'],
    ['plain http', 'http://127.0.0.1/next', 'ForeignNextLink'],
    ['another host, without a scheme', '//elsewhere.example/next', 'ForeignNextLink'],
    ['no address', 'https://', 'InvalidNextLink'],
    ['no text', 7, 'Failed'],
  ])('that goes on at %s is not followed: the read failed, and no page of it counts', async (_, link, code) => {
    const wanted = [...wantedOn(ACCOUNTS, CONTAINERS), ...wantedOn(VAULTS, KEYS)];
    const gave = await collected({ estate: vaultEstate({ keys, containers }), wanted, tamper: withLink(link) });
    for (const [type, on] of [
      [CONTAINERS, `${account}/blobServices/default`],
      [KEYS, vault],
    ] as const) {
      expect(byParent(gave.reads(type))[on]).toBe('failed');
      expect(gave.errors(type)[0]).toMatchObject({ resourceId: expect.any(String), status: 0, code });
      expect(gave.rows(type).filter((row) => row.parentId === on)).toEqual([]);
    }
    expect(new Set(gave.asked.map(({ host }) => host)).size).toBe(1);
  });

  it('that comes back to a page it had ends as a failure', async () => {
    let first: unknown;
    const tamper = (url: URL, answer: unknown) => {
      if (!isList(url)) return undefined;
      first ??= Object(answer).nextLink;
      return { ...Object(answer), nextLink: first };
    };
    const gave = await collected({
      estate: vaultEstate({ containers }),
      wanted: wantedOn(ACCOUNTS, CONTAINERS),
      tamper,
    });
    expect(byParent(gave.reads(CONTAINERS))[`${account}/blobServices/default`]).toBe('failed');
    expect(gave.errors(CONTAINERS)[0]?.message).toMatch(/does not end/);
    expect(gave.asked.filter(isList).length).toBeLessThan(6);
  });

  it('whose second page fails has failed, and its first page does not count', async () => {
    const tamper = (url: URL, answer: unknown) => {
      const { nextLink } = Object(answer);
      const elsewhere = String(nextLink).replace('kv-engram', 'kv-gone');
      return isList(url) && nextLink !== undefined ? { ...Object(answer), nextLink: elsewhere } : undefined;
    };
    const gave = await collected({ estate: vaultEstate({ keys }), wanted: wantedOn(VAULTS, KEYS), tamper });
    expect(byParent(gave.reads(KEYS))).toEqual({ [vault]: 'failed', [emptyVault]: 'ok' });
    expect(gave.rows(KEYS).filter((row) => row.parentId === vault)).toEqual([]);
  });
});

describe('an answer that is none', () => {
  it.each([
    ['a list without a value', (answer: unknown) => ({ ...Object(answer), value: undefined })],
    ['an entry without an id', () => ({ value: [{ name: 'x' }] })],
    ['an array', () => []],
    ['null', () => null],
  ])('is a failure: %s', async (_, change) => {
    const tamper = (url: URL, answer: unknown) => (url.pathname.endsWith('/keys') ? change(answer) : undefined);
    const gave = await collected({ estate: vaultEstate(), wanted: wantedOn(VAULTS, KEYS), tamper });
    expect(byParent(gave.reads(KEYS))).toEqual({ [vault]: 'failed', [emptyVault]: 'failed' });
    expect(gave.rows(KEYS)).toEqual([]);
  });
});
