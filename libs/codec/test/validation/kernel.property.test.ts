import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import * as columns from '../../kernel/columns/memory-map.ts';
import * as map from '../../kernel/validation/memory-map.ts';
import { KernelHeap } from '../../src/kernel/heap.ts';
import { HashTable, KeyBudget } from '../../src/validation/hash-table.ts';
import { createKernel } from '../../src/validation/kernel.ts';
import { KnownTexts } from '../../src/validation/known-texts.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 200);
const heap = new KernelHeap(64 << 20);
const kernel = createKernel(heap.memory);
const list = heap.allocate(32_768);
const listed = (count: number) => [...new Uint32Array(heap.memory.buffer, list, count)];

/** Writes cells of one column and a job that has them. */
function writeCells(texts: readonly string[]): { job: number; present: number; close: () => void } {
  const bytes = texts.map((text) => Buffer.from(text));
  const job = heap.allocate(columns.JOB_SIZE);
  const cells = heap.allocate(texts.length * 8 + bytes.reduce((sum, { length }) => sum + length, 0));
  const present = heap.allocate(texts.length);
  let at = cells + texts.length * 8;
  bytes.forEach((text, row) => {
    heap.view.setUint32(cells + 8 * row, at, true);
    heap.view.setUint32(cells + 8 * row + 4, text.length, true);
    heap.bytes.set(text, at);
    heap.bytes[present + row] = map.PRESENT_VALUE;
    at += text.length;
  });
  heap.view.setUint32(job + columns.JOB_CELLS, cells, true);
  heap.view.setUint32(job + columns.JOB_STRIDE, 8, true);
  heap.view.setUint32(job + columns.JOB_ROWS, texts.length, true);
  const close = () => {
    for (const block of [job, cells, present]) heap.release(block);
  };
  return { job, present, close };
}

const texts = fc.array(
  fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.toWellFormed()),
    fc.constantFrom('', 'a', 'ab', 'abcdefg', 'abcdefgh', 'abcdefghi', 'AIR', 'äöü', '\0', 'a\0'),
  ),
  { minLength: 1, maxLength: 60 },
);

test('a text is known if it was added, and no other is', () => {
  fc.assert(
    fc.property(texts, texts, (added, cells) => {
      const known = new KnownTexts(heap, kernel, added.slice(0, 5));
      for (const text of added.slice(5)) known.add(text);
      const { job, present, close } = writeCells(cells);
      const count = kernel.listUnknown(job, 0, present, known.address, list);
      const set = new Set(added);
      expect(listed(count)).toEqual(cells.flatMap((text, row) => (set.has(text) ? [] : [row])));
      close();
      known.close();
    }),
    { numRuns },
  );
});

test('texts that find no room are known once there is more, up to as many as columns may remember', () => {
  const texts = ['given', ...Array.from({ length: 6000 }, (_, i) => `text ${i}`)];
  const remembered = (tables: number) => {
    const known = new KnownTexts(heap, kernel, ['given'], tables);
    const { job, present, close } = writeCells(texts);
    const listUnknown = () => listed(kernel.listUnknown(job, 0, present, known.address, list));
    for (let round = 0; round < 5; round++) {
      known.start();
      for (const row of listUnknown()) known.add(texts[row]!);
    }
    const unknown = listUnknown();
    close();
    known.close();
    // Those that came first are known.
    expect(unknown).toEqual(texts.map((_, i) => i).slice(unknown[0]));
    return unknown[0]!;
  };
  expect(remembered(1)).toBe(4096);
  expect(remembered(10_000)).toBe(64);
});

test('a hash table holds what a set holds, however it grows', () => {
  const word = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 30n }));
  fc.assert(
    fc.property(
      fc.array(fc.array(word, { maxLength: 300 }), { maxLength: 6 }),
      fc.array(word, { maxLength: 50 }),
      (batches, asked) => {
        const table = new HashTable(heap, kernel, new KeyBudget(1 << 26));
        const counts = new Map<bigint, number>();
        const again = new Set<bigint>();
        const write = (hashes: readonly bigint[]) => {
          const at = heap.allocate(hashes.length * 8 + 8);
          const states = heap.allocate(hashes.length + 1);
          new BigUint64Array(heap.memory.buffer, at, hashes.length).set(hashes);
          heap.bytes.fill(map.STATE_KEY, states, states + hashes.length);
          return { rows: hashes.length, hashes: at, states };
        };
        for (const batch of batches) {
          const rows = write(batch);
          for (const hash of table.insert(rows)) again.add(hash);
          for (const hash of batch) counts.set(hash, (counts.get(hash) ?? 0) + 1);
          heap.release(rows.hashes);
          heap.release(rows.states);
        }
        expect([...again].sort()).toEqual(
          [...counts].flatMap(([hash, times]) => (times > 1 ? [hash] : [])).sort(),
        );
        const rows = write(asked);
        expect(listed(table.find(rows, true, list))).toEqual(
          asked.flatMap((hash, row) => (counts.has(hash) ? [row] : [])),
        );
        heap.release(rows.hashes);
        heap.release(rows.states);
        table.close();
      },
    ),
    { numRuns: Math.ceil(numRuns / 4) },
  );
});
