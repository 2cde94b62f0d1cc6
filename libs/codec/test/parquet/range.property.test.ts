import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bytes,
  dirty,
  IN,
  i64,
  i64s,
  kernel,
  listOf,
  OUT,
  putI64s,
  putStrings,
  runs,
  SCRATCH,
  string,
  taken,
  view,
} from './kernel-memory.ts';

const some = <T>(member: fc.Arbitrary<T>) => listOf(member, 100).filter((list) => list.length > 0);
const least = (values: bigint[]) => values.reduce((a, b) => (a < b ? a : b));
const most = (values: bigint[]) => values.reduce((a, b) => (a > b ? a : b));

test('of integers', () => {
  fc.assert(
    fc.property(some(i64), (values) => {
      dirty();
      putI64s(IN, values);
      kernel.range64(IN, values.length, OUT);
      expect([i64s(OUT, 1), i64s(OUT + 16, 1)]).toEqual([[least(values)], [most(values)]]);
      const low = values.map((value) => BigInt.asIntN(32, value));
      low.forEach((value, i) => {
        view.setInt32(IN + 4 * i, Number(value), true);
      });
      kernel.range32(IN, values.length, OUT);
      expect([i64s(OUT, 1), i64s(OUT + 16, 1)]).toEqual([[least(low)], [most(low)]]);
    }),
    runs,
  );
});

test('of integers of 128 bits', () => {
  fc.assert(
    fc.property(some(fc.tuple(fc.bigInt({ min: -3n, max: 3n }), i64)), (halves) => {
      dirty();
      putI64s(
        IN,
        halves.flatMap(([high, low]) => [low, high]),
      );
      const values = halves.map(([high, low]) => (high << 64n) | BigInt.asUintN(64, low));
      kernel.rangeInt128(IN, values.length, OUT);
      const at = (address: number) =>
        (view.getBigInt64(address + 8, true) << 64n) | view.getBigUint64(address, true);
      expect([at(OUT), at(OUT + 16)]).toEqual([least(values), most(values)]);
    }),
    runs,
  );
});

test('of doubles', () => {
  const doubles = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, 0, -0, Number.POSITIVE_INFINITY));
  fc.assert(
    fc.property(some(doubles), (values) => {
      dirty();
      values.forEach((value, i) => {
        view.setFloat64(IN + 8 * i, value, true);
      });
      const real = values.filter((value) => !Number.isNaN(value));
      expect(kernel.rangeDouble(IN, values.length, OUT)).toBe(values.length - real.length);
      // Zeros of either sign are the same to it.
      expect(view.getFloat64(OUT, true) + 0).toBe(Math.min(...real) + 0);
      expect(view.getFloat64(OUT + 16, true) + 0).toBe(Math.max(...real) + 0);
    }),
    runs,
  );
});

test('of 16 bytes each', () => {
  const id = fc.tuple(fc.nat(2), fc.nat(255), fc.nat(255)).map(([a, b, c]) => {
    const bytes = new Uint8Array(16).fill(a);
    bytes[7] = b;
    bytes[15] = c;
    return bytes;
  });
  fc.assert(
    fc.property(some(id), (values) => {
      dirty();
      bytes.set(Buffer.concat(values), IN);
      kernel.range16(IN, values.length, OUT);
      const sorted = values.toSorted(Buffer.compare);
      expect([taken(OUT, 16), taken(OUT + 16, 16)]).toEqual([
        Array.from(sorted[0]!),
        Array.from(sorted.at(-1)!),
      ]);
    }),
    runs,
  );
});

test('of strings', () => {
  fc.assert(
    fc.property(some(string), (values) => {
      dirty();
      putStrings(IN, SCRATCH, values);
      kernel.rangeBytes(IN, values.length, OUT);
      const at = (slot: number) => taken(view.getUint32(slot, true), view.getUint32(slot + 4, true));
      const sorted = values.toSorted(Buffer.compare);
      expect([at(OUT), at(OUT + 16)]).toEqual([Array.from(sorted[0]!), Array.from(sorted.at(-1)!)]);
    }),
    runs,
  );
});
