import { addCell, emptyEvidence, fieldOf, mark } from '@tributary/table-schema';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { EvidenceCollector } from '../../src/columns/evidence-collector.ts';
import { KernelHeap } from '../../src/kernel/heap.ts';
import { layOutCells } from './cell-table.ts';
import {
  cellTexts,
  dateTexts,
  datetimeTexts,
  doubleTexts,
  numberTexts,
  timeTexts,
} from './field-arbitraries.ts';

const runs = Number(process.env.PROPERTY_RUNS ?? 1500);

/** Columns of one kind or several, so that not all of them end as text. */
const kinds = [
  numberTexts(),
  fc.integer().map(String),
  fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map(String),
  doubleTexts,
  dateTexts,
  timeTexts,
  datetimeTexts,
  fc.uuid(),
  fc.constantFrom('true', 'FALSE', 'True'),
  cellTexts,
];
const column = fc.subarray(kinds, { minLength: 1, maxLength: 2 }).chain((some) =>
  fc.array(
    fc.oneof(...some.map((arbitrary) => ({ weight: 10, arbitrary })), {
      weight: 1,
      arbitrary: fc.constantFrom(undefined, '', 'NA', '-999'),
    }),
    { minLength: 12, maxLength: 12 },
  ),
);

test('evidence equals that of every cell by itself, up to text', () => {
  fc.assert(
    fc.property(
      fc.array(column, { minLength: 1, maxLength: 4 }),
      fc.constantFrom<string[]>([''], ['', 'NA'], ['-999'], []),
      fc.integer({ min: 1, max: 12 }),
      (columns, missing, most) => {
        const heap = new KernelHeap(1 << 20);
        const collector = new EvidenceCollector(
          heap,
          columns.map((_, index) => ({ index, missing })),
        );
        for (let from = 0; from < 12; from += most) {
          const rows = Array.from({ length: Math.min(most, 12 - from) }, (_, i) =>
            columns.map((all) => all[from + i]),
          );
          collector.add({
            records: rows.length,
            columns: columns.length,
            cells: layOutCells(heap, rows),
          });
        }
        columns.forEach((texts, index) => {
          const expected = emptyEvidence();
          for (const text of texts) {
            if (text !== undefined && !missing.includes(text)) addCell(expected, text);
          }
          const actual = collector.evidence(index);
          if (expected.marks & mark.text) expect(actual.marks & mark.text).toBe(mark.text);
          else expect(actual).toEqual(expected);
          expect(fieldOf('x', actual)).toEqual(fieldOf('x', expected));
        });
        collector.close();
      },
    ),
    { numRuns: runs },
  );
});
