import * as fc from 'fast-check';
import * as columns from '../../kernel/columns/memory-map.ts';
import * as map from '../../kernel/validation/memory-map.ts';
import { KernelHeap } from '../../src/kernel/heap.ts';
import { createKernel } from '../../src/validation/kernel.ts';

export const heap = new KernelHeap(8 << 20);
export const kernel = createKernel(heap.memory);
export const { view, bytes } = heap;

export const numRuns = Number(process.env.PROPERTY_RUNS ?? 150);

const ROOM = 4 << 20;
/** What stands between texts, and where a batch was: a letter, so that reading too far shows. */
const DIRT = 0x5a;
const room = heap.allocate(ROOM);
let next = room + ROOM;
startBatch();

/** The batch before is gone. */
export function startBatch(): void {
  bytes.fill(DIRT, room, next);
  next = room;
}

export function take(size: number): number {
  const at = Math.ceil(next / 16) * 16;
  next = at + size + 16;
  if (next > room + ROOM) throw new RangeError('the batch is too large for the room of the tests');
  return at;
}

/** A text at an odd place. */
export function putText(text: Uint8Array): number {
  const at = next + 1;
  take(text.length + 17);
  bytes.set(text, at);
  return at;
}

/** Writes a cell, or the slot of a text: its address and length. */
export function putPlace(to: number, text: Uint8Array | undefined): void {
  view.setUint32(to, text ? putText(text) : 0, true);
  view.setUint32(to + 4, text?.length ?? 0, true);
}

/** Writes rows of cells, and a job that has them; a cell may be absent. */
export function putJob(rows: readonly (readonly (Uint8Array | undefined)[])[]): number {
  const stride = 8 * (rows[0]?.length ?? 1);
  const cells = take(stride * rows.length);
  rows.forEach((row, i) => {
    row.forEach((text, j) => {
      putPlace(cells + stride * i + 8 * j, text);
    });
  });
  const job = take(columns.JOB_SIZE);
  view.setUint32(job + columns.JOB_CELLS, cells, true);
  view.setUint32(job + columns.JOB_STRIDE, stride, true);
  view.setUint32(job + columns.JOB_ROWS, rows.length, true);
  return job;
}

/** What a column has in a row. */
export interface Cell<T> {
  is: number;
  value: T;
}

export const valuesOf = <T>(cells: readonly Cell<T>[]) => cells.map(({ value }) => value);
export const isValue = ({ is }: Cell<unknown>) => is === map.PRESENT_VALUE;

/** Mostly values; those of missing and bad cells are there to be passed over. */
export const cellOf = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Cell<T>> =>
  fc.record({
    is: fc.oneof(
      { weight: 8, arbitrary: fc.constant(map.PRESENT_VALUE) },
      fc.constantFrom(map.PRESENT_NONE, map.PRESENT_BAD),
    ),
    value,
  });

export function putPresent(cells: readonly Cell<unknown>[]): number {
  const present = take(cells.length);
  bytes.set(
    cells.map(({ is }) => is),
    present,
  );
  return present;
}

/** Writes a job with a column of texts, the second of three. */
export function putColumn(cells: readonly Cell<Uint8Array>[]): [job: number, offset: number] {
  const rows = cells.map(({ is, value }) => [
    Buffer.from('before'),
    is === map.PRESENT_NONE ? undefined : value,
    Buffer.from('after'),
  ]);
  return [putJob(rows), 8];
}

export function putWords(words: readonly bigint[]): number {
  const at = take(8 * words.length);
  words.forEach((word, i) => {
    view.setBigUint64(at + 8 * i, word, true);
  });
  return at;
}

export function putDoubles(values: readonly number[]): number {
  const at = take(8 * values.length);
  values.forEach((value, i) => {
    view.setFloat64(at + 8 * i, value, true);
  });
  return at;
}

/** Numbers of 128 bits. */
export function putWide(values: readonly bigint[]): number {
  return putWords(values.flatMap((value) => [value, value >> 64n]));
}

export const readWords = (at: number, count: number) =>
  Array.from({ length: count }, (_, i) => view.getBigUint64(at + 8 * i, true));

/** Sizes of batches, taken in turn; some are empty. */
export const batchSizes = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 90 })), {
    minLength: 1,
    maxLength: 8,
  })
  .filter((sizes) => sizes.some((size) => size > 0));

export function cut<T>(rows: readonly T[], sizes: readonly number[]): T[][] {
  const batches: T[][] = [];
  for (let from = 0, i = 0; from < rows.length; from += sizes[i++ % sizes.length]!)
    batches.push(rows.slice(from, from + sizes[i % sizes.length]!));
  return batches;
}

export const texts: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }).map((given) => Buffer.from(given.toWellFormed())),
  fc
    .constantFrom(
      '',
      '\0',
      'a',
      'a\0',
      'ab',
      'abcdefg',
      'abcdefgh',
      'abcdefghi',
      'ä',
      'äöüäöüäöü',
      '😀'.repeat(9),
    )
    .map((given) => Buffer.from(given)),
  // The same beginnings, up to more than is kept of a text.
  fc
    .tuple(
      fc.constantFrom(7, 8, 15, 16, 17, 254, 255, 256, 257, 300),
      fc.constantFrom('', 'a', 'b', 'ab', 'é'),
    )
    .map(([length, end]) => Buffer.from('a'.repeat(length) + end)),
);

export const i64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -9n, max: 9n }),
  fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 2n ** 32n, -(2n ** 32n), 2n ** 31n),
);
export const doubles = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, Number.NaN, 1, -1, Infinity, -Infinity, 5e-324),
);

/** Texts that differ late: about where words end that are compared at once, and where no more of a text is kept. */
const closeTexts = (start: number): fc.Arbitrary<Uint8Array> =>
  fc
    .array(fc.constantFrom('\0', 'A', 'a', 'z'), { maxLength: 5 })
    .map((end) => Buffer.from('a'.repeat(start) + end.join('')));

export const textColumn = fc.oneof(
  fc.array(cellOf(texts), { maxLength: 60 }),
  fc.constantFrom(5, 6, 7, 14, 253).chain((start) => fc.array(cellOf(closeTexts(start)), { maxLength: 60 })),
);
