import { type BytesReader, unpackBits } from './bytes-reader.ts';

/**
 * Runs and bit-packed groups (RLE of Encodings.md): `count` numbers of `width` bits, out of all that is left.
 * A run that goes on beyond `count` is cut; a group of 8 may.
 */
export function decodeHybrid(reader: BytesReader, width: number, count: number): Int32Array {
  if (width < 0 || width > 32) throw reader.corrupt(`numbers of ${width} bits`);
  const out = new Int32Array(count);
  if (width === 0) return out;
  const runBytes = (width + 7) >> 3;
  for (let done = 0; done < count; ) {
    const header = reader.varint();
    const length = Math.floor(header / 2);
    if (header % 2 === 0) {
      const run = reader.take(runBytes);
      let value = 0;
      for (let i = 0; i < runBytes; i++) value |= run[i]! << (8 * i);
      const end = Math.min(count, done + length);
      if (value !== 0) out.fill(value, done, end);
      done = end;
    } else {
      const wanted = Math.min(count - done, length * 8);
      // Some writers cut the last group short.
      const packed = reader.take(Math.min(length * width, reader.left));
      if (packed.length * 8 < wanted * width) throw reader.corrupt('a page ends too early');
      unpackBits(packed, width, wanted, out, done);
      done += wanted;
    }
  }
  return out;
}
