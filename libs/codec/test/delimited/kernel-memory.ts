import * as fc from 'fast-check';
import * as map from '../../kernel/delimited/memory-map.ts';
import { createKernel } from '../../src/delimited/kernel.ts';
import { KernelState } from '../../src/delimited/kernel-state.ts';
import { KernelHeap } from '../../src/kernel/heap.ts';

export const heap = new KernelHeap(1 << 20);
export const kernel = createKernel(heap.memory);
export const state = new KernelState(heap);
kernel.attach(state.address);

export const numRuns = Number(process.env.PROPERTY_RUNS ?? 300);

const ROOM = 64 * 1024;
const input = heap.allocate(ROOM);
export const output = heap.allocate(ROOM);

/** Writes bytes to an odd place, with what might be more of them around; gives their start and end. */
export function putInput(bytes: Uint8Array, around: number): [start: number, end: number] {
  heap.bytes.fill(around, input, input + bytes.length + 64);
  heap.bytes.set(bytes, input + 1);
  return [input + 1, input + 1 + bytes.length];
}

export function setTerminator(terminator: string): void {
  const bytes = Buffer.from(terminator);
  state.set(map.TERMINATOR_LENGTH, bytes.length);
  heap.bytes.set(bytes, state.address + map.TERMINATOR);
}

/** Lengths of chunks, taken in turn. */
export const chunkSizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });

export function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let from = 0, i = 0; from < bytes.length; i++) {
    chunks.push(bytes.subarray(from, from + sizes[i % sizes.length]!));
    from += chunks.at(-1)!.length;
  }
  return chunks;
}
