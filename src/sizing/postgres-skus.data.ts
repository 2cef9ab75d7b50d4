/** One compute product of PostgreSQL Flexible Server, under the name that ARM writes in `sku.name`. */
export interface PostgresSku {
  readonly name: string;
  readonly tier: PostgresTier;
  readonly vCores: number;
  readonly memoryGiB: number;
  /** Most I/O operations a second that the compute passes on; the disk may allow fewer. */
  readonly maxIops: number;
  readonly maxMiBPerSecond: number;
  /** Default `max_connections` (15 of them are reserved); null where Azure documents none (v6). */
  readonly maxConnections: number | null;
}

export type PostgresTier = 'Burstable' | 'GeneralPurpose' | 'MemoryOptimized';

/** Where the figures come from, and how old they are: whoever updates the table updates these. */
export const postgresSkuSources = [
  {
    article: 'Compute options in Azure Database for PostgreSQL',
    columns: 'all but maxConnections',
    dated: '2026-01-13',
  },
  { article: 'Limits in Azure Database for PostgreSQL', columns: 'maxConnections', dated: '2025-11-13' },
] as const;

/** Products that share a line of the published table: names, vCores, GiB, IOPS, MiB/s, default max_connections. */
type Line = readonly [string, number, number, number, number, number | null];

const burstable: readonly Line[] = [
  ['B1ms', 1, 2, 640, 10, 50],
  ['B2s', 2, 4, 1_280, 15, 429],
  ['B2ms', 2, 8, 1_920, 22.5, 859],
  ['B4ms', 4, 16, 2_880, 35, 1_718],
  ['B8ms', 8, 32, 4_320, 50, 3_437],
  ['B12ms', 12, 48, 4_320, 50, 5_000],
  ['B16ms', 16, 64, 4_320, 50, 5_000],
  ['B20ms', 20, 80, 4_320, 50, 5_000],
];

const generalPurpose: readonly Line[] = [
  ['D2s_v3 D2ds_v4', 2, 8, 3_200, 48, 859],
  ['D2ds_v5 D2ads_v5', 2, 8, 3_750, 85, 859],
  ['D2ads_v6', 2, 8, 4_000, 90, null],
  ['D2ds_v6', 2, 8, 4_167, 124, null],
  ['D4s_v3 D4ds_v4', 4, 16, 6_400, 96, 1_718],
  ['D4ds_v5 D4ads_v5', 4, 16, 6_400, 145, 1_718],
  ['D4ads_v6', 4, 16, 7_600, 180, null],
  ['D4ds_v6', 4, 16, 8_333, 248, null],
  ['D8s_v3 D8ds_v4', 8, 32, 12_800, 192, 3_437],
  ['D8ds_v5 D8ads_v5', 8, 32, 12_800, 290, 3_437],
  ['D8ads_v6', 8, 32, 15_200, 360, null],
  ['D8ds_v6', 8, 32, 16_667, 496, null],
  ['D16s_v3 D16ds_v4', 16, 64, 25_600, 384, 5_000],
  ['D16ds_v5 D16ads_v5', 16, 64, 25_600, 600, 5_000],
  ['D16ads_v6', 16, 64, 30_400, 720, null],
  ['D16ds_v6', 16, 64, 33_333, 992, null],
  ['D32s_v3 D32ds_v4', 32, 128, 51_200, 768, 5_000],
  ['D32ds_v5 D32ads_v5', 32, 128, 51_200, 865, 5_000],
  ['D32ads_v6', 32, 128, 57_600, 1_200, null],
  ['D32ds_v6', 32, 128, 66_667, 1_200, null],
  ['D48s_v3 D48ds_v4', 48, 192, 76_800, 1_152, 5_000],
  ['D48ds_v5 D48ads_v5', 48, 192, 76_800, 1_200, 5_000],
  ['D48ads_v6 D48ds_v6', 48, 192, 80_000, 1_200, null],
  ['D64s_v3 D64ds_v4 D64ds_v5 D64ads_v5', 64, 256, 80_000, 1_200, 5_000],
  ['D64ads_v6 D64ds_v6', 64, 256, 80_000, 1_200, null],
  ['D96ds_v5 D96ads_v5', 96, 384, 80_000, 1_200, 5_000],
  ['D96ads_v6 D96ds_v6', 96, 384, 80_000, 1_200, null],
  ['D128ds_v6', 128, 512, 80_000, 1_200, null],
  ['D192ds_v6', 192, 768, 80_000, 1_200, null],
];

