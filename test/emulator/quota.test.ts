import { describe, expect, it } from 'vitest';
import { azureQuota, createQuota, quotaHeaders } from '../../src/emulator/quota.ts';

const at = (ms: number) => new Date(Date.UTC(2026, 10, 20) + ms);

describe('the quota of Resource Graph', () => {
  it('lets fifteen queries through in five seconds, counts down, and then refuses', () => {
    const take = createQuota(azureQuota);
    const states = Array.from({ length: 17 }, () => take('one', at(0)));
    expect(states.map(({ allowed }) => allowed)).toEqual([...Array(15).fill(true), false, false]);
    expect(states.map(({ headers }) => headers['x-ms-user-quota-remaining'])).toEqual(
      [14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0].map(String),
    );
  });

  it('says how long to wait, and waiting so long is enough', () => {
    const take = createQuota({ queries: 1, seconds: 5 });
    take('one', at(0));
    const refused = take('one', at(1200));
    expect(refused).toMatchObject({ allowed: false, headers: { 'x-ms-user-quota-resets-after': '00:00:04' } });
    expect(take('one', at(1200 + 4000)).allowed).toBe(true);
  });

  it('is counted for each principal alone', () => {
    const take = createQuota({ queries: 1, seconds: 5 });
    expect([take('one', at(0)).allowed, take('two', at(0)).allowed, take('one', at(1)).allowed]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it.each([
    [0, '00:00:01'],
    [1000, '00:00:01'],
    [1001, '00:00:02'],
    [61_000, '00:01:01'],
    [3_600_000, '01:00:00'],
  ])('%i ms are written as %s', (ms, text) => {
    expect(quotaHeaders(0, ms)['x-ms-user-quota-resets-after']).toBe(text);
  });
});
