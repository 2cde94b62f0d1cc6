import { sha1 } from '../ledger/sha1.ts';

/** Namespace of the UUIDs made here: any fixed one will do. */
const namespace = '8d5a1f0e-6c0b-4b57-9a3e-1f2c7d9e4b60';

/** A UUID of version 5 (RFC 9562): the same parts give the same id. */
export function uuidOf(...parts: readonly string[]): string {
  const prefix = namespace
    .replaceAll('-', '')
    .match(/../g)!
    .map((byte) => Number.parseInt(byte, 16));
  const name = new TextEncoder().encode(JSON.stringify(parts));
  const hash = sha1(new Uint8Array([...prefix, ...name]));
  const variant = ((Number.parseInt(hash[16]!, 16) & 0x3) | 0x8).toString(16);
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `5${hash.slice(13, 16)}`,
    `${variant}${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
}
