import type { RejectedRow } from '../converter.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Encodes rejected rows as lines of JSON. Rows are mostly rejected for the reason of the row before, and their records
 * are mostly printable ASCII: then no string is made, which would be the garbage of a million rows.
 */
export class RejectedLine {
  #reason = { column: undefined as string | undefined, code: '', message: '', json: Buffer.alloc(0) };

  /** Writes the line at `at`; gives where it ends, or undefined if it may not fit. */
  write(row: RejectedRow, into: Buffer, at: number): number | undefined {
    const reason = this.#reasonOf(row);
    if (!isPlain(row.record)) {
      const line = `${start(row)}${reason.toString()}${describeRecord(row.record)}}\n`;
      return at + line.length * 3 <= into.length ? at + into.write(line, at) : undefined;
    }
    if (at + 80 + reason.length + row.record.length > into.length) return undefined;
    let end = at + into.write(start(row), at, 'latin1');
    into.set(reason, end);
    end += reason.length;
    end += into.write('"record":"', end, 'latin1');
    into.set(row.record, end);
    end += row.record.length;
    return end + into.write('"}\n', end, 'latin1');
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

/** Whether the bytes stand in a JSON string as they are. */
function isPlain(record: Uint8Array): boolean {
  for (let at = 0; at < record.length; at++) {
    const byte = record[at]!;
    if (byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c) return false;
  }
  return true;
}

function describeRecord(record: Uint8Array): string {
  try {
    return `"record":${JSON.stringify(utf8.decode(record))}`;
  } catch {
    return `"recordBase64":"${Buffer.from(record).toString('base64')}"`;
  }
}
