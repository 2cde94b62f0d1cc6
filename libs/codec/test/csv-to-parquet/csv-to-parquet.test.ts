import { expect, test } from 'vitest';
import { convertText } from './convert-text.ts';
import { describeWithDuckDb, keyValuesOf, queryWithDuckDb, readWithHyparquet } from './read-back.ts';

const orders = [
  'id,price,day,at,open,note',
  '1,12.50,2024-01-26,2024-01-26T15:00:00,true,"said ""so"", twice"',
  '2,-0.05,2024-02-29,2024-01-26T15:00:00.25,false,',
  '3,,,,,é',
  '',
].join('\n');

const fields = [
  { name: 'id', type: 'integer', constraints: { required: true } },
  { name: 'price', type: 'number', precision: 15, scale: 2 },
  { name: 'day', type: 'date' },
  { name: 'at', type: 'datetime' },
  { name: 'open', type: 'boolean' },
  { name: 'note', type: 'string' },
] as const;

const values = [
  [1n, 1250n, 19_748n, 1_706_281_200_000_000n, true, 'said "so", twice'],
  [2n, -5n, 19_782n, 1_706_281_200_250_000n, false, null],
  [3n, null, null, null, null, 'é'],
];
const price = 1;
const withDoubles = values.map((row) =>
  row.map((value, i) => (i === price && value !== null ? Number(value) / 100 : value)),
);

test('a table with its schema', async () => {
  const { file, report, restarts, rejects } = await convertText(orders, {
    schema: { fields: [...fields], fieldsMatch: 'equal' },
  });
  expect(await queryWithDuckDb(file)).toEqual(values);
  expect(await readWithHyparquet(file)).toEqual(withDoubles);
  expect(await describeWithDuckDb(file)).toEqual({
    id: 'BIGINT',
    price: 'DECIMAL(15,2)',
    day: 'DATE',
    at: 'TIMESTAMP',
    open: 'BOOLEAN',
    note: 'VARCHAR',
  });
  expect(report).toMatchObject({ rows: 3, rejected: 0, notices: {}, schema: { inferred: false } });
  expect(report.fields).toEqual(fields.map(({ name }) => name));
  expect({ restarts, rejects }).toEqual({ restarts: 0, rejects: [] });
  expect(JSON.parse(keyValuesOf(file)['tributary.schema']!)).toEqual(report.schema!.descriptor);
});

test('a table without a schema: types are inferred, and give the same table when they are fed back', async () => {
  const first = await convertText(orders);
  expect(await queryWithDuckDb(first.file)).toEqual(values.map(([id, ...rest]) => [Number(id), ...rest]));
  expect(first.restarts).toBe(1);
  expect(first.report.schema).toMatchObject({
    inferred: true,
    descriptor: {
      fields: [
        { name: 'id', type: 'integer', bits: 32 },
        { name: 'price', type: 'number', precision: 4, scale: 2 },
        { name: 'day', type: 'date' },
        { name: 'at', type: 'datetime', timezone: 'local' },
        { name: 'open', type: 'boolean' },
        { name: 'note', type: 'string' },
      ],
    },
  });
  const again = await convertText(orders, { schema: first.report.schema!.descriptor as never });
  expect(again.file.equals(first.file)).toBe(true);
  expect(again.restarts).toBe(0);
  expect(again.report.schema).toEqual({ descriptor: first.report.schema!.descriptor, inferred: false });
});

test('columns that the schema does not name are inferred', async () => {
  const { file, report } = await convertText(orders, {
    schema: { fields: [{ name: 'price', type: 'number' }] },
  });
  expect(await describeWithDuckDb(file)).toMatchObject({ id: 'INTEGER', price: 'DOUBLE', day: 'DATE' });
  expect(report.schema!.inferred).toBe(true);
});

