/** Times of events are RFC 3339 text; here they are reckoned with as milliseconds since 1970. No clock is asked. */

/** NaN for what is no time. */
export function millisecondsOf(time: string): number {
  // biome-ignore lint/style/noRestrictedGlobals: parsing only
  return Date.parse(time);
}

/** Whether there is such a time: `timeOf` throws of others. */
export function isTime(milliseconds: number): boolean {
  return Math.abs(milliseconds) <= 8.64e15;
}

/** RFC 3339, UTC, milliseconds. */
export function timeOf(milliseconds: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: printing only
  return new Date(milliseconds).toISOString();
}
