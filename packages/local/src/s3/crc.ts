import { crc32 } from 'node:zlib';

/** A running CRC. `digest` gives its bytes, most significant first, as S3 writes them. */
export interface Crc {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

/** All of S3's CRCs are reflected, begin with all ones and end inverted. */
interface Polynomial {
  bits: 32 | 64;
  /** Reflected. */
  value: bigint;
}

const polynomials = {
  CRC32: { bits: 32, value: 0xedb88320n },
  CRC32C: { bits: 32, value: 0x82f63b78n },
  CRC64NVME: { bits: 64, value: 0x9a6c9329ac4bc9b5n },
} as const satisfies Record<string, Polynomial>;

export type CrcName = keyof typeof polynomials;

export function createCrc(name: CrcName): Crc {
  if (name === 'CRC32') return new ZlibCrc32();
  return name === 'CRC32C' ? new Crc32c() : new Crc64();
}

class ZlibCrc32 implements Crc {
  #value = 0;

  update(bytes: Uint8Array): void {
    this.#value = crc32(bytes, this.#value);
  }

  digest(): Buffer {
    const out = Buffer.alloc(4);
    out.writeUInt32BE(this.#value);
    return out;
  }
}

/** Tables for eight bytes at a time: entry `t * 256 + b` is byte `b` followed by `t` zero bytes. Low and high words apart. */
function makeTables({ value }: Polynomial): { low: Int32Array; high: Int32Array } {
  const low = new Int32Array(8 * 256);
  const high = new Int32Array(8 * 256);
  const first: bigint[] = [];
  for (let byte = 0; byte < 256; byte++) {
    let crc = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ value : crc >> 1n;
    first.push(crc);
  }
  const row = [...first];
  for (let t = 0; t < 8; t++) {
    for (let byte = 0; byte < 256; byte++) {
      const crc = row[byte] as bigint;
      low[t * 256 + byte] = Number(BigInt.asIntN(32, crc));
      high[t * 256 + byte] = Number(BigInt.asIntN(32, crc >> 32n));
      row[byte] = (crc >> 8n) ^ (first[Number(crc & 255n)] as bigint);
    }
  }
  return { low, high };
}

const tables = new Map<CrcName, { low: Int32Array; high: Int32Array }>();

function tablesOf(name: CrcName): { low: Int32Array; high: Int32Array } {
  let made = tables.get(name);
  if (!made) {
    made = makeTables(polynomials[name]);
    tables.set(name, made);
  }
  return made;
}

class Crc32c implements Crc {
  #value = -1;

  update(bytes: Uint8Array): void {
    const { low: table } = tablesOf('CRC32C');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let crc = this.#value;
    let at = 0;
    for (const end = bytes.length - 7; at < end; at += 8) {
      const a = view.getInt32(at, true) ^ crc;
      const b = view.getInt32(at + 4, true);
      crc =
        (table[1792 + (a & 255)] as number) ^
        (table[1536 + ((a >>> 8) & 255)] as number) ^
        (table[1280 + ((a >>> 16) & 255)] as number) ^
        (table[1024 + (a >>> 24)] as number) ^
        (table[768 + (b & 255)] as number) ^
        (table[512 + ((b >>> 8) & 255)] as number) ^
        (table[256 + ((b >>> 16) & 255)] as number) ^
        (table[b >>> 24] as number);
    }
    for (; at < bytes.length; at++)
      crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] as number)) & 255] as number);
    this.#value = crc;
  }

  digest(): Buffer {
    const out = Buffer.alloc(4);
    out.writeInt32BE(~this.#value);
    return out;
  }
}

// Two halves of 32 bits: BigInt is thirty times slower.
class Crc64 implements Crc {
  #low = -1;
  #high = -1;

  update(bytes: Uint8Array): void {
    const { low, high } = tablesOf('CRC64NVME');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let l = this.#low;
    let h = this.#high;
    let at = 0;
    for (const end = bytes.length - 7; at < end; at += 8) {
      const a = view.getInt32(at, true) ^ l;
      const b = view.getInt32(at + 4, true) ^ h;
      const i0 = 1792 + (a & 255);
      const i1 = 1536 + ((a >>> 8) & 255);
      const i2 = 1280 + ((a >>> 16) & 255);
      const i3 = 1024 + (a >>> 24);
      const i4 = 768 + (b & 255);
      const i5 = 512 + ((b >>> 8) & 255);
      const i6 = 256 + ((b >>> 16) & 255);
      const i7 = b >>> 24;
      l =
        (low[i0] as number) ^
        (low[i1] as number) ^
        (low[i2] as number) ^
        (low[i3] as number) ^
        (low[i4] as number) ^
        (low[i5] as number) ^
        (low[i6] as number) ^
        (low[i7] as number);
      h =
        (high[i0] as number) ^
        (high[i1] as number) ^
        (high[i2] as number) ^
        (high[i3] as number) ^
        (high[i4] as number) ^
        (high[i5] as number) ^
        (high[i6] as number) ^
        (high[i7] as number);
    }
    for (; at < bytes.length; at++) {
      const index = (l ^ (bytes[at] as number)) & 255;
      l = ((l >>> 8) | (h << 24)) ^ (low[index] as number);
      h = (h >>> 8) ^ (high[index] as number);
    }
    this.#low = l;
    this.#high = h;
  }

  digest(): Buffer {
    const out = Buffer.alloc(8);
    out.writeInt32BE(~this.#high, 0);
    out.writeInt32BE(~this.#low, 4);
    return out;
  }
}

/**
 * The CRC of two byte strings end to end, from the CRC of each and the length of the second: how the checksum of a whole
 * object follows from those of its parts.
 */
export function combineCrcs(name: CrcName, first: Buffer, second: Buffer, secondLength: number): Buffer {
  const { bits, value } = polynomials[name];
  const shifted = multiply(toBigInt(first), powerOfX(BigInt(secondLength) * 8n, value, bits), value, bits);
  const combined = shifted ^ toBigInt(second);
  return Buffer.from(combined.toString(16).padStart(bits / 4, '0'), 'hex');
}

function toBigInt(digest: Buffer): bigint {
  return BigInt(`0x${digest.toString('hex')}`);
}

/** Product of two polynomials modulo the CRC's; reflected, so the top bit is x^0. */
function multiply(a: bigint, b: bigint, polynomial: bigint, bits: number): bigint {
  let product = 0n;
  let factor = b;
  for (let bit = BigInt(bits - 1); bit >= 0n; bit--) {
    if ((a >> bit) & 1n) product ^= factor;
    factor = factor & 1n ? (factor >> 1n) ^ polynomial : factor >> 1n;
  }
  return product;
}

function powerOfX(exponent: bigint, polynomial: bigint, bits: number): bigint {
  const one = 1n << BigInt(bits - 1);
  let result = one;
  let square = one >> 1n;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = multiply(result, square, polynomial, bits);
    square = multiply(square, square, polynomial, bits);
  }
  return result;
}
