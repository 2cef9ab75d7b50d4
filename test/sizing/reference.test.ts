import { describe, expect, test } from 'vitest';
import { postgresSkus } from '../../src/sizing/postgres-skus.data.ts';
import { postgresVersions } from '../../src/sizing/postgres-versions.data.ts';
import { referenceRows } from '../../src/sizing/reference.ts';
import { tableSchemas } from '../../src/snapshot/tables.ts';

describe('the rows of the table reference', () => {
  test('each product and each version is one row, in the order of the data', () => {
    const named = [...postgresSkus, ...postgresVersions].map(({ name }) => name);
    expect(referenceRows().map((row) => row.name)).toEqual(named);
  });

  test('a version is a row with its last day and whether it has connection throttling', () => {
    expect(referenceRows().filter((row) => row.kind === 'postgresVersion' && row.name === '14')).toEqual([
      { kind: 'postgresVersion', name: '14', endOfSupport: '2026-11-12', connectionThrottle: true },
    ]);
  });

  test('a row is what policies join: kind, name, tier, cores, memory, I/O and connections', () => {
    expect(referenceRows().find((row) => row.name === 'Standard_D4ds_v5')).toEqual({
      kind: 'postgresSku',
      name: 'Standard_D4ds_v5',
      tier: 'GeneralPurpose',
      vCores: 4,
      memoryGiB: 16,
      maxIops: 6400,
      maxConnections: 1718,
    });
  });

  test('what is not documented is null, not missing and not zero', () => {
    expect(referenceRows().find((row) => row.name === 'Standard_D4ds_v6')).toHaveProperty('maxConnections', null);
  });

  test('every column of a row is a column of the table', () => {
    const columns = new Set((tableSchemas.reference ?? []).map((column) => column.name));
    expect(referenceRows().flatMap((row) => Object.keys(row).filter((key) => !columns.has(key)))).toEqual([]);
  });
});