test('rows with a bad cell go to quarantine', async () => {
  const { report, rejects, file } = await convertText(
    'id,day\n1,2024-01-26\nx,2024-01-26\n3,2024-02-30\n,2024-01-01\n5,\n',
    { schema: { fields: [fields[0], { name: 'day', type: 'date' }] } },
  );
  expect(await queryWithDuckDb(file)).toEqual([
    [1n, 19_748n],
    [5n, null],
  ]);
  expect(report).toMatchObject({ rows: 2, rejected: 3 });
  expect(rejects).toEqual([
    {
      line: 3,
      byte: 20,
      column: 'id',
      code: 'not-an-integer',
      message: 'Cell does not fit its field; expected an integer; got "x"',
      record: 'x,2024-01-26',
    },
    {
      line: 4,
      byte: 33,
      column: 'day',
      code: 'not-a-date',
      message: 'Cell does not fit its field; expected a date like 2024-01-26; got "2024-02-30"',
      record: '3,2024-02-30',
    },
    {
      line: 5,
      byte: 46,
      column: 'id',
      code: 'missing-required',
      message: 'Cell is missing; expected a value',
      record: ',2024-01-01',
    },
  ]);
});

test('or bad cells become null, but not in a required field', async () => {
  const { report, rejects, file } = await convertText('id,day\n1,yesterday\nx,2024-01-26\n', {
    schema: { fields: [fields[0], { name: 'day', type: 'date' }] },
    badCells: 'null',
  });
  expect(await queryWithDuckDb(file)).toEqual([[1n, null]]);
  expect(report).toMatchObject({ rows: 1, rejected: 1, notices: { 'bad-cells': 1 } });
  expect(rejects.map(({ code }) => code)).toEqual(['not-an-integer']);
});

test('a field without a column is null, where fieldsMatch allows it', async () => {
  const { file } = await convertText('id\n1\n', {
    schema: { fields: [fields[0], { name: 'day', type: 'date' }], fieldsMatch: 'superset' },
  });
  expect(await queryWithDuckDb(file)).toEqual([[1n, null]]);
});

test('times without an offset are local, where the first one has none', async () => {
  const schema = { fields: [{ name: 'at', type: 'datetime' }], fieldsMatch: 'equal' } as const;
  const local = await convertText('at\n2024-01-26T15:00:00\n2024-01-26T15:00:00Z\n', { schema });
  expect(await describeWithDuckDb(local.file)).toEqual({ at: 'TIMESTAMP' });
  expect(local.rejects.map(({ code }) => code)).toEqual(['not-a-datetime']);
  const utc = await convertText('at\n2024-01-26T15:00:00Z\n2024-01-26T15:00:00\n', { schema });
  expect(await describeWithDuckDb(utc.file)).toEqual({ at: 'TIMESTAMP WITH TIME ZONE' });
  expect(utc.report.rows).toBe(2);
});

test('times of day too', async () => {
  const schema = { fields: [{ name: 'at', type: 'time' }], fieldsMatch: 'equal' } as const;
  const local = await convertText('at\n15:00:00\n15:00:00Z\n', { schema });
  expect(await describeWithDuckDb(local.file)).toEqual({ at: 'TIME' });
  expect(local.rejects.map(({ code }) => code)).toEqual(['not-a-time']);
  const utc = await convertText('at\n15:00:00+01:00\n15:00:00\n', { schema });
  expect(await describeWithDuckDb(utc.file)).toEqual({ at: 'TIME WITH TIME ZONE' });
  expect(utc.report.rows).toBe(2);
});

