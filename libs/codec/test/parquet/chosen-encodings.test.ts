import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ColumnType } from '../../src/parquet/column.ts';
import { randomNumbers } from './lineitem.ts';
import { Duck, readWithHyparquet } from './read-back.ts';
import { chunksOf, integers, list, oneColumn, roundTrip, strings } from './round-trip.ts';
import { type Options, type Value, writeTable } from './write-table.ts';

let duck: Duck;
beforeAll(async () => {
  duck = await Duck.open();
});
afterAll(() => duck.close());

const random = randomNumbers(1);
const hex = () => random(2 ** 31).toString(16) + random(2 ** 31).toString(16);
const cases: [name: string, type: ColumnType, value: (i: number) => Value, encoding: string][] = [
  ['few strings', strings, () => ['AIR', 'RAIL', 'SHIP'][random(3)]!, 'RLE_DICTIONARY'],
  ['many strings', strings, hex, 'DELTA_LENGTH_BYTE_ARRAY'],
  ['few integers', integers, () => BigInt(random(50) * 1_000_003), 'RLE_DICTIONARY'],
  ['integers that count', integers, (i) => BigInt(i) * 3n, 'DELTA_BINARY_PACKED'],
  [
    'integers in a range',
    { kind: 'integer', bits: 32 },
    () => BigInt(random(1_000_000)),
    'DELTA_BINARY_PACKED',
  ],
  ['integers, most of them small', integers, () => BigInt(Math.floor(5e6 ** (random(1e6) / 1e6))), 'PLAIN'],
  [
    'any integers',
    integers,
    () => BigInt(random(2 ** 31)) * BigInt(random(2 ** 31)) * 4n - 2n ** 63n,
    'PLAIN',
  ],
  ['few doubles', { kind: 'double' }, () => random(100) / 10, 'RLE_DICTIONARY'],
  [
    'doubles in a range',
    { kind: 'double' },
    () => 51 + Math.sqrt(random(2 ** 31)) / 1e6,
    'BYTE_STREAM_SPLIT',
  ],
  ['doubles of few digits', { kind: 'double' }, () => random(1e6) / 1000, 'PLAIN'],
  ['any booleans', { kind: 'boolean' }, () => random(2) === 0, 'PLAIN'],
  ['booleans in runs', { kind: 'boolean' }, (i) => i % 5000 < 2500, 'RLE'],
  ['few ids', { kind: 'uuid' }, () => new Uint8Array(16).fill(random(9)), 'RLE_DICTIONARY'],
  ['any ids', { kind: 'uuid' }, () => Uint8Array.from({ length: 16 }, () => random(256)), 'PLAIN'],
  ['dates', { kind: 'date' }, () => BigInt(8000 + random(300)), 'RLE_DICTIONARY'],
];
test.each(cases)('%s', async (_, type, value, encoding) => {
  const table = oneColumn(type, list(9000, value), false);
  const chunk = chunksOf(await roundTrip(duck, table, { encodings: 'all' }))[0]![0]!;
  expect(chunk.encoding_stats!.filter(({ page_type }) => page_type === 'DATA_PAGE')).toMatchObject([
    { encoding },
  ]);
  const usual = chunksOf(await roundTrip(duck, table))[0]![0]!;
  expect(usual.encoding_stats!.at(-1)!.encoding).toBe(encoding === 'BYTE_STREAM_SPLIT' ? 'PLAIN' : encoding);
  const classic = chunksOf(await roundTrip(duck, table, { encodings: 'classic' }))[0]![0]!;
  expect(['PLAIN', 'RLE_DICTIONARY']).toContain(classic.encoding_stats!.at(-1)!.encoding);
});

test('a dictionary that grows large must save much', async () => {
  const wide = list(300, (i) => `${i}`.padEnd(900, 'x'));
  const half = oneColumn(
    strings,
    list(600, (i) => wide[i % 300]!),
  );
  const often = oneColumn(
    strings,
    list(3000, (i) => wide[i % 300]!),
  );
  const options: Options = { dictionaryBytes: 100_000, compression: 'none' };
  expect(chunksOf(await roundTrip(duck, half, options))[0]![0]!.dictionary_page_offset).toBeUndefined();
  const { file } = await writeTable(often, { ...options, rowGroupRows: 3000 }, [3000]);
  expect(await readWithHyparquet(file, often.columns)).toEqual(often.values);
});
