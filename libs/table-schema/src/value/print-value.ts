import { DAY, isoDate, isoTime } from '../calendar.ts';
import type { CellValue } from '../cell-value.ts';
import type { Field } from '../schema/field.ts';
import { isUtc } from '../schema/timezone.ts';
import { printDecimal } from './decimal.ts';

/**
 * Prints values of a field as the standard writes them by default: ISO dates and times, numbers with a point and no groups.
 * @example `compilePrint({ name: 'price', type: 'number', precision: 5, scale: 2 })(1250n)` is `12.5`
 */
export function compilePrint(field: Field): (value: CellValue) => string {
  switch (field.type) {
    case 'number': {
      const scale = field.precision === undefined ? undefined : (field.scale ?? 0);
      return scale === undefined
        ? (value) => String(value).replace('Infinity', 'INF')
        : (value) => printDecimal({ unscaled: value as bigint, scale });
    }
    case 'year':
      return (value) => String(value).padStart(4, '0');
    case 'date':
      return (value) => isoDate(Number(value));
    case 'time':
      return (value) => isoTime(value as bigint);
    case 'datetime': {
      // Where neither the field nor its format says so, the column may hold either: no zone is claimed.
      const open = field.timezone === undefined && ['default', 'any'].includes(field.format ?? 'default');
      const zone = !open && isUtc(field) ? 'Z' : '';
      return (value) => {
        const micros = (((value as bigint) % DAY) + DAY) % DAY;
        return `${isoDate(Number(((value as bigint) - micros) / DAY))}T${isoTime(micros)}${zone}`;
      };
    }
    case 'string':
      if (field.format === 'uuid') return printUuid;
      if (field.format === 'binary') return (value) => Buffer.from(value as Uint8Array).toString('base64');
      return String;
    default:
      return String;
  }
}

function printUuid(value: CellValue): string {
  const hex = Buffer.from(value as Uint8Array).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
