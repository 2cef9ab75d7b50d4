import { ControlError } from './errors.ts';

const DAY_MS = 86_400_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
// A moment without a zone would be read in the zone of the machine, and one input would judge differently elsewhere.
const MOMENT = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?$/i;

/** Days since 1970-01-01 of a calendar day, or null where the text is no day of the calendar (2026-02-30). */
export function dayNumber(text: string): number | null {
  if (!DAY.test(text)) return null;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text ? null : ms / DAY_MS;
}

/**
 * Days since 1970-01-01 of the day, in UTC, on which an ISO 8601 moment lies.
 * Throws ControlError `clock-unreadable` where the text has no zone or is no moment.
 */
export function dayOfMoment(moment: string): number {
  const ms = MOMENT.test(moment) ? Date.parse(moment) : Number.NaN;
  if (!Number.isNaN(ms)) return Math.floor(ms / DAY_MS);
  throw new ControlError(
    'clock-unreadable',
    `The clock ${JSON.stringify(moment)} is not a moment in UTC. Write, for example, 2026-11-02T04:00:00Z.`,
  );
}

/** `1 day`, `12 days`. */
export function sayDays(count: number): string {
  return count === 1 ? '1 day' : `${count} days`;
}
