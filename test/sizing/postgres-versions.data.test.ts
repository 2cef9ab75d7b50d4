import { describe, expect, test } from 'vitest';
import { postgresVersionSources, postgresVersions } from '../../src/sizing/postgres-versions.data.ts';

describe('the major versions of PostgreSQL', () => {
  test('are whole numbers, each once, without a gap', () => {
    const numbers = postgresVersions.map(({ name }) => Number(name));
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
  });

  test('end on days that exist, a later version never before an earlier one', () => {
    const days = postgresVersions.map(({ endOfSupport }) => endOfSupport);
    for (const day of days) expect(new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10)).toBe(day);
    expect(days).toEqual(days.toSorted());
  });

  test.each([
    ['13', '2026-03-31'],
    ['14', '2026-11-12'],
    ['17', '2029-11-08'],
  ])('version %s ends on %s', (name, endOfSupport) => {
    expect(postgresVersions.find((version) => version.name === name)).toMatchObject({ endOfSupport });
  });

  test('have connection throttling up to version 15', () => {
    const having = postgresVersions.filter(({ connectionThrottle }) => connectionThrottle).map(({ name }) => name);
    expect(having.at(-1)).toBe('15');
  });

  test('every source is dated', () => {
    for (const source of postgresVersionSources) expect(source.dated).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });
});
