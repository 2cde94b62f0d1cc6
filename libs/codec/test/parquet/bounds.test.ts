import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutMax, cutMin, longestBound } from '../../src/parquet/bounds.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array | undefined) =>
  bytes && new TextDecoder('utf-8', { fatal: true }).decode(bytes);

test('a cut text is a text', () => {
  const long = utf8(`${'a'.repeat(63)}é and more`);
  expect(text(cutMin(long, true))).toBe('a'.repeat(63));
  expect(text(cutMax(long, true))).toBe(`${'a'.repeat(62)}b`);
});

test('the last character that can be raised is', () => {
  expect(text(cutMax(utf8(`a${'\u{10ffff}'.repeat(20)}`), true))).toBe('b');
  expect(text(cutMax(utf8(`${'a'.repeat(60)}\ud7ff…`), true))).toBe(`${'a'.repeat(60)}\ue000`);
  expect(cutMax(Uint8Array.of(7, ...new Uint8Array(80).fill(255)), false)).toEqual(Uint8Array.of(8));
});

test('nothing is above the greatest', () => {
  expect(cutMax(new Uint8Array(80).fill(255), false)).toBeUndefined();
});

test('bytes that are no text are bounded as bytes', () => {
  const bytes = new Uint8Array(80).fill(0x80);
  expect(cutMax(bytes, true)).toEqual(Uint8Array.from({ length: 64 }, (_, i) => (i < 63 ? 0x80 : 0x81)));
});

test('cuts lie on their sides', () => {
  const long = fc.oneof(
    fc.string({ unit: 'binary', minLength: 65, maxLength: 90 }).map(utf8),
    fc.uint8Array({ minLength: 65, maxLength: 90 }),
  );
  fc.assert(
    fc.property(long, fc.boolean(), (value, isText) => {
      const [min, max] = [cutMin(value, isText), cutMax(value, isText)];
      expect(Buffer.compare(min, value)).toBeLessThan(0);
      expect(min.length).toBeGreaterThan(longestBound - 4);
      if (!max) return;
      expect(Buffer.compare(max, value)).toBeGreaterThan(0);
      expect(max.length).toBeLessThanOrEqual(longestBound + 1);
    }),
    { numRuns: 500 },
  );
});