const memoryOptimized: readonly Line[] = [
  ['E2s_v3 E2ds_v4', 2, 16, 3_200, 48, 1_718],
  ['E2ds_v5 E2ads_v5', 2, 16, 3_200, 85, 1_718],
  ['E2ads_v6', 2, 16, 4_000, 90, null],
  ['E2ds_v6', 2, 16, 4_167, 124, null],
  ['E4s_v3 E4ds_v4', 4, 32, 6_400, 96, 3_437],
  ['E4ds_v5 E4ads_v5', 4, 32, 6_400, 145, 3_437],
  ['E4ads_v6', 4, 32, 7_600, 180, null],
  ['E4ds_v6', 4, 32, 8_333, 248, null],
  ['E8s_v3 E8ds_v4', 8, 64, 12_800, 192, 5_000],
  ['E8ds_v5 E8ads_v5', 8, 64, 12_800, 290, 5_000],
  ['E8ads_v6', 8, 64, 15_200, 360, null],
  ['E8ds_v6', 8, 64, 16_667, 496, null],
  ['E16s_v3 E16ds_v4', 16, 128, 25_600, 384, 5_000],
  ['E16ds_v5 E16ads_v5', 16, 128, 25_600, 600, 5_000],
  ['E16ads_v6', 16, 128, 30_400, 720, null],
  ['E16ds_v6', 16, 128, 33_333, 992, null],
  ['E20ds_v4', 20, 160, 32_000, 480, 5_000],
  ['E20ds_v5 E20ads_v5', 20, 160, 32_000, 750, 5_000],
  ['E20ads_v6', 20, 160, 38_000, 900, null],
  ['E20ds_v6', 20, 160, 41_667, 1_200, null],
  ['E32s_v3 E32ds_v4', 32, 256, 51_200, 768, 5_000],
  ['E32ds_v5 E32ads_v5', 32, 256, 51_200, 865, 5_000],
  ['E32ads_v6', 32, 256, 57_600, 1_200, null],
  ['E32ds_v6', 32, 256, 66_667, 1_200, null],
  ['E48s_v3 E48ds_v4', 48, 384, 76_800, 1_152, 5_000],
  // The article lists the v5 pair twice, with 1,152 and with 1,200 MiB/s; its own line is taken.
  ['E48ds_v5 E48ads_v5', 48, 384, 76_800, 1_200, 5_000],
  ['E48ads_v6 E48ds_v6', 48, 384, 80_000, 1_200, null],
  ['E64s_v3 E64ds_v4', 64, 432, 80_000, 1_200, 5_000],
  // The limits article still says 432 GiB for the v5 pair; the newer compute article is taken.
  ['E64ds_v5 E64ads_v5', 64, 512, 80_000, 1_200, 5_000],
  ['E64ads_v6 E64ds_v6', 64, 512, 80_000, 1_200, null],
  ['E96ds_v5 E96ads_v5', 96, 672, 80_000, 1_200, 5_000],
  ['E96ads_v6', 96, 672, 80_000, 1_200, null],
  ['E96ds_v6', 96, 768, 80_000, 1_200, null],
  ['E128ds_v6', 128, 1_024, 80_000, 1_200, null],
  ['E192ds_v6', 192, 1_832, 80_000, 1_200, null],
];

/** Every compute product that Azure lists for PostgreSQL Flexible Server, in the order of the published table. */
export const postgresSkus: readonly PostgresSku[] = [
  ...products('Burstable', burstable),
  ...products('GeneralPurpose', generalPurpose),
  ...products('MemoryOptimized', memoryOptimized),
];

function products(tier: PostgresTier, lines: readonly Line[]): readonly PostgresSku[] {
  return lines.flatMap(([names, vCores, memoryGiB, maxIops, maxMiBPerSecond, maxConnections]) =>
    names
      .split(' ')
      .map((name) => ({ name: `Standard_${name}`, tier, vCores, memoryGiB, maxIops, maxMiBPerSecond, maxConnections })),
  );
}
