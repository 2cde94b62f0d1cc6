// Naive decoders of Parquet's encodings, byte by byte after Encodings.md; what the kernel writes must read back by them.

export class Bytes {
  at = 0;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get atEnd(): boolean {
    return this.at === this.bytes.length;
  }

  byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new Error('read past the end');
    return byte;
  }

  little(length: number): bigint {
    let value = 0n;
    for (let i = 0; i < length; i++) value |= BigInt(this.byte()) << BigInt(8 * i);
    return value;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  zigzag(): bigint {
    const value = this.varint();
    return value & 1n ? -((value + 1n) / 2n) : value / 2n;
  }

  /** `count` values of `width` bits, from the lowest bit of each byte up. */
  packed(count: number, width: number): bigint[] {
    const bits = this.little((count * width) / 8);
    const mask = (1n << BigInt(width)) - 1n;
    return Array.from({ length: count }, (_, i) => (bits >> BigInt(i * width)) & mask);
  }
}

/** Values and runs of the RLE and bit-packing hybrid; whatever a last group of 8 has more must be 0. */
export function decodeHybrid(
  input: Uint8Array,
  width: number,
  count: number,
): { values: number[]; runs: number } {
  const bytes = new Bytes(input);
  const values: number[] = [];
  let runs = 0;
  while (!bytes.atEnd) {
    const header = Number(bytes.varint());
    if (header & 1) values.push(...bytes.packed((header >> 1) * 8, width).map(Number));
    else {
      const value = Number(bytes.little(Math.ceil(width / 8)));
      values.push(...Array<number>(header >> 1).fill(value));
      runs++;
    }
  }
  if (values.slice(count).some((value) => value !== 0)) throw new Error('the padding is not 0');
  return { values: values.slice(0, count), runs };
}

/** DELTA_BINARY_PACKED of integers of so many bits; gives what follows too. */
export function decodeDelta(input: Uint8Array, bits: 32 | 64): { values: bigint[]; rest: Uint8Array } {
  const bytes = new Bytes(input);
  const block = Number(bytes.varint());
  const miniblocks = Number(bytes.varint());
  const count = Number(bytes.varint());
  let value = bytes.zigzag();
  const values = count > 0 ? [value] : [];
  while (values.length < count) {
    const least = bytes.zigzag();
    const widths = Array.from({ length: miniblocks }, () => bytes.byte());
    for (const width of widths) {
      if (values.length >= count) {
        if (width !== 0) throw new Error('a miniblock without values has a width');
        continue;
      }
      if (width > bits) throw new Error('more bits than a plain value has');
      for (const more of bytes.packed(block / miniblocks, width)) {
        if (values.length === count) {
          if (more !== 0n) throw new Error('the padding is not 0');
          continue;
        }
        value = BigInt.asIntN(bits, value + least + more);
        values.push(value);
      }
    }
  }
  return { values, rest: input.subarray(bytes.at) };
}

/** Snappy's block format, after google/snappy's format_description.txt. */
export function decodeSnappy(input: Uint8Array): Uint8Array {
  const bytes = new Bytes(input);
  const length = Number(bytes.varint());
  const out: number[] = [];
  while (!bytes.atEnd) {
    const tag = bytes.byte();
    if ((tag & 3) === 0) {
      const short = tag >> 2;
      const size = short < 60 ? short + 1 : Number(bytes.little(short - 59)) + 1;
      for (let i = 0; i < size; i++) out.push(bytes.byte());
      continue;
    }
    const [size, offset] =
      (tag & 3) === 1
        ? [((tag >> 2) & 7) + 4, ((tag >> 5) << 8) | bytes.byte()]
        : [(tag >> 2) + 1, Number(bytes.little((tag & 3) === 2 ? 2 : 4))];
    if (offset === 0 || offset > out.length) throw new Error(`no byte ${offset} before ${out.length}`);
    for (let i = 0; i < size; i++) out.push(out[out.length - offset]!);
  }
  if (out.length !== length) throw new Error(`${out.length} bytes instead of ${length}`);
  return Uint8Array.from(out);
}
