import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import * as map from '../../kernel/validation/memory-map.ts';
import { KnownTexts } from '../../src/validation/known-texts.ts';
import {
  batchSizes,
  bytes,
  type Cell,
  cellOf,
  cut,
  doubles,
  heap,
  i64,
  isValue,
  kernel,
  numRuns,
  putColumn,
  putDoubles,
  putPresent,
  putWide,
  putWords,
  startBatch,
  textColumn,
  texts,
  valuesOf,
  view,
} from './batch-memory.ts';
import { finish, hashWord, step, unhashWord } from './hash.twin.ts';
import { KEPT, NaiveProfile, NaiveSample, textProfile } from './profile.twin.ts';
import { doubleWord } from './row-hash.twin.ts';

const profile = heap.allocate(map.PROFILE_INTEGERS_SIZE);
const read = (offset: number) => view.getUint32(profile + offset, true);
const copy = (offset: number, length: number) =>
  Buffer.from(bytes.slice(profile + offset, profile + offset + length));
const u64 = (value: bigint) => BigInt.asUintN(64, value);
const registers = () => [...copy(map.PROFILE_REGISTERS, 4096)];

function startProfile(compares = 0): void {
  bytes.fill(0, profile, profile + map.PROFILE_INTEGERS_SIZE);
  view.setUint32(profile + map.PROFILE_COMPARES, compares, true);
}

/** Hands the kernel a column batch by batch, each where the one before was. */
function addAll<T>(
  cells: readonly Cell<T>[],
  sizes: readonly number[],
  add: (batch: Cell<T>[], present: number) => void,
) {
  for (const batch of cut(cells, sizes)) {
    startBatch();
    add(batch, putPresent(batch));
  }
  startBatch();
}

const goodOf = <T>(cells: readonly Cell<T>[]) => valuesOf(cells.filter(isValue));

/** The least and the greatest, read by `at`; nothing if there are none. */
const edges = <T>(at: (offset: number) => T) =>
  read(map.PROFILE_ORDERED) === 0
    ? [undefined, undefined]
    : [at(map.PROFILE_LEAST), at(map.PROFILE_GREATEST)];

/** Words whose hashes have long runs of zeros, up to all of them. */
const rareWords = fc
  .tuple(fc.bigInt({ min: 0n, max: 4095n }), fc.integer({ min: 0, max: 52 }))
  .map(([register, zeros]) =>
    BigInt.asIntN(64, unhashWord((register << 52n) | ((1n << 52n) >> BigInt(zeros + 1)))),
  );

/** Values about where they are near one another no more, and at the ends of what there is; with few that are none there are eight in a row. */
const edgesOfNear = [0n, 30n, BigInt(map.NEAR / 2), BigInt(map.NEAR)];
const integerColumn = fc.oneof(
  fc.array(cellOf(fc.oneof(i64, rareWords)), { maxLength: 60 }),
  fc
    .tuple(
      fc.oneof(i64, fc.constantFrom(0n, 2n ** 63n - 1n, -(2n ** 63n))),
      fc.constantFrom(...edgesOfNear),
      fc.boolean(),
    )
    .chain(([first, far, isFull]) => {
      const value = fc
        .tuple(fc.bigInt({ min: -3n, max: 3n }), fc.constantFrom(-1n, 0n, 1n))
        .map(([by, side]) => BigInt.asIntN(64, first + side * far + by));
      return fc.array(isFull ? value.map((value) => ({ is: map.PRESENT_VALUE, value })) : cellOf(value), {
        maxLength: 60,
      });
    }),
);

