/** Bytes of a block: large enough that handing it to another thread costs nothing beside the work on it. */
export const blockBytes = 1024 * 1024;

/** Blocks kept for reuse. */
const spareBlocks = 16;

/** Memory that threads share, in blocks that are used again. */
export class Blocks {
  #spare: SharedArrayBuffer[] = [];

  take(): SharedArrayBuffer {
    return this.#spare.pop() ?? new SharedArrayBuffer(blockBytes);
  }

  give(block: SharedArrayBuffer): void {
    if (this.#spare.length < spareBlocks) this.#spare.push(block);
  }
}
