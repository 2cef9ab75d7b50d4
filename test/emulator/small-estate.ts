import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { type Estate, readEstate } from '../../src/emulator/estate.ts';

export const tenant = '0a0a0a0a-0000-4000-8000-00000000000a';
export const production = '11111111-1111-4111-8111-111111111111';
export const development = '22222222-2222-4222-8222-222222222222';
export const principal = {
  objectId: '33333333-3333-4333-8333-333333333333',
  appId: '44444444-4444-4444-8444-444444444444',
  name: 'assay scanner',
};

export const group = `/subscriptions/${production}/resourceGroups/rg-Data`;
export const account = `${group}/providers/Microsoft.Storage/storageAccounts/stengramprod`;
export const bareAccount = `${group}/providers/Microsoft.Storage/storageAccounts/stengrambare`;
export const server = `${group}/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-engram-prod`;
const devGroup = `/subscriptions/${development}/resourceGroups/rg-dev`;
export const devAccount = `${devGroup}/providers/Microsoft.Storage/storageAccounts/stengramdev`;

export const estateYaml = {
  apiVersion: 'assay/v1',
  kind: 'Estate',
  metadata: { id: 'small', title: 'A small estate' },
  asOf: '2026-11-20T02:00:00Z',
  tenant,
  principal,
  subscriptions: [
    { id: production, name: 'Engram production', state: 'Enabled', tags: { application: 'engram' } },
    { id: development, name: 'Engram development', state: 'Enabled' },
  ],
};

export function storageAccount(id: string, properties: object = {}): Record<string, unknown> & { id: string } {
  return {
    id,
    name: id.split('/').at(-1),
    type: 'Microsoft.Storage/storageAccounts',
    location: 'swedencentral',
    kind: 'StorageV2',
    sku: { name: 'Standard_GZRS', tier: 'Standard' },
    tags: { environment: 'prod' },
    properties: { provisioningState: 'Succeeded', minimumTlsVersion: 'TLS1_2', ...properties },
  };
}

export const blobService = {
  id: `${account}/blobServices/default`,
  name: 'default',
  type: 'Microsoft.Storage/storageAccounts/blobServices',
  properties: { deleteRetentionPolicy: { enabled: true, days: 7 } },
};

export const managementPolicy = {
  id: `${account}/managementPolicies/default`,
  name: 'DefaultManagementPolicy',
  type: 'Microsoft.Storage/storageAccounts/managementPolicies',
  properties: {
    lastModifiedTime: '2026-05-01T10:00:00.1234567Z',
    policy: {
      rules: [
        {
          enabled: true,
          name: 'tier',
          type: 'Lifecycle',
          definition: { actions: {}, filters: { blobTypes: ['blockBlob'] } },
        },
      ],
    },
  },
};

/** More configurations than one page of Resource Manager holds, as a real server has. */
export const configurations = Array.from({ length: 250 }, (_, index) => ({
  id: `${server}/configurations/setting_${index}`,
  name: `setting_${index}`,
  type: 'Microsoft.DBforPostgreSQL/flexibleServers/configurations',
  properties: { value: index === 0 ? 'TLSv1.3' : 'on', source: 'system-default', isConfigPendingRestart: false },
}));

export const flexibleServer = {
  id: server,
  name: 'pg-engram-prod',
  type: 'Microsoft.DBforPostgreSQL/flexibleServers',
  location: 'Sweden Central',
  sku: { name: 'Standard_D4ds_v5', tier: 'GeneralPurpose' },
  properties: {
    version: '17',
    dataEncryption: { type: 'AzureKeyVault' },
    backup: { backupRetentionDays: 35, earliestRestoreDate: '2026-10-16T01:16:58.3723361Z' },
  },
};

export const smallArm: Readonly<Record<string, unknown>> = {
  'arm/storage.json': [
    {
      source: 'written for these tests',
      resource: storageAccount(account, {
        creationTime: '2025-02-03T04:05:06.7891234Z',
        publicNetworkAccess: 'Disabled',
      }),
      children: [blobService, managementPolicy],
    },
    { resource: storageAccount(bareAccount) },
    { resource: storageAccount(devAccount) },
  ],
  'arm/postgres/server.json': { resource: flexibleServer, children: configurations },
  'arm/other.json': [
    {
      resource: {
        id: group,
        name: 'rg-Data',
        type: 'Microsoft.Resources/resourceGroups',
        location: 'swedencentral',
        tags: { environment: 'prod' },
        properties: { provisioningState: 'Succeeded' },
      },
    },
    {
      resource: {
        id: `/subscriptions/${production}/providers/Microsoft.Security/pricings/StorageAccounts`,
        name: 'StorageAccounts',
        type: 'Microsoft.Security/pricings',
        properties: { pricingTier: 'Standard' },
      },
    },
    {
      resource: {
        id: `${account}/providers/Microsoft.Insights/diagnosticSettings/to-workspace`,
        name: 'to-workspace',
        type: 'Microsoft.Insights/diagnosticSettings',
        properties: { logs: [] },
      },
    },
  ],
};

/** Writes an estate folder that lives as long as the test (or the suite, from a hook's `remove`). */
export function writeEstate(
  yaml: object | string = estateYaml,
  files: Readonly<Record<string, unknown>> = smallArm,
): {
  folder: string;
  remove: () => void;
} {
  const folder = mkdtempSync(join(tmpdir(), 'assay-estate-'));
  const write = (file: string, content: unknown) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  };
  write('estate.yaml', typeof yaml === 'string' ? yaml : stringify(yaml));
  for (const [file, content] of Object.entries(files)) write(file, content);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Reads an estate that is written for this one call. */
export function estateOf(yaml?: object | string, files?: Readonly<Record<string, unknown>>): Estate {
  const { folder, remove } = writeEstate(yaml, files);
  try {
    return readEstate(folder);
  } finally {
    remove();
  }
}

export function estateFolder(yaml?: object | string, files?: Readonly<Record<string, unknown>>): string {
  const { folder, remove } = writeEstate(yaml, files);
  onTestFinished(remove);
  return folder;
}
