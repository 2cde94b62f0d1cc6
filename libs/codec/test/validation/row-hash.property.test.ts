import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import * as map from '../../kernel/validation/memory-map.ts';
import {
  batchSizes,
  bytes,
  type Cell,
  cellOf,
  cut,
  doubles,
  i64,
  kernel,
  numRuns,
  putDoubles,
  putJob,
  putPlace,
  putPresent,
  putWide,
  putWords,
  readWords,
  startBatch,
  take,
  texts,
} from './batch-memory.ts';
import { hashText } from './hash.twin.ts';
import { doubleWord, hashKey, hashRow } from './row-hash.twin.ts';

interface Kind<T> {
  kind: number;
  value: fc.Arbitrary<T>;
  put(values: readonly T[]): number;
  words(value: T): bigint[];
}

const u64 = (value: bigint) => BigInt.asUintN(64, value);
const kind = <T>(given: Kind<T>) => given as Kind<unknown>;

const kinds = [
  kind({ kind: map.HASH_INTEGER, value: i64, put: putWords, words: (value) => [u64(value)] }),
  kind({ kind: map.HASH_DOUBLE, value: doubles, put: putDoubles, words: (value) => [doubleWord(value)] }),
  kind({
    kind: map.HASH_WIDE,
    value: fc.tuple(i64, i64).map(([high, low]) => (high << 64n) | u64(low)),
    put: putWide,
    words: (value) => [u64(value), u64(value >> 64n)],
  }),
  kind({
    kind: map.HASH_BYTES,
    value: texts,
    put: (values) => {
      const slots = take(8 * values.length);
      values.forEach((text, row) => {
        putPlace(slots + 8 * row, text);
      });
      return slots;
    },
    words: (value) => [hashText(value)],
  }),
];

const seeds = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

const table = fc.array(fc.nat(kinds.length - 1), { maxLength: 4 }).chain((columns) =>
  fc.record({
    columns: fc.constant(columns),
    rows: fc.array(
      fc.tuple(...columns.map((column) => cellOf(kinds[column]!.value))) as fc.Arbitrary<Cell<unknown>[]>,
      { maxLength: 40 },
    ),
  }),
);

test('keys are hashed as their twin does, column by column and however the rows are cut', () => {
  fc.assert(
    fc.property(table, seeds, batchSizes, ({ columns, rows }, seed, sizes) => {
      const actual = cut(rows, sizes).flatMap((batch) => {
        startBatch();
        const hashes = take(8 * batch.length);
        const states = take(batch.length);
        kernel.startHashes(hashes, states, batch.length, seed);
        columns.forEach((column, i) => {
          const cells = batch.map((row) => row[i]!);
          const slots = kinds[column]!.put(cells.map(({ value }) => value));
          kernel.hashSlots(kinds[column]!.kind, slots, putPresent(cells), batch.length, hashes, states);
        });
        return readWords(hashes, batch.length).map((hash, row) => {
          const state = bytes[states + row]!;
          return state === map.STATE_KEY ? { state, hash } : { state };
        });
      });
      const expected = rows.map((row) =>
        hashKey(
          row.map(({ is, value }, i) => ({ is, value: kinds[columns[i]!]!.words(value) })),
          seed,
        ),
      );
      expect(actual).toEqual(expected);
    }),
    { numRuns },
  );
});

test('whole rows are hashed as their twin does, however they are cut', () => {
  const rows = fc.integer({ min: 1, max: 5 }).chain((columns) =>
    fc.array(fc.array(fc.option(texts, { nil: undefined }), { minLength: columns, maxLength: columns }), {
      minLength: 1,
      maxLength: 30,
    }),
  );
  fc.assert(
    fc.property(rows, fc.nat(5), seeds, batchSizes, (given, most, seed, sizes) => {
      // Cells beyond those asked for are passed over.
      const columns = Math.min(most, given[0]!.length);
      const actual = cut(given, sizes).flatMap((batch) => {
        startBatch();
        const hashes = take(8 * batch.length);
        kernel.startHashes(hashes, take(batch.length), batch.length, seed);
        kernel.hashCells(putJob(batch), columns, hashes);
        return readWords(hashes, batch.length);
      });
      expect(actual).toEqual(given.map((row) => hashRow(row.slice(0, columns), seed)));
    }),
    { numRuns },
  );
});

test('equal values have equal keys: zeros of both signs, and every NaN', () => {
  startBatch();
  const nan = 0xfff8000000000001n;
  const slots = putWords([0n, 1n << 63n, 0x7ff8000000000000n, nan]);
  const present = putPresent(Array(4).fill({ is: map.PRESENT_VALUE, value: 0 }));
  const hashes = take(32);
  const states = take(4);
  kernel.startHashes(hashes, states, 4, 0n);
  kernel.hashSlots(map.HASH_DOUBLE, slots, present, 4, hashes, states);
  const [zero, negative, plain, odd] = readWords(hashes, 4);
  expect(negative).toBe(zero);
  expect(odd).toBe(plain);
});
