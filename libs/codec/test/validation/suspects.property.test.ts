import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import * as map from '../../kernel/validation/memory-map.ts';
import { startKnown } from '../../src/validation/known-texts.ts';
import {
  batchSizes,
  type Cell,
  cellOf,
  cut,
  doubles,
  heap,
  i64,
  kernel,
  numRuns,
  putColumn,
  putDoubles,
  putPresent,
  putText,
  putWords,
  startBatch,
  take,
  texts,
  valuesOf,
  view,
} from './batch-memory.ts';
import { listAbsent, listBad, NaiveKnown } from './suspects.twin.ts';
import { countCharacters } from './text-length.twin.ts';

/** Rows that the kernel lists of all batches, counted from the first. */
function listAll<T>(
  cells: readonly Cell<T>[],
  sizes: readonly number[],
  list: (batch: Cell<T>[], present: number, to: number) => number,
): number[] {
  let first = 0;
  return cut(cells, sizes).flatMap((batch) => {
    startBatch();
    const to = take(4 * batch.length + 4);
    const count = list(batch, putPresent(batch), to);
    const rows = Array.from({ length: count }, (_, i) => first + view.getUint32(to + 4 * i, true));
    first += batch.length;
    return rows;
  });
}

test('integers outside a range', () => {
  fc.assert(
    fc.property(
      fc.array(cellOf(i64), { maxLength: 60 }),
      i64,
      i64,
      batchSizes,
      (cells, least, greatest, sizes) => {
        const listed = listAll(cells, sizes, (batch, present, to) =>
          kernel.listOutside(putWords(valuesOf(batch)), present, batch.length, least, greatest, to),
        );
        expect(listed).toEqual(listBad(cells, (value) => value >= least && value <= greatest));
      },
    ),
    { numRuns },
  );
});

test('doubles that are not between two others', () => {
  fc.assert(
    fc.property(
      fc.array(cellOf(doubles), { maxLength: 60 }),
      doubles,
      doubles,
      batchSizes,
      (cells, least, greatest, sizes) => {
        const listed = listAll(cells, sizes, (batch, present, to) =>
          kernel.listDoublesOutside(putDoubles(valuesOf(batch)), present, batch.length, least, greatest, to),
        );
        expect(listed).toEqual(listBad(cells, (value) => value > least && value < greatest));
      },
    ),
    { numRuns },
  );
});

test('missing values', () => {
  fc.assert(
    fc.property(fc.array(cellOf(fc.constant(0)), { maxLength: 60 }), batchSizes, (cells, sizes) => {
      const listed = listAll(cells, sizes, (batch, present, to) =>
        kernel.listAbsent(present, batch.length, to),
      );
      expect(listed).toEqual(listAbsent(cells));
    }),
    { numRuns },
  );
});

test('texts with fewer or more characters', () => {
  // Bounds near the length of a text of the column.
  const given = fc
    .array(cellOf(texts), { minLength: 1, maxLength: 30 })
    .chain((cells) =>
      fc.tuple(
        fc.constant(cells),
        fc.constantFrom(...cells.map(({ value }) => countCharacters(value))),
        fc.integer({ min: -1, max: 1 }),
        fc.nat(20),
      ),
    );
  fc.assert(
    fc.property(given, batchSizes, ([cells, length, by, span], sizes) => {
      const least = Math.max(0, length + by);
      const listed = listAll(cells, sizes, (batch, present, to) =>
        kernel.listLengthsOutside(...putColumn(batch), present, least, least + span, to),
      );
      const isGood = (text: Uint8Array) =>
        countCharacters(text) >= least && countCharacters(text) <= least + span;
      expect(listed).toEqual(listBad(cells, isGood));
    }),
    { numRuns },
  );
});

test('texts that are not known, of which there is room for few', () => {
  const slots = 16;
  fc.assert(
    fc.property(
      fc.array(texts, { maxLength: 12 }),
      fc.array(cellOf(texts), { maxLength: 30 }),
      fc.nat(600),
      batchSizes,
      (added, others, room, sizes) => {
        startBatch();
        const known = take(map.KNOWN_SLOTS + slots * map.KNOWN_SLOT_SIZE);
        startKnown(heap, known, slots, { at: take(room), size: room });
        const twin = new NaiveKnown(slots / 2, room);
        for (const text of added)
          expect(kernel.addKnown(known, putText(text), text.length) !== 0).toBe(twin.add(text));
        const cells = [...others, ...added.map((value) => ({ is: map.PRESENT_VALUE, value }))];
        const listed = cut(cells, sizes).flatMap((batch) => {
          const to = take(4 * batch.length + 4);
          const count = kernel.listUnknown(...putColumn(batch), putPresent(batch), known, to);
          return Array.from({ length: count }, (_, i) => batch[view.getUint32(to + 4 * i, true)]);
        });
        expect(listed).toEqual(listBad(cells, (text) => twin.has(text)).map((row) => cells[row]));
      },
    ),
    { numRuns },
  );
});
