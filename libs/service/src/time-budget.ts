import { BadInput, type ConversionProgress } from '@tributary/codec';
import { type InvocationContext, reserveOf } from './deadline.ts';

/** Time for handing over: parts on their way to come through, the state to be written, the event to be put. */
const handoverMs = 30_000;
/** Before so much of the time has gone, a slow start is taken for no more than that. */
const judgedFrom = 0.1;
/** Nor before so many: under a very short timeout the start alone is a good part of it. */
const leastSpentMs = 2_000;
/** The share where a place to go on from may yet come: after the first gzip member, for instance. */
const judgedLaterFrom = 0.25;
/** Lambda has no more: MB, and milliseconds. */
const mostMemory = 10_240;
const longestTimeout = 900_000;

/**
 * The time of one invocation against what is left of its input, at the pace so far. Work that another invocation can go on with is
 * `due` to be handed over in time; other work that will not end in time is refused as soon as that is plain.
 */
export class TimeBudget {
  readonly #context: Pick<InvocationContext, 'getRemainingTimeInMillis'>;
  /** For cutting the work off: see `withDeadline`. */
  readonly #reserve: number;
  readonly #whole: number;
  readonly #memory: number | undefined;
  readonly #bytes: number;
  /** Read by earlier invocations. */
  #before = 0;
  #read = 0;

  /** @param bytes of the input; `memory`: of the function, MB */
  constructor(
    context: Pick<InvocationContext, 'getRemainingTimeInMillis'>,
    { bytes, memory }: { bytes: number; memory?: number | undefined },
  ) {
    this.#context = context;
    const left = context.getRemainingTimeInMillis();
    this.#reserve = reserveOf(left);
    this.#whole = left - this.#reserve;
    this.#bytes = bytes;
    this.#memory = memory;
  }

  goOnFrom(bytesIn: number): void {
    this.#before = bytesIn;
    this.#read = bytesIn;
  }

  /**
   * To be told of each read.
   * @param movable whether another invocation could go on with the work: now, perhaps later, or never
   * @throws {BadInput} `timeout-too-short`
   */
  watch({ pass, bytesIn }: ConversionProgress, movable: 'now' | 'perhaps' | 'never'): void {
    // Whether a second pass comes is not known in the first: both are one work then, half of which is done.
    this.#read = pass > 1 ? (this.#bytes + bytesIn) / 2 : bytesIn;
    if (movable === 'now') return;
    const used = 1 - this.#left / this.#whole;
    if (used < (movable === 'never' ? judgedFrom : judgedLaterFrom) || this.#spent < leastSpentMs) return;
    const done = Math.min(this.#read, this.#bytes) - this.#before;
    const needed = (this.#spent * (this.#bytes - this.#before)) / Math.max(1, done);
    // The earlier, the more has to speak for it: what was slow may yet be fast.
    if (needed > this.#whole * (2 - used)) throw this.#refusal(needed);
  }

  /** Whether the work had better be handed over now. */
  isDue(): boolean {
    if (this.#left > Math.min(handoverMs, this.#whole / 4)) return false;
    const pace = (this.#read - this.#before) / this.#spent;
    return ((this.#bytes - this.#read) / pace) * 1.5 > this.#left;
  }

  /** Milliseconds until the work is cut off. */
  get #left(): number {
    return this.#context.getRemainingTimeInMillis() - this.#reserve;
  }

  get #spent(): number {
    return this.#whole - this.#left;
  }

  #refusal(needed: number): BadInput {
    const seconds = (milliseconds: number) => `${Math.ceil(milliseconds / 1_000)} s`;
    const at = this.#memory === undefined ? '' : ` at ${this.#memory} MB`;
    return new BadInput({
      code: 'timeout-too-short',
      what: `The input would not be converted before the function's timeout, and no other invocation can go on with it: ${this.#advice(needed)}`,
      expected: `done in ${seconds(this.#whole)}`,
      got: `about ${seconds(needed)}${at}`,
    });
  }

  #advice(needed: number): string {
    const longer = needed * 1.2;
    if (longer <= longestTimeout) return `a timeout of ${Math.ceil(longer / 1_000)} s would do`;
    const memory = this.#memory && Math.ceil((this.#memory * longer) / longestTimeout / 64) * 64;
    return memory !== undefined && memory <= mostMemory
      ? `${memory} MB and a timeout of ${longestTimeout / 1_000} s would do, if it is as much faster`
      : 'it has to come in smaller files, or compressed as several gzip members or zstd frames';
  }
}
