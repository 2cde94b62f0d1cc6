import {
  createValidationKernel as createKernel,
  validationMap as map,
  wasm,
} from '@tributary/codec/test/kernels';
import type { Random } from '../../sample/random.ts';
import { GuardedMemory } from './guarded-memory.ts';
import { below, type KernelTarget, same } from './kernel-target.ts';

const SLOTS = 4096;
const PRESENT = 16_384;
const LIST = 32_768;
const mostRows = 40;
const slack = 64;

/** What lists the rows that do not hold a constraint. */
export function validationTargets(): KernelTarget[] {
  const memory = new wasm.Memory({ initial: 1, maximum: 1, shared: true });
  const bytes = Buffer.from(memory.buffer);
  const view = new DataView(memory.buffer);
  const kernel = createKernel(memory);
  const guard = new GuardedMemory(memory);

  /** Calls what lists rows, and gives them. */
  const listed = (rows: number, call: () => number): number[] => {
    guard.arm();
    const count = call();
    guard.check([[LIST, LIST + 4 * rows + slack]]);
    return Array.from({ length: count }, (_, i) => view.getUint32(LIST + 4 * i, true));
  };
  const states = (random: Random) => {
    const all = Array.from({ length: 1 + below(random, mostRows) }, () => below(random, 3));
    bytes.set(all, PRESENT);
    return all;
  };
  const isValue = (state: number) => state === map.PRESENT_VALUE;

  return [
    {
      name: 'validation listOutside',
      run(random) {
        const present = states(random);
        const values = present.map(() => integer(random));
        for (const [i, value] of values.entries()) view.setBigInt64(SLOTS + 8 * i, value, true);
        const [least, greatest] = [integer(random), integer(random)];
        const rows = listed(values.length, () =>
          kernel.listOutside(SLOTS, PRESENT, values.length, least, greatest, LIST),
        );
        const expected = values.flatMap((value, i) =>
          isValue(present[i]!) && (value < least || value > greatest) ? [i] : [],
        );
        same(rows, expected, { present, values, least, greatest });
      },
    },
    {
      name: 'validation listDoublesOutside',
      run(random) {
        const present = states(random);
        const values = present.map(() => double(random));
        for (const [i, value] of values.entries()) view.setFloat64(SLOTS + 8 * i, value, true);
        const [least, greatest] = [double(random), double(random)];
        if (Number.isNaN(least) || Number.isNaN(greatest)) return;
        const rows = listed(values.length, () =>
          kernel.listDoublesOutside(SLOTS, PRESENT, values.length, least, greatest, LIST),
        );
        const expected = values.flatMap((value, i) =>
          isValue(present[i]!) && !(value > least && value < greatest) ? [i] : [],
        );
        same(rows, expected, { present, values: values.map(String), least, greatest });
      },
    },
    {
      name: 'validation listAbsent',
      run(random) {
        const present = states(random);
        const rows = listed(present.length, () => kernel.listAbsent(PRESENT, present.length, LIST));
        same(
          rows,
          present.flatMap((state, i) => (state === 0 ? [i] : [])),
          present,
        );
      },
    },
  ];
}

function integer(random: Random): bigint {
  const kind = below(random, 3);
  if (kind === 0) return BigInt(below(random, 20) - 10);
  const wide = (BigInt(below(random, 2 ** 32)) << 32n) | BigInt(below(random, 2 ** 32));
  return kind === 1 ? BigInt.asIntN(64, wide) : BigInt.asIntN(64, wide >> 40n);
}

function double(random: Random): number {
  const kind = below(random, 12);
  if (kind === 0)
    return [Number.NaN, 0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY][below(random, 5)]!;
  return kind < 6 ? below(random, 20) - 10 : (random() - 0.5) * 10 ** (below(random, 40) - 20);
}
