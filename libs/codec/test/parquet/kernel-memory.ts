import * as fc from 'fast-check';
import { wasm } from '../../src/kernel/webassembly.ts';
import { createKernel } from '../../src/parquet/kernel.ts';

/** A kernel with memory of its own, for tests of single functions. */
const memory = new wasm.Memory({ initial: 64, maximum: 64, shared: true });
export const bytes = new Uint8Array(memory.buffer);
export const view = new DataView(memory.buffer);
export const kernel = createKernel(memory);

/** Where tests put what goes in and take what comes out; what a function should not touch is seen by the mark around. */
export const IN = 4096;
export const PRESENT = 1_000_000;
export const OUT = 2_000_000;
export const SCRATCH = 3_500_000;

export const runs = { numRuns: Number(process.env.PROPERTY_RUNS ?? 150) };

/** Fills all memory with what is no zero, so that reading too far shows. */
export function dirty(): void {
  bytes.fill(0xa5);
}

export const u32s = (at: number, count: number) =>
  Array.from({ length: count }, (_, i) => view.getUint32(at + 4 * i, true));
export const i64s = (at: number, count: number) =>
  Array.from({ length: count }, (_, i) => view.getBigInt64(at + 8 * i, true));

export function putU32s(at: number, values: readonly number[]): void {
  values.forEach((value, i) => {
    view.setUint32(at + 4 * i, value, true);
  });
}

export function putI64s(at: number, values: readonly bigint[]): void {
  values.forEach((value, i) => {
    view.setBigInt64(at + 8 * i, value, true);
  });
}

/** Puts strings at odd places and their slots to `slots`. */
export function putStrings(slots: number, at: number, strings: readonly Uint8Array[]): void {
  let next = at;
  strings.forEach((string, i) => {
    bytes.set(string, next);
    view.setUint32(slots + 8 * i, next, true);
    view.setUint32(slots + 8 * i + 4, string.length, true);
    next += string.length + (i % 3);
  });
}

export const taken = (at: number, length: number) => Array.from(bytes.subarray(at, at + length));

/** A list whose members repeat and run. */
export const listOf = <T>(member: fc.Arbitrary<T>, maxLength = 700): fc.Arbitrary<T[]> =>
  fc
    .array(
      fc.tuple(member, fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 300 }))),
      {
        maxLength: 60,
      },
    )
    .map((runs) => runs.flatMap(([value, times]) => Array<T>(times).fill(value)).slice(0, maxLength));

export const i64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -100n, max: 100n }),
  fc.constantFrom(0n, -(2n ** 63n), 2n ** 63n - 1n, -(2n ** 31n), 2n ** 31n - 1n),
);
export const flags = listOf(fc.constantFrom(0, 1));
export const string = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc.uint8Array({ maxLength: 90 }),
  // The same beginnings.
  fc
    .tuple(fc.integer({ min: 0, max: 40 }), fc.uint8Array({ maxLength: 3 }))
    .map(([length, tail]) => Uint8Array.from([...new Uint8Array(length).fill(97), ...tail])),
);
