import { state } from './marks';
import { ENCODING } from './memory-map';

/** Writes [pos, end) of an 8-bit encoding as UTF-8; returns the end of what it wrote, at most three times as much. */
export function decodeEightBit(pos: usize, end: usize, out: usize): usize {
  while (pos < end) {
    const bytes = v128.load(pos);
    const high = i8x16.bitmask(bytes);
    v128.store(out, bytes);
    const plain = min<usize>(high ? <usize>ctz(high) : 16, end - pos);
    pos += plain;
    out += plain;
    while (pos < end && load<i8>(pos) < 0) {
      const code = load<u32>(state + (<usize>(load<u8>(pos) & 0x7f) << 2), ENCODING);
      store<u32>(out, code);
      out += code >> 24;
      pos++;
    }
  }
  return out;
}

// @ts-ignore: decorator
@inline
function unitAt(pos: usize, big: bool): u32 {
  const unit = <u32>load<u16>(pos);
  return big ? ((unit & 0xff) << 8) | (unit >> 8) : unit;
}

/**
 * Writes the UTF-16 of [pos, end) as UTF-8, at most one and a half times as much; a surrogate without its other half becomes the
 * byte FF, which is never UTF-8. Returns the end of what it wrote and leaves where it stopped at `stopped`: before a half that is not there yet,
 * unless this is the `last` of the text.
 */
export function decodeUtf16(pos: usize, end: usize, out: usize, big: bool, last: bool, stopped: usize): usize {
  const high = i16x8.splat(<i16>(big ? 0x80ff : 0xff80));
  while (pos + 2 <= end) {
    if (pos + 16 <= end) {
      const units = v128.load(pos);
      if (!v128.any_true(v128.and(units, high))) {
        const plain = big ? i16x8.shr_u(units, 8) : units;
        v128.store(out, i8x16.narrow_i16x8_u(plain, plain));
        pos += 16;
        out += 8;
        continue;
      }
    }
    const unit = unitAt(pos, big);
    if (unit < 0x80) {
      store<u8>(out++, <u8>unit);
    } else if (unit < 0x800) {
      store<u8>(out, <u8>(0xc0 | (unit >> 6)));
      store<u8>(out, <u8>(0x80 | (unit & 0x3f)), 1);
      out += 2;
    } else if ((unit & 0xf800) != 0xd800) {
      store<u8>(out, <u8>(0xe0 | (unit >> 12)));
      store<u8>(out, <u8>(0x80 | ((unit >> 6) & 0x3f)), 1);
      store<u8>(out, <u8>(0x80 | (unit & 0x3f)), 2);
      out += 3;
    } else {
      if (!last && unit < 0xdc00 && pos + 4 > end) break;
      const next = pos + 4 <= end ? unitAt(pos + 2, big) : 0;
      if (unit < 0xdc00 && (next & 0xfc00) == 0xdc00) {
        const code = 0x10000 + ((unit & 0x3ff) << 10) + (next & 0x3ff);
        store<u8>(out, <u8>(0xf0 | (code >> 18)));
        store<u8>(out, <u8>(0x80 | ((code >> 12) & 0x3f)), 1);
        store<u8>(out, <u8>(0x80 | ((code >> 6) & 0x3f)), 2);
        store<u8>(out, <u8>(0x80 | (code & 0x3f)), 3);
        out += 4;
        pos += 2;
      } else {
        store<u8>(out++, 0xff);
      }
    }
    pos += 2;
  }
  if (last && pos < end) {
    store<u8>(out++, 0xff);
    pos = end;
  }
  store<u32>(stopped, <u32>pos);
  return out;
}

/** How many units of the encoding the UTF-8 text of [pos, end) took: bytes of an 8-bit one, or 16-bit units. */
export function countUnits(pos: usize, end: usize, sixteen: bool): u32 {
  let units: u32 = 0;
  for (; pos < end; pos++) {
    const byte = <u32>load<u8>(pos);
    units += u32((byte & 0xc0) != 0x80) + u32(sixteen && byte >= 0xf0 && byte < 0xf8);
  }
  return units;
}
