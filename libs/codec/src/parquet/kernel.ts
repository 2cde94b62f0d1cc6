import { compileKernel } from '../kernel/module.ts';
import { kernelBase64 } from './kernel.generated.ts';

/** The kernel's functions; kernel/parquet says what each does. Arguments are addresses and counts. */
export interface ParquetKernel {
  countPresent(present: number, rows: number): number;
  compact8(slots: number, present: number, rows: number, out: number): number;
  compact16(slots: number, present: number, rows: number, out: number): number;
  narrow(slots: number, count: number, out: number): void;
  truthBytes(slots: number, count: number, out: number): void;
  gather4(values: number, ids: number, count: number, out: number): void;
  gather8(values: number, ids: number, count: number, out: number): void;
  gather16(values: number, ids: number, count: number, out: number): void;
  markUsed(ids: number, count: number, used: number): void;

  intern8(state: number, slots: number, count: number, ids: number): number;
  intern16(state: number, slots: number, count: number, ids: number): number;
  internBytes(state: number, slots: number, count: number, ids: number): number;
  rehash8(state: number): void;
  rehash16(state: number): void;
  rehashBytes(state: number): void;

  sumLengths(slots: number, present: number, rows: number): number;
  sumWords(words: number, count: number): number;
  copyStrings(slots: number, count: number, lengths: number, bytes: number): number;
  gatherStrings(
    values: number,
    offsets: number,
    ids: number,
    count: number,
    lengths: number,
    bytes: number,
  ): number;
  interleaveStrings(lengths: number, count: number, bytes: number, out: number): number;
  stringSlots(lengths: number, count: number, bytes: number, out: number): void;
  entrySlots(values: number, offsets: number, count: number, out: number): void;
  fitRows(present: number, rows: number, lengths: number, overhead: number, budget: number): number;

  packBits(ids: number, count: number, width: number, out: number): number;
  packBytes(bytes: number, count: number, out: number): number;
  packFlags(bytes: number, count: number, out: number): number;
  deltaSize32(values: number, count: number, scratch: number): number;
  deltaSize64(values: number, count: number, scratch: number): number;
  encodeDelta32(values: number, count: number, out: number, scratch: number): number;
  encodeDelta64(values: number, count: number, out: number, scratch: number): number;
  splitBytes8(values: number, count: number, out: number): void;
  writeBigEndian(slots: number, count: number, length: number, out: number): void;

  range32(values: number, count: number, out: number): void;
  range64(values: number, count: number, out: number): void;
  rangeDouble(values: number, count: number, out: number): number;
  rangeInt128(values: number, count: number, out: number): void;
  range16(values: number, count: number, out: number): void;
  rangeBytes(slots: number, count: number, out: number): void;

  snappy(input: number, length: number, out: number, table: number): number;
  hashBytes(at: number, length: number): bigint;
  addFixed(values: number, count: number, size: number, stride: number, filter: number, blocks: number): void;
  addBytes(slots: number, count: number, filter: number, blocks: number): void;
}

/** Makes an instance of the kernel over a memory. */
export const createKernel = compileKernel<ParquetKernel>(kernelBase64);
