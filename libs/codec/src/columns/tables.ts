import * as map from '../../kernel/columns/memory-map.ts';
import type { KernelHeap } from '../kernel/heap.ts';

/** Made once: it takes some milliseconds at first. */
let made: Uint8Array | undefined;

/** Writes the kernel's constants; gives their address. */
export function writeTables(heap: KernelHeap): number {
  made ??= makeTables();
  const at = heap.allocate(map.TABLES_SIZE);
  heap.bytes.set(made, at);
  return at;
}

function makeTables(): Uint8Array {
  const tables = new Uint8Array(map.TABLES_SIZE);
  const view = new DataView(tables.buffer);
  const bytes = (offset: number, byte: (i: number) => number) => {
    for (let i = 0; i < 16; i++) view.setUint8(offset + i, byte(i) & 0xff);
  };
  const words = (offset: number, word: (i: number) => number) => {
    for (let i = 0; i < 8; i++) view.setUint16(offset + 2 * i, word(i), true);
  };
  for (let i = 0; i < 20; i++) view.setBigUint64(map.POWERS + 8 * i, 10n ** BigInt(i), true);
  for (let i = 0; i < 23; i++) view.setFloat64(map.POWERS_F64 + 8 * i, Number(`1e${i}`), true);
  bytes(map.ZEROS, () => 0x30);
  bytes(map.NINES, () => 9);
  bytes(map.TO_SIGN, () => 128 - 10);
  bytes(map.POINTS, () => 0x2e ^ 0x30);
  bytes(map.TENS, (i) => (i % 2 === 0 ? 10 : 1));
  words(map.HUNDREDS, (i) => (i % 2 === 0 ? 100 : 1));
  words(map.TEN_THOUSANDS, (i) => (i % 2 === 0 ? 10_000 : 1));
  // -1 gives 0.
  bytes(map.DATE_DIGITS, (i) => [0, 1, 2, 3, 5, 6][i] ?? -1);
  bytes(map.TIME_DIGITS, (i) => [0, 1, 3, 4, 6, 7][i] ?? -1);
  for (let length = 0; length <= 16; length++) {
    for (let point = 0; point <= 16; point++) {
      const count = length - Number(point < length);
      bytes(map.DIGITS + length * map.DIGITS_STRIDE + 16 * point, (i) => {
        const index = i - 16 + count;
        return index < 0 ? -1 : index + Number(index >= point);
      });
    }
  }
  for (let power = map.LEAST_POWER; power <= map.GREATEST_POWER; power++) {
    const bits = upperBits(power);
    const entry = map.LONG_POWERS + 16 * (power - map.LEAST_POWER);
    view.setBigUint64(entry, bits >> 64n, true);
    view.setBigUint64(entry + 8, bits & (2n ** 64n - 1n), true);
  }
  return tables;
}

/** The upper 128 bits of a power of ten, cut off there. */
function upperBits(power: number): bigint {
  const value = power < 0 ? 2n ** 512n / 10n ** BigInt(-power) : 10n ** BigInt(power);
  const excess = BigInt(value.toString(2).length - 128);
  return excess < 0n ? value << -excess : value >> excess;
}
