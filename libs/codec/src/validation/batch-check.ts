import {
  addCell,
  type ColumnEvidence,
  ColumnProfiler,
  emptyEvidence,
  type Field,
  mergeEvidence,
} from '@tributary/table-schema';
import * as map from '../../kernel/validation/memory-map.ts';
import { BatchRoom } from '../columns/batch-room.ts';
import { formOf } from '../columns/cell-form.ts';
import { writeFieldBlock } from '../columns/field-block.ts';
import { ColumnJob } from '../columns/job.ts';
import type { ParseColumn } from '../columns/kernel.ts';
import { writeValue } from '../columns/slot-value.ts';
import { CELL_SIZE, type CellTable } from '../delimited/record-batch.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import { slotSize } from '../parquet/column.ts';
import type { CellRule, JudgedCell } from './cell-rule.ts';
import { type GatheredProfile, KernelProfile } from './column-profile.ts';
import type { Kernel } from './kernel.ts';
import { KnownTexts } from './known-texts.ts';

/** Rows of which all texts are counted, and of how many batches after them one is. */
const SAMPLED_WHOLE = 50_000;
const SAMPLED_ONE_IN = 32;

/** What is wanted of a column. */
export interface CheckedColumn {
  rule: CellRule;
  /** Of its cells in a record. */
  index: number;
  /** Whether constraints are looked at; else only what the values are. */
  checks: boolean;
  /** Whether what is in it is gathered: numbers of cells always, `texts` of their texts as well. */
  gathers?: 'values' | 'texts';
  /** Values to be counted. */
  allowed?: { isAllowed: (value: NonNullable<JudgedCell['value']>) => boolean } | undefined;
  /** Whether the exact sum is wanted where the kernel has none. */
  sums?: boolean;
  /** Whether nobody asks for its slots after the check. */
  passes?: boolean;
}

/** What was gathered of a column, as it is handed to the thread that merges it. */
export interface GatheredColumn {
  counts: ColumnCounts;
  profile: GatheredProfile | undefined;
  badEvidence: ColumnEvidence;
}

/** Numbers of a column's cells over all batches. */
export interface ColumnCounts {
  values: number;
  nulls: number;
  bad: number;
  allowed: number;
}

export interface ColumnState extends CheckedColumn {
  counts: ColumnCounts;
  profile: KernelProfile | undefined;
  /** Of bad cells only. */
  badEvidence: ColumnEvidence;
  sum: ColumnProfiler | undefined;
  parse: ParseColumn;
  block: number;
  size: 8 | 16;
  known: KnownTexts | undefined;
  knownAllowed: KnownTexts | undefined;
}

/**
 * Checks batches a column at a time. The kernel reads the common forms and proves most values good; the others are judged by
 * their text, by the exact rule of their field. What comes out is a suspicion: rows that need the whole exact check.
 */
export class BatchCheck {
  /** A byte for each row of the batch last checked: 1 for one that is not proved good. */
  suspects = new Uint8Array(0);
  readonly job: ColumnJob;
  readonly columns: readonly ColumnState[];
  readonly #heap: KernelHeap;
  readonly #kernel: Kernel;
  readonly #room: BatchRoom;
  readonly #coversAll: boolean;
  readonly #sampled: number;
  #list = 0;
  /** Rows that there is room for, and those of the batch last checked. */
  #rows = 0;
  #checked = 0;
  /** Rows and batches checked, here or elsewhere. */
  #seen = 0;
  #batches = 0;
  #isSampled = true;

  /**
   * @param coversAll whether these are all columns of the table, so that a row that is blank is one that has nothing in any of them
   * @param sampled rows of which all texts are counted, and of some batches after them; 0: of none
   */
  constructor(
    heap: KernelHeap,
    kernel: Kernel,
    columns: readonly CheckedColumn[],
    { coversAll, sampled = SAMPLED_WHOLE }: { coversAll: boolean; sampled?: number },
  ) {
    this.#heap = heap;
    this.#kernel = kernel;
    this.#coversAll = coversAll;
    this.#sampled = sampled;
    this.job = new ColumnJob(heap);
    this.columns = columns.map((column) => this.#plan(column, columns.length));
    this.#room = new BatchRoom(
      heap,
      this.columns.map(({ size }) => size),
      new Set(this.columns.flatMap(({ passes }, i) => (passes ? [i] : []))),
    );
  }

