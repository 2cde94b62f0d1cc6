import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inflate } from '../../src/compression/inflate.ts';
import { BadInput } from '../../src/errors.ts';
import { inputOptions } from '../../src/options.ts';
import { cut, readAll, sourceOf } from './memory.ts';

const formats = {
  gzip: gzipSync,
  zstd: (bytes: Uint8Array) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
};
const magicBytes = 4;

/** Several members or frames, some bytes of them changed, some cut off, read in pieces of any size. */
const damaged = fc.record({
  format: fc.constantFrom('gzip' as const, 'zstd' as const),
  parts: fc.array(fc.string({ maxLength: 2000 }), { minLength: 1, maxLength: 4 }),
  flips: fc.array(fc.record({ at: fc.nat(), mask: fc.integer({ min: 1, max: 255 }) }), { maxLength: 3 }),
  lost: fc.oneof(fc.constant(0), fc.nat({ max: 200 })),
  padding: fc.oneof(fc.constant(0), fc.nat({ max: 100 })),
  piece: fc.integer({ min: 1, max: 5000 }),
});

it('gives what was packed, or says that the input is bad: never anything else, never nothing', async () => {
  await fc.assert(
    fc.asyncProperty(damaged, async ({ format, parts, flips, lost, padding, piece }) => {
      const plain = Buffer.from(parts.join(''));
      const members = parts.map((part) => formats[format](Buffer.from(part)));
      const packed = Buffer.concat([...members, Buffer.alloc(padding)]);
      for (const { at, mask } of flips) packed[magicBytes + (at % (packed.length - magicBytes))]! ^= mask;
      const bytes = packed.subarray(0, Math.max(magicBytes, packed.length - lost));
      const source = inflate(sourceOf(...cut(bytes, piece)), inputOptions.parse({ compression: format }));
      const outcome = await readAll(source, 700).catch((error: unknown) => error);
      if (!(outcome instanceof Buffer)) {
        expect(outcome).toBeInstanceOf(BadInput);
        return;
      }
      // Cut off exactly between two members, there is nothing to see.
      if (lost === 0) expect(outcome.equals(plain)).toBe(true);
      else expect(plain.subarray(0, outcome.length).equals(outcome)).toBe(true);
    }),
    { numRuns: 300 },
  );
});
