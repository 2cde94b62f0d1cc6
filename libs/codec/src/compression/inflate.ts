import type { InputOptions } from '../options.ts';
import type { ByteSource } from '../ports.ts';
import { Engine } from './engine.ts';
import { describeEngineError, notCompressed, tooHighRatio, tooManyBytes, trailingGarbage } from './faults.ts';
import { release } from './release.ts';
import { type Compression, recogniseCompression, signatureBytes, startsZstdFrame } from './signature.ts';

/** Compressed bytes read at a time; two such buffers alternate. */
const pieceBytes = 256 * 1024;
/** A short input may well be all blanks: ratios are judged from here on. */
const ratioJudgedFrom = 64 * 1024 * 1024;

/** A source of inflated bytes that tells what it found. */
export interface InflatedSource extends ByteSource {
  /** Known once `read` has resolved. */
  readonly compression: Compression | undefined;
  /** Bytes read from the compressed source so far. */
  readonly bytesIn: number;
  /** Bytes handed out so far. */
  readonly bytesInflated: number;
  /** Lets go of threads, memory and the source; for a reader that stops before the end. */
  close(): void;
}

/**
 * Inflates a source if it is compressed: gzip with any number of members, zstd with any number of frames, zero padding
 * after either. What is not compressed passes through without a copy.
 *
 * Reads reject with `BadInput`: `gzip-truncated`, `gzip-corrupt`, `gzip-trailing-garbage` (and the same for zstd),
 * `not-gzip`, `not-zstd`, `inflate-limit`, `inflate-ratio`. Where what is corrupt was noticed, `got` tells.
 * @example `const source = inflate(file, inputOptions.parse({})); await source.read(buffer);`
 */
export function inflate(source: ByteSource, options: InputOptions): InflatedSource {
  return new Inflation(source, options);
}

