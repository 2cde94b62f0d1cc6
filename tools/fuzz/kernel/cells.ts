import {
  CELL_SIZE,
  type CellForm,
  createColumnsKernel as createKernel,
  type ColumnsKernel as Kernel,
  KernelHeap,
  columnsMap as map,
  cellsTwin as twin,
  writeFieldBlock,
  writeTables,
} from '@tributary/codec/test/kernels';
import { pick, type Random } from '../../sample/random.ts';
import { cellTexts } from './cell-texts.ts';
import { GuardedMemory } from './guarded-memory.ts';
import { below, type KernelTarget, same } from './kernel-target.ts';

type Parser = Exclude<keyof Kernel, 'classifyColumn' | 'gatherSlots' | 'gatherBytes'>;
type Read = (text: string, form: CellForm) => twin.Reading;

const mostRows = 6;
const mostBytes = 64;
/** What the vector stores may touch behind a block. */
const slack = 64;

const form = (more: Partial<CellForm> = {}): CellForm => ({ missing: ['', 'NA'], ...more });
const zones = [
  form(),
  form({ zone: 'utc', space: true }),
  form({ zone: 'either', space: true, missing: [] }),
];

const parsers: [Parser, Read, CellForm[]][] = [
  ['parseIntegers', twin.integer, [form(), form({ least: -128n, greatest: 127n }), form({ least: 0n })]],
  [
    'parseDecimals',
    twin.decimal,
    [
      form({ precision: 18, scale: 2 }),
      form({ precision: 9, scale: 9 }),
      form({ precision: 4, scale: 0, point: ',' }),
    ],
  ],
  [
    'parseWideDecimals',
    twin.decimal,
    [
      form({ precision: 38, scale: 10 }),
      form({ precision: 19, scale: 0 }),
      form({ precision: 30, scale: 30, point: ',' }),
    ],
  ],
  ['parseDoubles', twin.double, [form(), form({ missing: [] })]],
  [
    'parseBooleans',
    twin.boolean,
    [form({ true: ['true', '1', 'yes, certainly'], false: ['false', '0', 'no'] })],
  ],
  ['parseDates', twin.date, [form()]],
  ['parseTimes', twin.time, zones],
  ['parseDatetimes', twin.datetime, zones],
  ['parseUuids', twin.uuid, [form()]],
  ['parseStrings', (text) => text.toWellFormed(), [form(), form({ missing: ['n/a - missing'] })]],
];

/** The parsers of cells, a batch of a few rows at a time. */
export function cellTargets(): KernelTarget[] {
  const heap = new KernelHeap(1 << 15);
  const kernel = createKernel(heap.memory);
  const guard = new GuardedMemory(heap.memory);
  const tables = writeTables(heap);
  const blocks = new Map(
    parsers.flatMap(([, , forms]) => forms.map((one) => [one, writeFieldBlock(heap, 0, one)] as const)),
  );
  const cells = heap.allocate(mostRows * CELL_SIZE);
  const text = heap.allocate(mostRows * mostBytes);
  const job = heap.allocate(map.JOB_SIZE);
  const slots = heap.allocate(mostRows * 16);
  const present = heap.allocate(mostRows);
  const unsure = heap.allocate(mostRows * 4);
  heap.allocate(256);

  const lay = (rows: readonly (string | undefined)[]) => {
    let at = text;
    rows.forEach((row, i) => {
      const length =
        row === undefined ? 0 : Buffer.from(heap.memory.buffer, at, mostBytes).write(row, 'utf8');
      heap.view.setUint32(cells + i * CELL_SIZE, row === undefined ? 0 : at, true);
      heap.view.setUint32(cells + i * CELL_SIZE + 4, length, true);
      at += length;
    });
    const put = (offset: number, value: number) => heap.view.setUint32(job + offset, value, true);
    put(map.JOB_CELLS, cells);
    put(map.JOB_STRIDE, CELL_SIZE);
    put(map.JOB_ROWS, rows.length);
    put(map.JOB_UNSURE, unsure);
    put(map.JOB_TABLES, tables);
  };

  const read = (name: Parser, slot: number): twin.Reading => {
    if (name === 'parseDoubles') return heap.view.getFloat64(slot, true);
    if (name === 'parseUuids') return Buffer.from(heap.at(slot, 16)).toString('hex');
    const low = heap.view.getBigUint64(slot, true);
    if (name === 'parseStrings') {
      const address = Number(low & 0xffff_ffffn);
      return Buffer.from(heap.at(address, Number(low >> 32n))).toString();
    }
    return name === 'parseWideDecimals'
      ? (heap.view.getBigInt64(slot + 8, true) << 64n) | low
      : BigInt.asIntN(64, low);
  };

  return parsers.map(([name, twinRead, forms]) => ({
    name: `columns ${name}`,
    run(random: Random) {
      const one = pick(random, forms);
      const rows = Array.from({ length: 1 + below(random, mostRows) }, () => cellTexts(random, name));
      const wide = name === 'parseWideDecimals' || name === 'parseUuids' ? 16 : 8;
      lay(rows);
      guard.arm();
      const count = kernel[name](job, blocks.get(one)!, slots, present);
      guard.check([
        // Months that were seen are remembered.
        [tables + map.MONTHS, tables + map.MONTHS + map.MONTHS_SIZE],
        [job, job + map.JOB_SIZE],
        [slots, slots + rows.length * wide + slack],
        [present, present + rows.length + slack],
        [unsure, unsure + rows.length * 4 + slack],
      ]);
      const left = new Set(
        Array.from({ length: count }, (_, i) => heap.view.getUint32(unsure + 4 * i, true)),
      );
      const actual = rows.map((_, row) => {
        if (heap.bytes[present + row] === 0) return undefined;
        return left.has(row) ? 'unsure' : read(name, slots + row * wide);
      });
      const expected = rows.map((row, i) => {
        if (row === undefined || one.missing.includes(row)) return undefined;
        // Where the kernel is not sure of a double, the host is asked; where it is, it must be right.
        if (name === 'parseDoubles' && left.has(i)) return 'unsure';
        return twinRead(row, one);
      });
      same(actual, expected, rows);
    },
  }));
}
