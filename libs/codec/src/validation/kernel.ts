import { compileKernel } from '../kernel/module.ts';
import { kernelBase64 } from './kernel.generated.ts';

/** What the module exports; addresses are offsets in the memory it was given. See kernel/validation/memory-map.ts. */
export interface Kernel {
  listOutside(
    slots: number,
    present: number,
    rows: number,
    least: bigint,
    greatest: bigint,
    list: number,
  ): number;
  listDoublesOutside(
    slots: number,
    present: number,
    rows: number,
    least: number,
    greatest: number,
    list: number,
  ): number;
  listLengthsOutside(
    job: number,
    offset: number,
    present: number,
    least: number,
    greatest: number,
    list: number,
  ): number;
  listUnknown(job: number, offset: number, present: number, known: number, list: number): number;
  listAbsent(present: number, rows: number, list: number): number;
  addKnown(known: number, at: number, length: number): number;
  startHashes(hashes: number, states: number, rows: number, seed: bigint): void;
  hashSlots(kind: number, slots: number, present: number, rows: number, hashes: number, states: number): void;
  hashCells(job: number, columns: number, hashes: number): void;
  insertHashes(
    table: number,
    hashes: number,
    states: number,
    from: number,
    rows: number,
    again: number,
    counted: number,
  ): number;
  findHashes(
    table: number,
    hashes: number,
    states: number,
    rows: number,
    wanted: number,
    list: number,
  ): number;
  logHashes(log: number, hashes: number, states: number, from: number, rows: number): number;
  clearSlots(slots: number, count: number): void;
  moveHashes(part: number, old: number, count: number): void;
  addTexts(job: number, offset: number, present: number, profile: number): void;
  addKnownTexts(
    known: number,
    job: number,
    offset: number,
    present: number,
    list: number,
    count: number,
    profile: number,
  ): void;
  sampleTexts(job: number, offset: number, present: number, profile: number): void;
  addIntegers(slots: number, present: number, rows: number, profile: number): void;
  addDoubles(slots: number, present: number, rows: number, profile: number): void;
  addWide(slots: number, present: number, rows: number, profile: number, isBytes: number): void;
  mergeProfile(profile: number, other: number, order: number): void;
}

/** A kernel over a memory. */
export const createKernel = compileKernel<Kernel>(kernelBase64);
