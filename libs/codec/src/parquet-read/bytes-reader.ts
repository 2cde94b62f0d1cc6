import { corruptParquet } from './faults.ts';

/** Reads numbers out of a page, and never past its end. */
export class BytesReader {
  at: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly #column: string;

  constructor(bytes: Uint8Array, column: string, at = 0) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.at = at;
    this.#column = column;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  corrupt(what: string): Error {
    return corruptParquet(`column ${this.#column}: ${what}`);
  }

  /** The next bytes, borrowed. */
  take(length: number): Uint8Array {
    if (length < 0 || length > this.left) throw this.corrupt('a page ends too early');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  byte(): number {
    if (this.left < 1) throw this.corrupt('a page ends too early');
    return this.bytes[this.at++]!;
  }

  uint32(): number {
    if (this.left < 4) throw this.corrupt('a page ends too early');
    this.at += 4;
    return this.view.getUint32(this.at - 4, true);
  }

  /** Unsigned, up to 32 bits. */
  varint(): number {
    const value = this.bigVarint();
    if (value > 0xffff_ffffn) throw this.corrupt('a number is too great');
    return Number(value);
  }

  zigzag(): bigint {
    const value = this.bigVarint();
    return (value >> 1n) ^ -(value & 1n);
  }

  private bigVarint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw this.corrupt('a number is too long');
  }
}

/**
 * Unpacks `count` numbers of `width` bits, at most 32, from the lowest bit of each byte up, to `out` from `to` on, as
 * signed 32 bits. `bytes` holds them all.
 */
export function unpackBits(
  bytes: Uint8Array,
  width: number,
  count: number,
  out: Int32Array,
  to: number,
): void {
  if (width > 24) {
    unpackWide(bytes, width, count, out, to);
    return;
  }
  const mask = (1 << width) - 1;
  let held = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < count; i++) {
    while (bits < width) {
      held |= bytes[at++]! << bits;
      bits += 8;
    }
    out[to + i] = held & mask;
    held >>>= width;
    bits -= width;
  }
}

function unpackWide(bytes: Uint8Array, width: number, count: number, out: Int32Array, to: number): void {
  for (let i = 0; i < count; i++) {
    const first = i * width;
    let value = 0;
    let have = -(first & 7);
    for (let at = first >>> 3; have < width; at++, have += 8) value += bytes[at]! * 2 ** (have + (first & 7));
    out[to + i] = (Math.floor(value / 2 ** (first & 7)) % 2 ** width) | 0;
  }
}
