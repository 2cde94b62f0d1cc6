import * as map from '../../kernel/validation/memory-map.ts';
import type { Cell } from './batch-memory.ts';
import { finish, hashText, step } from './hash.twin.ts';

/** A value as the words that are hashed of it. */
export type KeyPart = Cell<bigint[]>;

const bits = new DataView(new ArrayBuffer(8));

export function doubleWord(value: number): bigint {
  bits.setFloat64(0, Number.isNaN(value) ? Number.NaN : value === 0 ? 0 : value);
  return bits.getBigUint64(0);
}

/** The key of a row: its state, and its hash if it has one. */
export function hashKey(parts: readonly KeyPart[], seed: bigint): { state: number; hash?: bigint } {
  if (parts.some(({ is }) => is === map.PRESENT_NONE)) return { state: map.STATE_MISSING };
  if (parts.some(({ is }) => is === map.PRESENT_BAD)) return { state: map.STATE_BAD };
  return { state: map.STATE_KEY, hash: parts.flatMap(({ value }) => value).reduce(step, seed) };
}

export function hashRow(cells: readonly (Uint8Array | undefined)[], seed: bigint): bigint {
  return finish(cells.map((text) => (text ? hashText(text) : 0n)).reduce(step, seed));
}
