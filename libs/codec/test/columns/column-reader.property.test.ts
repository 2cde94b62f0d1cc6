import { compileCast, type Field, fieldSchema } from '@tributary/table-schema';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BadCellFound, ColumnReader, type ReadColumn } from '../../src/columns/column-reader.ts';
import { columnTypeOf } from '../../src/columns/column-type.ts';
import type { RecordBatch } from '../../src/delimited/record-batch.ts';
import { KernelHeap } from '../../src/kernel/heap.ts';
import { type ColumnVector, slotKindOf } from '../../src/parquet/column.ts';
import { layOutCells } from './cell-table.ts';
import { fields, textOf } from './field-arbitraries.ts';

const runs = Number(process.env.PROPERTY_RUNS ?? 1500);

/** A value as it stands in a slot, or undefined for a null. */
function valueAt(heap: KernelHeap, field: Field, vector: ColumnVector, row: number): unknown {
  if (vector.present && heap.bytes[vector.present + row] === 0) return undefined;
  const kind = slotKindOf(columnTypeOf(field));
  const at = vector.slots + row * (kind === 'i128' || kind === 'b16' ? 16 : 8);
  const { view } = heap;
  switch (kind) {
    case 'f64':
      return view.getFloat64(at, true);
    case 'i64':
      return view.getBigInt64(at, true);
    case 'i128':
      return (view.getBigInt64(at + 8, true) << 64n) | view.getBigUint64(at, true);
    case 'b16':
      return Buffer.from(heap.at(at, 16)).toString('hex');
    case 'bytes':
      return Buffer.from(heap.at(view.getUint32(at, true), view.getUint32(at + 4, true))).toString();
  }
}

/** The same from the cast alone. */
function castValue(field: Field, text: string): unknown {
  const result = compileCast(field)(text);
  if (!('value' in result)) return 'bad';
  const { value } = result;
  if (typeof value === 'boolean') return BigInt(value);
  if (value instanceof Uint8Array)
    return Buffer.from(value).toString(columnTypeOf(field).kind === 'uuid' ? 'hex' : 'utf8');
  return value;
}

function batchOf(heap: KernelHeap, rows: (string | undefined)[][]): RecordBatch {
  const [first] = rows;
  return {
    records: rows.length,
    columns: first?.length ?? 0,
    cells: layOutCells(heap, rows),
    place: (record) => ({ line: record + 1, byte: 0 }),
    raw: () => new Uint8Array(),
    extents: 0,
  };
}

const table = fc
  .array(
    fc.record({
      field: fields,
      missing: fc.constantFrom<string[]>([''], ['', 'NA'], ['-']),
      required: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .chain((columns) =>
    fc.record({
      columns: fc.constant(columns),
      rows: fc.array(
        fc.tuple(
          ...columns.map(({ field }) =>
            fc.oneof(
              { weight: 30, arbitrary: textOf(field) },
              { weight: 1, arbitrary: fc.constantFrom(undefined, '', 'NA', '-', 'no') },
            ),
          ),
        ),
        { minLength: 1, maxLength: 12 },
      ),
      badCells: fc.constantFrom('reject' as const, 'null' as const),
    }),
  );

test('vectors hold what the casts say, bad cells are rejected or null', () => {
  fc.assert(
    fc.property(table, ({ columns, rows, badCells }) => {
      const heap = new KernelHeap(1 << 20);
      const plans: ReadColumn[] = columns.map((column, index) => ({ ...column, index }));
      const reader = new ColumnReader(heap, plans, { badCells });
      const found: BadCellFound[] = [];
      const batch = reader.read(batchOf(heap, rows), (bad) => void found.push(bad));

      let nulled = 0;
      const rejected: [number, number][] = [];
      const expected = rows.flatMap((row, at) => {
        let badColumn: number | undefined;
        let nulls = 0;
        const values = row.map((text, c) => {
          const { field, missing, required } = columns[c]!;
          const value = text === undefined || missing.includes(text) ? undefined : castValue(field, text);
          const isBad = value === 'bad' || (value === undefined && required);
          if (!isBad) return value;
          if (value === 'bad' && badCells === 'null' && !required) nulls++;
          else badColumn ??= c;
          return undefined;
        });
        if (badColumn === undefined) nulled += nulls;
        else rejected.push([at, badColumn]);
        return badColumn === undefined ? [values] : [];
      });
      const actual = Array.from({ length: batch.rows }, (_, row) =>
        columns.map(({ field }, c) => valueAt(heap, field, batch.vectors[c]!, row)),
      );
      expect(actual).toEqual(expected);
      expect(found.map(({ row, column }) => [row, plans.indexOf(column)])).toEqual(rejected);
      expect(reader.nulled).toBe(nulled);
      for (const [c, { required }] of columns.entries())
        if (required) expect(batch.vectors[c]!.present).toBe(0);
      reader.close();
    }),
    { numRuns: runs },
  );
});

test('values that are not in the input last as long as the batch', () => {
  const heap = new KernelHeap(1 << 22);
  const field = fieldSchema.parse({ name: 'data', type: 'string', format: 'binary' });
  const reader = new ColumnReader(heap, [{ field, missing: [''], index: 0, required: false }], {
    badCells: 'reject',
  });
  const values = Array.from({ length: 3000 }, (_, i) => `${i} `.repeat(20));
  const rows = values.map((value) => [Buffer.from(value).toString('base64')]);
  for (let round = 0; round < 2; round++) {
    const { vectors } = reader.read(batchOf(heap, rows), () => {});
    expect(rows.map((_, row) => valueAt(heap, field, vectors[0]!, row))).toEqual(values);
  }
  reader.close();
});

test('gives all memory back', () => {
  const heap = new KernelHeap(1 << 20);
  const before = heap.allocate(100);
  const cells = batchOf(heap, [['x', '5', '']]);
  const at = heap.allocate(500_000);
  heap.release(at);
  const columns = ['string', 'integer', 'object'].map((type, index): ReadColumn => {
    return {
      field: fieldSchema.parse({ name: `c${index}`, type }),
      missing: ['', 'NA'],
      index,
      required: false,
    };
  });
  const reader = new ColumnReader(heap, columns, { badCells: 'reject' });
  reader.read(cells, () => {});
  reader.close();
  expect(heap.allocate(500_000)).toBe(at);
  heap.release(before);
});
