import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { convertText } from './convert-text.ts';
import { queryWithDuckDb } from './read-back.ts';

const table = (rows: readonly (readonly string[])[]) =>
  `day,shop,n\n${rows.map((row) => `${row.join(',')}\n`).join('')}`;
const schema = {
  fields: [
    { name: 'day', type: 'date' },
    { name: 'shop', type: 'string' },
    { name: 'n', type: 'integer' },
  ],
  fieldsMatch: 'equal',
} as const;

test('a file for each partition, without the columns that are in its name', async () => {
  const rows = [
    ['2024-01-26', 'a', '1'],
    ['2024-01-27', 'a', '2'],
    ['2024-01-26', 'b/é', '3'],
    ['', '', '4'],
    ['2024-01-26', 'a', '5'],
  ];
  const { files, report } = await convertText(table(rows), {
    schema,
    output: { partitionBy: ['day', 'shop'] },
  });
  const found = await Promise.all(
    files.map(async ({ part, rows, file }) => [part, rows, await queryWithDuckDb(file)]),
  );
  expect(found).toEqual([
    [
      {
        partition: [
          ['day', '2024-01-26'],
          ['shop', 'a'],
        ],
        number: 1,
      },
      2,
      [[1n], [5n]],
    ],
    [
      {
        partition: [
          ['day', '2024-01-27'],
          ['shop', 'a'],
        ],
        number: 1,
      },
      1,
      [[2n]],
    ],
    [
      {
        partition: [
          ['day', '2024-01-26'],
          ['shop', 'b/é'],
        ],
        number: 1,
      },
      1,
      [[3n]],
    ],
    [
      {
        partition: [
          ['day', null],
          ['shop', null],
        ],
        number: 1,
      },
      1,
      [[4n]],
    ],
  ]);
  expect(report).toMatchObject({ rows: 5, fields: ['day', 'shop', 'n'] });
});

test('rows are in their partition, in order, however few may be open', async () => {
  const cell = fc.constantFrom('', 'a', 'b', 'c', 'd');
  await fc.assert(
    fc.asyncProperty(
      fc.array(cell, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 3, max: 40 }),
      async (shops, maxOpenPartitions, cells) => {
        const input = table(shops.map((shop, i) => ['2024-01-26', shop, String(i)]));
        const output = { partitionBy: ['shop'], maxOpenPartitions };
        const { files, mostOpen } = await convertText(input, { schema, output }, { cells });
        expect(mostOpen).toBeLessThanOrEqual(maxOpenPartitions);
        const found = new Map<string, bigint[]>();
        const numbers = new Map<string, number[]>();
        files.sort((a, b) => a.part.number - b.part.number);
        for (const { part, rows, file } of files) {
          const shop = part.partition[0]![1] ?? '';
          const values = await queryWithDuckDb(file, 'SELECT n FROM $FILE');
          expect(values).toHaveLength(rows);
          found.set(shop, [...(found.get(shop) ?? []), ...values.map(([n]) => n as bigint)]);
          numbers.set(shop, [...(numbers.get(shop) ?? []), part.number]);
        }
        const expected = Map.groupBy(shops.keys(), (i) => shops[i]!);
        expect(Object.fromEntries(found)).toEqual(
          Object.fromEntries([...expected].map(([shop, list]) => [shop, list.map(BigInt)])),
        );
        for (const list of numbers.values()) expect(list).toEqual(list.map((_, i) => i + 1));
      },
    ),
    { numRuns: 25 },
  );
});

test('rows that are too mixed are refused', async () => {
  const input = table(Array.from({ length: 100 }, (_, i) => ['2024-01-26', `s${i % 10}`, String(i)]));
  const output = { partitionBy: ['shop'], maxOpenPartitions: 2, maxFiles: 20 };
  await expect(convertText(input, { schema, output }, { cells: 30 })).rejects.toMatchObject({
    code: 'too-many-files',
  });
});

