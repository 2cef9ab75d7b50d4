import { type DiskSize, diskSizes } from './disk-sizes.data.ts';
import { indexMemoryGiB, type PostgresLoad, round } from './postgres.ts';
import type { PostgresSku } from './postgres-skus.data.ts';
import { type SizingClass, sizingProfiles } from './profile.ts';

export interface StorageLoad extends PostgresLoad {
  readonly dataGB: number;
  /** What is written in 30 days beyond what is there; 0 where nobody declared it, which the answer says. */
  readonly growthGBPerMonth?: number;
  /** Share of the data that the write-ahead log takes, 0.10 to 0.20 (REQ-038). */
  readonly walShare?: number;
}

export interface StorageSizing {
  /** GB; an index in memory is as large on disk. */
  readonly terms: { readonly data: number; readonly index: number; readonly wal: number; readonly growth: number };
  readonly safety: number;
  readonly needGB: number;
  /** The smallest disk that holds it; null beyond the largest. */
  readonly disk: DiskSize | null;
}

export const DEFAULT_WAL_SHARE = 0.15;

/** (data + index + WAL + 30 days' growth) × safety (REQ-037 to REQ-040), and the disk of Azure's table that holds it. */
export function sizePostgresStorage(load: StorageLoad, of: SizingClass): StorageSizing {
  const { safety } = sizingProfiles[of];
  const terms = {
    data: load.dataGB,
    index: round(indexMemoryGiB(load)),
    wal: round(load.dataGB * (load.walShare ?? DEFAULT_WAL_SHARE)),
    growth: load.growthGBPerMonth ?? 0,
  };
  const needGB = round((terms.data + terms.index + terms.wal + terms.growth) * safety);
  return { terms, safety, needGB, disk: diskSizes.find(({ sizeGiB }) => sizeGiB >= needGB) ?? null };
}

/** I/O operations a second that a server really has: the disk's or the compute's, whichever is fewer (C08). */
export function usableIops(disk: DiskSize, sku: Pick<PostgresSku, 'maxIops'>): number {
  return Math.min(disk.iops, sku.maxIops);
}