test('integers: distinct ones, least, greatest and sum, however they are cut', () => {
  fc.assert(
    fc.property(integerColumn, batchSizes, (cells, sizes) => {
      startProfile();
      let sum = 0n;
      addAll(cells, sizes, (batch, present) => {
        kernel.addIntegers(putWords(valuesOf(batch)), present, batch.length, profile);
        for (const [offset, unit] of [
          [map.PROFILE_SUM_HIGH, 1n << 32n],
          [map.PROFILE_SUM_LOW, 1n],
        ] as const) {
          sum += view.getBigInt64(profile + offset, true) * unit;
          view.setBigInt64(profile + offset, 0n, true);
        }
      });
      const twin = new NaiveProfile<bigint>(hashWord, (a, b) => (a < b ? -1 : Number(a > b)));
      for (const value of goodOf(cells)) twin.take(value);
      expect(edges((at) => view.getBigInt64(profile + at, true))).toEqual([twin.least, twin.greatest]);
      expect(sum).toBe(goodOf(cells).reduce((all, value) => all + value, 0n));
      expect(registers()).toEqual(twin.registers);
    }),
    { numRuns },
  );
});

function checkDoubles(cells: readonly Cell<number>[], sizes: readonly number[]): void {
  startProfile();
  addAll(cells, sizes, (batch, present) =>
    kernel.addDoubles(putDoubles(valuesOf(batch)), present, batch.length, profile),
  );
  const twin = new NaiveProfile<number>(
    (value) => hashWord(doubleWord(value)),
    (a, b) => (a < b ? -1 : Number(a > b)),
  );
  // Zeros of both signs are one value.
  for (const value of goodOf(cells)) twin.take(value + 0, !Number.isNaN(value));
  expect(edges((at) => view.getFloat64(profile + at, true))).toEqual([twin.least, twin.greatest]);
  expect(registers()).toEqual(twin.registers);
}

test('doubles: distinct ones, least and greatest, however they are cut', () => {
  fc.assert(fc.property(fc.array(cellOf(doubles), { maxLength: 60 }), batchSizes, checkDoubles), { numRuns });
});

test.each([
  ['zeros of both signs are one value', [0, -0]],
  ['NaN is a value without a place', [Number.NaN, 1]],
  ['NaN alone', [Number.NaN]],
])('doubles: %s', (_, values) => {
  checkDoubles(
    values.map((value) => ({ is: map.PRESENT_VALUE, value })),
    [1],
  );
});

const wideHash = (value: bigint) => finish(step(u64(value), u64(value >> 64n)));

/** The 16 bytes of a number in memory. */
const bytesOf = (value: bigint) => {
  const all = Buffer.alloc(16);
  all.writeBigUInt64LE(u64(value));
  all.writeBigUInt64LE(u64(value >> 64n), 8);
  return all;
};

test.each([
  ['numbers of 128 bits', 0, (a: bigint, b: bigint) => (a < b ? -1 : Number(a > b))],
  ['16 bytes', 1, (a: bigint, b: bigint) => Buffer.compare(bytesOf(a), bytesOf(b))],
] as const)('%s: distinct ones, least and greatest, however they are cut', (_, isBytes, compare) => {
  const wide = fc.oneof(
    fc.tuple(i64, i64).map(([high, low]) => (high << 64n) | u64(low)),
    i64,
  );
  fc.assert(
    fc.property(fc.array(cellOf(wide), { maxLength: 60 }), batchSizes, (cells, sizes) => {
      startProfile();
      addAll(cells, sizes, (batch, present) =>
        kernel.addWide(putWide(valuesOf(batch)), present, batch.length, profile, isBytes),
      );
      const twin = new NaiveProfile<bigint>(wideHash, compare);
      for (const value of goodOf(cells)) twin.take(value);
      const actual = edges(
        (at) => (view.getBigInt64(profile + at + 8, true) << 64n) | view.getBigUint64(profile + at, true),
      );
      expect(actual).toEqual([twin.least, twin.greatest]);
      expect(registers()).toEqual(twin.registers);
    }),
    { numRuns },
  );
});

const keptOf = (text: Uint8Array | undefined) => text && Buffer.from(text.subarray(0, KEPT)).toString();