  #plan(column: CheckedColumn, among: number): ColumnState {
    const { rule, index, checks, gathers, allowed, sums } = column;
    const { field, kind, proof, isClosed } = rule;
    const { parser, ...form } = formOf(field);
    return {
      ...column,
      counts: { values: 0, nulls: 0, bad: 0, allowed: 0 },
      profile: gathers && new KernelProfile(this.#heap, this.#kernel, field, kind),
      badEvidence: emptyEvidence(),
      sum: sums ? new ColumnProfiler(field) : undefined,
      parse: this.job.kernel[isClosed ? 'parseStrings' : parser],
      block: writeFieldBlock(this.#heap, index, { ...form, missing: rule.missing }),
      size: slotSize(kind),
      known:
        (checks || isClosed) && proof.by === 'text'
          ? new KnownTexts(this.#heap, this.#kernel, proof.texts, among)
          : undefined,
      knownAllowed: allowed && new KnownTexts(this.#heap, this.#kernel, [], among),
    };
  }

  /** Address of a column's slots, unless it `passes`; good until the next batch. */
  slots(column: number): number {
    return this.#room.slots(column);
  }

  /** Address of a column's bytes of PRESENT_*. */
  present(column: number): number {
    return this.#room.present(column);
  }

  /** Checks a batch. */
  check(batch: CellTable): void {
    const { records } = batch;
    if (records > this.#rows) this.#grow(records);
    this.#checked = records;
    this.suspects.fill(0, 0, records);
    this.#room.start(records);
    this.job.start(batch);
    this.#isSampled = this.samplesNext;
    this.passOver(records);
    let emptiest = 0;
    let fewest = Number.POSITIVE_INFINITY;
    this.columns.forEach((column, i) => {
      const nulls = this.#checkColumn(column, i, records);
      if (nulls < fewest) [fewest, emptiest] = [nulls, i];
    });
    if (this.#coversAll && fewest > 0 && this.columns.length > 0) this.#suspectBlanks(emptiest, records);
  }

  /** The suspects of the batch last checked, to keep; undefined if there are none. */
  takeSuspects(): Uint8Array | undefined {
    const suspects = this.suspects.subarray(0, this.#checked);
    return suspects.includes(1) ? suspects.slice() : undefined;
  }

  /** Whether the batch that comes next is among those whose texts are counted: all of a small table, and a part of a large one. */
  get samplesNext(): boolean {
    return this.#sampled > 0 && (this.#seen < this.#sampled || this.#batches % SAMPLED_ONE_IN === 0);
  }

  /** Counts a batch of so many rows, which may be checked elsewhere. */
  passOver(records: number): void {
    this.#seen += records;
    this.#batches++;
  }

  /** What it has gathered of other rows, for `merge`; sums that the kernel has not are not among it. */
  gathered(): GatheredColumn[] {
    return this.columns.map(({ counts, profile, badEvidence }) => ({
      counts,
      profile: profile?.gathered,
      badEvidence,
    }));
  }

  /** Takes in what the same columns have in other rows. */
  merge(others: readonly GatheredColumn[]): void {
    this.columns.forEach((column, i) => {
      const { counts, profile, badEvidence } = others[i]!;
      column.counts.values += counts.values;
      column.counts.nulls += counts.nulls;
      column.counts.bad += counts.bad;
      column.counts.allowed += counts.allowed;
      if (profile) column.profile!.merge(profile);
      column.badEvidence = mergeEvidence(column.badEvidence, badEvidence);
    });
  }

  /** Takes back that so many rows had nothing in any column: blank rows are no part of a column. */
  forgetBlank(): void {
    for (const { counts } of this.columns) counts.nulls--;
  }

  close(): void {
    this.#room.close();
    if (this.#list) this.#heap.release(this.#list);
    this.#list = 0;
    for (const { block, known, knownAllowed, profile } of this.columns) {
      this.#heap.release(block);
      known?.close();
      knownAllowed?.close();
      profile?.close();
    }
    this.job.close();
  }

  #grow(rows: number): void {
    if (this.#list) this.#heap.release(this.#list);
    this.#list = this.#heap.allocate(rows * 4 + 4);
    this.#rows = rows;
    this.suspects = new Uint8Array(rows);
  }

  /** Gives the number of nulls. */
  #checkColumn(column: ColumnState, i: number, rows: number): number {
    const { rule, counts, parse, index } = column;
    const slots = this.#room.slots(i);
    const present = this.#room.present(i);
    const unsure = parse(this.job.address, column.block, slots, present);
    const { nulls } = this.job;
    if (column.checks && rule.required && nulls > 0)
      this.#suspect(this.#kernel.listAbsent(present, rows, this.#list));
    let bad = 0;
    for (const row of this.job.unsure(unsure)) {
      const text = this.job.text(row, index);
      const { value, good } = rule.judge(text);
      if (value === undefined) bad += this.#markBad(column, present, row, text);
      else this.#putValue(column, i, row, text, value);
      if (!good && column.checks) this.suspects[row] = 1;
    }
    // First, where the least and the greatest value prove that all are in range; a value that is not is a value all the same.
    const isInOrder = rule.proof.by === 'range';
    if (isInOrder) this.#gather(column, slots, present, rows, rows - nulls - bad, 0);
    const unproved = this.#listUnproved(column, slots, present, rows);
    for (let at = 0; at < unproved; at++) {
      const row = this.#listed(at);
      const text = this.job.text(row, index);
      const { value, good } = rule.judge(text);
      if (value === undefined) bad += this.#markBad(column, present, row, text);
      if (!good) {
        if (column.checks) this.suspects[row] = 1;
      } else column.known?.add(text);
    }
    counts.nulls += nulls;
    counts.bad += bad;
    counts.values += rows - nulls - bad;
    if (!isInOrder) this.#gather(column, slots, present, rows, rows - nulls - bad, unproved);
    return nulls;
  }

  #listUnproved(
    { rule, index, checks, known, profile }: ColumnState,
    slots: number,
    present: number,
    rows: number,
  ): number {
    const { proof } = rule;
    const offset = index * CELL_SIZE;
    if (known) {
      known.start();
      return this.#kernel.listUnknown(this.job.address, offset, present, known.address, this.#list);
    }
    if (!checks) return 0;
    switch (proof.by) {
      case 'range':
        if (profile?.isWithin(proof.least, proof.greatest)) return 0;
        return this.#kernel.listOutside(slots, present, rows, proof.least, proof.greatest, this.#list);
      case 'doubles':
        return this.#kernel.listDoublesOutside(slots, present, rows, proof.least, proof.greatest, this.#list);
      case 'length':
        return this.#kernel.listLengthsOutside(
          this.job.address,
          offset,
          present,
          proof.least,
          proof.greatest,
          this.#list,
        );
      default:
        return 0;
    }
  }

  /** @param unproved rows of the list that are not proved good */
  #gather(
    column: ColumnState,
    slots: number,
    present: number,
    rows: number,
    values: number,
    unproved: number,
  ): void {
    const { profile, gathers, rule, counts, known, allowed, knownAllowed, sum, index } = column;
    if (values === 0) return;
    const job = this.job.address;
    const offset = index * CELL_SIZE;
    if (known && rule.kind === 'bytes')
      profile?.addKnownTexts(known.address, { job, offset, present }, this.#list, unproved);
    else profile?.addValues(slots, present, rows, job, offset);
    if (profile && gathers === 'texts' && this.#isSampled) profile.sampleTexts(job, offset, present);
    if (allowed && knownAllowed) {
      knownAllowed.start();
      const unknown = this.#kernel.listUnknown(
        this.job.address,
        offset,
        present,
        knownAllowed.address,
        this.#list,
      );
      counts.allowed += values - unknown;
      for (let at = 0; at < unknown; at++) {
        const text = this.job.text(this.#listed(at), index);
        const { value } = rule.judge(text);
        if (value === undefined || !allowed.isAllowed(value)) continue;
        counts.allowed++;
        knownAllowed.add(text);
      }
    }
    if (!sum) return;
    for (let row = 0; row < rows; row++) {
      if (this.#heap.bytes[present + row] !== map.PRESENT_VALUE) continue;
      const { value } = rule.judge(this.job.text(row, index));
      if (value !== undefined) sum.addValue(value, '');
    }
  }

  #markBad(column: ColumnState, present: number, row: number, text: string): 1 {
    this.#heap.bytes[present + row] = map.PRESENT_BAD;
    addCell(column.badEvidence, text);
    return 1;
  }

  #putValue(
    { rule, size, index }: ColumnState,
    i: number,
    row: number,
    text: string,
    value: NonNullable<JudgedCell['value']>,
  ): void {
    const slot = this.#room.slots(i) + row * size;
    if (rule.kind !== 'bytes') writeValue(this.#heap, slot, rule.kind, value);
    else if (value === text) this.job.copyCell(row, index, slot);
    else this.#room.putBytes(slot, value as string | Uint8Array);
  }

  /** Rows that have nothing in the column with the fewest nulls, and nothing in the others. */
  #suspectBlanks(emptiest: number, rows: number): void {
    const count = this.#kernel.listAbsent(this.#room.present(emptiest), rows, this.#list);
    const { bytes } = this.#heap;
    for (let at = 0; at < count; at++) {
      const row = this.#listed(at);
      if (this.suspects[row]) continue;
      if (this.columns.every((_, i) => bytes[this.#room.present(i) + row] === map.PRESENT_NONE))
        this.suspects[row] = 1;
    }
  }

  #suspect(count: number): void {
    for (let at = 0; at < count; at++) this.suspects[this.#listed(at)] = 1;
  }

  #listed(at: number): number {
    return this.#heap.view.getUint32(this.#list + 4 * at, true);
  }
}

/** The field of a column of which the schema knows nothing. */
export function unknownField(name: string): Field {
  return { name, type: 'string' };
}
