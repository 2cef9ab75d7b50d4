import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accessPatterns, lifecycleMix, sizeBlob } from '../../src/sizing/blob.ts';

const load = { documentsPerMonth: 20_000, avgMB: 2.5, retentionDays: 2_557, access: 'moderate' } as const;

describe('the size of the record plane', () => {
  test('documents × MB × retention', () => {
    expect(sizeBlob(load).totalGB).toBe(4_161.78);
  });

  test('the declared pattern costs what the strategy computes: 0.0108, and 0.0148 for frequent access (C12)', () => {
    expect(sizeBlob(load).costPerGB.declared).toBe(0.0108);
    expect(sizeBlob({ ...load, access: 'frequent' }).costPerGB.declared).toBe(0.0148);
    expect(sizeBlob(load, { redundancy: 'GRS' }).costPerGB.declared).toBe(0.0216);
  });

  test.each([
    [100, { hot: 0.3, cool: 0.6, archive: 0.1 }],
    [365, { hot: 0.0822, cool: 0.1644, archive: 0.7534 }],
    [730, { hot: 0.0411, cool: 0.0822, archive: 0.8767 }],
    [2_557, { hot: 0.0117, cool: 0.0235, archive: 0.9648 }],
    [0, { hot: 1, cool: 0, archive: 0 }],
  ])('after %i days of steady uploads the lifecycle itself gives %j (C11)', (days, mix) => {
    expect(lifecycleMix(days)).toEqual(mix);
  });

  test('every mix is a whole', () => {
    for (const mix of Object.values(accessPatterns)) expect(mix.hot + mix.cool + mix.archive).toBeCloseTo(1, 9);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (days) => {
        const { hot, cool, archive } = lifecycleMix(days);
        expect(hot + cool + archive).toBeCloseTo(1, 3);
      }),
    );
  });
});
