import type { Transform } from 'node:stream';
import { constants, createGzip, createZstdCompress } from 'node:zlib';
import type { OutputOptions } from '../options.ts';
import type { ByteSink } from '../ports.ts';
import { release } from './release.ts';

/** Bytes of a member or frame. Fixed: it decides the bytes of the output. Larger ones save 1 % and cost memory. */
const blockBytes = 1024 * 1024;
/** Blocks compressed at once: one of the thread pool's four is left to the input and its inflation. */
const blocksInFlight = 3;
/** RFC 1952: 255 is an unknown operating system, so that the bytes do not tell where they were made. */
const unknownSystem = 255;

/** What a run that stopped in the midst of an output leaves to the next. */
export interface HeldOutput {
  bytesIn: number;
  bytesOut: number;
  /** Taken, and not yet handed on. */
  rest: Uint8Array;
}

/** A sink that has an end. */
export interface EndingSink extends ByteSink {
  /** Writes what is held back; the inner sink stays open. */
  end(): Promise<void>;
  /** Hands on what makes a whole block and gives the rest; for another run, which goes on with it to the same bytes. */
  hold(): Promise<HeldOutput>;
  /** Resolves when nothing is under way any more; for a writer that stops before the end. Never rejects. */
  settle(): Promise<void>;
  /** Bytes taken, before compression. */
  readonly bytesIn: number;
  /** Bytes handed to the inner sink. */
  readonly bytesOut: number;
}

/**
 * Compresses what is written: independent gzip members or zstd frames of 1 MiB, several at a time on the thread pool,
 * put out in order. The same bytes and options give the same output, however they were split over writes.
 * An error of the inner sink rejects the next `write` or `end`.
 * @param held by an earlier run
 * @example `const out = deflate(file, { compression: 'gzip' }); await out.write(bytes); await out.end();`
 */
export function deflate(sink: ByteSink, options: OutputOptions, held?: HeldOutput): EndingSink {
  return options.compression === 'none'
    ? new PlainSink(sink, held)
    : new BlockSink(sink, blockCompressor(options.compression, options.level), held);
}

/** Gives the member or frame of a block in pieces, in memory that nothing else is in. */
type CompressBlock = (block: Uint8Array) => Promise<Uint8Array[]>;

function blockCompressor(compression: 'gzip' | 'zstd', level: number | undefined): CompressBlock {
  const chunkSize = blockBytes / 4; // in one turn of the pool, unless the data is hardly compressible
  if (compression === 'gzip') {
    return async (block) => {
      // Level 3 costs what 1 and 2 cost with this zlib and is smaller; 6 takes more than twice the time for 11 % less.
      const pieces = await drive(createGzip({ level: level ?? 3, chunkSize }), block);
      pieces[0]![9] = unknownSystem;
      return pieces;
    };
  }
  const params = {
    [constants.ZSTD_c_compressionLevel]: level ?? 1,
    [constants.ZSTD_c_checksumFlag]: 1,
  };
  return (block) => drive(createZstdCompress({ params, chunkSize, pledgedSrcSize: block.length }), block);
}

/** As zlib's own `gzip(block, callback)`, which would copy the pieces into one and leave them to the collector. */
function drive(stream: Transform, block: Uint8Array): Promise<Uint8Array[]> {
  return new Promise((resolve, reject) => {
    const pieces: Uint8Array[] = [];
    // Not as Buffers: a sink that keeps a `slice` of one would keep no copy, and this memory is given back.
    stream.on('data', ({ buffer, byteOffset, length }: Buffer) =>
      pieces.push(new Uint8Array(buffer, byteOffset, length)),
    );
    stream.on('error', reject);
    stream.on('end', () => resolve(pieces));
    stream.end(block);
  });
}

class PlainSink implements EndingSink {
  bytesIn = 0;
  readonly #sink: ByteSink;
  #last: Promise<void> = Promise.resolve();

  constructor(sink: ByteSink, held?: HeldOutput) {
    this.#sink = sink;
    this.bytesIn = held?.bytesIn ?? 0;
  }

  get bytesOut(): number {
    return this.bytesIn;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.bytesIn += bytes.length;
    this.#last = this.#sink.write(bytes);
    await this.#last;
  }

  async end(): Promise<void> {}

  async hold(): Promise<HeldOutput> {
    await this.#last;
    return { bytesIn: this.bytesIn, bytesOut: this.bytesIn, rest: new Uint8Array(0) };
  }

  async settle(): Promise<void> {
    await this.#last.catch(() => {});
  }
}

class BlockSink implements EndingSink {
  bytesIn = 0;
  bytesOut = 0;
  readonly #sink: ByteSink;
  readonly #compress: CompressBlock;
  /** Blocks that wait to be filled again; the pool grows to `blocksInFlight + 1`. */
  readonly #idle: Uint8Array[] = [];
  #block: Uint8Array | undefined;
  #filled = 0;
  #blocks = 0;
  /** Outputs of blocks in order, the oldest first; each settles when it is with the sink. */
  readonly #inFlight: Promise<void>[] = [];
  #tail: Promise<void> = Promise.resolve();

  constructor(sink: ByteSink, compress: CompressBlock, held?: HeldOutput) {
    this.#sink = sink;
    this.#compress = compress;
    if (!held) return;
    this.bytesIn = held.bytesIn;
    this.bytesOut = held.bytesOut;
    this.#blocks = held.bytesOut > 0 ? 1 : 0;
    this.#block = new Uint8Array(blockBytes);
    this.#block.set(held.rest);
    this.#filled = held.rest.length;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.bytesIn += bytes.length;
    for (let at = 0; at < bytes.length; ) {
      this.#block ??= this.#idle.pop() ?? new Uint8Array(blockBytes);
      const part = bytes.subarray(at, at + blockBytes - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === blockBytes) await this.#submit();
    }
  }

  async end(): Promise<void> {
    // An empty output is still one valid member.
    if (this.#filled > 0 || this.#blocks === 0) await this.#submit();
    await this.#tail;
  }

  async hold(): Promise<HeldOutput> {
    await this.#tail;
    const rest = this.#block?.slice(0, this.#filled) ?? new Uint8Array(0);
    return { bytesIn: this.bytesIn, bytesOut: this.bytesOut, rest };
  }

  async settle(): Promise<void> {
    await this.#tail.catch(() => {});
  }

  async #submit(): Promise<void> {
    const block = this.#block ?? new Uint8Array(0);
    const compressed = this.#compress(block.subarray(0, this.#filled));
    const previous = this.#tail;
    this.#tail = this.#put(previous, compressed, block);
    this.#tail.catch(() => {}); // told by the next write or end
    compressed.catch(() => {});
    this.#inFlight.push(this.#tail);
    this.#block = undefined;
    this.#filled = 0;
    this.#blocks++;
    if (this.#inFlight.length > blocksInFlight) await this.#inFlight.shift();
  }

  async #put(previous: Promise<void>, compressed: Promise<Uint8Array[]>, block: Uint8Array): Promise<void> {
    await previous;
    const pieces = await compressed;
    this.#idle.push(block);
    for (const piece of pieces) {
      await this.#sink.write(piece);
      this.bytesOut += piece.length;
    }
    pieces.forEach(release);
  }
}
