import type { InputOptions } from '../options.ts';
import type { ByteSource } from '../ports.ts';
import { Engine } from './engine.ts';
import { describeEngineError, notCompressed, tooHighRatio, tooManyBytes, trailingGarbage } from './faults.ts';
import { findMember } from './gzip-member.ts';
import { release } from './release.ts';
import { type Compression, recogniseCompression, signatureBytes, startsZstdFrame } from './signature.ts';

/** Compressed bytes read at a time; two such buffers alternate. */
const pieceBytes = 256 * 1024;
/** A short input may well be all blanks: ratios are judged from here on. */
const ratioJudgedFrom = 64 * 1024 * 1024;

/** A place in a compressed source from which on it can be inflated by itself: the start of a gzip member or zstd frame. */
export interface InflateStart {
  compression: Compression;
  /** Of the source before it, compressed; and what that inflates to. */
  bytesIn: number;
  bytesInflated: number;
}

/** A source of inflated bytes that tells what it found. */
export interface InflatedSource extends ByteSource {
  /**
   * Compressed bytes before the last place from which on the source can be inflated by itself; 0 where none has come. In what is not
   * compressed, any place is one.
   */
  readonly splitAt: number;
  /** The last such place that is no later than the inflated byte `at`. */
  startBefore(at: number): InflateStart;
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
 * @param from what `startBefore` of an earlier run gave: `source` begins there, and places and limits are those of the whole
 * @param splitEvery compressed bytes between two places that `startBefore` may give. Looking for them costs next to nothing
 * @example `const source = inflate(file, inputOptions.parse({})); await source.read(buffer);`
 */
export function inflate(
  source: ByteSource,
  options: InputOptions,
  { from, splitEvery = Number.POSITIVE_INFINITY }: { from?: InflateStart; splitEvery?: number } = {},
): InflatedSource {
  return new Inflation(source, options, from, splitEvery);
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
  readonly #splitEvery: number;
  /** In order; the first is where this run began. */
  readonly #starts: Omit<InflateStart, 'compression'>[];
  /** Bytes after those that an engine has failed at. */
  #doubtful = 0;
  #engine: Engine | undefined;
  #closed = false;
  #outcome: { error?: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(source: ByteSource, options: InputOptions, from: InflateStart | undefined, splitEvery: number) {
    this.#source = source;
    this.#options = options;
    this.#splitEvery = splitEvery;
    const { bytesIn, bytesInflated, compression } = from ?? { bytesIn: 0, bytesInflated: 0 };
    this.#starts = [{ bytesIn, bytesInflated }];
    this.bytesIn = bytesIn;
    this.bytesInflated = bytesInflated;
    this.#used = bytesIn;
    // What lies in the midst of a file says nothing of how the whole is compressed.
    this.compression = compression;
    if (compression !== undefined && compression !== 'none') this.#inflateFrom(compression);
  }

  get splitAt(): number {
    if (this.compression === 'none') return this.bytesIn;
    return this.#starts.length > 1 ? this.#starts.at(-1)!.bytesIn : 0;
  }

  startBefore(at: number): InflateStart {
    const compression = this.compression ?? 'none';
    if (compression === 'none') return { compression, bytesIn: at, bytesInflated: at };
    const last = this.#starts.findLast(({ bytesInflated }) => bytesInflated <= at);
    return { compression, ...(last ?? this.#starts[0]!) };
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
      this.#inflateFrom(this.compression, first.slice(0, count));
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

  /** @param head what has been read of the source already; not empty */
  #inflateFrom(compression: 'gzip' | 'zstd', head?: Uint8Array): void {
    this.#feed(compression, head).then(
      () => this.#settle({}),
      (error) => this.#settle({ error }),
    );
  }

  async #readPiece(into: Uint8Array): Promise<Uint8Array> {
    const count = await this.#source.read(into);
    this.bytesIn += count;
    return into.subarray(0, count);
  }

  /** Reads the compressed side, one piece ahead of the engine, until both are at their end. */
  async #feed(compression: 'gzip' | 'zstd', head?: Uint8Array): Promise<void> {
    const buffers = [new Uint8Array(pieceBytes), new Uint8Array(pieceBytes)] as const;
    let padding = false;
    try {
      let piece = head ?? (await this.#readPiece(buffers[1]));
      for (let turn = 0; piece.length > 0; turn ^= 1) {
        const next = this.#readPiece(buffers[turn as 0 | 1]);
        next.catch(() => {}); // its time comes at the await below
        padding = await this.#feedPiece(compression, piece, padding);
        if (this.#outcome) return; // closed
        piece = await next;
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
      const engine = this.#engine ?? this.#startEngine(compression);
      this.#engine = engine;
      const before = engine.bytesUsed;
      // The engine for gzip goes from member to member by itself, and tells nothing of it: it is stopped where one begins.
      const split = compression === 'gzip' && this.#isSplitDue() ? findMember(rest) : -1;
      try {
        const fed = split < 0 ? rest : rest.subarray(0, split);
        const used = fed.length === 0 ? 0 : await engine.write(fed);
        this.#used += used;
        rest = rest.subarray(used);
        if (used === split) {
          await engine.end();
          this.#engine = undefined;
          continue;
        }
      } catch (error) {
        // zstd meets padding at a frame's start when the frame before ended with its piece
        if ((error as NodeJS.ErrnoException).code !== 'ZSTD_error_prefix_unknown') {
          const used = engine.bytesUsed - before;
          this.#used += used;
          this.#doubtful = rest.length - used;
          throw error;
        }
        padded = true;
      }
      if (rest.length === 0 || this.#outcome) break;
      // This stream is complete: all it holds must be out before another engine adds to the queue.
      if (!padded) await engine.end();
      this.#engine = undefined;
      padded ||= compression === 'gzip' || !startsZstdFrame(rest);
    }
    if (!padded) return false;
    const blanks = rest.findIndex((byte) => byte !== 0);
    this.#used += blanks < 0 ? rest.length : blanks;
    if (blanks < 0) return true;
    throw trailingGarbage(compression, { byte: this.#produced, compressedByte: this.#used });
  }

  /** All that engines have inflated, if none is at work. */
  get #produced(): number {
    return this.#ready.reduce((sum, { length }) => sum + length, this.bytesInflated - this.#taken);
  }

  #isSplitDue(): boolean {
    return this.#used - this.#starts.at(-1)!.bytesIn >= this.#splitEvery;
  }

  /** For the first member or frame, or for one before which all others are done with. */
  #startEngine(compression: 'gzip' | 'zstd'): Engine {
    if (this.#isSplitDue()) this.#starts.push({ bytesIn: this.#used, bytesInflated: this.#produced });
    return new Engine(compression, this.#ready, () => this.#wake());
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
