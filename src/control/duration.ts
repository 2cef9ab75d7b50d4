import { ControlError } from './errors.ts';

const DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
/** Days that one unit counts, in the order of DURATION. For a maximum, a year counts 366 days and a month 31. */
const UNITS = [366, 31, 7, 1, 1 / 24, 1 / 1440, 1 / 86_400];

/**
 * The longest number of days that an ISO 8601 duration can mean (`P3M` is 93).
 * `policy/duration.ts` reads the same form; this room may use that one's types only.
 * Throws ControlError `duration-unreadable` where the text is no duration (`P`, `90 days`).
 */
export function longestDays(text: string): number {
  const match = DURATION.exec(text);
  if (match === null || text.endsWith('P') || text.endsWith('T')) {
    throw new ControlError(
      'duration-unreadable',
      `${JSON.stringify(text)} is not an ISO 8601 duration. Write, for example, P90D or P3M.`,
    );
  }
  return UNITS.reduce((days, unit, index) => days + unit * Number(match[index + 1] ?? 0), 0);
}
