import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import * as map from '../../kernel/columns/memory-map.ts';
import { type CellForm, writeFieldBlock } from '../../src/columns/field-block.ts';
import { createKernel, type Kernel } from '../../src/columns/kernel.ts';
import { writeTables } from '../../src/columns/tables.ts';
import { CELL_SIZE } from '../../src/delimited/record-batch.ts';
import { KernelHeap } from '../../src/kernel/heap.ts';
import { layOutCells } from './cell-table.ts';
import * as twin from './cells.twin.ts';
import { doubleTexts } from './field-arbitraries.ts';

const runs = Number(process.env.PROPERTY_RUNS ?? 1500);

/** `undefined` for a null. */
type Outcome = twin.Reading | undefined;

function parse(
  name: keyof Kernel,
  form: CellForm,
  rows: (string | undefined)[][],
  column: number,
): Outcome[] {
  const heap = new KernelHeap(1 << 20);
  const kernel = createKernel(heap.memory);
  const wide = name === 'parseWideDecimals' || name === 'parseUuids' ? 16 : 8;
  const cells = layOutCells(heap, rows);
  const job = heap.allocate(map.JOB_SIZE);
  const slots = heap.allocate(rows.length * wide);
  const present = heap.allocate(rows.length);
  const unsure = heap.allocate(rows.length * 4);
  const put = (offset: number, value: number) => heap.view.setUint32(job + offset, value, true);
  put(map.JOB_CELLS, cells);
  put(map.JOB_STRIDE, (rows[0]?.length ?? 0) * CELL_SIZE);
  put(map.JOB_ROWS, rows.length);
  put(map.JOB_UNSURE, unsure);
  put(map.JOB_TABLES, writeTables(heap));
  const count = (kernel[name] as Kernel['parseStrings'])(
    job,
    writeFieldBlock(heap, column, form),
    slots,
    present,
  );
  const left = Array.from({ length: count }, (_, i) => heap.view.getUint32(unsure + 4 * i, true));
  const nulls = heap.view.getUint32(job + map.JOB_NULLS, true);
  const outcomes = rows.map((_, row): Outcome => {
    if (heap.bytes[present + row] === 0) return undefined;
    if (left.includes(row)) return 'unsure';
    const slot = slots + row * wide;
    if (name === 'parseDoubles') return heap.view.getFloat64(slot, true);
    if (name === 'parseUuids') return Buffer.from(heap.at(slot, 16)).toString('hex');
    if (name === 'parseStrings')
      return Buffer.from(
        heap.at(heap.view.getUint32(slot, true), heap.view.getUint32(slot + 4, true)),
      ).toString();
    const low = heap.view.getBigUint64(slot, true);
    return wide === 16 ? (heap.view.getBigInt64(slot + 8, true) << 64n) | low : BigInt.asIntN(64, low);
  });
  expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(nulls);
  return outcomes;
}

const digits = (most: number) =>
  fc
    .array(fc.constantFrom(...'0123456789', '9', '0'), { minLength: 1, maxLength: most })
    .map((all) => all.join(''));
const noise = fc.constantFrom(
  '',
  '',
  '',
  '',
  '',
  '-',
  '+',
  ' ',
  '.',
  ',',
  'e5',
  'E-3',
  'Z',
  '/',
  ':',
  'é',
  '\0',
  'x',
);
const spoilt = (text: fc.Arbitrary<string>) =>
  fc.oneof(
    { weight: 6, arbitrary: text },
    { weight: 1, arbitrary: fc.tuple(noise, text, noise).map((parts) => parts.join('')) },
    // One byte of it is another.
    {
      weight: 1,
      arbitrary: fc
        .tuple(text, fc.nat(40), fc.constantFrom('/', ':', 'x', '.', '0', '-', '\x00', '\xff'))
        .map(([whole, at, other]) => whole.slice(0, at) + other + whole.slice(at + 1)),
    },
  );
