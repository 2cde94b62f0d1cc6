const encoder = new TextEncoder();
let bytes = new Uint8Array(1024);

/**
 * The hash that distinct texts are counted by: MurmurHash3 (x86, 32 bits) of the UTF-8 bytes, once with each of two seeds.
 * A kernel that has the bytes at hand computes the same.
 */
export function hashText(text: string): [high: number, low: number] {
  if (bytes.length < text.length * 3) bytes = new Uint8Array(text.length * 3);
  const { written } = encoder.encodeInto(text, bytes);
  const hash: [number, number] = [murmur3(bytes, written, 0), murmur3(bytes, written, 0x9e3779b9)];
  // One long cell must not hold its memory for good.
  if (bytes.length > 1 << 20) bytes = new Uint8Array(1024);
  return hash;
}

/** MurmurHash3_x86_32 as its author, Austin Appleby, has defined it; unsigned. */
export function murmur3(data: Uint8Array, length: number, seed: number): number {
  let hash = seed;
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const word = data[i]! | (data[i + 1]! << 8) | (data[i + 2]! << 16) | (data[i + 3]! << 24);
    hash ^= scramble(word);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let i = length - 1; i >= whole; i--) tail = (tail << 8) | data[i]!;
  if (whole < length) hash ^= scramble(tail);
  hash ^= length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function scramble(word: number): number {
  const mixed = Math.imul(word, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}