test('a file ends once it has the size wished for', async () => {
  const MiB = 1024 * 1024;
  let random = 1;
  const noise = () => {
    random = (random * 48271) % 2147483647;
    return random.toString(36);
  };
  const rows = Array.from(
    { length: 60_000 },
    (_, i) => `${i},${noise()}${noise()}${noise()}${noise()}${noise()}`,
  );
  const { files, report } = await convertText(`n,text\n${rows.join('\n')}\n`, {
    output: { targetFileSize: MiB, rowGroupBytes: 256 * 1024, compression: 'none' },
  });
  expect(files.length).toBeGreaterThan(1);
  expect(files.map(({ part }) => part)).toEqual(files.map((_, i) => ({ partition: [], number: i + 1 })));
  for (const { file } of files.slice(0, -1)) expect(file.length).toBeGreaterThan(MiB);
  for (const { file } of files) expect(file.length).toBeLessThan(2 * MiB);
  const all = await Promise.all(files.map(({ file }) => queryWithDuckDb(file, 'SELECT n FROM $FILE')));
  expect(all.flat()).toEqual(rows.map((_, i) => [i]));
  expect(report.rows).toBe(60_000);
});

test('a table without rows is a file without rows, or none by partition', async () => {
  const bySize = await convertText(table([]), { schema, output: { targetFileSize: 1 << 20 } });
  expect(bySize.files.map(({ rows }) => rows)).toEqual([0]);
  expect(await queryWithDuckDb(bySize.files[0]!.file)).toEqual([]);
  const byShop = await convertText(table([]), { schema, output: { partitionBy: ['shop'] } });
  expect(byShop.files).toEqual([]);
});

test('partitions in any order take one file each, as long as memory lasts', async () => {
  const shops = Array.from({ length: 3000 }, (_, i) => `s${(i * 7919) % 60}`);
  const input = table(shops.map((shop, i) => ['2024-01-26', shop, String(i)]));
  const { files, mostOpen } = await convertText(input, { schema, output: { partitionBy: ['shop'] } });
  expect(files).toHaveLength(60);
  expect(mostOpen).toBe(60);
  for (const { rows } of files) expect(rows).toBe(50);
});

test('memory that is used up ends the largest row group', async () => {
  const rows = Array.from({ length: 40_000 }, (_, i) => ['2024-01-26', `s${i % 3}`, String(i * 7919)]);
  const output = { partitionBy: ['shop'], rowGroupBytes: 256 * 1024 };
  const { files, report } = await convertText(table(rows), { schema, output });
  expect(report.rows).toBe(40_000);
  expect(files).toHaveLength(3);
  for (const { file, part } of files) {
    const shop = Number(part.partition[0]![1]!.slice(1));
    const expected = rows.flatMap(([, , n], i) => (i % 3 === shop ? [[BigInt(n!)]] : []));
    expect(await queryWithDuckDb(file, 'SELECT n FROM $FILE')).toEqual(expected);
  }
});

test('a partition for every row is refused before any file is opened', async () => {
  const input = table(Array.from({ length: 3000 }, (_, i) => ['2024-01-26', `id${i}`, String(i)]));
  let opened = 0;
  const onOpenPart = async () => void opened++;
  await expect(
    convertText(input, { schema, output: { partitionBy: ['shop'] } }, { onOpenPart }),
  ).rejects.toMatchObject({ code: 'too-many-files' });
  expect(opened).toBe(0);
});

test('a value that Hive takes for none is refused', async () => {
  const input = table([['2024-01-26', '__HIVE_DEFAULT_PARTITION__', '1']]);
  await expect(convertText(input, { schema, output: { partitionBy: ['shop'] } })).rejects.toMatchObject({
    code: 'reserved-value',
  });
});

test('compressed files too pass their size by about one row group, at the same rows every time', async () => {
  const rows = Array.from(
    { length: 120_000 },
    (_, i) => `${(i * 48271) % 2147483647},${(i * 69621) % 99991}`,
  );
  const convert = (chunk: number) =>
    convertText(
      `a,b\n${rows.join('\n')}\n`,
      { output: { targetFileSize: 1 << 20, rowGroupBytes: 256 * 1024 } },
      { chunk },
    );
  const [one, other] = [await convert(100_000), await convert(1 << 20)];
  expect(one.files.map(({ file }) => file)).toEqual(other.files.map(({ file }) => file));
  for (const { file } of one.files) expect(file.length).toBeLessThan((1 << 20) + 256 * 1024);
});
