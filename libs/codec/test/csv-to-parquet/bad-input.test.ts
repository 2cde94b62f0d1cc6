import { expect, test } from 'vitest';
import { convertCsvToParquet } from '../../src/csv-to-parquet/convert.ts';
import { csvToParquet } from '../../src/csv-to-parquet/csv-to-parquet.ts';
import { HeldRejects } from '../../src/delimited/held-rejects.ts';
import { BadInput } from '../../src/errors.ts';
import { parseOptions } from '../../src/options.ts';
import { memoryIo } from '../fixed-width/memory-io.ts';
import { convertText } from './convert-text.ts';
import { describeWithDuckDb, queryWithDuckDb } from './read-back.ts';

const schema = {
  fields: [
    { name: 'id', type: 'integer' },
    { name: 'day', type: 'date' },
    { name: 'note', type: 'string' },
  ],
} as const;

const fault = (code: string, message: RegExp = /./) =>
  expect.objectContaining({ name: 'BadInput', code, message: expect.stringMatching(message) });

test('an empty file is refused', async () => {
  await expect(convertText('')).rejects.toEqual(fault('empty-input'));
  await expect(convertText('', { schema })).rejects.toEqual(fault('empty-input'));
});

test('a header alone is a table without rows', async () => {
  const known = await convertText('id,day,note\n', { schema });
  expect(await queryWithDuckDb(known.file)).toEqual([]);
  expect(await describeWithDuckDb(known.file)).toEqual({ id: 'BIGINT', day: 'DATE', note: 'VARCHAR' });
  const open = await convertText('id,day\n', { dialect: { header: true } });
  expect(await describeWithDuckDb(open.file)).toEqual({ id: 'VARCHAR', day: 'VARCHAR' });
  expect(open.report.rows).toBe(0);
});

test('a wrong delimiter is told from the file, or from the schema', async () => {
  const dialect = { delimiter: ',' };
  await expect(convertText('id;day;note\n1;2024-01-26;x\n', { schema, dialect })).rejects.toEqual(
    fault('wrong-delimiter', /expected ","; got ";"/),
  );
  await expect(convertText('id;day;note\n', { schema, dialect })).rejects.toEqual(
    fault('header-mismatch', /the delimiter ";" \(dialect\.delimiter\) would find 3 of them/),
  );
});

test('a header that does not match the schema is refused', async () => {
  await expect(convertText('id,date,note\n1,2024-01-26,x\n', { schema })).rejects.toEqual(
    fault('header-mismatch', /no column for 1 of 3 fields.*expected "day"; got "id", "date", "note"/),
  );
});

test('a binary file is refused', async () => {
  const bytes = new Uint8Array(Int32Array.from({ length: 5000 }, (_, i) => i * 7).buffer);
  await expect(convertText(bytes)).rejects.toEqual(fault('binary-input'));
  await expect(convertText(bytes, { schema })).rejects.toEqual(fault('binary-input'));
});

test('a million columns are refused', async () => {
  const header = Array.from({ length: 1_000_000 }, (_, i) => `c${i}`).join(',');
  await expect(convertText(`${header}\n`, { dialect: { delimiter: ',' } })).rejects.toEqual(
    fault('too-many-columns'),
  );
});

test('a name that no schema could have is refused', async () => {
  await expect(convertText(`${'x'.repeat(2000)}\n1\n`, { dialect: { delimiter: ',' } })).rejects.toEqual(
    fault('name-too-long', /at most 1024 characters; got 2000/),
  );
});

test('thousands of columns are a table', async () => {
  const names = Array.from({ length: 3000 }, (_, i) => `c${i}`);
  const { file, report } = await convertText(`${names.join(',')}\n${names.map((_, i) => i).join(',')}\n`);
  expect(report.rows).toBe(1);
  expect(await queryWithDuckDb(file, 'SELECT c0, c2999 FROM $FILE')).toEqual([[0, 2999]]);
});

test('columns that the options name have to be there', async () => {
  await expect(convertText('a,b\n1,2\n', { output: { partitionBy: ['c'] } })).rejects.toEqual(
    fault('no-such-column', /output\.partitionBy; expected "c"; got "a", "b"/),
  );
  await expect(convertText('a,b\n1,2\n', { output: { bloomFilters: ['c'] } })).rejects.toEqual(
    fault('no-such-column', /output\.bloomFilters/),
  );
  await expect(convertText('a,b\n1,2\n', { output: { partitionBy: ['a', 'b'] } })).rejects.toEqual(
    fault('no-columns-left'),
  );
});