const cell = (text: fc.Arbitrary<string>) =>
  fc.oneof(
    { weight: 12, arbitrary: spoilt(text) },
    { weight: 1, arbitrary: fc.constantFrom(undefined, '', 'NA', 'n/a - missing', '-999') },
  );

const sign = fc.constantFrom('', '', '-');
const integers = fc.tuple(sign, fc.oneof(digits(6), digits(21))).map((parts) => parts.join(''));
const numbers = (point: string) =>
  fc
    .tuple(
      sign,
      fc.oneof(digits(6), digits(24), fc.constant('')),
      fc.option(fc.oneof(digits(3), digits(12)), { nil: undefined }),
    )
    .map(([minus, whole, part]) => `${minus}${whole}${part === undefined ? '' : point + part}`);
const exponents = fc
  .tuple(
    numbers('.'),
    fc.constantFrom('e', 'E'),
    fc.constantFrom('', '-', '+'),
    fc.integer({ min: 0, max: 330 }),
  )
  .map((parts) => parts.join(''));
const two = (most: number) => fc.integer({ min: 0, max: most }).map((n) => String(n).padStart(2, '0'));
const dates = fc
  .tuple(
    fc.oneof(fc.integer({ min: 1890, max: 2110 }), fc.integer({ min: 0, max: 9999 })),
    two(13),
    fc.oneof(two(32), fc.constantFrom('28', '29', '30', '31')),
  )
  .map(([year, ...rest]) => [String(year).padStart(4, '0'), ...rest].join('-'));
const times = fc
  .tuple(two(25), two(61), two(61), fc.option(digits(8), { nil: undefined }), fc.constantFrom('', 'Z'))
  .map(([h, m, s, part, zone]) => `${h}:${m}:${s}${part === undefined ? '' : `.${part}`}${zone}`);
const datetimes = fc.tuple(dates, fc.constantFrom('T', 'T', ' ', 't'), times).map((parts) => parts.join(''));
const truth = fc.constantFrom(
  'true',
  'false',
  'True',
  '1',
  '0',
  'tru',
  'yes, certainly',
  'yes, certainlx',
  '10',
);
const uuids = fc.tuple(fc.uuid(), fc.boolean()).map(([text, upper]) => (upper ? text.toUpperCase() : text));

const missing = fc.constantFrom([''], [], ['', 'NA', 'n/a - missing'], ['-999', 'NA']);

const kinds: [
  keyof Kernel,
  twin.Reading | ((text: string, form: CellForm) => twin.Reading),
  fc.Arbitrary<string>,
  fc.Arbitrary<Partial<CellForm>>,
][] = [
  [
    'parseIntegers',
    twin.integer,
    integers,
    fc.constantFrom({}, { least: -128n, greatest: 127n }, { least: 0n }),
  ],
  [
    'parseDecimals',
    twin.decimal,
    fc.oneof(numbers('.'), numbers(',')),
    fc
      .tuple(fc.integer({ min: 1, max: 18 }), fc.nat(18), fc.constantFrom('.', '.', ','))
      .map(([precision, scale, point]) => ({ precision, scale: Math.min(precision, scale), point })),
  ],
  [
    'parseWideDecimals',
    twin.decimal,
    fc.oneof(numbers('.'), numbers(',')),
    fc
      .tuple(fc.integer({ min: 19, max: 38 }), fc.nat(38), fc.constantFrom('.', '.', ','))
      .map(([precision, scale, point]) => ({ precision, scale: Math.min(precision, scale), point })),
  ],
  [
    'parseBooleans',
    twin.boolean,
    truth,
    fc.constant({ true: ['true', 'True', '1', 'yes, certainly'], false: ['t', 'f', 'F', 'n', 'false', '0'] }),
  ],
  ['parseDates', twin.date, dates, fc.constant({})],
  [
    'parseTimes',
    twin.time,
    times,
    fc.constantFrom({}, { zone: 'utc' as const }, { zone: 'either' as const }),
  ],
  [
    'parseDatetimes',
    twin.datetime,
    datetimes,
    fc.constantFrom({}, { zone: 'utc' as const, space: true }, { zone: 'either' as const, space: true }),
  ],
  ['parseUuids', twin.uuid, uuids, fc.constant({})],
  [
    'parseStrings',
    (text: string) => text.toWellFormed(),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constant({}),
  ],
  ['parseOthers', () => 'unsure', integers, fc.constant({})],
];

