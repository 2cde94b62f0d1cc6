import type { ConversionProgress } from '@tributary/codec';
import { milliseconds } from './clock.ts';
import { bytes } from './quantities.ts';

const redrawEvery = 100;
const barWidth = 24;

/** A line on the terminal that tells how far a conversion has come; nothing where there is no terminal. */
export class ProgressBar {
  readonly #stream: NodeJS.WriteStream;
  readonly #total: number | undefined;
  #pass = 1;
  #passStarted = milliseconds();
  #drawn = 0;

  /** `total` is the size of the input as it lies there, if that is known. */
  constructor(stream: NodeJS.WriteStream, total: number | undefined) {
    this.#stream = stream;
    this.#total = total;
  }

  update({ pass, bytesIn, bytesInflated }: ConversionProgress): void {
    const now = milliseconds();
    if (!this.#stream.isTTY || now - this.#drawn < redrawEvery) return;
    this.#drawn = now;
    if (pass !== this.#pass) {
      this.#pass = pass;
      this.#passStarted = now;
    }
    const rate = `${bytes((bytesInflated / Math.max(now - this.#passStarted, 1)) * 1000)}/s`;
    const label = pass === 1 ? '' : `pass ${pass}  `;
    this.#stream.write(
      `\r\x1b[K${label}${this.#total ? bar(bytesIn / this.#total) : ''}${bytes(bytesInflated)}  ${rate}`,
    );
  }

  clear(): void {
    if (this.#drawn > 0) this.#stream.write('\r\x1b[K');
  }
}

function bar(share: number): string {
  const filled = Math.round(Math.min(1, share) * barWidth);
  const percent = `${Math.floor(Math.min(1, share) * 100)} %`.padStart(5);
  return `${percent} [${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]  `;
}
