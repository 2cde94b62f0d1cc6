import { isUtf8 } from 'node:buffer';
import type { RejectedRow } from '../converter.ts';

/** Bytes of a record in one part of a line: a multiple of 3 for base64, and a sixth of what its part may take. */
const partBytes = 42 * 1024;
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Encodes rejected rows as lines of JSON. Rows are mostly rejected for the reason of the row before, and their records
 * are mostly printable ASCII: then no string is made, which would be the garbage of a million rows.
 */
export class RejectedLine {
  #reason = { column: undefined as string | undefined, code: '', message: '', json: Buffer.alloc(0) };

  /** Writes the line at `at`; gives where it ends, or undefined if it may not fit. */
  write(row: RejectedRow, into: Buffer, at: number): number | undefined {
    const reason = this.#reasonOf(row);
    // However it is encoded, a record takes no fewer bytes than it has.
    if (at + 80 + reason.length + row.record.length > into.length) return undefined;
    if (!isPlain(row.record)) {
      const text = isUtf8(row.record);
      const line = `${start(row)}${reason.toString()}${label(text)}${encode(row.record, text)}"}\n`;
      return at + Buffer.byteLength(line) <= into.length ? at + into.write(line, at) : undefined;
    }
    let end = at + into.write(start(row), at, 'latin1');
    into.set(reason, end);
    end += reason.length;
    end += into.write('"record":"', end, 'latin1');
    into.set(row.record, end);
    end += row.record.length;
    return end + into.write('"}\n', end, 'latin1');
  }

  /** The line in parts, so that a record of any length costs no more memory than its part: 252 KiB beside the reason. */
  *parts(row: RejectedRow): Generator<string> {
    const { record } = row;
    const text = isUtf8(record);
    yield `${start(row)}${this.#reasonOf(row)}${label(text)}`;
    for (let at = 0, end = 0; at < record.length; at = end) {
      end = Math.min(at + partBytes, record.length);
      while (text && isContinuation(record[end])) end--;
      yield encode(record.subarray(at, end), text);
    }
    yield '"}\n';
  }

  #reasonOf({ column, code, message }: RejectedRow): Buffer {
    const last = this.#reason;
    if (last.column !== column || last.code !== code || last.message !== message) {
      const at = column === undefined ? '' : `"column":${JSON.stringify(column)},`;
      const json = Buffer.from(`${at}"code":${JSON.stringify(code)},"message":${JSON.stringify(message)},`);
      this.#reason = { column, code, message, json };
    }
    return this.#reason.json;
  }
}

function start({ line, byte }: RejectedRow): string {
  return `{"line":${line},"byte":${byte},`;
}

function label(text: boolean): string {
  return text ? '"record":"' : '"recordBase64":"';
}

function encode(part: Uint8Array, text: boolean): string {
  return text ? JSON.stringify(utf8.decode(part)).slice(1, -1) : Buffer.from(part).toString('base64');
}

/** Whether the bytes stand in a JSON string as they are. */
function isPlain(record: Uint8Array): boolean {
  for (let at = 0; at < record.length; at++) {
    const byte = record[at]!;
    if (byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c) return false;
  }
  return true;
}

/** Whether a UTF-8 character goes on with this byte. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && byte >> 6 === 2;
}
