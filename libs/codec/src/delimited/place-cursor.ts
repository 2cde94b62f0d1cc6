import type { Kernel } from './kernel.ts';
import type { TextWindow } from './text-window.ts';

/** Tells lines and bytes of addresses in a window. Mostly they are asked for in order: each is counted from the one before. */
export class PlaceCursor {
  readonly #kernel: Kernel;
  readonly #window: TextWindow;
  readonly #start: { address: number; line: number; byte: number };
  #at: { address: number; line: number; byte: number };

  /** @param line of the window's `pos`: addresses before that are not known */
  constructor(kernel: Kernel, window: TextWindow, line: number) {
    this.#kernel = kernel;
    this.#window = window;
    this.#start = { address: window.pos, line, byte: window.byte };
    this.#at = this.#start;
  }

  /** The place of a record. */
  of(address: number): { line: number; byte: number } {
    const from = address >= this.#at.address ? this.#at : this.#start;
    this.#at = {
      address,
      line: from.line + this.#kernel.countLines(from.address, address),
      byte: this.#window.byteAt(address, from.address, from.byte),
    };
    return { line: this.#at.line, byte: this.#at.byte };
  }
}
