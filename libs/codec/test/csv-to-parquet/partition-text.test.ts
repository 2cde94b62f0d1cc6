import { compileCast, fieldSchema } from '@tributary/table-schema';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnTypeOf } from '../../src/columns/column-type.ts';
import { writeValue } from '../../src/columns/slot-value.ts';
import { partitionText } from '../../src/csv-to-parquet/partition-text.ts';
import { KernelHeap } from '../../src/kernel/heap.ts';
import { slotKindOf } from '../../src/parquet/column.ts';

const heap = new KernelHeap(4096);
const slot = heap.allocate(16);

function print(definition: object, text: string): string {
  const field = fieldSchema.parse({ name: 'x', ...definition });
  const type = columnTypeOf(field);
  const result = compileCast(field)(text);
  if (!('value' in result)) throw new Error(`bad: ${text}`);
  const kind = slotKindOf(type);
  if (kind === 'bytes') {
    const bytes = Buffer.from(result.value as string);
    const at = heap.allocate(bytes.length);
    heap.bytes.set(bytes, at);
    heap.view.setUint32(slot, at, true);
    heap.view.setUint32(slot + 4, bytes.length, true);
  } else writeValue(heap, slot, kind, result.value);
  return partitionText(heap, type, slot);
}

test('values of each type as Hive writes them', () => {
  expect(print({ type: 'integer' }, '-0042')).toBe('-42');
  expect(print({ type: 'number', precision: 5, scale: 2 }, '-0.5')).toBe('-0.50');
  expect(print({ type: 'number', precision: 30, scale: 3 }, '123456789012345678901.5')).toBe(
    '123456789012345678901.500',
  );
  expect(print({ type: 'number', precision: 5 }, '12')).toBe('12');
  expect(print({ type: 'number' }, '1e3')).toBe('1000');
  expect(print({ type: 'boolean' }, 'TRUE')).toBe('true');
  expect(print({ type: 'date', format: '%d/%m/%Y' }, '26/01/2024')).toBe('2024-01-26');
  expect(print({ type: 'time' }, '15:00:00.250')).toBe('15:00:00.25');
  expect(print({ type: 'datetime' }, '1969-12-31T23:59:59.5')).toBe('1969-12-31 23:59:59.5');
  expect(print({ type: 'string' }, 'a/b=é')).toBe('a/b=é');
  expect(print({ type: 'string', format: 'uuid' }, '123E4567-E89B-12D3-A456-426614174000')).toBe(
    '123e4567-e89b-12d3-a456-426614174000',
  );
});

test('every date is printed as it was read', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
      (date) => {
        const text = date.toISOString().slice(0, 10);
        expect(print({ type: 'date' }, text)).toBe(text);
      },
    ),
  );
});