/** What is kept of the least and the greatest text. */
const keptEdges = () =>
  edges((at) =>
    copy(at === map.PROFILE_LEAST ? map.PROFILE_LEAST_TEXT : map.PROFILE_GREATEST_TEXT, read(at)).toString(),
  );

test.each([true, false])(
  'texts: distinct ones, least and greatest if asked for (%s), however they are cut',
  (compares) => {
    fc.assert(
      fc.property(textColumn, batchSizes, (cells, sizes) => {
        startProfile(Number(compares));
        addAll(cells, sizes, (batch, present) => kernel.addTexts(...putColumn(batch), present, profile));
        const twin = textProfile();
        for (const value of goodOf(cells)) twin.take(value);
        expect(keptEdges()).toEqual(
          compares ? [keptOf(twin.least), keptOf(twin.greatest)] : [undefined, undefined],
        );
        expect(registers()).toEqual(twin.registers);
      }),
      { numRuns },
    );
  },
);

test('texts some of which are known: distinct ones, least and greatest, however they are cut', () => {
  fc.assert(
    fc.property(fc.array(texts, { maxLength: 8 }), textColumn, batchSizes, (added, cells, sizes) => {
      startProfile(1);
      const known = new KnownTexts(heap, kernel, added.map(String));
      const whole = [...cells, ...added.map((value) => ({ is: map.PRESENT_VALUE, value }))];
      const list = heap.allocate(4 * whole.length + 4);
      addAll(whole, sizes, (batch, present) => {
        const [job, offset] = putColumn(batch);
        const count = kernel.listUnknown(job, offset, present, known.address, list);
        kernel.addKnownTexts(known.address, job, offset, present, list, count, profile);
      });
      heap.release(list);
      known.close();
      const twin = textProfile();
      for (const value of goodOf(whole)) twin.take(value);
      expect(keptEdges()).toEqual([keptOf(twin.least), keptOf(twin.greatest)]);
      expect(registers()).toEqual(twin.registers);
    }),
    { numRuns },
  );
});

/** Of each counter the start of its text and its count, in order. */
const counters = () =>
  Array.from({ length: read(map.PROFILE_COUNTERS) }, (_, i) => [
    copy(map.PROFILE_TEXTS + i * map.PROFILE_TEXT_SIZE, read(map.PROFILE_LENGTHS + 4 * i)).toString('hex'),
    read(map.PROFILE_COUNTS + 4 * i),
  ]);

/** Columns with more different texts than there are counters, of which some come up again and again. */
const manyTexts = fc
  .tuple(
    fc.uniqueArray(texts, { minLength: 1, maxLength: 6, selector: String }),
    fc.integer({ min: 1, max: 200 }),
  )
  .chain(([frequent, rare]) =>
    fc.array(
      cellOf(
        fc.oneof(fc.constantFrom(...frequent), {
          weight: 3,
          arbitrary: fc.nat(rare).map((n) => Buffer.from(`${n}`.padEnd(n % 7 === 0 ? 300 : 0, 'x'))),
        }),
      ),
      { maxLength: 400, size: 'max' },
    ),
  );

test('samples: texts, their characters and the most frequent ones, however they are cut', () => {
  let lowered = 0;
  fc.assert(
    fc.property(manyTexts, batchSizes, (cells, sizes) => {
      startProfile();
      addAll(cells, sizes, (batch, present) => kernel.sampleTexts(...putColumn(batch), present, profile));
      const twin = new NaiveSample(map.COUNTERS);
      for (const value of goodOf(cells)) twin.take(value);
      expect(view.getBigUint64(profile + map.PROFILE_VALUES, true)).toBe(BigInt(twin.values));
      expect(view.getBigUint64(profile + map.PROFILE_CHARACTERS, true)).toBe(BigInt(twin.characters));
      expect(read(map.PROFILE_SHORTFALL)).toBe(twin.shortfall);
      expect(counters()).toEqual([...twin.counts].map(([hex, count]) => [hex.slice(0, 2 * KEPT), count]));
      if (twin.shortfall > 0 && twin.counts.size > 0) lowered++;
    }),
    { numRuns },
  );
  // Many columns are to need more counters than there are: about a third do.
  expect(lowered).toBeGreaterThan(numRuns / 8);
});

