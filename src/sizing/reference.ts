import { postgresSkus } from './postgres-skus.data.ts';

/**
 * The rows of the table `reference` that the calculators' own data fill: kind `postgresSku` with name, tier, vCores,
 * memoryGiB, maxIops and maxConnections (null where Azure documents none). Sources stand beside the data.
 */
export function referenceRows(): readonly Record<string, unknown>[] {
  return postgresSkus.map(({ name, tier, vCores, memoryGiB, maxIops, maxConnections }) => ({
    kind: 'postgresSku',
    name,
    tier,
    vCores,
    memoryGiB,
    maxIops,
    maxConnections,
  }));
}
