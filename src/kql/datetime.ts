/**
 * Points and lengths of time in ticks of 100 ns, as Kusto and ARM count them (ARM dates have seven decimals, of which
 * a JavaScript Date would drop four). They are classes, so that hostile JSON can never look like one.
 */
export class Datetime {
  /** Ticks since 0001-01-01T00:00:00Z, the epoch of .NET: bin() counts from there. */
  readonly ticks: bigint;
  constructor(ticks: bigint) {
    this.ticks = ticks;
  }
  toJSON(): string {
    return datetimeText(this);
  }
}

export class Timespan {
  readonly ticks: bigint;
  constructor(ticks: bigint) {
    this.ticks = ticks;
  }
  toJSON(): string {
    return timespanText(this);
  }
}

export const TICKS = {
  microsecond: 10n,
  millisecond: 10_000n,
  second: 10_000_000n,
  minute: 600_000_000n,
  hour: 36_000_000_000n,
  day: 864_000_000_000n,
} as const;

/** 1970-01-01 in ticks. */
export const UNIX_EPOCH = 621_355_968_000_000_000n;
const MAX_TICKS = 3_155_378_975_999_999_999n;
const MAX_SPAN = 9_223_372_036_854_775_807n;

/** A datetime, or null outside the years 1 to 9999. */
export function datetimeOf(ticks: bigint): Datetime | null {
  return ticks >= 0n && ticks <= MAX_TICKS ? new Datetime(ticks) : null;
}

export function timespanOf(ticks: bigint): Timespan | null {
  return ticks >= -MAX_SPAN && ticks <= MAX_SPAN ? new Timespan(ticks) : null;
}

export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Ticks since midnight. */
  readonly time: bigint;
}

/** Calendar date of a datetime (proleptic Gregorian; Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
export function civilOf(value: Datetime): Civil {
  const days = Number(value.ticks / TICKS.day);
  const shifted = days + 306;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day, time: value.ticks % TICKS.day };
}

/** Ticks of a calendar date at midnight; the day may be outside its month (it then counts on). */
export function ticksOfDate(year: number, month: number, day: number): bigint {
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return BigInt(era * 146_097 + dayOfEra - 306) * TICKS.day;
}

export function daysInMonth(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

const CLOCK_TIME = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?`;
const ISO = new RegExp(
  String.raw`^\s*(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ]+${CLOCK_TIME})?)?)?\s*(Z|[+-]\d{2}:?\d{2})?\s*$`,
  'i',
);
const RFC822 = new RegExp(
  String.raw`^\s*(?:[a-z]{3},?\s+)?(\d{1,2})\s+([a-z]{3})\s+(\d{4})(?:\s+${CLOCK_TIME})?\s*(?:GMT|UTC|Z)?\s*$`,
  'i',
);
const US = new RegExp(String.raw`^\s*(\d{1,2})\/(\d{1,2})\/(\d{4})(?:\s+${CLOCK_TIME})?\s*$`);
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Reads ISO 8601, RFC 822 and month/day/year dates as UTC; null for anything else and for days that do not exist. */
export function parseDatetime(text: string): Datetime | null {
  if (text.length > 64) return null;
  const iso = ISO.exec(text);
  if (iso !== null) return build([iso[1], iso[2] ?? '1', iso[3] ?? '1'], [iso[4], iso[5], iso[6], iso[7]], iso[8]);
  const us = US.exec(text);
  if (us !== null) return build([us[3], us[1], us[2]], [us[4], us[5], us[6], us[7]], undefined);
  const mail = RFC822.exec(text);
  const month = MONTHS.indexOf((mail?.[2] ?? '').toLowerCase()) + 1;
  if (mail === null || month === 0) return null;
  return build([mail[3], String(month), mail[1]], [mail[4], mail[5], mail[6], mail[7]], undefined);
}

type Part = string | undefined;

function build(
  date: readonly [Part, Part, Part],
  time: readonly [Part, Part, Part, Part],
  zone: Part,
): Datetime | null {
  const [year, month, day] = [Number(date[0]), Number(date[1]), Number(date[2])];
  const [hour, minute, second] = [Number(time[0] ?? 0), Number(time[1] ?? 0), Number(time[2] ?? 0)];
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  const fraction = BigInt((time[3] ?? '').slice(0, 7).padEnd(7, '0'));
  const clock = BigInt(hour * 3600 + minute * 60 + second) * TICKS.second + fraction;
  return datetimeOf(ticksOfDate(year, month, day) + clock - zoneTicks(zone));
}

function zoneTicks(zone: Part): bigint {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0n;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return BigInt(zone.startsWith('-') ? -minutes : minutes) * TICKS.minute;
}

/** `2024-01-03T00:00:00.0000000Z` */
export function datetimeText(value: Datetime): string {
  const { year, month, day, time } = civilOf(value);
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${clockText(time)}.${pad(time % TICKS.second, 7)}Z`;
}

