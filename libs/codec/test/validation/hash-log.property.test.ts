import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import * as map from '../../kernel/validation/memory-map.ts';
import { HashLog } from '../../src/validation/hash-log.ts';
import { batchSizes, cut, heap, kernel, numRuns, readWords, startBatch, view } from './batch-memory.ts';
import { NaiveHashes, storedHash } from './hash-table.twin.ts';
import { hashedRows, putRows, type Row } from './hashed-rows.ts';

const ROOM = 250;
const log = heap.allocate(map.PARTS * map.LOG_PART_SIZE);
const room = heap.allocate(map.PARTS * ROOM * 8);

function add(to: HashLog, rows: readonly Row[]): void {
  startBatch();
  to.add(putRows(rows));
}

const isKey = ({ state }: Row) => state === map.STATE_KEY;

test('a log has the hashes of each part, up to the row that it has no room for', () => {
  fc.assert(
    fc.property(hashedRows, fc.integer({ min: 0, max: ROOM }), fc.nat(3), (rows, most, from) => {
      const start = (part: number) => room + part * ROOM * 8;
      for (let part = 0; part < map.PARTS; part++) {
        const at = log + part * map.LOG_PART_SIZE;
        view.setUint32(at + map.LOG_NEXT, start(part), true);
        view.setUint32(at + map.LOG_END, start(part) + most * 8, true);
      }
      startBatch();
      const put = putRows(rows);
      const stop = kernel.logHashes(log, put.hashes, put.states, Math.min(from, rows.length), rows.length);
      const parts = new Map<number, bigint[]>();
      let expected = Math.min(from, rows.length);
      for (; expected < rows.length; expected++) {
        const row = rows[expected]!;
        if (!isKey(row)) continue;
        const part = Number(storedHash(row.hash) >> 56n);
        const there = parts.get(part) ?? [];
        if (there.length === most) break;
        parts.set(part, [...there, row.hash]);
      }
      expect(stop).toBe(expected);
      for (let part = 0; part < map.PARTS; part++) {
        const next = view.getUint32(log + part * map.LOG_PART_SIZE + map.LOG_NEXT, true);
        expect(readWords(start(part), (next - start(part)) / 8)).toEqual(parts.get(part) ?? []);
      }
    }),
    { numRuns },
  );
});

const sorted = (hashes: Iterable<bigint>) => [...hashes].map(storedHash).sort();

test('a log tells the hashes that are there more than once, however the rows are cut', () => {
  fc.assert(
    fc.property(fc.array(hashedRows, { maxLength: 3 }), batchSizes, (several, sizes) => {
      const whole = new HashLog(heap, kernel);
      for (const rows of several) {
        const twin = new NaiveHashes();
        const again = rows.filter(isKey).flatMap(({ hash }) => (twin.insert(hash) ? [hash] : []));
        for (const batch of cut(rows, sizes)) add(whole, batch);
        expect(sorted(whole.takeRepeated().flatMap((some) => [...some]))).toEqual(sorted(again));
      }
      whole.close();
    }),
    { numRuns: Math.ceil(numRuns / 3) },
  );
});

test('a log of many hashes, all of one part among them', () => {
  const whole = new HashLog(heap, kernel);
  const rows = Array.from({ length: 60_000 }, (_, i) => ({ state: map.STATE_KEY, hash: BigInt(i % 59_000) }));
  for (const batch of cut(rows, [4096])) add(whole, batch);
  for (const batch of cut(Array(20_000).fill(rows[7]) as Row[], [4096])) add(whole, batch);
  expect(whole.takeRepeated().reduce((sum, { length }) => sum + length, 0)).toBe(1000);
  whole.close();
});
