import { type BytesReader, unpackBits } from './bytes-reader.ts';
import type { ByteStrings } from './values.ts';

interface DeltaHead {
  perMiniblock: number;
  miniblocks: number;
  first: bigint;
}

function readHead(reader: BytesReader, count: number): DeltaHead {
  const block = reader.varint();
  const miniblocks = reader.varint();
  const total = reader.varint();
  const perMiniblock = block / miniblocks;
  if (block < 128 || block > 2 ** 20 || !Number.isInteger(perMiniblock) || perMiniblock % 8 !== 0)
    throw reader.corrupt(`delta blocks of ${block} values in ${miniblocks} parts`);
  if (total !== count) throw reader.corrupt(`${total} values instead of ${count}`);
  return { perMiniblock, miniblocks, first: reader.zigzag() };
}

/** DELTA_BINARY_PACKED of INT32. */
export function decodeDelta32(reader: BytesReader, count: number): Int32Array {
  const { perMiniblock, miniblocks, first } = readHead(reader, count);
  const out = new Int32Array(count);
  if (count === 0) return out;
  let value = Number(BigInt.asIntN(32, first));
  out[0] = value;
  for (let done = 1; done < count; ) {
    const least = Number(BigInt.asIntN(32, reader.zigzag()));
    const widths = reader.take(miniblocks);
    for (let part = 0; part < miniblocks && done < count; part++) {
      const width = widths[part]!;
      if (width > 32) throw reader.corrupt(`deltas of ${width} bits`);
      const wanted = Math.min(perMiniblock, count - done);
      unpackBits(takePacked(reader, width, perMiniblock, wanted), width, wanted, out, done);
      for (let i = done; i < done + wanted; i++) {
        value = (value + least + out[i]!) | 0;
        out[i] = value;
      }
      done += wanted;
    }
  }
  return out;
}

/** DELTA_BINARY_PACKED of INT64. */
export function decodeDelta64(reader: BytesReader, count: number): BigInt64Array {
  const { perMiniblock, miniblocks, first } = readHead(reader, count);
  const out = new BigInt64Array(count);
  if (count === 0) return out;
  const low = new Int32Array(perMiniblock);
  let value = BigInt.asIntN(64, first);
  out[0] = value;
  for (let done = 1; done < count; ) {
    const least = reader.zigzag();
    const widths = reader.take(miniblocks);
    for (let part = 0; part < miniblocks && done < count; part++) {
      const width = widths[part]!;
      if (width > 64) throw reader.corrupt(`deltas of ${width} bits`);
      const wanted = Math.min(perMiniblock, count - done);
      const packed = takePacked(reader, width, perMiniblock, wanted);
      if (width <= 32) {
        unpackBits(packed, width, wanted, low, 0);
        // Where no sum can pass 2^53, doubles are exact.
        const [from, step] = [Number(value), Number(least)];
        if (Math.abs(from) + wanted * (Math.abs(step) + 2 ** 32) < 2 ** 53) {
          let sum = from;
          for (let i = 0; i < wanted; i++) {
            sum += step + (low[i]! >>> 0);
            out[done + i] = BigInt(sum);
          }
          value = BigInt(sum);
        } else {
          for (let i = 0; i < wanted; i++) {
            value = BigInt.asIntN(64, value + least + BigInt(low[i]! >>> 0));
            out[done + i] = value;
          }
        }
      } else {
        for (let i = 0; i < wanted; i++) {
          value = BigInt.asIntN(64, value + least + bitsAt(packed, i * width, width));
          out[done + i] = value;
        }
      }
      done += wanted;
    }
  }
  return out;
}

/** All of a miniblock is there by the format; the last one of a page is cut short by some writers. */
function takePacked(reader: BytesReader, width: number, perMiniblock: number, wanted: number): Uint8Array {
  const packed = reader.take(Math.min((perMiniblock * width) / 8, reader.left));
  if (packed.length * 8 < wanted * width) throw reader.corrupt('a page ends too early');
  return packed;
}

function bitsAt(bytes: Uint8Array, first: number, width: number): bigint {
  let value = 0n;
  const last = (first + width - 1) >>> 3;
  for (let at = last; at >= first >>> 3; at--) value = (value << 8n) | BigInt(bytes[at]!);
  return BigInt.asUintN(width, value >> BigInt(first & 7));
}

/** DELTA_LENGTH_BYTE_ARRAY: lengths, then all bytes. */
export function decodeDeltaLengths(reader: BytesReader, count: number): ByteStrings {
  const lengths = decodeDelta32(reader, count);
  const starts = new Int32Array(count + 1);
  let total = 0;
  for (let i = 0; i < count; i++) {
    if (lengths[i]! < 0) throw reader.corrupt('a text of negative length');
    total += lengths[i]!;
    if (total > reader.left) throw reader.corrupt('a page ends too early');
    starts[i + 1] = total;
  }
  return { kind: 'strings', bytes: reader.take(total), starts, gap: 0 };
}

/**
 * DELTA_BYTE_ARRAY: what each value shares with the one before it, and the rest of it.
 * @param maxBytes of all values together
 */
export function decodeDeltaStrings(reader: BytesReader, count: number, maxBytes: number): ByteStrings {
  const prefixes = decodeDelta32(reader, count);
  const suffixes = decodeDeltaLengths(reader, count);
  const starts = new Int32Array(count + 1);
  let total = 0;
  for (let i = 0; i < count; i++) {
    const before = i === 0 ? 0 : starts[i]! - starts[i - 1]!;
    const prefix = prefixes[i]!;
    if (prefix < 0 || prefix > before) throw reader.corrupt('a text shares more than there is');
    total += prefix + suffixes.starts[i + 1]! - suffixes.starts[i]!;
    if (total > maxBytes) throw reader.corrupt(`texts of more than ${maxBytes} bytes in one page`);
    starts[i + 1] = total;
  }
  const bytes = new Uint8Array(total);
  for (let i = 0; i < count; i++) {
    const start = starts[i]!;
    const before = i === 0 ? 0 : starts[i - 1]!;
    bytes.copyWithin(start, before, before + prefixes[i]!);
    bytes.set(suffixes.bytes.subarray(suffixes.starts[i]!, suffixes.starts[i + 1]!), start + prefixes[i]!);
  }
  return { kind: 'strings', bytes, starts, gap: 0 };
}