/** Two profiles of parts of a column, of which the second is merged into the first. */
const other = heap.allocate(map.PROFILE_INTEGERS_SIZE);

function checkMerge<T>(
  order: number,
  [left, right]: readonly (readonly Cell<T>[])[],
  add: (batch: readonly Cell<T>[], present: number, to: number) => void,
): void {
  const compares = Number(order === map.ORDER_TEXTS);
  const gather = (cells: readonly Cell<T>[], to: number) => {
    startBatch();
    bytes.fill(0, to, to + map.PROFILE_INTEGERS_SIZE);
    view.setUint32(to + map.PROFILE_COMPARES, compares, true);
    add(cells, putPresent(cells), to);
    // The host has taken them.
    view.setBigInt64(to + map.PROFILE_SUM_HIGH, 0n, true);
    view.setBigInt64(to + map.PROFILE_SUM_LOW, 0n, true);
  };
  gather([...left!, ...right!], profile);
  const whole = Buffer.from(bytes.slice(profile, profile + map.PROFILE_SIZE));
  gather(left!, profile);
  gather(right!, other);
  kernel.mergeProfile(profile, other, order);
  const merged = Buffer.from(bytes.slice(profile, profile + map.PROFILE_SIZE));
  // Of texts, what is kept is as long as it says.
  for (const [text, length] of [
    [map.PROFILE_LEAST_TEXT, map.PROFILE_LEAST],
    [map.PROFILE_GREATEST_TEXT, map.PROFILE_GREATEST],
  ] as const) {
    if (!compares) continue;
    for (const block of [whole, merged])
      block.fill(0, text + block.readUInt32LE(length), text + map.PROFILE_TEXT_SIZE);
  }
  expect(merged.equals(whole)).toBe(true);
}

const halves = <T>(cells: fc.Arbitrary<Cell<T>[]>) => fc.tuple(cells, cells);
const wideNumbers = fc.oneof(
  fc.tuple(i64, i64).map(([high, low]) => (high << 64n) | u64(low)),
  i64,
);

test('profiles of two parts of a column merge into that of the whole', () => {
  const column = <T>(value: fc.Arbitrary<T>) => halves(fc.array(cellOf(value), { maxLength: 20 }));
  const run = { numRuns };
  fc.assert(
    fc.property(column(i64), (cells) =>
      checkMerge(map.ORDER_INTEGERS, cells, (batch, present, to) =>
        kernel.addIntegers(putWords(valuesOf(batch)), present, batch.length, to),
      ),
    ),
    run,
  );
  fc.assert(
    fc.property(column(doubles), (cells) =>
      checkMerge(map.ORDER_DOUBLES, cells, (batch, present, to) =>
        kernel.addDoubles(putDoubles(valuesOf(batch)), present, batch.length, to),
      ),
    ),
    run,
  );
  for (const [order, isBytes] of [
    [map.ORDER_WIDE, 0],
    [map.ORDER_BYTES, 1],
  ] as const) {
    fc.assert(
      fc.property(column(wideNumbers), (cells) =>
        checkMerge(order, cells, (batch, present, to) =>
          kernel.addWide(putWide(valuesOf(batch)), present, batch.length, to, isBytes),
        ),
      ),
      run,
    );
  }
  fc.assert(
    fc.property(halves(textColumn), (cells) =>
      checkMerge(map.ORDER_TEXTS, cells, (batch, present, to) =>
        kernel.addTexts(...putColumn(batch), present, to),
      ),
    ),
    run,
  );
});
