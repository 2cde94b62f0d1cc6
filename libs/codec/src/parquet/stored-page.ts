import { crc32 } from 'node:zlib';

/** RFC 1952: 255 is an unknown operating system, so that the bytes do not tell where they were made. */
export const unknownSystem = 255;

/** The most that a raw block of zstd and a stored block of deflate may hold. */
const zstdBlock = 128 * 1024;
const deflateBlock = 65_535;

/** A page as a zstd frame that holds it as it is (RFC 8878): raw blocks of a single segment. */
export function storedZstd(page: Uint8Array): Uint8Array {
  const { length } = page;
  const blocks = Math.max(1, Math.ceil(length / zstdBlock));
  const sizeBytes = length < 256 ? 1 : length < 65_792 ? 2 : 4;
  const frame = new Uint8Array(5 + sizeBytes + 3 * blocks + length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, 0xfd2fb528, true);
  if (sizeBytes === 1) frame.set([0x20, length], 4);
  else if (sizeBytes === 2) {
    frame[4] = 0x60;
    view.setUint16(5, length - 256, true);
  } else {
    frame[4] = 0xa0;
    view.setUint32(5, length, true);
  }
  let at = 5 + sizeBytes;
  for (let block = 0; block < blocks; block++) {
    const bytes = page.subarray(block * zstdBlock, (block + 1) * zstdBlock);
    const header = (bytes.length << 3) | Number(block === blocks - 1);
    view.setUint16(at, header & 0xffff, true);
    frame[at + 2] = header >>> 16;
    frame.set(bytes, at + 3);
    at += 3 + bytes.length;
  }
  return frame;
}

/** A page as a gzip member that holds it as it is (RFC 1952): stored blocks (RFC 1951). */
export function storedGzip(page: Uint8Array): Uint8Array {
  const { length } = page;
  const blocks = Math.max(1, Math.ceil(length / deflateBlock));
  const member = new Uint8Array(18 + 5 * blocks + length);
  const view = new DataView(member.buffer);
  member.set([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, unknownSystem]);
  let at = 10;
  for (let block = 0; block < blocks; block++) {
    const bytes = page.subarray(block * deflateBlock, (block + 1) * deflateBlock);
    member[at] = Number(block === blocks - 1);
    view.setUint16(at + 1, bytes.length, true);
    view.setUint16(at + 3, ~bytes.length & 0xffff, true);
    member.set(bytes, at + 5);
    at += 5 + bytes.length;
  }
  view.setUint32(at, crc32(page), true);
  view.setUint32(at + 4, length, true);
  return member;
}
