import { constants, gunzipSync } from 'node:zlib';

const magic = Uint8Array.of(0x1f, 0x8b, 8);
/** Of FLG, RFC 1952, section 2.3.1.2: "Reserved FLG bits must be zero". */
const reservedFlags = 0xe0;
/** Bytes that are inflated on trial; with fewer than the least of them nothing is proved. */
const trialBytes = 16 * 1024;
const leastTrial = 2 * 1024;

/**
 * Where in a piece of gzip a member begins; -1 if none does, or none can be told. Compressed bytes may look like the head of
 * one: it counts if what follows inflates. Bytes that came about by chance do not, as far as that is likely at all: their first block is
 * hardly ever one, and reaches back before its start.
 */
export function findMember(piece: Uint8Array): number {
  const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
  for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1)) {
    if (piece.length - at < leastTrial) return -1;
    if ((bytes[at + 3]! & reservedFlags) === 0 && inflates(bytes.subarray(at, at + trialBytes))) return at;
  }
  return -1;
}

function inflates(start: Uint8Array): boolean {
  try {
    gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH });
    return true;
  } catch {
    return false;
  }
}