test('rows that are rejected for their form are so once, in both kinds of passes', async () => {
  const input = 'a,b\n1,2\n3\n4,5\n';
  const dialect = { delimiter: ',', header: true };
  for (const options of [
    {},
    { schema: { fields: [{ name: 'a', type: 'integer' }, { name: 'b' }] } },
  ] as const) {
    const { report, rejects } = await convertText(input, {
      ...options,
      dialect,
      reading: { shortRows: 'reject' },
    });
    expect(report).toMatchObject({ rows: 2, rejected: 1 });
    expect(rejects.map(({ line, code }) => [line, code])).toEqual([[3, 'short-row']]);
  }
});

test('quarantine is in the order of the input', async () => {
  const input = 'a,b\nx,1\n2\n3,3\ny,4\n5\n6\n7,7\n8\n';
  const { rejects } = await convertText(input, {
    schema: { fields: [{ name: 'a', type: 'integer' }, { name: 'b' }], fieldsMatch: 'equal' },
    dialect: { delimiter: ',' },
    reading: { shortRows: 'reject' },
    rejects: { maxRejectRatio: 1 },
  });
  expect(rejects.map(({ line, code }) => `${line} ${code}`)).toEqual([
    '2 not-an-integer',
    '3 short-row',
    '5 not-an-integer',
    '6 short-row',
    '7 short-row',
    '9 short-row',
  ]);
});

test('quarantine is in order however many rows are rejected between two of a batch', async () => {
  const short = 'x'.repeat(2000);
  const input = `a,b\nbad,1\n1,1\n${`${short}\n`.repeat(700)}worse,4\n${`${short}\n`.repeat(700)}7,7\n`;
  const { rejects, report } = await convertText(input, {
    schema: { fields: [{ name: 'a', type: 'integer' }, { name: 'b' }], fieldsMatch: 'equal' },
    dialect: { delimiter: ',' },
    reading: { shortRows: 'reject' },
    rejects: { maxRejectRatio: 1 },
  });
  expect(rejects.map(({ line }) => line)).toEqual(rejects.map(({ line }) => line).sort((a, b) => a - b));
  expect(report).toMatchObject({ rows: 2, rejected: 1402 });
});

test('rows that are held are given out once, and the first fault stands', () => {
  const row = (byte: number) => ({ line: byte, byte, code: 'x', message: '', record: new Uint8Array(1000) });
  const given: number[] = [];
  const held = new HeldRejects(({ byte }) => {
    given.push(byte);
    if (byte === 3) throw new Error('enough');
  });
  for (let byte = 0; byte < 1000; byte++) held.add(row(byte));
  expect(held.isFull).toBe(true);
  held.release(3);
  expect(() => held.release(4)).toThrow('enough');
  held.release(900);
  expect(held.isFull).toBe(false);
  held.release();
  expect(given).toEqual(Array.from({ length: 1000 }, (_, i) => i));
});

test.each([
  ['a,b\n1,1\n2\n3\n', 'too-many-rejects'],
  [`a,b\n2\n3\n4,"${'x'.repeat(200)}\n`, 'unterminated-quote'],
])('the first fault of a file stands, whatever rows are held: %j', async (input, code) => {
  const { io } = memoryIo(input);
  let refusals = 0;
  io.reject = () => {
    refusals++;
    throw new BadInput({ code: 'too-many-rejects', what: 'Too many' });
  };
  const options = parseOptions(csvToParquet, {
    schema: { fields: [{ name: 'a', type: 'integer' }, { name: 'b' }], fieldsMatch: 'equal' },
    dialect: { delimiter: ',', header: true },
    reading: { shortRows: 'reject', maxRecordBytes: 100 },
  });
  await expect(convertCsvToParquet(io, options)).rejects.toMatchObject({ code });
  expect(refusals).toBe(1);
});

test('a dialect that was settled in the first pass is not judged in the second', async () => {
  const { io } = memoryIo('a;b\n1;2\n3;4\n');
  io.hints = { dialect: { delimiter: ',', header: true, lineTerminator: '\n' } };
  const { restart } = io;
  let restarts = 0;
  io.restart = () => {
    restarts++;
    return restart();
  };
  const outcome = await convertCsvToParquet(io, parseOptions(csvToParquet, {})).then(
    ({ rows }) => rows,
    ({ code }) => code,
  );
  // It is refused at once or not at all.
  expect([
    [2, 1],
    ['wrong-delimiter', 0],
  ]).toContainEqual([outcome, restarts]);
});

test('a failing sink fails the conversion', async () => {
  const failing = convertText(
    'a,b\n1,2\n',
    { output: { partitionBy: ['a'] } },
    {
      chunk: 3,
      onOpenPart: () => Promise.reject(new Error('no place for it')),
    },
  );
  await expect(failing).rejects.toThrow('no place for it');
});
