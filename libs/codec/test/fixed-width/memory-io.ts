import type { ConvertIo, RejectedRow } from '../../src/converter.ts';

/** A source, sink and quarantine in memory. `chunk`: the most bytes that one read fills. */
export function memoryIo(input: string | Uint8Array, chunk = Number.POSITIVE_INFINITY) {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  const written: Uint8Array[] = [];
  const rejects: RejectedRow[] = [];
  let at = 0;
  const io: ConvertIo = {
    source: {
      async read(into) {
        const piece = bytes.subarray(at, at + Math.min(chunk, into.length));
        into.set(piece);
        at += piece.length;
        return piece.length;
      },
    },
    restart: async () => {
      at = 0;
      return io.source;
    },
    hints: {},
    openPart: async () => {
      throw new Error('no parts here');
    },
    sink: {
      async write(lent) {
        // Keeps the bytes only once the write is under way, as a slow sink does.
        await new Promise((resolve) => setImmediate(resolve));
        written.push(lent.slice());
      },
    },
    attach: () => {},
    tell: () => {},
    openReference: () => Promise.reject(new Error('no references here')),
    reject: (row) => void rejects.push({ ...row, record: row.record.slice() }),
  };
  const discard = async () => void written.splice(0);
  return {
    io,
    rejects,
    discard,
    bytes: () => Buffer.concat(written),
    text: () => Buffer.concat(written).toString(),
  };
}
