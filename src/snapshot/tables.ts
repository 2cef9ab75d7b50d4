/** The columns of every table that a policy may name: Resource Graph's own tables and assay's, in one namespace. */
export type ColumnType = 'string' | 'dynamic' | 'datetime' | 'bool' | 'long' | 'int' | 'real';

export interface TableColumn {
  readonly name: string;
  readonly type: ColumnType;
}

const columns = (text: string): readonly TableColumn[] =>
  text.split(' ').map((part) => {
    const [name = '', type = 'string'] = part.split(':');
    return { name, type: type as ColumnType };
  });

// The columns Resource Graph answers for every row of its resource tables (recorded answers; the order is not promised).
const graphColumns = columns(
  'id name type tenantId kind location resourceGroup subscriptionId managedBy sku:dynamic plan:dynamic ' +
    'properties:dynamic tags:dynamic identity:dynamic zones:dynamic extendedLocation:dynamic',
);

/** Tables that Resource Graph itself serves: a policy that reads only these can be pasted into the portal. */
export const graphTables: readonly string[] = [
  'resources',
  'resourcecontainers',
  'authorizationresources',
  'securityresources',
  'policyresources',
  'recoveryservicesresources',
  'advisorresources',
  'networkresources',
  'dnsresources',
  'healthresources',
  'insightresources',
  'resourcechanges',
  'tagresources',
];

const ownTables: Readonly<Record<string, readonly TableColumn[]>> = {
  childresources: columns(
    'id name type parentId subscriptionId resourceGroup absent:bool properties:dynamic tags:dynamic',
  ),
  armresources: graphColumns,
  workload: columns(
    'id environment class scopes:dynamic expect:dynamic load:dynamic blob:dynamic recovery:dynamic network:dynamic ' +
      'tls:dynamic rotation:dynamic budget:dynamic maintenance:dynamic keyVault:dynamic regions:dynamic shared:dynamic match:dynamic',
  ),
  placements: columns('id name type subscriptionId resourceGroup environment class placedBy'),
  reference: columns(
    'kind name tier vCores:int memoryGiB:real maxIops:long maxConnections:long endOfSupport:datetime connectionThrottle:bool ' +
      'pair roleName',
  ),
  collectionerrors: columns('read resourceId scope status:int code message attempts:int'),
};

/** Every table by lower-case name. Resource Graph matches table names without regard to case, columns with. */
export const tableSchemas: Readonly<Record<string, readonly TableColumn[]>> = {
  ...Object.fromEntries(graphTables.map((name) => [name, graphColumns])),
  ...ownTables,
};

// Resource types that Resource Graph keeps outside `resources`, by the prefix of their lower-case name.
const tableByPrefix: readonly (readonly [prefix: string, table: string])[] = [
  ['microsoft.resources/subscriptions', 'resourcecontainers'],
  ['microsoft.management/managementgroups', 'resourcecontainers'],
  ['microsoft.authorization/roleassignments', 'authorizationresources'],
  ['microsoft.authorization/roledefinitions', 'authorizationresources'],
  ['microsoft.authorization/policy', 'policyresources'],
  ['microsoft.policyinsights/', 'policyresources'],
  ['microsoft.security/', 'securityresources'],
  ['microsoft.dataprotection/backupvaults/', 'recoveryservicesresources'],
  ['microsoft.recoveryservices/vaults/', 'recoveryservicesresources'],
];

/** The Resource Graph table that holds rows of a lower-case resource type. */
export function graphTableOf(type: string): string {
  return tableByPrefix.find(([prefix]) => type.startsWith(prefix))?.[1] ?? 'resources';
}