test('the first value tells it, wherever it stands', async () => {
  const schema = {
    fields: [
      { name: 'id', type: 'integer' },
      { name: 'at', type: 'datetime' },
    ],
    fieldsMatch: 'equal',
  } as const;
  const empty = Array.from({ length: 50 }, (_, i) => `${i},\n`).join('');
  const input = `id,at\n${empty}x,\n50\n51,no time\n52,2024-01-26T15:00:00\n53,2024-01-26T15:00:00Z\n`;
  for (const cells of [10, 1000]) {
    const { file, rejects, restarts, report } = await convertText(
      input,
      { schema, reading: { shortRows: 'reject' }, dialect: { delimiter: ',' } },
      { cells, block: 256 },
    );
    expect(await describeWithDuckDb(file)).toEqual({ id: 'BIGINT', at: 'TIMESTAMP' });
    expect(rejects.map(({ line, code }) => [line, code])).toEqual([
      [52, 'not-an-integer'],
      [53, 'short-row'],
      [54, 'not-a-datetime'],
      [56, 'not-a-datetime'],
    ]);
    expect(report).toMatchObject({ rows: 51, rejected: 4 });
    expect(restarts).toBe(cells === 10 ? 1 : restarts);
  }
  const open = await convertText(`id,at,more\n${empty.replaceAll('\n', ',\n')}1,2024-01-26T15:00:00,x\n`, {
    schema: { ...schema, fieldsMatch: 'subset' },
  });
  expect(await describeWithDuckDb(open.file)).toMatchObject({ at: 'TIMESTAMP' });
});

test('integers that constraints keep within 32 bits are so wide', async () => {
  const schema = {
    fields: [{ name: 'n', type: 'integer', constraints: { minimum: 0, maximum: 1000 } }],
    fieldsMatch: 'equal',
  } as const;
  const { file, rejects } = await convertText('n\n5\n3000000000\n', { schema });
  expect(await describeWithDuckDb(file)).toEqual({ n: 'INTEGER' });
  expect(rejects.map(({ code }) => code)).toEqual(['not-an-integer']);
});

test('the codecs, and what fixed-width-to-tsv writes', async () => {
  const tsv = orders.replaceAll(',', '\t').replace('"said ""so""\t twice"', 'said so');
  for (const compression of ['zstd', 'snappy', 'gzip', 'none'] as const) {
    const { file, report } = await convertText(
      tsv,
      { output: { compression } },
      {
        hints: {
          mediaType: 'text/tab-separated-values',
          dialect: { delimiter: '\t', header: true, lineTerminator: '\n' },
        },
      },
    );
    expect((await queryWithDuckDb(file)).map(([id]) => id)).toEqual([1, 2, 3]);
    expect(await readWithHyparquet(file)).toHaveLength(3);
    expect(report.rows).toBe(3);
  }
});

test('the report tells how the input was read, the file where it comes from', async () => {
  const { file, report } = await convertText(
    'a;b\n1;2\n3;4\n',
    { dialect: { header: true } },
    { metadata: { 'tributary.run': 'r1' } },
  );
  expect(report.inputDialect).toMatchObject({ delimiter: ';', header: true });
  expect(report.inputDialect!.guessed).toContain('delimiter');
  expect(report.inputDialect!.guessed).not.toContain('header');
  expect(keyValuesOf(file)).toMatchObject({
    'tributary.run': 'r1',
    'tributary.schema': expect.any(String),
  });
});

test('constraints that are not checked are told', async () => {
  const convert = async (schema: object) => (await convertText('a,b,c\n1,2,3\n', { schema })).report.notices;
  const fields = [
    { name: 'a', type: 'integer', constraints: { minimum: 5 } },
    { name: 'b', type: 'integer', constraints: { required: true } },
    { name: 'c', type: 'integer' },
  ];
  expect(await convert({ fields })).toEqual({ 'constraints-not-checked': 1 });
  expect(await convert({ fields, primaryKey: ['b'], uniqueKeys: [['a', 'c']] })).toEqual({
    'constraints-not-checked': 3,
  });
  expect(await convert({ fields: fields.slice(1), fieldsMatch: 'subset' })).toEqual({});
});

test('an encoding that was guessed is told, also after a second pass', async () => {
  const { report, restarts } = await convertText(Buffer.from('name,n\nAndré,1\nRené,2\n', 'latin1'), {});
  expect(restarts).toBe(1);
  expect(report.inputDialect!.guessed).toContain('encoding');
  expect(report.notices).toMatchObject({ 'guessed-encoding': 1 });
});
