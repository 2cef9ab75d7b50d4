import { describe, expect, test } from 'vitest';
import { type PostgresSku, postgresSkuSources, postgresSkus } from '../../src/sizing/postgres-skus.data.ts';

const named = (name: string): PostgresSku | undefined => postgresSkus.find((sku) => sku.name === name);
const sizeIn = (sku: PostgresSku): number => Number(/^Standard_[BDE](\d+)/.exec(sku.name)?.[1]);
const seriesOf = (sku: PostgresSku): string => sku.name.replace(/\d+/, '');
const inSeries = (series: string): readonly PostgresSku[] => postgresSkus.filter((sku) => seriesOf(sku) === series);
const isV6 = (sku: PostgresSku): boolean => sku.name.endsWith('_v6');

describe('the table of PostgreSQL compute products', () => {
  test('no name stands twice, whatever its case', () => {
    const names = postgresSkus.map((sku) => sku.name.toLowerCase());
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  test.each([
    ['Bms', '1 2 4 8 12 16 20'],
    ['Bs', '2'],
    ['Ds_v3', '2 4 8 16 32 48 64'],
    ['Dds_v4', '2 4 8 16 32 48 64'],
    ['Dds_v5', '2 4 8 16 32 48 64 96'],
    ['Dads_v5', '2 4 8 16 32 48 64 96'],
    ['Dads_v6', '2 4 8 16 32 48 64 96'],
    ['Dds_v6', '2 4 8 16 32 48 64 96 128 192'],
    ['Es_v3', '2 4 8 16 32 48 64'],
    ['Eds_v4', '2 4 8 16 20 32 48 64'],
    ['Eds_v5', '2 4 8 16 20 32 48 64 96'],
    ['Eads_v5', '2 4 8 16 20 32 48 64 96'],
    ['Eads_v6', '2 4 8 16 20 32 48 64 96'],
    ['Eds_v6', '2 4 8 16 20 32 48 64 96 128 192'],
  ])('the series %s has the published sizes %s, and no series is missing', (name, sizes) => {
    expect(inSeries(`Standard_${name}`).map(sizeIn).join(' ')).toBe(sizes);
    expect(new Set(postgresSkus.map(seriesOf)).size).toBe(14);
  });

  test('the tier follows from the first letter of the product', () => {
    const letter = { Burstable: 'B', GeneralPurpose: 'D', MemoryOptimized: 'E' };
    expect(postgresSkus.filter((sku) => !sku.name.startsWith(`Standard_${letter[sku.tier]}`))).toEqual([]);
  });

  test('the number in the name is the number of vCores', () => {
    expect(postgresSkus.filter((sku) => sizeIn(sku) !== sku.vCores)).toEqual([]);
  });

  test('a general purpose vCore has 4 GiB, a memory optimized one 6.75 to 9.6 GiB', () => {
    const perCore = (tier: string) =>
      postgresSkus.filter((sku) => sku.tier === tier).map((sku) => sku.memoryGiB / sku.vCores);
    expect(new Set(perCore('GeneralPurpose'))).toEqual(new Set([4]));
    expect(Math.min(...perCore('MemoryOptimized'))).toBe(6.75);
    expect(Math.max(...perCore('MemoryOptimized'))).toBeLessThan(9.6);
  });

  test('more vCores of one series never mean less memory, I/O or connections', () => {
    for (const series of new Set(postgresSkus.map(seriesOf)))
      for (const [i, sku] of inSeries(series).entries()) {
        const before = inSeries(series)[i - 1];
        if (before === undefined) continue;
        expect(sku.vCores, sku.name).toBeGreaterThan(before.vCores);
        expect(sku.memoryGiB, sku.name).toBeGreaterThan(before.memoryGiB);
        expect(sku.maxIops, sku.name).toBeGreaterThanOrEqual(before.maxIops);
        expect(sku.maxMiBPerSecond, sku.name).toBeGreaterThanOrEqual(before.maxMiBPerSecond);
        expect(sku.maxConnections ?? 0, sku.name).toBeGreaterThanOrEqual(before.maxConnections ?? 0);
      }
  });

  test('default connections follow the memory, and no v6 product has a documented figure', () => {
    const byMemory: Readonly<Record<number, number>> = { 2: 50, 4: 429, 8: 859, 16: 1718, 32: 3437 };
    for (const sku of postgresSkus)
      expect(sku.maxConnections, sku.name).toBe(isV6(sku) ? null : (byMemory[sku.memoryGiB] ?? 5000));
  });

  test.each([
    ['Standard_B12ms', 12, 48, 4_320, 50],
    ['Standard_D4ds_v5', 4, 16, 6_400, 145],
    ['Standard_D16ads_v5', 16, 64, 25_600, 600],
    ['Standard_E20ds_v6', 20, 160, 41_667, 1_200],
    ['Standard_E64s_v3', 64, 432, 80_000, 1_200],
    ['Standard_E96ads_v6', 96, 672, 80_000, 1_200],
    ['Standard_E192ds_v6', 192, 1_832, 80_000, 1_200],
  ])('%s has %d vCores, %d GiB, %d IOPS and %d MiB/s', (name, vCores, memoryGiB, maxIops, maxMiBPerSecond) => {
    expect(named(name)).toMatchObject({ vCores, memoryGiB, maxIops, maxMiBPerSecond });
  });

  test('every source is dated', () => {
    for (const source of postgresSkuSources) expect(source.dated).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });
});
