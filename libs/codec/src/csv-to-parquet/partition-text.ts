import { isoDate, isoTime } from '@tributary/table-schema';
import type { KernelHeap } from '../kernel/heap.ts';
import { type ColumnType, INT64_DIGITS } from '../parquet/column.ts';

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
        type.precision > INT64_DIGITS
          ? (view.getBigInt64(slot + 8, true) << 64n) | view.getBigUint64(slot, true)
          : view.getBigInt64(slot, true),
        type.scale,
      );
    case 'date':
      return isoDate(Number(view.getBigInt64(slot, true)));
    case 'time':
      return isoTime(view.getBigInt64(slot, true));
    case 'timestamp': {
      const micros = view.getBigInt64(slot, true);
      const time = ((micros % DAY) + DAY) % DAY;
      return `${isoDate(Number((micros - time) / DAY))} ${isoTime(time)}`;
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
