import { hashText } from './hash.twin.ts';
import { countCharacters } from './text-length.twin.ts';

/** Distinct hashes as HyperLogLog keeps them: by their first 12 bits, the longest run of zeros after those, plus one. */
export class NaiveRegisters {
  readonly registers: number[] = Array(4096).fill(0);

  add(hash: bigint): void {
    const bits = hash.toString(2).padStart(64, '0');
    const index = Number.parseInt(bits.slice(0, 12), 2);
    const rank = `${bits.slice(12)}1`.indexOf('1') + 1;
    this.registers[index] = Math.max(this.registers[index]!, rank);
  }
}

/** What a profile knows of values in order. */
export class NaiveProfile<T> extends NaiveRegisters {
  least: T | undefined;
  greatest: T | undefined;
  readonly #hash: (value: T) => bigint;
  readonly #compare: (a: T, b: T) => number;

  constructor(hash: (value: T) => bigint, compare: (a: T, b: T) => number) {
    super();
    this.#hash = hash;
    this.#compare = compare;
  }

  /** @param hasPlace whether it has one in the order */
  take(value: T, hasPlace = true): void {
    this.add(this.#hash(value));
    if (!hasPlace) return;
    if (this.least === undefined || this.#compare(value, this.least) < 0) this.least = value;
    if (this.greatest === undefined || this.#compare(value, this.greatest) > 0) this.greatest = value;
  }
}

export const KEPT = 256;

export const textProfile = () =>
  new NaiveProfile<Uint8Array>(hashText, (a, b) => Buffer.compare(a.subarray(0, KEPT), b.subarray(0, KEPT)));

/** The most frequent texts by Misra and Gries, with so many counters. */
export class NaiveSample {
  values = 0;
  characters = 0;
  shortfall = 0;
  readonly counts = new Map<string, number>();
  readonly #counters: number;

  constructor(counters: number) {
    this.#counters = counters;
  }

  take(text: Uint8Array): void {
    this.values++;
    this.characters += countCharacters(text);
    const key = Buffer.from(text).toString('hex');
    const count = this.counts.get(key);
    if (count !== undefined) this.counts.set(key, count + 1);
    else if (this.counts.size < this.#counters) this.counts.set(key, 1);
    else this.#lower();
  }

  #lower(): void {
    this.shortfall++;
    for (const [key, count] of this.counts) {
      if (count > 1) this.counts.set(key, count - 1);
      else this.counts.delete(key);
    }
  }
}
