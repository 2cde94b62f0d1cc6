import { compileKernel } from '../kernel/module.ts';
import { kernelBase64 } from './kernel.generated.ts';

/** Reads a column of a batch into slots and present bytes; gives the number of rows it leaves to the host. */
export type ParseColumn = (job: number, field: number, slots: number, present: number) => number;

/** What the module exports; addresses are offsets in the memory it was given. See kernel/columns/memory-map.ts. */
export interface Kernel {
  parseStrings: ParseColumn;
  parseIntegers: ParseColumn;
  parseDecimals: ParseColumn;
  parseWideDecimals: ParseColumn;
  parseDoubles: ParseColumn;
  parseBooleans: ParseColumn;
  parseDates: ParseColumn;
  parseTimes: ParseColumn;
  parseDatetimes: ParseColumn;
  parseUuids: ParseColumn;
  parseOthers: ParseColumn;
  /** Adds a column of a batch to its evidence; gives the number of rows it leaves to the host. */
  classifyColumn(job: number, field: number, evidence: number, scratch: number): number;
  gatherSlots(rows: number, count: number, from: number, to: number, size: number): void;
  gatherBytes(rows: number, count: number, from: number, to: number): void;
}

/** A kernel over a memory. */
export const createKernel = compileKernel<Kernel>(kernelBase64);
