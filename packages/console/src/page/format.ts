const integer = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const whole = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** 230,896 */
export const formatCount = (count: number | undefined): string =>
  count === undefined ? '–' : integer.format(count);
/** 231K */
export const formatCompact = (count: number): string => compact.format(count);

export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) return '–';
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${size >= 100 || unit === 0 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

export function formatDuration(milliseconds: number | undefined | null): string {
  if (milliseconds === undefined || milliseconds === null) return '–';
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  if (seconds < 172_800) return `${(seconds / 3600).toFixed(1)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** The time today, the day before that. */
export function formatWhen(time: string, now = Date.now()): string {
  const date = new Date(time);
  return now - date.getTime() < 43_200_000
    ? clock.format(date)
    : `${day.format(date)}, ${clock.format(date).slice(0, 5)}`;
}

export const formatTime = (time: string): string => whole.format(new Date(time));

export function formatAgo(time: string, now = Date.now()): string {
  const ago = now - Date.parse(time);
  return ago < 5000 ? 'just now' : `${formatDuration(ago)} ago`;
}

export function formatDollars(dollars: number): string {
  if (dollars === 0) return '$0';
  return dollars < 0.01 ? `$${dollars.toPrecision(2)}` : `$${dollars.toFixed(2)}`;
}

export const formatShare = (share: number): string =>
  share === 0 ? '0 %' : share < 0.001 ? '< 0.1 %' : `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

/** The file's name, and the folder before it. */
export function splitKey(key: string): { folder: string; name: string } {
  const at = key.lastIndexOf('/') + 1;
  return at === key.length ? { folder: '', name: key } : { folder: key.slice(0, at), name: key.slice(at) };
}
