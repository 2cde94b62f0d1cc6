import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import * as twin from './decode.twin.ts';
import { chunkSizes, cut, heap, kernel, numRuns, output, putInput, state } from './kernel-memory.ts';

const written = (end: number) => Buffer.from(heap.bytes.slice(output, end));
const wordAt = heap.allocate(4);
const stoppedAt = () => heap.view.getUint32(wordAt, true);

/** Runs of letters, as long as are decoded at once, and others among them. */
const eightBit = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc.nat(40).map((length) => new Uint8Array(length).fill(97)),
    ),
    {
      maxLength: 8,
    },
  )
  .map((parts) => Buffer.concat(parts));

test.each(['iso-8859-1', 'windows-1252'] as const)(
  '%s is decoded as its twin does, however it is cut',
  (encoding) => {
    state.setEncoding(encoding);
    fc.assert(
      fc.property(eightBit, chunkSizes, (bytes, sizes) => {
        const decoded = cut(bytes, sizes).map((chunk) => {
          const [start, end] = putInput(chunk, 0xe4);
          return written(kernel.decodeEightBit(start, end, output));
        });
        expect(Buffer.concat(decoded).toString('hex')).toBe(
          twin.decodeEightBit(bytes, encoding).toString('hex'),
        );
      }),
      { numRuns },
    );
  },
);

const units = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.nat(20).map((length) => 'a'.repeat(length)),
      // Halves of pairs, and what is next to them.
      fc.constantFrom(
        '\ud83d',
        '\ude00',
        '\ud7ff',
        '\ue000',
        '\udbff\udfff',
        '\x7f',
        '\x80',
        '\u07ff',
        '\u0800',
        '\uffff',
      ),
    ),
    { maxLength: 10 },
  )
  .map((parts) => Buffer.from(parts.join(''), 'utf16le'));

test.each([false, true])(
  'UTF-16 (big-endian: %s) is decoded as its twin does, however it is cut',
  (isBig) => {
    fc.assert(
      fc.property(units, fc.boolean(), chunkSizes, (text, isOdd, sizes) => {
        const given = isBig ? Buffer.from(text).swap16() : text;
        const bytes = isOdd ? Buffer.concat([given, Buffer.of(0x61)]) : given;
        let left: Uint8Array = new Uint8Array(0);
        const chunks = cut(bytes, sizes);
        // The end may show only after the last chunk.
        const decoded = [...chunks, new Uint8Array(0)].map((chunk, i) => {
          const isLast = i === chunks.length;
          const [start, end] = putInput(Buffer.concat([left, chunk]), 0xdc);
          const text = written(kernel.decodeUtf16(start, end, output, isBig, isLast, wordAt));
          left = heap.bytes.slice(stoppedAt(), end);
          expect(left.length).toBeLessThan(isLast ? 1 : 4);
          return text;
        });
        expect(Buffer.concat(decoded).toString('hex')).toBe(twin.decodeUtf16(bytes, isBig).toString('hex'));
      }),
      { numRuns },
    );
  },
);

test.each([false, true])(
  'units of 16 bits (%s) or characters are counted as the twin does, however they are cut',
  (isSixteen) => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), chunkSizes, (given, sizes) => {
        const text = Buffer.from(given.toWellFormed());
        const counts = cut(text, sizes).map((chunk) => {
          const [start, end] = putInput(chunk, 0x61);
          return kernel.countUnits(start, end, isSixteen);
        });
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(twin.countUnits(text, isSixteen));
      }),
      { numRuns },
    );
  },
);

test('decoded text took as many units as are counted in it', () => {
  fc.assert(
    fc.property(units, (bytes) => {
      const [start, end] = putInput(bytes, 0xdc);
      const decoded = kernel.decodeUtf16(start, end, output, false, true, wordAt);
      expect(2 * kernel.countUnits(output, decoded, true)).toBe(bytes.length);
    }),
    { numRuns },
  );
});
