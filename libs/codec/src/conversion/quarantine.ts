import { gzipSync } from 'node:zlib';
import type { RejectedRow } from '../converter.ts';
import type { ByteSink } from '../ports.ts';
import { RejectedLine } from './rejected-line.ts';

/** What a run that stopped leaves to the next. */
export interface HeldRejects {
  rows: number;
  bytes: number;
  /** Text that is not yet compressed. */
  rest: Uint8Array;
}

/** Text gathered before it is compressed: one gzip member each. A long line takes several. */
const blockBytes = 256 * 1024;

/**
 * The quarantine file: gzipped JSON Lines, one object for each rejected row, in the order of the input:
 * `{"line":7,"byte":700,"column":"price","code":"..","message":"..","record":".."}`. A record that is not valid UTF-8
 * stands as `recordBase64`.
 *
 * `add` is synchronous, since converters reject in the midst of a hot loop: it compresses on the spot, which also
 * slows a converter that rejects everything. `drain` waits for what is compressed to be with the sink. Drains may be
 * asked for at once, by a read ahead and by the end: they form a line, so the sink sees one write at a time.
 */
export class Quarantine {
  /** Rows taken so far. */
  rows = 0;
  /** Bytes handed to the sink, compressed. */
  bytes = 0;
  readonly #open: () => Promise<ByteSink>;
  #sink: ByteSink | undefined;
  /** The last drain asked for. Once one has failed all after it do: what it was to write is missing. */
  #tail: Promise<void> = Promise.resolve();
  readonly #line = new RejectedLine();
  readonly #block = Buffer.allocUnsafe(blockBytes);
  #filled = 0;
  #members: Uint8Array[] = [];

  /** `open` is called once, when there is something to write; `held` by an earlier run. */
  constructor(open: () => Promise<ByteSink>, held?: HeldRejects) {
    this.#open = open;
    if (!held) return;
    this.rows = held.rows;
    this.bytes = held.bytes;
    this.#block.set(held.rest);
    this.#filled = held.rest.length;
  }

  add(row: RejectedRow): void {
    this.rows++;
    let end = this.#line.write(row, this.#block, this.#filled);
    if (end === undefined) {
      this.#compress(this.#takeBlock());
      end = this.#line.write(row, this.#block, 0);
    }
    if (end !== undefined) this.#filled = end;
    else for (const part of this.#line.parts(row)) this.#append(part);
  }

  async drain(): Promise<void> {
    this.#tail = this.#tail.then(() => this.#writeMembers());
    await this.#tail;
  }

  async end(): Promise<void> {
    this.#compress(this.#takeBlock());
    await this.drain();
  }

  /** Hands on what makes a whole member and gives the rest; for another run, which goes on with it to the same bytes. */
  async hold(): Promise<HeldRejects> {
    await this.drain();
    return {
      rows: this.rows,
      bytes: this.bytes,
      rest: Uint8Array.from(this.#block.subarray(0, this.#filled)),
    };
  }

  /** Starts no more writes and resolves when none is under way; for a conversion that has failed. Never rejects. */
  async settle(): Promise<void> {
    this.#members.length = 0;
    await this.#tail.catch(() => {});
  }

  async #writeMembers(): Promise<void> {
    for (let member = this.#members.shift(); member; member = this.#members.shift()) {
      this.#sink ??= await this.#open();
      await this.#sink.write(member);
      this.bytes += member.length;
    }
  }

  #append(text: string): void {
    const bytes = Buffer.from(text);
    if (this.#filled + bytes.length > blockBytes) this.#compress(this.#takeBlock());
    if (bytes.length > blockBytes) this.#compress(bytes);
    else {
      this.#block.set(bytes, this.#filled);
      this.#filled += bytes.length;
    }
  }

  #takeBlock(): Uint8Array {
    const text = this.#block.subarray(0, this.#filled);
    this.#filled = 0;
    return text;
  }

  #compress(text: Uint8Array): void {
    if (text.length === 0) return;
    const member = gzipSync(text, { level: 3 });
    member[9] = 255; // no operating system, as in the output
    this.#members.push(member);
  }
}
