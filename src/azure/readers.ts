import type { PostgreSQLManagementFlexibleServerClient } from '@azure/arm-postgresql-flexible';
import type { StorageManagementClient } from '@azure/arm-storage';
import type { Arm, RawResponse } from './arm.ts';
import type { Parent } from './parent.ts';

export interface CallOptions {
  readonly onResponse: (response: RawResponse) => void;
}

export interface Clients {
  postgres(subscriptionId: string): PostgreSQLManagementFlexibleServerClient;
  storage(subscriptionId: string): StorageManagementClient;
  readonly arm: Arm;
}

/** Through a client: makes the first request, whose raw response passes through `onResponse`. */
interface ByClient {
  call(clients: Clients, parent: Parent, options: CallOptions): Promise<unknown>;
}

/** Through ARM itself: the path below the parent's id, at a pinned version. */
interface ByArm {
  readonly path: string;
  readonly apiVersion: string;
}

/** One child type that Resource Graph does not hold, and how it is read below its parent. */
export interface ChildReader {
  /** Lower-case resource type, as policies name it. */
  readonly type: string;
  /** Types that it is read below: of Resource Graph, of a child that has a reader here, or the subscription's. */
  readonly parents: readonly string[];
  /** `list` answers `value: []` pages, `get` one body. */
  readonly form: 'list' | 'get';
  readonly by: ByClient | ByArm;
  /** The Azure action that the read needs. */
  readonly permission: string;
  /** Answers by which the service itself says "there is none": `<status> <code>`. */
  readonly absentWhen: readonly string[];
  /** What the id of a missing child has after its parent's. */
  readonly absentName: string;
  /** The list tells less than the thing itself, so each listed one is read again; parts that it then omits are empty. */
  readonly each?: { readonly emptyParts: Readonly<Record<string, object>> };
  /** A row's parent is the scope in its own id, not the one that was asked for. */
  readonly tiedTo?: 'scope-of-its-id';
}

/** One read to make: a child type below one parent. */
export interface ChildJob {
  readonly reader: ChildReader;
  readonly parent: Parent;
}

export const SUBSCRIPTION = 'microsoft.resources/subscriptions';
const SERVERS = 'microsoft.dbforpostgresql/flexibleservers';
const ACCOUNTS = 'microsoft.storage/storageaccounts';
const BLOB_SERVICES = `${ACCOUNTS}/blobservices`;
const VAULTS = 'microsoft.keyvault/vaults';

