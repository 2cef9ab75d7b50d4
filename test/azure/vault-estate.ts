import type { Estate } from '../../src/emulator/estate.ts';
import {
  account,
  bareAccount,
  blobService,
  estateOf,
  estateYaml,
  flexibleServer,
  group,
  production,
  server,
  storageAccount,
} from '../emulator/small-estate.ts';

export const KEYS = 'microsoft.keyvault/vaults/keys';
export const VERSIONS = `${KEYS}/versions`;
export const DIAGNOSTICS = 'microsoft.insights/diagnosticsettings';
export const BLOB_SERVICES = 'microsoft.storage/storageaccounts/blobservices';
export const CONTAINERS = `${BLOB_SERVICES}/containers`;
export const SCOPES = 'microsoft.storage/storageaccounts/encryptionscopes';
export const LOCKS = 'microsoft.authorization/locks';
export const ADMINISTRATORS = 'microsoft.dbforpostgresql/flexibleservers/administrators';

export const vault = `${group}/providers/Microsoft.KeyVault/vaults/kv-engram`;
export const emptyVault = `${group}/providers/Microsoft.KeyVault/vaults/kv-empty`;
export const fileAccount = `${group}/providers/Microsoft.Storage/storageAccounts/stengramfiles`;
export const subscription = `/subscriptions/${production}`;

/** A body whose name is the last part of its id, and whose type follows from it. */
export function body(id: string, type: string, properties: object = {}) {
  return { id, name: id.slice(id.lastIndexOf('/') + 1), type, properties };
}

export const key = (name: string, properties: object = {}) =>
  body(`${vault}/keys/${name}`, 'Microsoft.KeyVault/vaults/keys', {
    attributes: { enabled: true, created: 1_750_000_000 },
    keyUri: `https://kv-engram.vault.azure.net/keys/${name}`,
    kty: 'RSA-HSM',
    ...properties,
  });

export const version = (keyName: string, name: string) =>
  body(`${vault}/keys/${keyName}/versions/${name}`, 'Microsoft.KeyVault/vaults/keys/versions', {
    attributes: { enabled: true },
  });

export const diagnostics = (on: string, name = 'to-workspace') =>
  body(`${on}/providers/Microsoft.Insights/diagnosticSettings/${name}`, 'Microsoft.Insights/diagnosticSettings', {
    logs: [{ categoryGroup: 'audit', enabled: true }],
  });

export const lock = (on: string, name: string) =>
  body(`${on}/providers/Microsoft.Authorization/locks/${name}`, 'Microsoft.Authorization/locks', {
    level: 'CanNotDelete',
  });

export const container = (name: string) =>
  body(
    `${account}/blobServices/default/containers/${name}`,
    'Microsoft.Storage/storageAccounts/blobServices/containers',
    {
      publicAccess: 'None',
      aFieldThatNoModelKnows: true,
    },
  );

export const rotation = { lifetimeActions: [{ action: { type: 'rotate' }, trigger: { timeAfterCreate: 'P60D' } }] };

const vaultBody = (id: string) => ({ ...body(id, 'Microsoft.KeyVault/vaults'), location: 'swedencentral' });

export interface Parts {
  readonly keys?: readonly object[];
  readonly containers?: readonly object[];
  readonly scopes?: readonly object[];
  readonly locks?: readonly object[];
}

/** Two vaults, three accounts (one for files alone) and a server, with what hangs below them. */
export function vaultEstate(parts: Parts = {}): Estate {
  const {
    keys = [
      key('rotated', { rotationPolicy: rotation }),
      key('plain'),
      version('rotated', 'v1'),
      version('rotated', 'v2'),
    ],
    containers = [container('record-plane')],
    scopes = [body(`${account}/encryptionScopes/records`, 'Microsoft.Storage/storageAccounts/encryptionScopes')],
    locks = [lock(vault, 'keep-vault'), lock(group, 'keep-group'), lock(subscription, 'keep-all')],
  } = parts;
  return estateOf(estateYaml, {
    'arm/all.json': [
      { resource: vaultBody(vault), children: [...keys, diagnostics(vault)] },
      { resource: vaultBody(emptyVault) },
      {
        resource: storageAccount(account),
        children: [
          blobService,
          ...containers,
          ...scopes,
          diagnostics(account, 'of-the-account'),
          diagnostics(`${account}/blobServices/default`, 'of-the-blobs'),
        ],
      },
      {
        resource: storageAccount(bareAccount),
        children: [{ ...blobService, id: `${bareAccount}/blobServices/default` }],
      },
      { resource: { ...storageAccount(fileAccount), kind: 'FileStorage' } },
      {
        resource: flexibleServer,
        children: [
          body(
            `${server}/administrators/55555555-5555-4555-8555-555555555555`,
            'Microsoft.DBforPostgreSQL/flexibleServers/administrators',
          ),
          diagnostics(server, 'of-the-server'),
        ],
      },
      ...locks.map((resource) => ({ resource })),
    ],
  });
}

export const wantedOn = (subject: string, ...types: readonly string[]) =>
  types.map((type) => ({ table: 'childresources', type, subject }));
