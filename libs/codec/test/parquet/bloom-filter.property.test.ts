import * as fc from 'fast-check';
import { sbbfContains, sbbfInsert } from 'hyparquet/src/bloom.js';
import { xxhash64 } from 'hyparquet/src/xxhash.js';
import { expect, test } from 'vitest';
import { bytes, dirty, IN, kernel, OUT, putStrings, runs, SCRATCH, string, view } from './kernel-memory.ts';

test('the hash is that of another implementation', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (value) => {
      dirty();
      bytes.set(value, IN);
      expect(BigInt.asUintN(64, kernel.hashBytes(IN, value.length))).toBe(xxhash64(value));
    }),
    runs,
  );
});

const words = (blocks: number) =>
  Uint32Array.from({ length: 8 * blocks }, (_, i) => view.getUint32(OUT + 4 * i, true));

function expected(values: Uint8Array[], blocks: number): Uint32Array {
  const filter = new Uint32Array(8 * blocks);
  for (const value of values) sbbfInsert(filter, xxhash64(value));
  return filter;
}

test('strings set the bits that another implementation sets', () => {
  const strings = fc.array(string, { maxLength: 30 });
  fc.assert(
    fc.property(strings, fc.nat(30), fc.integer({ min: 1, max: 64 }), (values, cut, blocks) => {
      dirty();
      putStrings(IN, SCRATCH, values);
      bytes.fill(0, OUT, OUT + 32 * blocks);
      const first = Math.min(cut, values.length);
      kernel.addBytes(IN, first, OUT, blocks);
      kernel.addBytes(IN + 8 * first, values.length - first, OUT, blocks);
      expect(words(blocks)).toEqual(expected(values, blocks));
      expect(values.every((value) => sbbfContains(words(blocks), xxhash64(value)))).toBe(true);
    }),
    runs,
  );
});

test('so do values of one size, close together or apart', () => {
  fc.assert(
    fc.property(
      fc.constantFrom([4, 4], [4, 8], [8, 8], [9, 9], [16, 16]),
      fc.uint8Array({ maxLength: 320 }),
      fc.nat(80),
      fc.integer({ min: 1, max: 64 }),
      ([size, stride], input, cut, blocks) => {
        dirty();
        bytes.set(input, IN);
        bytes.fill(0, OUT, OUT + 32 * blocks);
        const count = Math.floor(input.length / stride!);
        const first = Math.min(cut, count);
        kernel.addFixed(IN, first, size!, stride!, OUT, blocks);
        kernel.addFixed(IN + stride! * first, count - first, size!, stride!, OUT, blocks);
        const values = Array.from({ length: count }, (_, i) =>
          input.subarray(i * stride!, i * stride! + size!),
        );
        expect(words(blocks)).toEqual(expected(values, blocks));
      },
    ),
    runs,
  );
});
