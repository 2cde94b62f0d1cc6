import { FIRST_DAY, isoDate, LAST_DAY } from '@tributary/table-schema';

const DAY_SECONDS = 86_400n;
/** Units of a second: milliseconds, microseconds, nanoseconds. */
const perSecond: Record<number, bigint> = { 1: 1_000n, 2: 1_000_000n, 3: 1_000_000_000n };

/** `yyyy-mm-dd`; years beyond four digits have a sign and six of them, as ISO 8601 has it. */
export function printDate(days: number): string {
  if (days >= FIRST_DAY && days <= LAST_DAY) return isoDate(days);
  // The calendar repeats itself after 400 years, which are 146,097 days.
  const cycles = Math.floor((days - FIRST_DAY) / 146_097);
  const [year, month, day] = isoDate(days - cycles * 146_097).split('-') as [string, string, string];
  const whole = Number(year) + 400 * cycles;
  const digits = String(Math.abs(whole));
  const printed =
    whole >= 0 && whole <= 9999
      ? digits.padStart(4, '0')
      : `${whole < 0 ? '-' : '+'}${digits.padStart(6, '0')}`;
  return `${printed}-${month}-${day}`;
}

/** `hh:mm:ss`, with a fraction if there is one; a time outside of a day goes on counting hours. */
export function printTime(time: bigint, unit: number): string {
  const per = perSecond[unit]!;
  const sign = time < 0n ? '-' : '';
  const positive = time < 0n ? -time : time;
  const [seconds, rest] = [positive / per, positive % per];
  const two = (number: bigint) => String(number).padStart(2, '0');
  const fraction =
    rest === 0n
      ? ''
      : `.${String(rest)
          .padStart(3 * unit, '0')
          .replace(/0+$/, '')}`;
  return `${sign}${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}${fraction}`;
}

/** ISO 8601, with `Z` where the timestamps are of UTC. A number is exact too: it is within what a double holds. */
export function printTimestamp(time: bigint | number, unit: number, utc: boolean): string {
  const zone = utc ? 'Z' : '';
  if (typeof time === 'number') {
    const perDay = Number(perSecond[unit]) * 86_400;
    const day = Math.floor(time / perDay);
    return `${dayText(day)}T${clockText(time - day * perDay, unit)}${zone}`;
  }
  const day = perSecond[unit]! * DAY_SECONDS;
  const inDay = ((time % day) + day) % day;
  return `${printDate(Number((time - inDay) / day))}T${printTime(inDay, unit)}${zone}`;
}

/** Days come in runs. */
let lastDay = 0;
let lastDayText = '1970-01-01';

export function dayText(day: number): string {
  if (day !== lastDay) {
    lastDayText = printDate(day);
    lastDay = day;
  }
  return lastDayText;
}

const twoDigits = Array.from({ length: 60 }, (_, i) => String(i).padStart(2, '0'));

function clockText(time: number, unit: number): string {
  const per = 1000 ** unit;
  const seconds = Math.floor(time / per);
  const rest = time - seconds * per;
  const fraction =
    rest === 0
      ? ''
      : `.${String(rest)
          .padStart(3 * unit, '0')
          .replace(/0+$/, '')}`;
  const minutes = Math.floor(seconds / 60);
  return `${twoDigits[Math.floor(minutes / 60)]}:${twoDigits[minutes % 60]}:${twoDigits[seconds % 60]}${fraction}`;
}

/** With all the digits of its scale: 1250 at scale 2 is `12.50`. */
export function printDecimal(unscaled: bigint | number, scale: number): string {
  if (scale <= 0) return String(BigInt(unscaled) * 10n ** BigInt(Math.min(-scale, 1000)));
  const digits = (unscaled < 0 ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  return `${unscaled < 0 ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** The shortest decimal that a single-precision reader takes for the same number. */
export function shortestFloat(value: number): string {
  if (!Number.isFinite(value) || Object.is(value, -0))
    return Object.is(value, -0) ? '-0' : String(value).replace('Infinity', 'INF');
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

/** ISO 8601 duration of months, days and milliseconds, as INTERVAL has them. */
export function printInterval(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 12);
  const [months, days, millis] = [0, 4, 8].map((at) => view.getUint32(at, true)) as [number, number, number];
  const date = `${months ? `${months}M` : ''}${days ? `${days}D` : ''}`;
  const seconds = millis ? `T${printDecimal(BigInt(millis), 3).replace(/\.?0+$/, '')}S` : '';
  return date || seconds ? `P${date}${seconds}` : 'PT0S';
}
