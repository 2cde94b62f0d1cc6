import {
  createParquetKernel as createKernel,
  decodeDelta,
  decodeHybrid,
  decodeSnappy,
  wasm,
} from '@tributary/codec/test/kernels';
import { xxhash64 } from 'hyparquet/src/xxhash.js';
import { pick, type Random } from '../../sample/random.ts';
import { GuardedMemory, type Stretch } from './guarded-memory.ts';
import { below, type KernelTarget, same } from './kernel-target.ts';

const IN = 1024;
const OUT = 24_576;
const SCRATCH = 65_536;
/** Snappy's table of positions, and a block of differences. */
const scratchBytes = 65_536;
const slack = 64;

/** The encoders of Parquet, read back by decoders that go byte by byte. */
export function parquetTargets(): KernelTarget[] {
  const memory = new wasm.Memory({ initial: 3, maximum: 3, shared: true });
  const bytes = Buffer.from(memory.buffer);
  const view = new DataView(memory.buffer);
  const kernel = createKernel(memory);
  const guard = new GuardedMemory(memory);

  const called = <T>(work: () => T, stretches: (result: T) => Stretch[]): T => {
    guard.arm();
    const result = work();
    guard.check(stretches(result));
    return result;
  };
  const upTo = (end: number): Stretch[] => [[OUT, end + slack]];
  const withScratch = (end: number): Stretch[] => [...upTo(end), [SCRATCH, SCRATCH + scratchBytes]];
  const written = (end: number) => bytes.subarray(OUT, end);
  const target = (name: string, run: (random: Random) => void): KernelTarget => ({
    name: `parquet ${name}`,
    run,
  });

  const delta = (bits: 32 | 64) => (random: Random) => {
    const values = integers(random, bits);
    for (const [i, value] of values.entries())
      if (bits === 32) view.setInt32(IN + 4 * i, Number(value), true);
      else view.setBigInt64(IN + 8 * i, value, true);
    const [encode, size] =
      bits === 32 ? [kernel.encodeDelta32, kernel.deltaSize32] : [kernel.encodeDelta64, kernel.deltaSize64];
    const end = called(() => encode(IN, values.length, OUT, SCRATCH), withScratch);
    same(decodeDelta(written(end), bits).values, values, values);
    same(size(IN, values.length, SCRATCH), end - OUT, values);
  };

  const range = (bits: 32 | 64) => (random: Random) => {
    const values = integers(random, bits);
    if (values.length === 0) return;
    for (const [i, value] of values.entries())
      if (bits === 32) view.setInt32(IN + 4 * i, Number(value), true);
      else view.setBigInt64(IN + 8 * i, value, true);
    const call = bits === 32 ? kernel.range32 : kernel.range64;
    called(
      () => call(IN, values.length, OUT),
      () => upTo(OUT + 32),
    );
    const least = values.reduce((a, b) => (a < b ? a : b));
    const most = values.reduce((a, b) => (a > b ? a : b));
    same([view.getBigInt64(OUT, true), view.getBigInt64(OUT + 16, true)], [least, most], values);
  };

  return [
    target('packBits', (random) => {
      const width = 1 + below(random, 32);
      const ids = runs(random, 120, () => below(random, 2 ** width));
      for (const [i, id] of ids.entries()) view.setUint32(IN + 4 * i, id, true);
      const end = called(() => kernel.packBits(IN, ids.length, width, OUT), upTo);
      same(decodeHybrid(written(end), width, ids.length).values, ids, { width, ids });
    }),
    target('packBytes', (random) => {
      const values = runs(random, 200, () => below(random, 2));
      bytes.set(values, IN);
      const end = called(() => kernel.packBytes(IN, values.length, OUT), upTo);
      same(decodeHybrid(written(end), 1, values.length).values, values, values);
    }),
    target('packFlags', (random) => {
      const values = runs(random, 100, () => below(random, 2));
      bytes.set(values, IN);
      const end = called(() => kernel.packFlags(IN, values.length, OUT), upTo);
      const expected = new Array<number>(Math.ceil(values.length / 8)).fill(0);
      for (const [i, value] of values.entries()) expected[i >> 3]! |= value << (i & 7);
      same([...written(end)], expected, values);
    }),
    target('encodeDelta32', delta(32)),
    target('encodeDelta64', delta(64)),
    target('range32', range(32)),
    target('range64', range(64)),
    target('splitBytes8', (random) => {
      const count = below(random, 20);
      const values = Array.from({ length: 8 * count }, () => below(random, 256));
      bytes.set(values, IN);
      called(
        () => kernel.splitBytes8(IN, count, OUT),
        () => upTo(OUT + 8 * count),
      );
      const expected = values.map((_, i) => values[(i % count) * 8 + Math.floor(i / count)]!);
      same([...written(OUT + 8 * count)], expected, values);
    }),
    target('writeBigEndian', (random) => {
      const [count, length] = [below(random, 12), 1 + below(random, 16)];
      const values = Array.from({ length: 16 * count }, () => below(random, 256));
      bytes.set(values, IN);
      called(
        () => kernel.writeBigEndian(IN, count, length, OUT),
        () => upTo(OUT + length * count),
      );
      const expected = Array.from({ length: count }, (_, i) =>
        values.slice(16 * i, 16 * i + length).reverse(),
      );
      same([...written(OUT + length * count)], expected.flat(), { length, values });
    }),
    target('snappy', (random) => {
      const input = Buffer.from(runs(random, 300, () => below(random, pick(random, [2, 4, 256]))));
      const again = input.subarray(0, below(random, input.length + 1));
      const whole = Buffer.concat([input, again, input.subarray(again.length), again]);
      bytes.set(whole, IN);
      const end = called(() => kernel.snappy(IN, whole.length, OUT, SCRATCH), withScratch);
      same(Buffer.compare(decodeSnappy(written(end)), whole), 0, [...whole]);
    }),
    target('hashBytes', (random) => {
      const value = Uint8Array.from({ length: below(random, 70) }, () => below(random, 256));
      bytes.set(value, IN);
      const hash = called(
        () => kernel.hashBytes(IN, value.length),
        () => [],
      );
      same(BigInt.asUintN(64, hash), xxhash64(value), [...value]);
    }),
    target('compact8', (random) => {
      const rows = 1 + below(random, 40);
      const is = Array.from({ length: rows }, () => below(random, 2));
      for (let i = 0; i < rows; i++) view.setBigInt64(IN + 8 * i, BigInt(i) * 0x0101_0101_0101_0101n, true);
      bytes.set(is, IN + 4096);
      const expected = is.flatMap((one, i) => (one ? [BigInt(i) * 0x0101_0101_0101_0101n] : []));
      const count = called(
        () => kernel.compact8(IN, IN + 4096, rows, OUT),
        () => upTo(OUT + 8 * rows),
      );
      same(
        Array.from({ length: count }, (_, i) => view.getBigInt64(OUT + 8 * i, true)),
        expected,
        is,
      );
    }),
  ];
}

/** Values of which many come several times in a row. */
function runs(random: Random, most: number, make: () => number): number[] {
  const values: number[] = [];
  const count = below(random, most);
  while (values.length < count) {
    const value = make();
    for (let times = random() < 0.2 ? 1 + below(random, 40) : 1; times > 0; times--) values.push(value);
  }
  return values;
}

const corners = [0n, 1n, -1n, 2n ** 31n - 1n, -(2n ** 31n), 2n ** 63n - 1n, -(2n ** 63n)];

function integers(random: Random, bits: 32 | 64): bigint[] {
  const step = BigInt(below(random, 2001) - 1000);
  const width = below(random, bits + 1);
  return Array.from({ length: below(random, 150) }, (_, i) => {
    const noise = (BigInt(below(random, 2 ** 32)) << 32n) | BigInt(below(random, 2 ** 32));
    const value =
      random() < 0.02 ? pick(random, corners) : BigInt.asIntN(Math.max(1, width), noise) + step * BigInt(i);
    return BigInt.asIntN(bits, value);
  });
}
