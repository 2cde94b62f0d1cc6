import { S3Error } from './errors.ts';

/** A chunk of an `aws-chunked` body: `<hex size>[;chunk-signature=<hex>]\r\n<bytes>\r\n`, the last one empty. */
export interface ChunkEvents {
  /** Part of a chunk's bytes; borrowed. */
  data(bytes: Buffer): void;
  /** A chunk is complete; its signature if it bore one. The final, empty chunk too. */
  chunkEnd(signature: string | undefined): void;
  /** One trailing header, name in lower case. */
  trailer(name: string, value: string): void;
}

/** Chunk heads and trailers are short; what is longer is no such body. */
const maxLine = 16 * 1024;

/**
 * Takes an `aws-chunked` body apart, in pieces of any size.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export class AwsChunkedDecoder {
  #events: ChunkEvents;
  #state: 'head' | 'data' | 'data-end' | 'trailer' | 'done' = 'head';
  #line = '';
  #left = 0;
  #signature: string | undefined;

  constructor(events: ChunkEvents) {
    this.#events = events;
  }

  /** @throws S3Error IncompleteBody where the framing is broken */
  push(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#state === 'done') throw broken('bytes after the end');
      if (this.#state === 'data') {
        const take = Math.min(this.#left, bytes.length - at);
        this.#events.data(bytes.subarray(at, at + take));
        this.#left -= take;
        at += take;
        if (this.#left === 0) this.#state = 'data-end';
        continue;
      }
      const end = bytes.indexOf(10, at);
      this.#line += bytes.toString('latin1', at, end < 0 ? bytes.length : end);
      if (this.#line.length > maxLine) throw broken('a line too long');
      if (end < 0) return;
      at = end + 1;
      if (!this.#line.endsWith('\r')) throw broken('a line that ends without CR LF');
      const line = this.#line.slice(0, -1);
      this.#line = '';
      this.#takeLine(line);
    }
  }

  /** @throws S3Error IncompleteBody if the body stopped short */
  end(): void {
    // Some clients leave out the empty line after the last trailer.
    if (this.#state === 'trailer' && this.#line === '') return;
    if (this.#state !== 'done') throw broken('an early end');
  }

  #takeLine(line: string): void {
    switch (this.#state) {
      case 'head': {
        const match = /^([0-9a-fA-F]{1,13})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line);
        if (!match) throw broken('a chunk head that is none');
        this.#left = Number.parseInt(match[1] as string, 16);
        this.#signature = match[2];
        if (this.#left > 0) this.#state = 'data';
        else {
          this.#state = 'trailer';
          this.#events.chunkEnd(this.#signature);
        }
        return;
      }
      case 'data-end':
        if (line !== '') throw broken('a chunk longer than its head says');
        this.#state = 'head';
        this.#events.chunkEnd(this.#signature);
        return;
      default: {
        if (line === '') {
          this.#state = 'done';
          return;
        }
        const colon = line.indexOf(':');
        if (colon <= 0) throw broken('a trailer that is none');
        this.#events.trailer(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
      }
    }
  }
}

function broken(what: string): S3Error {
  return new S3Error('IncompleteBody', {}, `The aws-chunked body is broken: ${what}`);
}
