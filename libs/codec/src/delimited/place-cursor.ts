import type { Kernel } from './kernel.ts';
import type { TextWindow } from './text-window.ts';

/** Tells lines and bytes of addresses in a window. Mostly they are asked for in order: each is counted from the one before. */
export class PlaceCursor {
  readonly #kernel: Kernel;
  readonly #window: TextWindow;
  #start = { address: 0, line: 1, byte: 0 };
  #at = this.#start;

  constructor(kernel: Kernel, window: TextWindow) {
    this.#kernel = kernel;
    this.#window = window;
  }

  /** Line and byte of the window's `pos` are these: addresses before it are forgotten. */
  reset(line: number): void {
    this.#start = { address: this.#window.pos, line, byte: this.#window.byte };
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