/** Every child reader, as data. A policy names a type; what is not here cannot be asked for. */
export const childReaders: readonly ChildReader[] = [
  {
    type: `${SERVERS}/configurations`,
    parents: [SERVERS],
    form: 'list',
    by: ofServer((client, ...at) => client.configurations.listByServer(...at)),
    permission: 'Microsoft.DBforPostgreSQL/flexibleServers/configurations/read',
    absentWhen: [],
    absentName: 'configurations/none',
  },
  {
    type: `${SERVERS}/firewallrules`,
    parents: [SERVERS],
    form: 'list',
    by: ofServer((client, ...at) => client.firewallRules.listByServer(...at)),
    permission: 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules/read',
    absentWhen: [],
    absentName: 'firewallRules/none',
  },
  {
    type: `${SERVERS}/administrators`,
    parents: [SERVERS],
    form: 'list',
    by: ofServer((client, ...at) => client.administratorsMicrosoftEntra.listByServer(...at)),
    permission: 'Microsoft.DBforPostgreSQL/flexibleServers/administrators/read',
    absentWhen: [],
    absentName: 'administrators/none',
  },
  {
    type: `${SERVERS}/advancedthreatprotectionsettings`,
    parents: [SERVERS],
    form: 'get',
    by: { path: 'advancedThreatProtectionSettings/Default', apiVersion: '2025-08-01' },
    permission: 'Microsoft.DBforPostgreSQL/flexibleServers/advancedThreatProtectionSettings/read',
    absentWhen: [],
    absentName: 'advancedThreatProtectionSettings/Default',
  },
  {
    type: `${ACCOUNTS}/managementpolicies`,
    parents: [ACCOUNTS],
    form: 'get',
    by: ofAccount((client, group, account, options) =>
      client.managementPolicies.get(group, account, 'default', options),
    ),
    permission: 'Microsoft.Storage/storageAccounts/managementPolicies/read',
    absentWhen: ['404 ManagementPolicyNotFound'],
    absentName: 'managementPolicies/default',
  },
  {
    type: BLOB_SERVICES,
    parents: [ACCOUNTS],
    form: 'get',
    by: ofAccount((client, ...at) => client.blobServices.getServiceProperties(...at)),
    permission: 'Microsoft.Storage/storageAccounts/blobServices/read',
    // "Blob is not supported for the account": what an account for files answers (steampipe-plugin-azure#404).
    absentWhen: ['400 FeatureNotSupportedForAccount'],
    absentName: 'blobServices/default',
  },
  {
    type: `${BLOB_SERVICES}/containers`,
    parents: [BLOB_SERVICES],
    form: 'list',
    by: ofAccount((client, ...at) => client.blobContainers.list(...at)),
    permission: 'Microsoft.Storage/storageAccounts/blobServices/containers/read',
    absentWhen: [],
    absentName: 'containers/none',
  },
  {
    type: `${ACCOUNTS}/encryptionscopes`,
    parents: [ACCOUNTS],
    form: 'list',
    by: ofAccount((client, ...at) => client.encryptionScopes.list(...at)),
    permission: 'Microsoft.Storage/storageAccounts/encryptionScopes/read',
    absentWhen: [],
    absentName: 'encryptionScopes/none',
  },
  {
    type: `${VAULTS}/keys`,
    parents: [VAULTS],
    form: 'list',
    by: { path: 'keys', apiVersion: '2023-07-01' },
    permission: 'Microsoft.KeyVault/vaults/keys/read',
    absentWhen: [],
    absentName: 'keys/none',
    // The list shows attributes and the URI; a key without a rotation policy then omits it.
    each: { emptyParts: { rotationPolicy: {} } },
  },
  {
    type: `${VAULTS}/keys/versions`,
    parents: [`${VAULTS}/keys`],
    form: 'list',
    by: { path: 'versions', apiVersion: '2023-07-01' },
    permission: 'Microsoft.KeyVault/vaults/keys/versions/read',
    absentWhen: [],
    absentName: 'versions/none',
  },
  {
    type: 'microsoft.insights/diagnosticsettings',
    parents: [SERVERS, VAULTS, BLOB_SERVICES],
    form: 'list',
    by: { path: 'providers/Microsoft.Insights/diagnosticSettings', apiVersion: '2021-05-01-preview' },
    permission: 'Microsoft.Insights/diagnosticSettings/read',
    absentWhen: [],
    absentName: 'providers/Microsoft.Insights/diagnosticSettings/none',
  },
  {
    type: 'microsoft.authorization/locks',
    parents: [SUBSCRIPTION],
    form: 'list',
    by: { path: 'providers/Microsoft.Authorization/locks', apiVersion: '2020-05-01' },
    permission: 'Microsoft.Authorization/locks/read',
    absentWhen: [],
    absentName: 'providers/Microsoft.Authorization/locks/none',
    tiedTo: 'scope-of-its-id',
  },
];

/** The reader of a child type; undefined for what Resource Graph holds, or nobody declared. */
export function readerOf(type: string): ChildReader | undefined {
  return childReaders.find((reader) => reader.type === type);
}

type At = [resourceGroup: string, name: string, options: CallOptions];
type Called = Promise<unknown> | { byPage(): AsyncIterator<unknown> };

function ofServer(call: (client: PostgreSQLManagementFlexibleServerClient, ...at: At) => Called): ByClient {
  return {
    call: ({ postgres }, { subscriptionId, resourceGroup, names: [server = ''] }, options) =>
      begin(call(postgres(subscriptionId), resourceGroup, server, options)),
  };
}

function ofAccount(call: (client: StorageManagementClient, ...at: At) => Called): ByClient {
  return {
    call: ({ storage }, { subscriptionId, resourceGroup, names: [account = ''] }, options) =>
      begin(call(storage(subscriptionId), resourceGroup, account, options)),
  };
}

/**
 * A list's first page; the others are read by hand, from link to link: Storage's client hands `onResponse` the first
 * response alone, and the rows of later pages would be missing without a word.
 */
function begin(called: Called): Promise<unknown> {
  return 'byPage' in called ? called.byPage().next() : called;
}
