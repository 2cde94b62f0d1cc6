import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { parquetToCsv } from '../../src/parquet-to-csv/parquet-to-csv.ts';
import { convertAll } from '../conversion/convert-all.ts';
import { convertText } from '../csv-to-parquet/convert-text.ts';
import { column, list } from '../parquet/round-trip.ts';
import { writeTable } from '../parquet/write-table.ts';

const day = { kind: 'date' } as const;
const price = { kind: 'decimal', precision: 20, scale: 2 } as const;
const at = { kind: 'timestamp', utc: true } as const;

it('golden: every value in full', async () => {
  const { file } = await writeTable({
    columns: [
      column(day, true, 'day'),
      column(price, true, 'price'),
      column(at, true, 'at'),
      column({ kind: 'string' }, true, 'text'),
    ],
    values: [
      [19_782n, null],
      [-12_345_678_901_234_567_890n, 5n],
      [1_709_208_000_000_001n, -1n],
      ['a, "b"', null],
    ],
  });
  const { text, report } = await convertAll(parquetToCsv, file);
  expect(text).toBe(
    'day,price,at,text\n2024-02-29,-123456789012345678.90,2024-02-29T12:00:00.000001Z,"a, ""b"""\n,0.05,1969-12-31T23:59:59.999999Z,\n',
  );
  expect(report).toMatchObject({
    rows: 2,
    rejected: 0,
    fields: ['day', 'price', 'at', 'text'],
    schema: { inferred: false },
  });
});

it('columns are chosen, nulls told from empty texts, and what the output has no character for goes to quarantine', async () => {
  const { file } = await writeTable({
    columns: [column({ kind: 'string' }, true, 'a'), column({ kind: 'string' }, true, 'b')],
    values: [
      ['x', 'x', 'x'],
      ['', null, '日'],
    ],
  });
  const { text, rejects } = await convertAll(parquetToCsv, file, {
    columns: ['b', 'a'],
    output: { dialect: { nullSequence: '\\N', encoding: 'iso-8859-1', delimiter: '|', header: false } },
  });
  expect(text).toBe('|x\n\\N|x\n');
  expect(rejects).toMatchObject([{ line: 3, column: 'b', code: 'not-in-encoding', record: '["日","x"]' }]);
});

it('there and back: CSV to Parquet to CSV', async () => {
  const csv = `id,name,share,since\n${list(5000, (i) => `${i},name ${i % 7},${(i / 8).toFixed(3)},2024-01-${String((i % 28) + 1).padStart(2, '0')}`).join('\n')}\n`;
  const { file } = await convertText(csv, { output: { rowGroupRows: 1000 } });
  expect((await convertAll(parquetToCsv, file)).text).toBe(csv);
});

it('a file compressed as a whole, or none at all, is refused by name', async () => {
  const { file } = await writeTable({ columns: [column(day)], values: [[1n]] });
  await expect(convertAll(parquetToCsv, gzipSync(file))).rejects.toMatchObject({
    code: 'compressed-as-a-whole',
  });
  await expect(convertAll(parquetToCsv, 'id,name\n')).rejects.toMatchObject({ code: 'not-parquet' });
});
