import type { KernelHeap } from '../kernel/heap.ts';
import type { ColumnType } from '../parquet/column.ts';

const DAY = 86_400_000_000n;

/** The value in a slot as Hive writes it in the name of a folder, before any escaping. */
export function partitionText({ view, bytes }: KernelHeap, type: ColumnType, slot: number): string {
  switch (type.kind) {
    case 'string':
    case 'json':
    case 'binary': {
      const text = Buffer.from(bytes.buffer, view.getUint32(slot, true), view.getUint32(slot + 4, true));
      return text.toString(type.kind === 'binary' ? 'base64' : 'utf8');
    }
    case 'uuid':
      return Buffer.from(bytes.buffer, slot, 16)
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    case 'double':
      return String(view.getFloat64(slot, true));
    case 'boolean':
      return String(view.getBigInt64(slot, true) !== 0n);
    case 'decimal':
      return printDecimal(
        type.precision > 18
          ? (view.getBigInt64(slot + 8, true) << 64n) | view.getBigUint64(slot, true)
          : view.getBigInt64(slot, true),
        type.scale,
      );
    case 'date':
      return printDate(Number(view.getBigInt64(slot, true)));
    case 'time':
      return printTime(view.getBigInt64(slot, true));
    case 'timestamp': {
      const micros = view.getBigInt64(slot, true);
      const time = ((micros % DAY) + DAY) % DAY;
      return `${printDate(Number((micros - time) / DAY))} ${printTime(time)}`;
    }
    case 'integer':
      return String(view.getBigInt64(slot, true));
  }
}

function printDecimal(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const point = digits.length - scale;
  const fraction = scale > 0 ? `.${digits.slice(point)}` : '';
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, point)}${fraction}`;
}

function printTime(micros: bigint): string {
  const seconds = Number(micros / 1_000_000n);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const fraction = String(micros % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return `${parts.map((part) => pad(part, 2)).join(':')}${fraction && `.${fraction}`}`;
}

/** Years begin in March, so that a leap day ends one; eras have 400. */
function printDate(days: number): string {
  const sinceEra = days + 719_468;
  const era = Math.floor(sinceEra / 146_097);
  const day = sinceEra - era * 146_097;
  const year = Math.floor(
    (day - Math.floor(day / 1460) + Math.floor(day / 36_524) - Math.floor(day / 146_096)) / 365,
  );
  const ofYear = day - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const month = Math.floor((5 * ofYear + 2) / 153);
  const ofMonth = ofYear - Math.floor((153 * month + 2) / 5) + 1;
  const calendarMonth = month < 10 ? month + 3 : month - 9;
  return `${pad(year + era * 400 + Number(calendarMonth <= 2), 4)}-${pad(calendarMonth, 2)}-${pad(ofMonth, 2)}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
