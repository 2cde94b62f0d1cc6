import { type Encoding, upperHalf } from '../../src/text/encoding.ts';

export function decodeEightBit(bytes: Uint8Array, encoding: Exclude<Encoding, 'utf-8'>): Buffer {
  const upper = upperHalf(encoding);
  const codes = [...bytes].map((byte) => (byte < 0x80 ? byte : upper[byte - 0x80]!));
  return Buffer.from(codes.map((code) => String.fromCodePoint(code)).join(''));
}

/** What is no character is the byte FF: half of a surrogate pair, and a byte too many at the end. */
export function decodeUtf16(bytes: Uint8Array, isBig: boolean): Buffer {
  const units = Buffer.from(bytes.subarray(0, bytes.length & ~1));
  const text = (isBig ? units.swap16() : units).toString('utf16le');
  const parts = [...text].map((character) =>
    character.isWellFormed() ? Buffer.from(character) : Buffer.of(0xff),
  );
  return Buffer.concat([...parts, Buffer.alloc(bytes.length % 2, 0xff)]);
}

/** Of UTF-8: its characters, or its units of 16 bits. */
export function countUnits(text: Uint8Array, isSixteen: boolean): number {
  const units = new TextDecoder('utf-8', { ignoreBOM: true }).decode(text);
  return isSixteen ? units.length : [...units].length;
}