for (const [name, read, texts, forms] of kinds) {
  test(`${name} equals its twin`, () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell(texts), cell(integers)), { minLength: 1, maxLength: 20 }),
        fc.tuple(forms, missing).map(([form, texts]): CellForm => ({ ...form, missing: texts })),
        (rows, form) => {
          const expected = rows.map(([text]) =>
            text === undefined || form.missing.includes(text)
              ? undefined
              : (read as (text: string, form: CellForm) => twin.Reading)(text, form),
          );
          expect(parse(name, form, rows, 0)).toEqual(expected);
        },
      ),
      { numRuns: runs / 5 },
    );
  });
}

test('parseDoubles is never wrong, and sure of up to 19 digits with exponents that are not far out', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell(fc.oneof(numbers('.'), exponents, doubleTexts))), {
        minLength: 1,
        maxLength: 20,
      }),
      missing,
      (rows, texts) => {
        const form: CellForm = { missing: texts };
        const actual = parse('parseDoubles', form, rows, 0);
        rows.forEach(([text], row) => {
          const expected =
            text === undefined || form.missing.includes(text) ? undefined : twin.double(text, form);
          if (text === undefined || actual[row] !== 'unsure') expect(actual[row]).toBe(expected);
          else if (/^-?\d{1,8}(\.\d{1,11})?([eE][-+]?[1-5]?\d)?$/.test(text))
            expect(actual[row]).toBe(expected);
        });
      },
    ),
    { numRuns: runs / 5 },
  );
});

test.each([
  '20000000.000000000e0', // a whole number, with more digits than 2^53
  '12345678.00048828125', // and 2^-11
  '9007199254740993', // just between two doubles
  '90071992.54740993e8',
  '9007199254740995',
  '1e23', // 5^23 takes 54 bits
  '11920928955078125e23',
])('parseDoubles is sure of %s, which a cut off power cannot tell from its neighbours', (text) => {
  expect(parse('parseDoubles', { missing: [] }, [[text]], 0)).toEqual([Number(text)]);
});

test('gathers rows into another place, and in place', () => {
  const rows = fc.uniqueArray(fc.nat(99), { minLength: 1 }).map((all) => all.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(rows, fc.constantFrom(8, 16), fc.boolean(), (list, size, inPlace) => {
      const heap = new KernelHeap(1 << 18);
      const kernel = createKernel(heap.memory);
      const from = heap.allocate(100 * size);
      heap.bytes.subarray(from, from + 100 * size).forEach((_, i, all) => {
        all[i] = (i * 31 + (i >> 8)) & 0xff;
      });
      const before = heap.bytes.slice(from, from + 100 * size);
      const index = heap.allocate(400);
      list.forEach((row, i) => {
        heap.view.setUint32(index + 4 * i, row, true);
      });
      const to = inPlace ? from : heap.allocate(100 * size);
      kernel.gatherSlots(index, list.length, from, to, size);
      const expected = list.flatMap((row) => [...before.subarray(row * size, (row + 1) * size)]);
      expect([...heap.at(to, list.length * size)]).toEqual(expected);
      heap.bytes.set(before, from);
      kernel.gatherBytes(index, list.length, from, to);
      expect([...heap.at(to, list.length)]).toEqual(list.map((row) => before[row]));
    }),
    { numRuns: runs / 10 },
  );
});
