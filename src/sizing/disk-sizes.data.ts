/** One size of a Premium SSD that PostgreSQL Flexible Server can have. */
export interface DiskSize {
  readonly sizeGiB: number;
  /** Provisioned I/O operations a second; up to 512 GiB a disk can burst to 3,500 for a while. */
  readonly iops: number;
}

/** Azure Database for PostgreSQL: storage. A disk grows from one size to the next and never shrinks. */
export const diskSizeSource = {
  article: 'Storage options in Azure Database for PostgreSQL (Premium SSD)',
  dated: '2026-01-13',
} as const;

export const diskSizes: readonly DiskSize[] = [
  { sizeGiB: 32, iops: 120 },
  { sizeGiB: 64, iops: 240 },
  { sizeGiB: 128, iops: 500 },
  { sizeGiB: 256, iops: 1_100 },
  { sizeGiB: 512, iops: 2_300 },
  { sizeGiB: 1_024, iops: 5_000 },
  { sizeGiB: 2_048, iops: 7_500 },
  { sizeGiB: 4_096, iops: 7_500 },
  { sizeGiB: 8_192, iops: 16_000 },
  { sizeGiB: 16_384, iops: 18_000 },
  { sizeGiB: 32_768, iops: 20_000 },
];
