import { gzipSync } from 'node:zlib';
import type { RejectedRow } from '../converter.ts';
import type { ByteSink } from '../ports.ts';

/** Text gathered before it is compressed: one gzip member each. */
const blockBytes = 256 * 1024;

/**
 * The quarantine file: gzipped JSON Lines, one object for each rejected row, in the order of the input:
 * `{"line":7,"byte":700,"column":"price","code":"..","message":"..","record":".."}`. A record that is not valid UTF-8
 * stands as `recordBase64`.
 *
 * `add` is synchronous, since converters reject in the midst of a hot loop: it compresses on the spot, which also
 * slows a converter that rejects everything. `drain` waits for what is compressed to be with the sink.
 */
export class Quarantine {
  /** Rows taken so far. */
  rows = 0;
  /** Bytes handed to the sink, compressed. */
  bytes = 0;
  readonly #open: () => Promise<ByteSink>;
  #sink: ByteSink | undefined;
  #lines: string[] = [];
  #held = 0;
  #members: Uint8Array[] = [];

  /** `open` is called once, when there is something to write. */
  constructor(open: () => Promise<ByteSink>) {
    this.#open = open;
  }

  add(row: RejectedRow): void {
    const line = `${describeRow(row)}\n`;
    this.rows++;
    this.#lines.push(line);
    this.#held += line.length;
    if (this.#held >= blockBytes) this.#compress();
  }

  async drain(): Promise<void> {
    if (this.#members.length === 0) return;
    this.#sink ??= await this.#open();
    for (let member = this.#members.shift(); member; member = this.#members.shift()) {
      await this.#sink.write(member);
      this.bytes += member.length;
    }
  }

  async end(): Promise<void> {
    if (this.#held > 0) this.#compress();
    await this.drain();
  }

  #compress(): void {
    const member = gzipSync(this.#lines.join(''), { level: 3 });
    member[9] = 255; // no operating system, as in the output
    this.#members.push(member);
    this.#lines = [];
    this.#held = 0;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function describeRow({ line, byte, column, code, message, record }: RejectedRow): string {
  return JSON.stringify({ line, byte, column, code, message, ...describeRecord(record) });
}

function describeRecord(record: Uint8Array): { record: string } | { recordBase64: string } {
  try {
    return { record: utf8.decode(record) };
  } catch {
    return { recordBase64: Buffer.from(record).toString('base64') };
  }
}
