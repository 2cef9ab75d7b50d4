import { postgresSkus } from './postgres-skus.data.ts';
import { postgresVersions } from './postgres-versions.data.ts';

/**
 * The rows of the table `reference` that the product's dated data fill. Sources stand beside the data.
 * - kind `postgresSku`: name, tier, vCores, memoryGiB, maxIops and maxConnections (null where Azure documents none).
 * - kind `postgresVersion`: name (the major version), endOfSupport (the last day, ISO 8601) and connectionThrottle
 *   (whether the version has that server parameter).
 */
export function referenceRows(): readonly Record<string, unknown>[] {
  const skus = postgresSkus.map(({ name, tier, vCores, memoryGiB, maxIops, maxConnections }) => ({
    kind: 'postgresSku',
    name,
    tier,
    vCores,
    memoryGiB,
    maxIops,
    maxConnections,
  }));
  const versions = postgresVersions.map(({ name, endOfSupport, connectionThrottle }) => ({
    kind: 'postgresVersion',
    name,
    endOfSupport,
    connectionThrottle,
  }));
  return [...skus, ...versions];
}
