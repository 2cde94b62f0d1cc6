import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import * as map from '../../kernel/validation/memory-map.ts';
import {
  batchSizes,
  bytes,
  cut,
  heap,
  kernel,
  numRuns,
  readWords,
  startBatch,
  take,
  view,
} from './batch-memory.ts';
import { NaiveHashes, storedHash } from './hash-table.twin.ts';
import { hashedRows, putRows, type Row } from './hashed-rows.ts';

const PARTS_SIZE = map.PARTS * map.PART_SIZE;
const DIRT = 0x5a;
const table = heap.allocate(PARTS_SIZE);

/** Slots of all parts, each of them given anew when it grows. */
let slots: number[] = [];

function open(part: number, count: number): void {
  const address = heap.allocate(8 * count);
  bytes.fill(DIRT, address, address + 8 * count + 8);
  kernel.clearSlots(address, count);
  slots.push(address);
  view.setUint32(part + map.PART_SLOTS, address, true);
  view.setUint32(part + map.PART_MASK, count - 1, true);
  view.setUint32(part + map.PART_MOST, count - 1, true);
}

function startTable(): void {
  for (const address of slots) heap.release(address);
  slots = [];
  bytes.fill(0, table, table + PARTS_SIZE);
  for (let i = 0; i < map.PARTS; i++) open(table + i * map.PART_SIZE, 2);
}

/** Twice the room for the part that a hash belongs to, which is full. */
function grow(hash: bigint): void {
  const part = table + Number(storedHash(hash) >> 56n) * map.PART_SIZE;
  expect(view.getUint32(part + map.PART_COUNT, true)).toBe(view.getUint32(part + map.PART_MOST, true));
  const old = view.getUint32(part + map.PART_SLOTS, true);
  const count = view.getUint32(part + map.PART_MASK, true) + 1;
  open(part, 2 * count);
  kernel.moveHashes(part, old, count);
}

function insert(rows: readonly Row[]): bigint[] {
  startBatch();
  const { hashes, states } = putRows(rows);
  const again = take(8 * rows.length);
  const counted = take(4);
  view.setUint32(counted, 0, true);
  for (let row = 0; ; ) {
    row = kernel.insertHashes(table, hashes, states, row, rows.length, again, counted);
    if (row === rows.length) return readWords(again, view.getUint32(counted, true));
    grow(rows[row]!.hash);
  }
}

function find(rows: readonly Row[], wanted: number): Row[] {
  startBatch();
  const { hashes, states } = putRows(rows);
  const list = take(4 * rows.length + 4);
  const count = kernel.findHashes(table, hashes, states, rows.length, wanted, list);
  return Array.from({ length: count }, (_, i) => rows[view.getUint32(list + 4 * i, true)]!);
}

test('slots that are cleared are free, and those after them stay as they are', () => {
  fc.assert(
    fc.property(fc.nat(40), (count) => {
      startBatch();
      const at = take(8 * count + 8);
      bytes.fill(DIRT, at, at + 8 * count + 8);
      kernel.clearSlots(at, count);
      expect(readWords(at, count + 1)).toEqual([...Array(count).fill(0n), 0x5a5a5a5a5a5a5a5an]);
    }),
    { numRuns: 40 },
  );
});

test('a table knows the hashes that a list knows, and which come up again, however the rows are cut', () => {
  fc.assert(
    fc.property(hashedRows, hashedRows, batchSizes, (inserted, asked, sizes) => {
      startTable();
      const twin = new NaiveHashes();
      const keys = inserted.filter(({ state }) => state === map.STATE_KEY);
      const again = keys.flatMap((row) => (twin.insert(row.hash) ? [row.hash] : []));
      expect(cut(inserted, sizes).flatMap(insert)).toEqual(again);
      const held = Array.from({ length: map.PARTS }, (_, i) =>
        view.getUint32(table + i * map.PART_SIZE + map.PART_COUNT, true),
      );
      expect(held.reduce((sum, count) => sum + count, 0)).toBe(twin.size);
      for (const wanted of [0, 1]) {
        const found = cut([...asked, ...inserted], sizes).flatMap((batch) => find(batch, wanted));
        const expected = [...asked, ...inserted].filter(
          (row) => row.state === map.STATE_KEY && Number(twin.has(row.hash)) === wanted,
        );
        expect(found).toEqual(expected);
      }
    }),
    { numRuns },
  );
});
