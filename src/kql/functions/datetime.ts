import {
  civilOf,
  Datetime,
  datetimeOf,
  daysInMonth,
  pad,
  TICKS,
  type Timespan,
  ticksOfDate,
  timespanOf,
  UNIX_EPOCH,
} from '../datetime.ts';
import type { Value } from '../value.ts';
import { fn, type ScalarFunction, sameName } from './signature.ts';

const weekOfYear = fn('datetime', 'int', (time: Datetime) => partOf('week_of_year', time));
const datetimePart = fn('string datetime', 'int', (name: string, time: Datetime) => partOf(name, time));

/** Functions over datetimes, all in UTC. now() and ago() belong to the binder, which knows the run's clock. */
export const DATETIME_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  ...starts('day', (time) => dayTicks(time)),
  ...starts('week', (time) => dayTicks(time) - BigInt(weekday(time)) * TICKS.day),
  ...starts('month', (time) => monthTicks(civilOf(time).year, civilOf(time).month)),
  ...starts('year', (time) => ticksOfDate(civilOf(time).year, 1, 1)),
  dayofweek: fn('datetime', 'timespan', (time: Datetime) => timespanOf(BigInt(weekday(time)) * TICKS.day)),
  dayofmonth: part('day'),
  dayofyear: part('dayofyear'),
  monthofyear: part('month'),
  getmonth: part('month'),
  getyear: part('year'),
  hourofday: part('hour'),
  week_of_year: weekOfYear,
  weekofyear: weekOfYear,
  datetime_part: datetimePart,
  datepart: datetimePart,
  datetime_diff: fn('string datetime datetime', 'long', difference),
  datetime_add: fn('string long datetime', 'datetime', add),
  format_datetime: fn('datetime string!', 'string', formatDatetime, sameName),
  format_timespan: fn('timespan string!', 'string', formatTimespan, sameName),
  make_datetime: fn('number number number number? number? number?', 'datetime', makeDatetime),
  make_timespan: fn('long long number? number?', 'timespan', makeTimespan),
  unixtime_seconds_todatetime: fromUnix(TICKS.second),
  unixtime_milliseconds_todatetime: fromUnix(TICKS.millisecond),
  unixtime_microseconds_todatetime: fromUnix(TICKS.microsecond),
  unixtime_nanoseconds_todatetime: fn('number', 'datetime', (value: number | bigint) =>
    datetimeOf(UNIX_EPOCH + BigInt(Math.trunc(Number(value) / 100))),
  ),
};

type Named = Readonly<Record<string, ScalarFunction>>;
type Ticks = (time: Datetime) => bigint;

/** startof… and endof… of one period, each with an optional offset in periods. */
function starts(unit: 'day' | 'week' | 'month' | 'year', start: Ticks): Named {
  const shifted = (time: Datetime, offset: number) => {
    const moved = add(unit, offset, new Datetime(start(time)));
    return moved === null ? null : start(moved);
  };
  return {
    [`startof${unit}`]: fn(
      'datetime long?',
      'datetime',
      (time: Datetime, offset = 0) => {
        const ticks = shifted(time, offset);
        return ticks === null ? null : datetimeOf(ticks);
      },
      // The analyser names only this one after its column.
      unit === 'day' ? sameName : {},
    ),
    [`endof${unit}`]: fn('datetime long?', 'datetime', (time: Datetime, offset = 0) => {
      const ticks = shifted(time, Number(offset) + 1);
      return ticks === null ? null : datetimeOf(ticks - 1n);
    }),
  };
}

function dayTicks(time: Datetime): bigint {
  return time.ticks - (time.ticks % TICKS.day);
}

/** 0 is Sunday; 0001-01-01 was a Monday. */
function weekday(time: Datetime): number {
  return Number((time.ticks / TICKS.day + 1n) % 7n);
}

function monthTicks(year: number, month: number): bigint {
  return ticksOfDate(year, month, 1);
}

