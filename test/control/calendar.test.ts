import { describe, expect, test } from 'vitest';
import { dayNumber, dayOfMoment } from '../../src/control/calendar.ts';
import { longestDays } from '../../src/control/duration.ts';
import { ControlError } from '../../src/control/errors.ts';

const errorOf = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error instanceof ControlError ? error.code : error;
  }
};

describe('days', () => {
  test.each([
    ['1970-01-01', 0],
    ['1970-01-02', 1],
    ['2024-02-29', 19_782],
    ['2026-02-29', null],
    ['2026-13-01', null],
    ['2026-1-01', null],
    ['', null],
  ])('%s is day %s', (text, day) => {
    expect(dayNumber(text)).toBe(day);
  });

  test.each([
    ['1970-01-02T23:59:59.9999999Z', 1],
    ['1970-01-03T00:30:00+01:00', 1],
    ['1970-01-02', 1],
  ])('the moment %s lies on day %s in UTC', (moment, day) => {
    expect(dayOfMoment(moment)).toBe(day);
  });

  test.each(['2026-11-02T04:00:00', 'yesterday', '', '2026-99-99T00:00:00Z'])(
    'a clock of %j is refused, because another machine would read it otherwise or not at all',
    (clock) => {
      expect(errorOf(() => dayOfMoment(clock))).toBe('clock-unreadable');
    },
  );
});

describe('durations for a maximum', () => {
  test.each([
    ['P90D', 90],
    ['P1Y', 366],
    ['P3M', 93],
    ['P2W', 14],
    ['P1Y2M3DT12H', 366 + 62 + 3.5],
    ['PT36H', 1.5],
  ])('%s counts %s days', (text, days) => {
    expect(longestDays(text)).toBeCloseTo(days, 9);
  });

  test.each(['P', 'PT', 'P1DT', '90 days', '-P1D', 'P1.5D'])('%s is refused', (text) => {
    expect(errorOf(() => longestDays(text))).toBe('duration-unreadable');
  });
});
