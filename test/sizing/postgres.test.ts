import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sizeAsDocumented } from '../../src/sizing/as-documented.ts';
import { indexMemoryGiB, lacking, sizePostgres, usableConnections } from '../../src/sizing/postgres.ts';
import { postgresSkus } from '../../src/sizing/postgres-skus.data.ts';
import { sizePostgresStorage, usableIops } from '../../src/sizing/postgres-storage.ts';

const named = (name: string) => {
  const sku = postgresSkus.find((one) => one.name === name);
  if (sku === undefined) throw new Error(`no product ${name}`);
  return sku;
};

describe("the strategy's calculator, to the letter (C02, C17)", () => {
  test.each([
    ['development, growth 2', [1_000, 10, 2], { vCores: 7, memoryGiB: 9, sku: 'D8s_v3' }],
    ['development, growth 1', [1_000, 10, 1], { vCores: 4, memoryGiB: 5, sku: 'D4s_v3' }],
    ['production, growth 1', [1_000_000, 200, 1], { vCores: 5, memoryGiB: 8, sku: 'D8s_v3' }],
    [
      'production, growth 2: ten vCores called D8s_v3, which has eight',
      [1_000_000, 200, 2],
      { vCores: 10, memoryGiB: 16, sku: 'D8s_v3' },
    ],
    ['ten million vectors: 49 vCores, still D8s_v3', [10_000_000, 500, 2], { vCores: 49, sku: 'D8s_v3' }],
  ] as const)('%s', (_, [vectors, connections, growth], wanted) => {
    expect(sizeAsDocumented(vectors, connections, growth)).toMatchObject(wanted);
  });
});

describe('our calculator', () => {
  test.each([
    ['dev', { vectors: 1_000, connections: 10 }, 'Standard_B1ms'],
    ['test', { vectors: 10_000, connections: 50 }, 'Standard_B2s'],
  ] as const)('%s gets the product that the strategy proposes and its calculator cannot return', (of, load, name) => {
    const { start, target } = sizePostgres(load, of);
    expect(start.sku?.name).toBe(name);
    expect(target).toEqual(start);
  });

  test('UAT by the formula needs more than the D2s_v3 that the table of the strategy proposes', () => {
    const { start, target } = sizePostgres({ vectors: 100_000, connections: 100 }, 'uat');
    expect(start.need.vCores).toBe(3.5);
    expect(start.sku).toMatchObject({ tier: 'GeneralPurpose', vCores: 4 });
    expect(target.sku?.vCores).toBe(8);
  });

  test('production: start, target and ceiling for a million vectors and 200 connections', () => {
    const { start, target, ceiling } = sizePostgres({ vectors: 1_000_000, connections: 200 }, 'prod');
    expect(start.need).toEqual({ growth: 1, vCores: 5, memoryGiB: 11.91, connections: 200, memoryAsDocumentedGiB: 8 });
    expect([start.sku?.name, target.sku?.name]).toEqual(['Standard_D8ads_v5', 'Standard_D16ads_v5']);
    expect(target).toEqual(ceiling);
  });

  test('what nothing can hold is said, never the last of the list', () => {
    const { target } = sizePostgres({ vectors: 200_000_000, connections: 200 }, 'prod');
    expect(target.sku).toBeNull();
    expect(target.because).toBe('no product fits: the largest has too few vCores, memory');
  });

  test('B1ms has 35 connections for users, so 36 do not fit (C24)', () => {
    const b1ms = named('Standard_B1ms');
    expect(usableConnections(b1ms)).toBe(35);
    const need = { growth: 1, vCores: 1, memoryGiB: 2, memoryAsDocumentedGiB: 2 };
    expect(lacking(b1ms, { ...need, connections: 35 })).toEqual([]);
    expect(lacking(b1ms, { ...need, connections: 36 })).toEqual(['connections']);
  });

  test('where Azure lists no connections, those of the same memory count', () => {
    expect(usableConnections(named('Standard_D2ds_v6'))).toBe(844);
  });

  test('1,536 dimensions of four bytes are three times the documented 2 GB a million; halfvec halves them', () => {
    expect(indexMemoryGiB({ vectors: 1_000_000, connections: 0 })).toBeCloseTo(5.91, 2);
    expect(indexMemoryGiB({ vectors: 1_000_000, connections: 0, bytesPerDim: 2 })).toBeCloseTo(3.05, 2);
    expect(indexMemoryGiB({ vectors: 1_000_000, connections: 0, dims: 400 })).toBeLessThan(2);
  });

  test('more load never gets a smaller product, and what is recommended meets its need', () => {
    const load = fc.record({ vectors: fc.nat(20_000_000), connections: fc.nat(4_000) });
    const of = fc.constantFrom('dev', 'test', 'uat', 'prod');
    fc.assert(
      fc.property(load, of, fc.nat(1_000_000), (given, inClass, more) => {
        const small = sizePostgres(given, inClass as 'dev').target;
        const large = sizePostgres({ ...given, vectors: given.vectors + more }, inClass as 'dev').target;
        if (small.sku === null) return large.sku === null;
        if (large.sku === null) return true;
        return lacking(small.sku, small.need).length === 0 && large.sku.vCores >= small.sku.vCores;
      }),
    );
  });
});

describe('storage', () => {
  test('data, index, log and growth, times safety', () => {
    const { terms, needGB, disk } = sizePostgresStorage(
      { dataGB: 120, vectors: 1_000_000, connections: 200, growthGBPerMonth: 10 },
      'prod',
    );
    expect(terms).toEqual({ data: 120, index: 5.91, wal: 18, growth: 10 });
    expect(needGB).toBe(307.82);
    expect(disk).toEqual({ sizeGiB: 512, iops: 2_300 });
  });

  test('beyond the largest disk there is none', () => {
    expect(sizePostgresStorage({ dataGB: 40_000, vectors: 0, connections: 0 }, 'prod').disk).toBeNull();
  });

  test('a fast disk on a small compute has what the compute passes on', () => {
    expect(usableIops({ sizeGiB: 1_024, iops: 5_000 }, named('Standard_B1ms'))).toBe(640);
    expect(usableIops({ sizeGiB: 32, iops: 120 }, named('Standard_D4ds_v5'))).toBe(120);
  });
});
