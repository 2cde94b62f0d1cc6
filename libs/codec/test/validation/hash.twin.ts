const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;

const u64 = (value: bigint) => BigInt.asUintN(64, value);
const turn = (value: bigint, bits: bigint) => u64(value << bits) | (value >> (64n - bits));

export function step(hash: bigint, word: bigint): bigint {
  const mixed = hash ^ u64(turn(u64(word * P2), 31n) * P1);
  return u64(turn(mixed, 27n) * P1 + P4);
}

export function finish(hash: bigint): bigint {
  const once = u64((hash ^ (hash >> 33n)) * P2);
  const twice = u64((once ^ (once >> 29n)) * P3);
  return twice ^ (twice >> 32n);
}

/** Up to 8 bytes as a word, low byte first. */
const wordOf = (bytes: Uint8Array) => [...bytes].reduceRight((word, byte) => (word << 8n) | BigInt(byte), 0n);

/** The words of a text of more than 8 bytes, by fours: where it has fewer bytes than they take, they lie over one another. */
function foursOf(text: Uint8Array): bigint[][] {
  const { length } = text;
  const fours: number[][] = [];
  for (let block = 0; block < length - 32; block += 32)
    fours.push([block, block + 8, block + 16, block + 24]);
  const first = Math.max(0, length - 32);
  fours.push([first, Math.min(first + 8, length - 8), Math.max(first, length - 16), length - 8]);
  return fours.map((starts) => starts.map((start) => wordOf(text.subarray(start, start + 8))));
}

const join = ([a, b, c, d]: bigint[]) =>
  u64(u64(a! * P1) + turn(u64(b! * P2), 17n) + turn(u64(c! * P3), 31n) + turn(u64(d! * P4), 47n));

export function hashText(text: Uint8Array): bigint {
  const start = P5 + BigInt(text.length);
  if (text.length <= 8) return finish(u64(start + wordOf(text) * P1));
  const fours = foursOf(text).map(join);
  return finish(u64(fours.slice(0, -1).reduce(step, start) + fours.at(-1)!));
}

export function hashWord(word: bigint): bigint {
  return finish(u64(u64(word) * P1));
}

/** What `finish` makes this hash of: tests choose hashes by it. */
export function unfinish(hash: bigint): bigint {
  const twice = u64(unshift(hash, 32n) * inverse(P3));
  return unshift(u64(unshift(twice, 29n) * inverse(P2)), 33n);
}

/** The word that has this hash. */
export function unhashWord(hash: bigint): bigint {
  return u64(unfinish(hash) * inverse(P1));
}

/** Undoes `value ^ (value >> bits)`. */
function unshift(mixed: bigint, bits: bigint): bigint {
  let value = mixed;
  for (let known = bits; known < 64n; known += bits) value = mixed ^ (value >> bits);
  return value;
}

/** Of an odd number modulo 2^64. */
function inverse(odd: bigint): bigint {
  let result = odd;
  for (let i = 0; i < 6; i++) result = u64(result * (2n - odd * result));
  return result;
}
