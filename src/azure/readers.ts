import type { PostgreSQLManagementFlexibleServerClient } from '@azure/arm-postgresql-flexible';
import type { StorageManagementClient } from '@azure/arm-storage';

/** The parts of a parent's ARM id that a client call wants. */
export interface Parent {
  readonly id: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
}

/** A response as the SDKs hand it to `onResponse`: the raw body, not the model, which renames and drops fields. */
export interface RawResponse {
  readonly status: number;
  readonly bodyAsText?: string | null | undefined;
  readonly headers: { get(name: string): string | undefined };
}

export interface CallOptions {
  readonly onResponse: (response: RawResponse) => void;
}

export interface Clients {
  postgres(subscriptionId: string): PostgreSQLManagementFlexibleServerClient;
  storage(subscriptionId: string): StorageManagementClient;
}

/** One child type that Resource Graph does not hold, and how it is read below its parent. */
export interface ChildReader {
  /** Lower-case resource type, as policies name it. */
  readonly type: string;
  readonly parent: string;
  /** `list` answers `value: []` pages, `get` one body. */
  readonly form: 'list' | 'get';
  /** The Azure action that the read needs. */
  readonly permission: string;
  /** Codes of a 404 that say "there is none" rather than "not found". */
  readonly absentCodes: readonly string[];
  /** The last part of the id that a missing child would have. */
  readonly absentName: string;
  /** Makes the call; every page's raw response passes through `onResponse`. */
  call(clients: Clients, parent: Parent, options: CallOptions): Promise<unknown>;
}

/** Every child reader, as data. A policy names a type; what is not here cannot be asked for. */
export const childReaders: readonly ChildReader[] = [
  {
    type: 'microsoft.dbforpostgresql/flexibleservers/configurations',
    parent: 'microsoft.dbforpostgresql/flexibleservers',
    form: 'list',
    permission: 'Microsoft.DBforPostgreSQL/flexibleServers/configurations/read',
    absentCodes: [],
    absentName: 'configurations/none',
    call: (clients, { subscriptionId, resourceGroup, name }, options) =>
      drain(clients.postgres(subscriptionId).configurations.listByServer(resourceGroup, name, options)),
  },
  {
    type: 'microsoft.dbforpostgresql/flexibleservers/firewallrules',
    parent: 'microsoft.dbforpostgresql/flexibleservers',
    form: 'list',
    permission: 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules/read',
    absentCodes: [],
    absentName: 'firewallRules/none',
    call: (clients, { subscriptionId, resourceGroup, name }, options) =>
      drain(clients.postgres(subscriptionId).firewallRules.listByServer(resourceGroup, name, options)),
  },
  {
    type: 'microsoft.storage/storageaccounts/managementpolicies',
    parent: 'microsoft.storage/storageaccounts',
    form: 'get',
    permission: 'Microsoft.Storage/storageAccounts/managementPolicies/read',
    absentCodes: ['ManagementPolicyNotFound'],
    absentName: 'managementPolicies/default',
    call: (clients, { subscriptionId, resourceGroup, name }, options) =>
      clients.storage(subscriptionId).managementPolicies.get(resourceGroup, name, 'default', options),
  },
  {
    type: 'microsoft.storage/storageaccounts/blobservices',
    parent: 'microsoft.storage/storageaccounts',
    form: 'get',
    permission: 'Microsoft.Storage/storageAccounts/blobServices/read',
    absentCodes: [],
    absentName: 'blobServices/default',
    call: (clients, { subscriptionId, resourceGroup, name }, options) =>
      clients.storage(subscriptionId).blobServices.getServiceProperties(resourceGroup, name, options),
  },
];

/** Asks for every page; the pages themselves arrive through `onResponse`. */
async function drain(pages: { byPage(): AsyncIterable<unknown> }): Promise<void> {
  for await (const _ of pages.byPage());
}
