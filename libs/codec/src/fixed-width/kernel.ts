import { compileKernel } from '../kernel/module.ts';
import { kernelBase64 } from './kernel.generated.ts';

/** What the module exports; addresses are offsets in the memory it was given. See kernel/fixed-width/memory-map.ts. */
export interface Kernel {
  convertRecords(pos: number, end: number, out: number, soft: number, limit: number): number;
  skipRecords(pos: number, end: number, wanted: number): number;
  utf8Step(pos: number, end: number): number;
}

/** A kernel over a memory. */
export const createKernel = compileKernel<Kernel>(kernelBase64);