class Inflation implements InflatedSource {
  compression: Compression | undefined;
  bytesIn = 0;
  bytesInflated = 0;
  readonly #source: ByteSource;
  readonly #options: InputOptions;
  /** Inflated and not yet read; `#taken` bytes of the first are gone already. */
  readonly #ready: Uint8Array[] = [];
  #taken = 0;
  /** Compressed bytes the engines have used. */
  #used = 0;
  /** Bytes after those that an engine has failed at. */
  #doubtful = 0;
  #engine: Engine | undefined;
  #closed = false;
  #outcome: { error?: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(source: ByteSource, options: InputOptions) {
    this.#source = source;
    this.#options = options;
  }

  async read(into: Uint8Array): Promise<number> {
    if (this.#closed) return 0;
    if (this.compression === undefined) return this.#readFirst(into);
    if (this.compression !== 'none') return this.#readInflated(into);
    if (this.#ready.length > 0) return this.#take(into);
    const count = await this.#source.read(into);
    this.bytesIn += count;
    this.bytesInflated += count;
    return count;
  }

  close(): void {
    this.#closed = true;
    this.#engine?.destroy();
    this.#outcome ??= {};
    this.#wake();
  }

  async #readFirst(into: Uint8Array): Promise<number> {
    const first = into.length < signatureBytes ? new Uint8Array(signatureBytes) : into;
    const count = await readAtLeast(this.#source, first, signatureBytes);
    this.bytesIn = count;
    const head = first.slice(0, Math.min(count, signatureBytes));
    const found = recogniseCompression(head);
    const wanted = this.#options.compression;
    if ((wanted === 'gzip' || wanted === 'zstd') && wanted !== found) throw notCompressed(wanted, head);
    this.compression = wanted === 'none' || found === 'none' ? 'none' : found;
    if (this.compression !== 'none') {
      this.#feed(this.compression, first.slice(0, count)).then(
        () => this.#settle({}),
        (error) => this.#settle({ error }),
      );
      return this.#readInflated(into);
    }
    this.bytesInflated = count;
    if (first === into || count === 0) return count;
    this.#ready.push(first.subarray(0, count));
    return this.#take(into);
  }

  async #readInflated(into: Uint8Array): Promise<number> {
    while (this.#ready.length === 0) {
      if (this.#outcome) {
        if ('error' in this.#outcome) throw this.#outcome.error;
        return 0;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const count = this.#take(into);
    this.#engine?.resume();
    this.bytesInflated += count;
    this.#checkLimits();
    return count;
  }

  /** Copies what is ready, as far as it fits. */
  #take(into: Uint8Array): number {
    let filled = 0;
    for (let chunk = this.#ready[0]; chunk && filled < into.length; chunk = this.#ready[0]) {
      const part = chunk.subarray(this.#taken, this.#taken + into.length - filled);
      into.set(part, filled);
      filled += part.length;
      this.#taken += part.length;
      if (this.#taken === chunk.length) {
        this.#ready.shift();
        this.#taken = 0;
        // An engine may still be writing behind a chunk that does not reach its buffer's end.
        if (chunk.byteOffset + chunk.byteLength === chunk.buffer.byteLength) release(chunk);
      }
    }
    return filled;
  }

  #checkLimits(): void {
    if (this.bytesInflated > this.#options.maxInflatedBytes)
      throw tooManyBytes(this.#options, this.bytesInflated);
    if (
      this.bytesInflated > ratioJudgedFrom &&
      this.bytesInflated > this.#options.maxInflateRatio * this.bytesIn
    )
      throw tooHighRatio(this.#options, { inflated: this.bytesInflated, compressed: this.bytesIn });
  }

  #settle(outcome: { error?: unknown }): void {
    this.#outcome ??= outcome;
    this.#wake();
  }

  /** Reads the compressed side, one piece ahead of the engine, until both are at their end. */
  async #feed(compression: 'gzip' | 'zstd', head: Uint8Array): Promise<void> {
    const buffers = [new Uint8Array(pieceBytes), new Uint8Array(pieceBytes)] as const;
    let padding = false;
    let piece = head;
    try {
      for (let turn = 0; piece.length > 0; turn ^= 1) {
        const next = this.#source.read(buffers[turn as 0 | 1]);
        next.catch(() => {}); // its time comes at the await below
        padding = await this.#feedPiece(compression, piece, padding);
        if (this.#outcome) return; // closed
        const count = await next;
        this.bytesIn += count;
        piece = buffers[turn as 0 | 1].subarray(0, count);
      }
      await this.#engine?.end();
    } catch (error) {
      const stretch = { start: this.#used, end: this.#used + this.#doubtful };
      throw describeEngineError(error, compression, stretch);
    } finally {
      this.#engine?.destroy();
    }
  }

  /** Resolves to whether the piece ended in padding, which nothing else may follow. */
  async #feedPiece(compression: 'gzip' | 'zstd', piece: Uint8Array, padding: boolean): Promise<boolean> {
    let rest = piece;
    let padded = padding;
    while (rest.length > 0 && !padded) {
      this.#engine ??= new Engine(compression, this.#ready, () => this.#wake());
      const before = this.#engine.bytesUsed;
      try {
        const used = await this.#engine.write(rest);
        this.#used += used;
        rest = rest.subarray(used);
      } catch (error) {
        // zstd meets padding at a frame's start when the frame before ended with its piece
        if ((error as NodeJS.ErrnoException).code !== 'ZSTD_error_prefix_unknown') {
          const used = this.#engine.bytesUsed - before;
          this.#used += used;
          this.#doubtful = rest.length - used;
          throw error;
        }
        padded = true;
      }
      if (rest.length === 0 || this.#outcome) break;
      // This stream is complete: all it holds must be out before another engine adds to the queue.
      if (!padded) await this.#engine.end();
      this.#engine = undefined;
      padded ||= compression === 'gzip' || !startsZstdFrame(rest);
    }
    if (!padded) return false;
    const blanks = rest.findIndex((byte) => byte !== 0);
    this.#used += blanks < 0 ? rest.length : blanks;
    if (blanks < 0) return true;
    const waiting = this.#ready.reduce((sum, { length }) => sum + length, -this.#taken);
    throw trailingGarbage(compression, {
      byte: this.bytesInflated + waiting,
      compressedByte: this.#used,
    });
  }
}

async function readAtLeast(source: ByteSource, into: Uint8Array, least: number): Promise<number> {
  let filled = 0;
  while (filled < least) {
    const count = await source.read(into.subarray(filled));
    if (count === 0) break;
    filled += count;
  }
  return filled;
}
