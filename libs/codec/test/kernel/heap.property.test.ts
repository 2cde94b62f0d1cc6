import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { KernelHeap } from '../../src/kernel/heap.ts';

const CAPACITY = 1024 * 1024;

test('blocks never overlap, are aligned, and after the last release all memory is one block again', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ size: fc.integer({ min: 0, max: 40_000 }), release: fc.nat() }), {
        maxLength: 60,
      }),
      (steps) => {
        const heap = new KernelHeap(CAPACITY);
        const blocks: { address: number; size: number }[] = [];
        for (const { size, release } of steps) {
          if (release % 3 === 0 && blocks.length > 0) {
            heap.release(blocks.splice(release % blocks.length, 1)[0]!.address);
            continue;
          }
          const address = heap.allocate(size);
          expect(address % 64).toBe(0);
          expect(address).toBeGreaterThan(0);
          for (const other of blocks)
            expect(address + size <= other.address || other.address + other.size <= address).toBe(true);
          blocks.push({ address, size });
        }
        for (const { address } of blocks) heap.release(address);
        heap.release(heap.allocate(CAPACITY - 4096));
      },
    ),
  );
});

test('a full memory and a foreign address are refused', () => {
  const heap = new KernelHeap(CAPACITY);
  expect(() => heap.allocate(2 * CAPACITY)).toThrow(RangeError);
  expect(() => heap.release(64)).toThrow(RangeError);
});
