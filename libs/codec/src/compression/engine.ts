import { once } from 'node:events';
import type { Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';

/** Inflated bytes per turn of the thread pool: a turn should outlast what the main thread does with its result. */
const turnBytes = 1024 * 1024;
/** Inflated bytes waiting to be read before the engine rests. */
const restAt = 2 * turnBytes;

/**
 * One zlib or zstd decompressor on the thread pool, taken by the hand: bytes in by `write`, bytes out by `take`.
 * Its memory is bounded: a turn in the making, one in the stream and `restAt` here.
 */
export class Engine {
  readonly #stream: Transform & { bytesWritten: number };
  readonly #ready: Uint8Array[];
  readonly #onOutput: () => void;
  #failure: { error: unknown } | undefined;

  /** `ready` is shared by the engines of one input: each appends to it. */
  constructor(compression: 'gzip' | 'zstd', ready: Uint8Array[], onOutput: () => void) {
    const options = { chunkSize: turnBytes, readableHighWaterMark: 1 };
    this.#stream = compression === 'gzip' ? createGunzip(options) : createZstdDecompress(options);
    this.#ready = ready;
    this.#onOutput = onOutput;
    this.#stream.on('data', (chunk: Uint8Array) => {
      this.#ready.push(chunk);
      if (this.#ready.reduce((sum, { length }) => sum + length, 0) >= restAt) this.#stream.pause();
      this.#onOutput();
    });
    this.#stream.on('error', (error) => {
      this.#failure = { error };
    });
  }

  /** Of all pieces. Once `write` has failed: of those bytes that were in order for sure. */
  get bytesUsed(): number {
    return this.#stream.bytesWritten;
  }

  /** Inflates `piece`; resolves to how many of its bytes were used: fewer than all once the data is complete. */
  async write(piece: Uint8Array): Promise<number> {
    const before = this.bytesUsed;
    await new Promise<void>((resolve) => {
      this.#stream.once('close', resolve);
      this.#stream.write(piece, () => {
        this.#stream.off('close', resolve);
        resolve();
      });
    });
    if (this.#failure) throw this.#failure.error;
    return this.bytesUsed - before;
  }

  /** Says that no more comes; resolves when all is inflated and handed on. */
  async end(): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    if (this.#stream.readableEnded) return;
    const ended = once(this.#stream, 'end');
    this.#stream.end();
    await ended;
    this.#stream.destroy();
  }

  /** To be called when `ready` has been taken from. */
  resume(): void {
    if (this.#stream.isPaused()) this.#stream.resume();
  }

  destroy(): void {
    this.#stream.destroy();
  }
}