function part(name: string): ScalarFunction {
  return fn('datetime', 'int', (time: Datetime) => partOf(name, time));
}

const PARTS: Readonly<Record<string, (time: Datetime) => number>> = {
  year: (time) => civilOf(time).year,
  quarter: (time) => Math.ceil(civilOf(time).month / 3),
  month: (time) => civilOf(time).month,
  week_of_year: isoWeek,
  day: (time) => civilOf(time).day,
  dayofyear: (time) => Number((dayTicks(time) - ticksOfDate(civilOf(time).year, 1, 1)) / TICKS.day) + 1,
  hour: (time) => Number(civilOf(time).time / TICKS.hour),
  minute: (time) => Number((civilOf(time).time / TICKS.minute) % 60n),
  second: (time) => Number((civilOf(time).time / TICKS.second) % 60n),
  millisecond: (time) => Number((civilOf(time).time / TICKS.millisecond) % 1000n),
  microsecond: (time) => Number((civilOf(time).time / TICKS.microsecond) % 1_000_000n),
};

function partOf(name: string, time: Datetime): number | null {
  const key = name.toLowerCase();
  return Object.hasOwn(PARTS, key) ? (PARTS[key]?.(time) ?? null) : null;
}

/** ISO 8601: the week of the year's first Thursday is week 1. */
function isoWeek(time: Datetime): number {
  const day = (weekday(time) + 6) % 7;
  const thursday = new Datetime(dayTicks(time) + BigInt(3 - day) * TICKS.day);
  const first = ticksOfDate(civilOf(thursday).year, 1, 1);
  return Number((thursday.ticks - first) / TICKS.day / 7n) + 1;
}

const EXACT: Readonly<Record<string, bigint>> = {
  week: 7n * TICKS.day,
  day: TICKS.day,
  hour: TICKS.hour,
  minute: TICKS.minute,
  second: TICKS.second,
  millisecond: TICKS.millisecond,
  microsecond: TICKS.microsecond,
};
const MONTHS: Readonly<Record<string, number>> = { year: 12, quarter: 3, month: 1 };

/** Boundaries of the unit between both times: from 23:59 to 0:00 is one day. Weeks begin on Sunday. */
function difference(unit: string, left: Datetime, right: Datetime): number | null {
  const key = unit.toLowerCase();
  const months = Object.hasOwn(MONTHS, key) ? MONTHS[key] : undefined;
  if (months !== undefined) return Math.floor(monthNumber(left) / months) - Math.floor(monthNumber(right) / months);
  if (key === 'nanosecond') return Number((left.ticks - right.ticks) * 100n);
  const size = Object.hasOwn(EXACT, key) ? EXACT[key] : undefined;
  if (size === undefined) return null;
  const shift = key === 'week' ? TICKS.day : 0n;
  return Number((left.ticks + shift) / size - (right.ticks + shift) / size);
}

const UNITS: readonly string[] = [...Object.keys(MONTHS), ...Object.keys(EXACT), 'nanosecond'];

/** What the first argument of these may be when it is a literal: another word would only ever give null. */
export const UNIT_NAMES: Readonly<Record<string, readonly string[]>> = {
  datetime_part: Object.keys(PARTS),
  datepart: Object.keys(PARTS),
  datetime_diff: UNITS,
  datetime_add: UNITS,
};

function monthNumber(time: Datetime): number {
  const { year, month } = civilOf(time);
  return year * 12 + month - 1;
}

/** Months keep the day where the month has it: a month after 31 January is the last of February. */
function add(unit: string, amount: number | bigint, time: Datetime): Datetime | null {
  const key = unit.toLowerCase();
  const size = Object.hasOwn(EXACT, key) ? EXACT[key] : undefined;
  if (size !== undefined) return datetimeOf(time.ticks + BigInt(amount) * size);
  const months = Object.hasOwn(MONTHS, key) ? MONTHS[key] : undefined;
  if (months === undefined || Math.abs(Number(amount)) > 200_000) return null;
  const civil = civilOf(time);
  const number = monthNumber(time) + Number(amount) * months;
  const [year, month] = [Math.floor(number / 12), (((number % 12) + 12) % 12) + 1];
  if (year < 1 || year > 9999) return null;
  return datetimeOf(ticksOfDate(year, month, Math.min(civil.day, daysInMonth(year, month))) + civil.time);
}

