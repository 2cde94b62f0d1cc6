import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { KernelHeap } from '../../src/kernel/heap.ts';
import { Dictionary, type EntrySize } from '../../src/parquet/dictionary.ts';
import { createKernel } from '../../src/parquet/kernel.ts';
import { i64, listOf, runs, string } from './kernel-memory.ts';

const heap = new KernelHeap(64 * 1024 * 1024);
const kernel = createKernel(heap.memory);

/** Ids in order of first appearance. */
function internNaively(keys: string[]): { ids: number[]; entries: string[] } {
  const entries = [...new Set(keys)];
  return { ids: keys.map((key) => entries.indexOf(key)), entries };
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Interns values that stand at `slots`, so many at a time (`batches`, in turn). */
function intern(size: EntrySize, slots: number, count: number, limit: number, batches = [count]) {
  const ids = heap.allocate(4 * count);
  const dictionary = new Dictionary(heap, kernel, size, limit);
  let done = 0;
  for (let i = 0; done < count; i++) {
    const wanted = Math.min(count - done, batches[i % batches.length]!);
    const taken = dictionary.intern(slots + (size || 8) * done, wanted, ids + 4 * done);
    done += taken;
    if (taken < wanted && !dictionary.grow(slots + (size || 8) * done)) break;
  }
  const result = {
    done,
    ids: Array.from({ length: done }, (_, i) => heap.view.getUint32(ids + 4 * i, true)),
    entries: Array.from({ length: dictionary.entries }, (_, id) => {
      if (size > 0) return hex(heap.at(dictionary.values + size * id, size));
      const at = dictionary.values + heap.view.getUint32(dictionary.offsets + 4 * id, true);
      return hex(heap.at(at + 4, heap.view.getUint32(at, true)));
    }),
    bytes: dictionary.bytes,
  };
  dictionary.release();
  heap.release(ids);
  return result;
}

const limits = fc.oneof(fc.constant(1 << 20), fc.integer({ min: 16, max: 2000 }));

const batches = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 });

function check(keys: string[], size: EntrySize, limit: number, slots: number, sizes: number[]): void {
  const { done, ids, entries, bytes } = intern(size, slots, keys.length, limit, sizes);
  expect(bytes).toBeLessThanOrEqual(limit);
  expect({ ids, entries }).toEqual(internNaively(keys.slice(0, done)));
  if (done === keys.length) return;
  // It stops only at a value that is new and would not fit.
  expect(entries).not.toContain(keys[done]);
  expect(bytes + (size || 4 + keys[done]!.length / 2)).toBeGreaterThan(limit);
}

test('numbers of 8 bytes', () => {
  fc.assert(
    fc.property(listOf(i64), limits, batches, (values, limit, sizes) => {
      const slots = heap.allocate(8 * values.length);
      values.forEach((value, i) => {
        heap.view.setBigInt64(slots + 8 * i, value, true);
      });
      check(
        values.map((_, i) => hex(heap.at(slots + 8 * i, 8))),
        8,
        limit,
        slots,
        sizes,
      );
      heap.release(slots);
    }),
    runs,
  );
});

test('numbers and ids of 16 bytes', () => {
  fc.assert(
    fc.property(listOf(fc.tuple(i64, i64)), limits, batches, (values, limit, sizes) => {
      const slots = heap.allocate(16 * values.length);
      values.forEach(([low, high], i) => {
        heap.view.setBigInt64(slots + 16 * i, low, true);
        heap.view.setBigInt64(slots + 16 * i + 8, high, true);
      });
      check(
        values.map((_, i) => hex(heap.at(slots + 16 * i, 16))),
        16,
        limit,
        slots,
        sizes,
      );
      heap.release(slots);
    }),
    runs,
  );
});

test('strings', () => {
  fc.assert(
    fc.property(listOf(string), limits, batches, (values, limit, sizes) => {
      const slots = heap.allocate(8 * values.length);
      const text = heap.allocate(Buffer.concat(values).length);
      let at = text;
      values.forEach((value, i) => {
        heap.bytes.set(value, at);
        heap.view.setUint32(slots + 8 * i, at, true);
        heap.view.setUint32(slots + 8 * i + 4, value.length, true);
        at += value.length;
      });
      check(values.map(hex), 0, limit, slots, sizes);
      heap.release(slots);
      heap.release(text);
    }),
    runs,
  );
});

test('many: every one is found again after the table has grown', () => {
  for (const stride of [1n, 1n << 20n, 1n << 40n, 1n << 52n]) {
    const count = stride === 1n << 52n ? 2048 : 50_000;
    const slots = heap.allocate(16 * count);
    for (let i = 0; i < 2 * count; i++) {
      heap.view.setBigInt64(slots + 8 * i, BigInt.asIntN(64, BigInt(i % count) * stride), true);
    }
    const { done, ids } = intern(8, slots, 2 * count, 1 << 20);
    expect(done).toBe(2 * count);
    expect(ids.every((id, i) => id === i % count)).toBe(true);
    heap.release(slots);
  }
});

test('values made to meet in one place make it stop, not crawl', () => {
  // The inverse of the hash's factor makes products that differ in their lowest bits only.
  const inverse = 0xf1de83e19937733dn;
  const count = 20_000;
  const slots = heap.allocate(8 * count);
  for (let i = 0; i < count; i++) {
    const mixed = BigInt.asUintN(64, BigInt(i) * inverse);
    heap.view.setBigUint64(slots + 8 * i, mixed ^ (mixed >> 32n), true);
  }
  const ids = heap.allocate(4 * count);
  const dictionary = new Dictionary(heap, kernel, 8, 1 << 20);
  let done = 0;
  while (done < count && !dictionary.isCrowded) {
    done += dictionary.intern(slots + 8 * done, count - done, ids + 4 * done);
    if (done < count && !dictionary.isCrowded) dictionary.grow(slots + 8 * done);
  }
  expect(dictionary.isCrowded).toBe(true);
  expect(done).toBeLessThan(2000);
  dictionary.release();
  heap.release(slots);
  heap.release(ids);
});
