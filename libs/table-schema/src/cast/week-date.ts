import { daysSinceEpoch } from '../calendar.ts';

/** Days since 1970-01-01 of a weekday, from 1 for Monday to 7, in a week of ISO 8601. */
export function readIsoWeek(year: string, week: string, weekday: number): number | undefined {
  // The fourth of January is in the first week, and a week is of the year that its Thursday is in.
  const fourth = daysSinceEpoch(Number(year), 1, 4);
  const last = daysSinceEpoch(Number(year), 12, 31);
  if (fourth === undefined || last === undefined) return undefined;
  const monday = fourth - weekdayOf(fourth) + 1 + (Number(week) - 1) * 7;
  return monday + 3 > last ? undefined : monday + weekday - 1;
}

/**
 * Days since 1970-01-01 of a weekday in a week that starts on Monday or on Sunday; the days before the first of them are
 * week 0. No day outside of the year is in one of its weeks.
 */
export function readWeek(
  year: number,
  week: string,
  weekday: number,
  fromMonday: boolean,
): number | undefined {
  const first = daysSinceEpoch(year, 1, 1);
  const last = daysSinceEpoch(year, 12, 31);
  if (first === undefined || last === undefined) return undefined;
  const place = (day: number) => (fromMonday ? day - 1 : day % 7);
  // Where the first week that the year has whole or in part would start.
  const start = first - place(weekdayOf(first));
  const firstWeek = start === first ? 1 : 0;
  const days = start + (Number(week) - firstWeek) * 7 + place(weekday);
  return days < first || days > last ? undefined : days;
}

/** The weekday of a day since 1970-01-01, which was a Thursday: from 1 for Monday to 7. */
function weekdayOf(days: number): number {
  return ((((days + 3) % 7) + 7) % 7) + 1;
}
