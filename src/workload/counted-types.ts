import type { WorkloadEnvironment } from './workload.schema.ts';

/** A number that an environment may declare under `expect`. */
export type Counted = keyof NonNullable<WorkloadEnvironment['expect']>;

/** Which declared count speaks of which type. */
export const COUNTED_TYPES: readonly (readonly [type: string, count: Counted])[] = [
  ['microsoft.dbforpostgresql/flexibleservers', 'flexibleServers'],
  ['microsoft.storage/storageaccounts', 'storageAccounts'],
  ['microsoft.keyvault/vaults', 'vaults'],
];
