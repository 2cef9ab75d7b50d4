const DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** How long a year and a month count: for a maximum the longest they can be, for a minimum the shortest. */
export type DurationSense = 'longest' | 'shortest';

const DAYS: Readonly<Record<DurationSense, readonly [year: number, month: number]>> = {
  longest: [366, 31],
  shortest: [365, 28],
};

/** An ISO 8601 duration in days, or null where the text is none (`P`, `PT`, `90 days`). */
export function durationInDays(text: string, sense: DurationSense): number | null {
  const match = DURATION.exec(text);
  if (match === null || text.endsWith('P') || text.endsWith('T')) return null;
  const part = (index: number): number => Number(match[index] ?? 0);
  const [year, month] = DAYS[sense];
  return part(1) * year + part(2) * month + part(3) * 7 + part(4) + part(5) / 24 + part(6) / 1440 + part(7) / 86_400;
}