function fractionTicks(seconds: number | bigint): bigint {
  return BigInt(Math.round(Number(seconds) * 1e7));
}

function makeDatetime(...parts: (number | bigint)[]): Value {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = parts.map((part) => Math.trunc(Number(part)));
  const second = Number(parts[5] ?? 0);
  const date = year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  if (!date || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second >= 60) return null;
  return datetimeOf(ticksOfDate(year, month, day) + BigInt(hour * 60 + minute) * TICKS.minute + fractionTicks(second));
}

/** Of hours and minutes, then seconds; with four parts days stand first. */
function makeTimespan(...parts: (number | bigint)[]): Value {
  const [days, hours = 0, minutes = 0, seconds = 0] = parts.length === 4 ? parts : [0, ...parts];
  const [whole, ...clock] = [days, hours, minutes].map((part) => BigInt(Math.trunc(Number(part))));
  const [hour = 0n, minute = 0n] = clock;
  return timespanOf((whole ?? 0n) * TICKS.day + hour * TICKS.hour + minute * TICKS.minute + fractionTicks(seconds));
}

function fromUnix(unit: bigint): ScalarFunction {
  return fn('number', 'datetime', (value: number | bigint) => {
    if (typeof value === 'bigint' || Math.abs(value) > 1e15) return null;
    const whole = Math.trunc(value);
    return datetimeOf(UNIX_EPOCH + BigInt(whole) * unit + BigInt(Math.round((value - whole) * Number(unit))));
  });
}

const FORMAT = /y{1,4}|M{1,2}|d{1,2}|H{1,2}|h{1,2}|m{1,2}|s{1,2}|f{1,7}|F{1,7}|tt|[^A-Za-z]|[A-Za-z]/g;

/** Format letters of .NET (yyyy MM dd HH mm ss fff tt); any other sign stands for itself. */
function formatDatetime(time: Datetime, format: string): string {
  const civil = civilOf(time);
  const hour = Number(civil.time / TICKS.hour);
  const numbers: Readonly<Record<string, number>> = {
    y: civil.year,
    M: civil.month,
    d: civil.day,
    H: hour,
    h: hour % 12 === 0 ? 12 : hour % 12,
    m: partOf('minute', time) ?? 0,
    s: partOf('second', time) ?? 0,
  };
  return formatted(format, numbers, civil.time).replaceAll('tt', hour < 12 ? 'AM' : 'PM');
}

function formatTimespan(span: Timespan, format: string): string {
  const ticks = span.ticks < 0n ? -span.ticks : span.ticks;
  const hour = Number((ticks / TICKS.hour) % 24n);
  const minute = Number((ticks / TICKS.minute) % 60n);
  const second = Number((ticks / TICKS.second) % 60n);
  return formatted(format, { d: Number(ticks / TICKS.day), H: hour, h: hour, m: minute, s: second }, ticks);
}

function formatted(format: string, numbers: Readonly<Record<string, number>>, ticks: bigint): string {
  const fraction = pad(ticks % TICKS.second, 7);
  return format.replace(FORMAT, (found) => {
    const letter = found.charAt(0);
    if (letter === 'f' && /^f+$/.test(found)) return fraction.slice(0, found.length);
    if (letter === 'F') return fraction.slice(0, found.length).replace(/0+$/, '');
    const number = Object.hasOwn(numbers, letter) ? numbers[letter] : undefined;
    if (number === undefined || found === 'tt') return found;
    return letter === 'y' && found.length < 3 ? pad(number % 100, found.length) : pad(number, found.length);
  });
}
