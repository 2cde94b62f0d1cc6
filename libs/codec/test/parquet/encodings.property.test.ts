import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeDelta, decodeHybrid, decodeSnappy } from './decoders.twin.ts';
import {
  bytes,
  dirty,
  flags,
  IN,
  i64,
  kernel,
  listOf,
  OUT,
  putI64s,
  putU32s,
  runs,
  SCRATCH,
  taken,
  view,
} from './kernel-memory.ts';

const encoded = (end: number) => bytes.slice(OUT, end);

test('ids: packed and in runs', () => {
  fc.assert(
    fc.property(
      fc
        .integer({ min: 1, max: 32 })
        .chain((width) =>
          fc.tuple(fc.constant(width), listOf(fc.integer({ min: 0, max: 2 ** width - 1 }), 2000)),
        ),
      ([width, ids]) => {
        dirty();
        putU32s(IN, ids);
        const page = encoded(kernel.packBits(IN, ids.length, width, OUT));
        expect(decodeHybrid(page, width, ids.length).values).toEqual(ids);
        expect(page.length).toBeLessThanOrEqual(5 + Math.ceil(ids.length / 8) * width + 16);
      },
    ),
    runs,
  );
});

test('ids: a long run takes a few bytes, short ones do not break up what is packed', () => {
  const long = Array.from({ length: 1000 }, (_, i) => (i < 900 ? 5 : i % 7));
  putU32s(IN, long);
  expect(kernel.packBits(IN, long.length, 3, OUT) - OUT).toBeLessThan(45);
  const short = Array.from({ length: 1000 }, (_, i) => (i % 100 < 16 ? 5 : i % 7));
  putU32s(IN, short);
  expect(decodeHybrid(encoded(kernel.packBits(IN, short.length, 3, OUT)), 3, 1000).runs).toBe(0);
});

test('levels and booleans: packed and in runs', () => {
  fc.assert(
    fc.property(listOf(fc.constantFrom(0, 1), 3000), (values) => {
      dirty();
      bytes.set(values, IN);
      const page = encoded(kernel.packBytes(IN, values.length, OUT));
      expect(decodeHybrid(page, 1, values.length).values).toEqual(values);
      expect(page.length).toBeLessThanOrEqual(5 + Math.ceil(values.length / 8) + 16);
    }),
    runs,
  );
});

test('booleans: plain', () => {
  fc.assert(
    fc.property(flags, (values) => {
      dirty();
      bytes.set(values, IN);
      const end = kernel.packFlags(IN, values.length, OUT);
      const expected = new Uint8Array(Math.ceil(values.length / 8));
      values.forEach((value, i) => {
        expected[i >> 3]! |= value << (i & 7);
      });
      expect(encoded(end)).toEqual(expected);
    }),
    runs,
  );
});

/** Integers that step by about as much. */
const integers = (bits: 32 | 64) =>
  fc
    .tuple(listOf(i64), fc.integer({ min: 0, max: bits }), fc.bigInt({ min: -1000n, max: 1000n }))
    .map(([values, width, step]) =>
      values.map((value, i) =>
        BigInt.asIntN(bits, BigInt.asIntN(Math.max(1, width), value) + step * BigInt(i)),
      ),
    );

test('integers of 32 bits: differences', () => {
  fc.assert(
    fc.property(integers(32), (values) => {
      dirty();
      values.forEach((value, i) => {
        view.setInt32(IN + 4 * i, Number(value), true);
      });
      const end = kernel.encodeDelta32(IN, values.length, OUT, SCRATCH);
      bytes.set([1, 2, 3], end);
      const { values: read, rest } = decodeDelta(bytes.slice(OUT, end + 3), 32);
      expect(read).toEqual(values);
      expect(Array.from(rest)).toEqual([1, 2, 3]);
      expect(kernel.deltaSize32(IN, values.length, SCRATCH)).toBe(end - OUT);
    }),
    runs,
  );
});

test('integers of 64 bits: differences', () => {
  fc.assert(
    fc.property(integers(64), (values) => {
      dirty();
      putI64s(IN, values);
      const end = kernel.encodeDelta64(IN, values.length, OUT, SCRATCH);
      const { values: read, rest } = decodeDelta(encoded(end), 64);
      expect(read).toEqual(values);
      expect(rest.length).toBe(0);
      expect(kernel.deltaSize64(IN, values.length, SCRATCH)).toBe(end - OUT);
    }),
    runs,
  );
});

test('doubles: streams of bytes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 100 }),
      fc.uint8Array({ minLength: 800, maxLength: 800 }),
      (count, values) => {
        dirty();
        bytes.set(values, IN);
        kernel.splitBytes8(IN, count, OUT);
        const expected = Array.from(
          { length: 8 * count },
          (_, i) => values[(i % count) * 8 + Math.floor(i / count)]!,
        );
        expect(taken(OUT, 8 * count)).toEqual(expected);
      },
    ),
    runs,
  );
});

test('decimals: the lowest bytes, the highest first', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 16 }), fc.uint8Array({ maxLength: 320 }), (length, values) => {
      dirty();
      const count = values.length >> 4;
      bytes.set(values, IN);
      kernel.writeBigEndian(IN, count, length, OUT);
      const expected = Array.from({ length: count }, (_, i) =>
        Array.from(values.subarray(16 * i, 16 * i + length)).reverse(),
      ).flat();
      expect(taken(OUT, count * length)).toEqual(expected);
    }),
    runs,
  );
});

test('snappy: what a decoder makes of it', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 9 }), fc.integer({ min: 1, max: 3000 })),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const input = Buffer.concat(
        pieces.map((piece) =>
          piece instanceof Uint8Array ? piece : Buffer.concat(Array<Uint8Array>(piece[1]).fill(piece[0])),
        ),
      );
      dirty();
      bytes.set(input, IN);
      const packed = encoded(kernel.snappy(IN, input.length, OUT, SCRATCH));
      expect(Buffer.compare(decodeSnappy(packed), input)).toBe(0);
      expect(packed.length).toBeLessThanOrEqual(32 + input.length + input.length / 6);
    }),
    runs,
  );
});

test('snappy: repeats shrink, across the fragments of 64 KiB too', () => {
  const input = Buffer.from('quickly regular deposits '.repeat(8000));
  bytes.set(input, IN);
  const packed = encoded(kernel.snappy(IN, input.length, OUT, SCRATCH));
  expect(packed.length).toBeLessThan(input.length / 15);
  expect(Buffer.compare(decodeSnappy(packed), input)).toBe(0);
});