/** `[-][d.]hh:mm:ss[.fffffff]` */
export function timespanText(value: Timespan): string {
  const ticks = value.ticks < 0n ? -value.ticks : value.ticks;
  const days = ticks / TICKS.day;
  const fraction = ticks % TICKS.second;
  const tail = fraction === 0n ? '' : `.${pad(fraction, 7)}`;
  return `${value.ticks < 0n ? '-' : ''}${days === 0n ? '' : `${days}.`}${clockText(ticks % TICKS.day)}${tail}`;
}

function clockText(time: bigint): string {
  const seconds = Number(time / TICKS.second);
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => pad(part, 2))
    .join(':');
}

export function pad(value: number | bigint, width: number): string {
  return String(value).padStart(width, '0');
}

const UNITS: readonly (readonly [RegExp, bigint])[] = [
  [/^(?:d|days?)$/, TICKS.day],
  [/^(?:h|hrs?|hours?)$/, TICKS.hour],
  [/^(?:m|min|minutes?)$/, TICKS.minute],
  [/^(?:s|sec|seconds?)$/, TICKS.second],
  [/^(?:ms|millis?|milliseconds?)$/, TICKS.millisecond],
  [/^(?:micros?|microseconds?)$/, TICKS.microsecond],
  [/^(?:ticks?)$/, 1n],
];
const DURATION = /^\s*(-?)(\d+)(?:\.(\d+))?\s*([a-z]+)\s*$/i;
const CLOCK = /^\s*(-?)(?:(\d+)\.)?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?\s*$/;

/** Reads `1.5h`, `2 seconds`, `1.02:03:04.5`, `12:30`; a bare number counts days. Null for anything else. */
export function parseTimespan(text: string): Timespan | null {
  if (text.length > 64) return null;
  const clock = CLOCK.exec(text);
  if (clock !== null) return clockSpan(clock);
  const duration = DURATION.exec(/^\s*-?\d+(?:\.\d+)?\s*$/.test(text) ? `${text}d` : text);
  if (duration === null) return null;
  const unit = UNITS.find(([pattern]) => pattern.test((duration[4] ?? '').toLowerCase()))?.[1];
  if (unit === undefined) return null;
  const decimals = duration[3] ?? '';
  const scaled = (BigInt(`${duration[2]}${decimals}`) * unit) / 10n ** BigInt(decimals.length);
  return timespanOf(duration[1] === '-' ? -scaled : scaled);
}

function clockSpan(clock: RegExpExecArray): Timespan | null {
  const [hours, minutes, seconds] = [Number(clock[3]), Number(clock[4]), Number(clock[5] ?? 0)];
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  const whole = BigInt(clock[2] ?? 0) * TICKS.day + BigInt(hours * 3600 + minutes * 60 + seconds) * TICKS.second;
  const ticks = whole + BigInt((clock[6] ?? '').padEnd(7, '0'));
  return timespanOf(clock[1] === '-' ? -ticks : ticks);
}
