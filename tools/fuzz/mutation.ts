import { pick } from '../sample/random.ts';

/** Bytes that formats give a meaning to. */
const special = [
  0, 9, 10, 13, 26, 34, 39, 44, 92, 0x1f, 0x28, 0x7f, 0x80, 0xbf, 0xc3, 0xe2, 0xef, 0xf0, 0xfe, 0xff,
];
const words = [
  '"',
  '""',
  '\r\n',
  ',',
  '\t',
  '{"',
  '":',
  '[',
  ']',
  '__proto__',
  'constructor',
  '1e400',
  '-0',
  'NaN',
  '../',
  '\u0000',
  'PAR1',
  '\ufeff',
];

/** A few changes to a text or file that is all right: cut, doubled, overwritten, spliced. */
export function mutate(random: () => number, bytes: Uint8Array): Buffer {
  let now = Buffer.from(bytes);
  for (let left = 1 + Math.floor(random() * 4); left > 0; left--) {
    const at = Math.floor(random() * (now.length + 1));
    const length = Math.floor(random() ** 3 * (now.length - at));
    const piece = now.subarray(at, at + length);
    switch (Math.floor(random() * 6)) {
      case 0:
        now = Buffer.concat([now.subarray(0, at), now.subarray(at + length)]);
        break;
      case 1:
        now = Buffer.concat([now.subarray(0, at), piece, now.subarray(at)]);
        break;
      case 2:
        if (at < now.length) now[at] = pick(random, special);
        break;
      case 3:
        if (at < now.length) now[at] = Math.floor(random() * 256);
        break;
      case 4:
        now = Buffer.concat([now.subarray(0, at), Buffer.from(pick(random, words)), now.subarray(at)]);
        break;
      default:
        now = now.subarray(0, at + length);
    }
  }
  return now;
}
