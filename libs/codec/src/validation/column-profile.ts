import {
  type CellValue,
  type ColumnProfile,
  compilePrint,
  DistinctCount,
  type Field,
} from '@tributary/table-schema';
import * as map from '../../kernel/validation/memory-map.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import type { SlotKind } from '../parquet/column.ts';
import type { Kernel } from './kernel.ts';

const TOP = 10;

/** What the profile of other rows has gathered: a block in the same memory, and the sum. */
export interface GatheredProfile {
  at: number;
  sum: bigint;
}

/** What the kernel gathers of a column's values; `texts` of their texts too. */
export class KernelProfile {
  readonly #heap: KernelHeap;
  readonly #kernel: Kernel;
  readonly #field: Field;
  readonly #kind: SlotKind;
  readonly #at: number;
  readonly #order: 'integers' | 'doubles' | 'wide' | 'texts' | 'none';
  readonly #isSummed: boolean;
  #sum = 0n;

  constructor(heap: KernelHeap, kernel: Kernel, field: Field, kind: SlotKind) {
    this.#heap = heap;
    this.#kernel = kernel;
    this.#field = field;
    this.#kind = kind;
    this.#order = orderOf(field, kind);
    this.#isSummed = kind === 'i64' && (field.type === 'integer' || field.type === 'number');
    const size = kind === 'i64' ? map.PROFILE_INTEGERS_SIZE : map.PROFILE_SIZE;
    this.#at = heap.allocate(size);
    heap.fill(0, this.#at, this.#at + size);
    heap.view.setUint32(this.#at + map.PROFILE_COMPARES, Number(this.#order === 'texts'), true);
  }

  /** Takes all values of a batch. @param job with the batch, and the place of the column's cells in a record */
  addValues(slots: number, present: number, rows: number, job: number, offset: number): void {
    const { view } = this.#heap;
    if (this.#kind === 'i64') {
      this.#kernel.addIntegers(slots, present, rows, this.#at);
      if (!this.#isSummed) return;
      const high = view.getBigInt64(this.#at + map.PROFILE_SUM_HIGH, true);
      const low = view.getBigInt64(this.#at + map.PROFILE_SUM_LOW, true);
      this.#sum += (high << 32n) + low;
      view.setBigInt64(this.#at + map.PROFILE_SUM_HIGH, 0n, true);
      view.setBigInt64(this.#at + map.PROFILE_SUM_LOW, 0n, true);
    } else if (this.#kind === 'f64') this.#kernel.addDoubles(slots, present, rows, this.#at);
    else if (this.#kind === 'bytes') this.#kernel.addTexts(job, offset, present, this.#at);
    else this.#kernel.addWide(slots, present, rows, this.#at, Number(this.#kind === 'b16'));
  }

  /**
   * Takes all texts of a batch that was looked through for known ones. @param known with those seen in it
   * @param list rows with others, so many of them
   */
  addKnownTexts(
    known: number,
    { job, offset, present }: { job: number; offset: number; present: number },
    list: number,
    count: number,
  ): void {
    this.#kernel.addKnownTexts(known, job, offset, present, list, count, this.#at);
  }

  /** Takes the texts of a batch among those that are counted one by one. */
  sampleTexts(job: number, offset: number, present: number): void {
    this.#kernel.sampleTexts(job, offset, present, this.#at);
  }

  /** What is handed to the thread that merges it. */
  get gathered(): GatheredProfile {
    return { at: this.#at, sum: this.#sum };
  }

  /** Takes in what was gathered of other rows; texts are sampled by one thread alone. */
  merge({ at, sum }: GatheredProfile): void {
    this.#kernel.mergeProfile(this.#at, at, this.#kind === 'b16' ? map.ORDER_BYTES : orders[this.#order]);
    this.#sum += sum;
  }

  /** Whether all values so far are in that range; only of integers. */
  isWithin(least: bigint, greatest: bigint): boolean {
    const { view } = this.#heap;
    return (
      view.getBigInt64(this.#at + map.PROFILE_LEAST, true) >= least &&
      view.getBigInt64(this.#at + map.PROFILE_GREATEST, true) <= greatest
    );
  }

  get least(): CellValue | undefined {
    return this.#edge(map.PROFILE_LEAST, map.PROFILE_LEAST_TEXT);
  }

  get greatest(): CellValue | undefined {
    return this.#edge(map.PROFILE_GREATEST, map.PROFILE_GREATEST_TEXT);
  }

  /** Exact, as a decimal number; undefined where there is none. */
  get sum(): string | undefined {
    if (!this.#isSummed) return undefined;
    return compilePrint(this.#field)(this.#sum);
  }

  /** @param counts of the column's cells: its values, missing ones and bad ones */
  profile(
    name: string,
    counts: { values: number; nulls: number; bad: number },
    hasTexts: boolean,
  ): ColumnProfile {
    const { values, nulls, bad } = counts;
    const print = compilePrint(this.#field);
    const { least, greatest, sum } = this;
    const { view, bytes } = this.#heap;
    const profile: ColumnProfile = {
      name,
      type: this.#field.type,
      rows: values + nulls + bad,
      nulls,
      bad,
      distinct: 0,
      top: [],
      topShortfall: 0,
    };
    if (hasTexts) {
      const sampled = Number(view.getBigUint64(this.#at + map.PROFILE_VALUES, true));
      const registers = bytes.slice(this.#at + map.PROFILE_REGISTERS, this.#at + map.PROFILE_HASHES);
      profile.distinct = Math.min(DistinctCount.of(registers).estimate(), values);
      profile.top = this.#top();
      profile.topShortfall = view.getUint32(this.#at + map.PROFILE_SHORTFALL, true);
      if (sampled > 0)
        profile.meanLength = Number(view.getBigUint64(this.#at + map.PROFILE_CHARACTERS, true)) / sampled;
      if (sampled < values) profile.sampled = sampled;
    }
    if (least !== undefined) profile.min = print(least);
    if (greatest !== undefined) profile.max = print(greatest);
    if (sum !== undefined && values > 0) profile.sum = sum;
    return profile;
  }

  close(): void {
    this.#heap.release(this.#at);
  }

  #top(): ColumnProfile['top'] {
    const { view } = this.#heap;
    const counters = view.getUint32(this.#at + map.PROFILE_COUNTERS, true);
    return Array.from({ length: counters }, (_, i) => ({
      value: this.#text(
        this.#at + map.PROFILE_TEXTS + i * map.PROFILE_TEXT_SIZE,
        view.getUint32(this.#at + map.PROFILE_LENGTHS + 4 * i, true),
      ),
      count: view.getUint32(this.#at + map.PROFILE_COUNTS + 4 * i, true),
    }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, TOP);
  }

  #edge(number: number, text: number): CellValue | undefined {
    const { view } = this.#heap;
    if (this.#order === 'none' || !view.getUint32(this.#at + map.PROFILE_ORDERED, true)) return undefined;
    const at = this.#at + number;
    switch (this.#order) {
      case 'integers':
        return view.getBigInt64(at, true);
      case 'doubles':
        return view.getFloat64(at, true);
      case 'wide':
        if (this.#kind === 'b16') return this.#heap.at(at, 16).slice();
        return (view.getBigInt64(at + 8, true) << 64n) | view.getBigUint64(at, true);
      default:
        return this.#text(this.#at + text, view.getUint32(at, true));
    }
  }

  /** A text's start; a character that it ends in the middle of is left out. */
  #text(at: number, length: number): string {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.#heap.at(at, length).slice(), {
      stream: length === map.PROFILE_TEXT_SIZE,
    });
    return text;
  }
}

const orders = {
  integers: map.ORDER_INTEGERS,
  doubles: map.ORDER_DOUBLES,
  wide: map.ORDER_WIDE,
  texts: map.ORDER_TEXTS,
  // What the block has of an order is not asked for.
  none: map.ORDER_INTEGERS,
};

function orderOf(field: Field, kind: SlotKind): 'integers' | 'doubles' | 'wide' | 'texts' | 'none' {
  if (field.type === 'boolean') return 'none';
  if (kind === 'i64') return 'integers';
  if (kind === 'f64') return 'doubles';
  if (kind === 'i128' || kind === 'b16') return 'wide';
  const isText = field.type === 'any' || field.type === 'yearmonth' || field.type === 'string';
  return isText && (field as { format?: string }).format !== 'binary' ? 'texts' : 'none';
}
