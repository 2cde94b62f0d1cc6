import type { CellValue } from '../cell-value.ts';
import { countCharacters } from '../constraint/length.ts';
import type { Field } from '../schema/field.ts';
import { addDecimals, type Decimal, printDecimal, readDecimal } from '../value/decimal.ts';
import { compileOrder, hasPlace } from '../value/order.ts';
import { compilePrint } from '../value/print-value.ts';
import type { ColumnProfile } from './column-profile-schema.ts';
import { DistinctCount } from './distinct-count.ts';
import { hashText } from './hash-text.ts';
import { TopValues } from './top-values.ts';

const LONGEST = 256;
const TOP = 10;

/**
 * Gathers what is in a column, about 5 KiB for each. Profiles of parts of a column merge into that of the whole: exactly, but
 * for `top`, whose bounds hold.
 * @example
 * ```ts
 * const profiler = new ColumnProfiler({ name: 'price', type: 'integer' });
 * profiler.addValue(12n, '12');
 * profiler.addMissing();
 * profiler.profile(); // { name: 'price', type: 'integer', rows: 2, nulls: 1, distinct: 1, min: '12', max: '12', … }
 * ```
 */
export class ColumnProfiler {
  readonly #field: Field;
  readonly #compare: ((a: CellValue, b: CellValue) => number) | undefined;
  readonly #decimalOf: ((value: CellValue) => Decimal | undefined) | undefined;
  readonly #distinct = new DistinctCount();
  readonly #top = new TopValues();
  #values = 0;
  #nulls = 0;
  #bad = 0;
  #characters = 0;
  #least: CellValue | undefined;
  #greatest: CellValue | undefined;
  #sum: Decimal | undefined;

  constructor(field: Field) {
    this.#field = field;
    this.#compare = compileOrder(field);
    this.#decimalOf = compileDecimal(field);
  }

  /** Takes a cell: its value and its text. */
  addValue(value: CellValue, text: string): void {
    this.#values++;
    this.#characters += countCharacters(text);
    this.#distinct.add(...hashText(text));
    this.#top.add(text);
    this.#widen(value);
    const decimal = this.#decimalOf?.(value);
    if (decimal) this.#sum = this.#sum ? addDecimals(this.#sum, decimal) : decimal;
  }

  addMissing(count = 1): void {
    this.#nulls += count;
  }

  addBad(count = 1): void {
    this.#bad += count;
  }

  /** Takes in the profile of another part of the same column. */
  merge(other: ColumnProfiler): void {
    this.#values += other.#values;
    this.#nulls += other.#nulls;
    this.#bad += other.#bad;
    this.#characters += other.#characters;
    this.#distinct.merge(other.#distinct);
    this.#top.merge(other.#top);
    if (other.#least !== undefined) this.#widen(other.#least);
    if (other.#greatest !== undefined) this.#widen(other.#greatest);
    if (other.#sum) this.#sum = this.#sum ? addDecimals(this.#sum, other.#sum) : other.#sum;
  }

  /** Greatest value, for the freshness of a column. */
  get greatest(): CellValue | undefined {
    return this.#greatest;
  }

  profile(): ColumnProfile {
    const print = compilePrint(this.#field);
    const profile: ColumnProfile = {
      name: this.#field.name,
      type: this.#field.type,
      rows: this.#values + this.#nulls + this.#bad,
      nulls: this.#nulls,
      bad: this.#bad,
      distinct: Math.min(this.#distinct.estimate(), this.#values),
      top: this.#top.list(TOP),
      topShortfall: this.#top.shortfall,
    };
    if (this.#least !== undefined) profile.min = print(this.#least);
    if (this.#greatest !== undefined) profile.max = print(this.#greatest);
    if (this.#values > 0) profile.meanLength = this.#characters / this.#values;
    if (this.#sum) profile.sum = printDecimal(this.#sum);
    return profile;
  }

  #widen(value: CellValue): void {
    if (!this.#compare || !hasPlace(value)) return;
    if (this.#least === undefined || this.#compare(value, this.#least) < 0) this.#least = shorten(value);
    if (this.#greatest === undefined || this.#compare(value, this.#greatest) > 0)
      this.#greatest = shorten(value);
  }
}

/** A string's start, so that a long one does not hold its memory, nor the text that it was cut from. */
function shorten(value: CellValue): CellValue {
  if (typeof value === 'string') return value.length > LONGEST ? value.slice(0, LONGEST) : value;
  return value instanceof Uint8Array && value.length > LONGEST ? value.slice(0, LONGEST) : value;
}

/** The number that a value counts as in a sum. */
function compileDecimal(field: Field): ((value: CellValue) => Decimal | undefined) | undefined {
  if (field.type === 'integer') return (value) => ({ unscaled: value as bigint, scale: 0 });
  if (field.type !== 'number') return undefined;
  if (field.precision === undefined) return (value) => readDecimal(String(value));
  const scale = field.scale ?? 0;
  return (value) => ({ unscaled: value as bigint, scale });
}
