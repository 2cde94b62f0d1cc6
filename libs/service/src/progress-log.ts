import type { ConversionProgress } from '@tributary/codec';

/** Milliseconds between two lines. */
const everyMs = 10_000;

/** Tells of a long conversion now and then: how far it is. What ends before the first line is due needs none. */
export class ProgressLog {
  readonly #info: (message: string, about: object) => void;
  readonly #bytes: number;
  readonly #everyMs: number;
  #last = performance.now();

  /** @param bytes of the input */
  constructor(info: (message: string, about: object) => void, bytes: number, every = everyMs) {
    this.#info = info;
    this.#bytes = bytes;
    this.#everyMs = every;
  }

  update({ pass, bytesIn, bytesOut }: ConversionProgress): void {
    const now = performance.now();
    if (now - this.#last < this.#everyMs) return;
    this.#last = now;
    this.#info('Step progress', {
      progress: {
        bytesIn,
        bytes: this.#bytes,
        percent: Math.floor((100 * bytesIn) / Math.max(1, this.#bytes)),
        bytesOut,
        ...(pass > 1 && { pass }),
      },
    });
  }
}
