import type { CellValue, Field } from '../../src/index.ts';

/** A value as a text of its field, by nothing of the library. */
export function printValue(field: Field, value: CellValue): string {
  if (value instanceof Uint8Array) {
    return Buffer.from(value)
      .toString('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }
  if (typeof value !== 'bigint') return Object.is(value, -0) ? '-0' : String(value);
  switch (field.type) {
    case 'number':
      return `${value}e${-(field.scale ?? 0)}`;
    case 'date':
      return printInstant(value * 86_400_000_000n).slice(0, 10);
    case 'time':
      return printInstant(value).slice(11, -1);
    case 'datetime':
      return field.timezone === 'utc' ? printInstant(value) : printInstant(value).slice(0, -1);
    default:
      return String(value);
  }
}

/** `yyyy-mm-ddThh:mm:ss.ffffffZ` */
function printInstant(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const iso = new Date(Number((micros - fraction) / 1000n)).toISOString();
  return `${iso.slice(0, -5)}.${String(fraction).padStart(6, '0')}Z`;
}

/** What a text says, so that two texts say the same if these are equal. */
export function meaningOf(field: Field, text: string): unknown {
  switch (field.type) {
    case 'integer':
      return BigInt(text);
    case 'number':
      return meaningOfNumber(text.toLowerCase());
    case 'boolean':
      return text.toLowerCase();
    case 'time':
      return [text.slice(0, 8), text.slice(9).replace(/0+$/, '')];
    case 'datetime':
      return meaningOfInstant(text);
    default:
      return text;
  }
}

function meaningOfNumber(text: string): unknown {
  if (text === 'nan') return 'nan';
  if (/inf/.test(text)) return text.startsWith('-') ? '-inf' : 'inf';
  const [mantissa = '', exponent = '0'] = text.replace(/^-/, '').split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const negative = text.startsWith('-');
  let digits = BigInt(whole + fraction);
  let power = Number(exponent) - fraction.length;
  while (digits !== 0n && digits % 10n === 0n) {
    digits /= 10n;
    power++;
  }
  return { negative, digits, power: digits === 0n ? 0 : power };
}

/** Milliseconds and the digits below them. */
function meaningOfInstant(text: string): unknown {
  const [, date, clock, fraction = '', offset = 'Z'] =
    /^(.{10}).(.{8})(?:\.([0-9]+))?(Z|[+-].*)?$/.exec(text) ?? [];
  const [, sign, hours, minutes = '00'] = /^([+-])(..):?(..)?$/.exec(offset) ?? [];
  const ahead = sign ? (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000 : 0;
  return [Date.parse(`${date}T${clock}Z`) - ahead, fraction.replace(/0+$/, '')];
}
