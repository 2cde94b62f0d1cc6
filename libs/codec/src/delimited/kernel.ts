import { compileKernel } from '../kernel/module.ts';
import { kernelBase64 } from './kernel.generated.ts';

/** What the module exports; addresses are offsets in the memory it was given. See kernel/delimited/memory-map.ts. */
export interface Kernel {
  /** Says where the state block is; once, before all else. */
  attach(state: number): void;
  readBatch(pos: number, end: number, last: boolean, cells: number, records: number, most: number): number;
  skipRecord(pos: number, end: number, last: boolean): void;
  findTerminator(pos: number, end: number): number;
  terminatorLength(pos: number, end: number): number;
  countLines(pos: number, end: number): number;
  decodeEightBit(pos: number, end: number, out: number): number;
  decodeUtf16(pos: number, end: number, out: number, big: boolean, last: boolean, stopped: number): number;
  countUnits(pos: number, end: number, sixteen: boolean): number;
}

/** A kernel over a memory; each reader has one of its own, for its state block. */
export const createKernel = compileKernel<Kernel>(kernelBase64);
