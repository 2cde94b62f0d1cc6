import { describe, expect, test } from 'vitest';
import { csvToParquet } from '../../src/csv-to-parquet/csv-to-parquet.ts';
import { BadOptions } from '../../src/errors.ts';
import { parseOptions } from '../../src/options.ts';
import { schemaValidator } from '../../src/validation/schema-validator.ts';
import { memoryIo } from '../fixed-width/memory-io.ts';
import { validateText } from './validate-text.ts';

const fields = [
  { name: 'id', type: 'integer' },
  { name: 'name', type: 'string' },
];
const gate = (text: string | Uint8Array, value: object, more: object = {}) =>
  validateText(text, { mode: 'gate', ...value }, more);
const codes = ({ task }: { task: { errors: { type: string }[] } }) => task.errors.map(({ type }) => type);

test.each<[string, string | Uint8Array, object, string[]]>([
  ['a valid table', 'id,name\n1,a\n', { fields }, []],
  ['white space around labels', ' id , name\n1,a\n', { fields }, []],
  ['another label', 'id,nom\n1,a\n', { fields }, ['incorrect-label']],
  ['labels in another order, by order', 'name,id\n1,a\n', { fields }, ['incorrect-label', 'incorrect-label']],
  ['labels in another order, by name', 'name,id\na,1\n', { fields, fieldsMatch: 'equal' }, []],
  ['a label too many', 'id,name,more\n1,a,b\n', { fields }, ['extra-label']],
  ['a label twice', 'id,name,name\n1,a,b\n', { fields, fieldsMatch: 'subset' }, ['duplicate-label']],
  [
    'two fields of one name, each by its place',
    'id,id\n1,a\na,1\n',
    {
      fields: [
        { name: 'id', type: 'integer' },
        { name: 'id', type: 'string' },
      ],
    },
    ['type-error'],
  ],
  [
    'a blank label',
    'id,,name\n1,a,b\n',
    { fields: [...fields, { name: 'c' }] },
    ['blank-label', 'incorrect-label'],
  ],
  ['a label too few', 'id\n1\n', { fields }, ['missing-label']],
  ['a label too few that may lack', 'id\n1\n', { fields, fieldsMatch: 'superset' }, []],
  ['none of the labels', 'x,y\n1,a\n', { fields, fieldsMatch: 'partial' }, ['unmatched-header']],
  ['no rows', 'id,name\n', { fields }, []],
  ['a wrong type', 'id,name\nx,a\n', { fields }, ['type-error']],
  ['a cell too few', 'id,name\n1\n', { fields }, ['missing-cell']],
  ['semicolons', 'id;name\n1;a\n', { fields }, []],
  ['one column that looks like several', 'text\na;b\nc;d\ne;f\n', { fields: [{ name: 'text' }] }, []],
  ['a preamble', 'Report\n\nid,name\n1,a\n2,b\n', { fields }, []],
  ['a cell too many', 'id,name\n1,a,b\n', { fields }, ['extra-cell']],
  ['an empty cell too many', 'id,name\n1,a,\n', { fields }, ['extra-cell']],
  ['blank lines', 'id,name\n1,a\n\n,\n2,b\n', { fields }, ['blank-row', 'blank-row']],
  [
    'bytes that are no UTF-8',
    Buffer.from('id,name\n1,ab\n2,\xc3(\n', 'latin1'),
    { fields },
    ['encoding-error'],
  ],
  ['a quote that is never closed', 'id,name\n1,"a\n2,b\n', { fields }, ['source-error']],
  ['a null sequence that nobody stated', 'id,name\n\\N,a\n\\N,b\n', { fields }, ['type-error', 'type-error']],
  [
    'a primary key twice, missing',
    'id,name\n1,a\n1,b\n,c\n',
    { fields, primaryKey: 'id' },
    ['primary-key', 'primary-key'],
  ],
  ['a unique key twice', 'id,name\n1,a\n2,a\n3,\n4,\n', { fields, uniqueKeys: [['name']] }, ['unique-error']],
])('%s', async (_, text, schema, expected) => {
  const validated = await gate(text, { schema, dialect: { encoding: 'utf-8' } });
  expect(codes(validated)).toEqual(expected);
  expect(validated.refusal?.code).toBe(expected.length > 0 ? 'not-valid' : undefined);
  expect(validated.page).toContain(expected.length > 0 ? 'Not valid' : 'Valid');
});

test('foreign keys to another table and to the table itself', async () => {
  const schema = {
    fields: [...fields, { name: 'parent', type: 'integer' }],
    foreignKeys: [
      { fields: 'name', reference: { resource: 'people', fields: 'who' } },
      { fields: 'parent', reference: { fields: 'id' } },
    ],
  };
  const { task, restarts } = await gate(
    'id,name,parent\n1,ann,\n2,bob,3\n3,cy,9\n',
    { schema },
    { references: { people: 'age,who\n3,ann\n4,cy\n' } },
  );
  expect(restarts).toBe(1);
  expect(task.errors.map(({ type, rowNumber, note }) => [type, rowNumber, note])).toEqual([
    ['foreign-key', 3, 'name: people has no row with this who'],
    ['foreign-key', 4, 'parent: the table itself has no row with this id'],
  ]);
});

test.each([
  ['gate', [1, 2, 3], 0],
  ['gate', [1, 2, 1], 1],
  ['split', [1, 2, 3], 1],
])('in mode %s a table with the keys %j is read again %i times', async (mode, keys, times) => {
  const options = { schema: { fields: [{ name: 'id', type: 'integer' }], primaryKey: 'id' }, mode };
  const { task, restarts } = await validateText(`id\n${keys.join('\n')}\n`, options);
  expect(restarts).toBe(times);
  expect(task.stats.errors).toBe(keys.length - new Set(keys).size);
});

describe('what can never work is refused before a row is read, with its place', () => {
  test.each<[string, object, string]>([
    ['an unknown type', { fields: [{ name: 'a', type: 'integr' }] }, '/schema/fields/0/type'],
    [
      'bounds that exclude each other',
      { fields: [{ name: 'a', type: 'integer', constraints: { minimum: 2, maximum: 1 } }] },
      '/schema/fields/0/constraints/maximum',
    ],
    [
      'a pattern that does not compile',
      { fields: [{ name: 'a', type: 'string', constraints: { pattern: '(' } }] },
      '/schema/fields/0/constraints/pattern',
    ],
    ['a key of no field', { fields, primaryKey: 'x' }, '/schema/primaryKey/0'],
    [
      'a foreign key to no table',
      { fields, foreignKeys: [{ fields: 'id', reference: { resource: 'x', fields: 'id' } }] },
      '/schema/foreignKeys/0/reference/resource',
    ],
    [
      'a JSON Schema that is none',
      { fields: [{ name: 'a', type: 'object', constraints: { jsonSchema: { type: 'x' } } }] },
      '/schema/fields/0/constraints/jsonSchema',
    ],
  ])('%s', (_, schema, pointer) => {
    let refusal: unknown;
    try {
      parseOptions(schemaValidator, { schema });
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(BadOptions);
    expect((refusal as BadOptions).fault.where?.pointer).toBe(pointer);
  });

  test('a reference without the column', async () => {
    const schema = { fields, foreignKeys: [{ fields: 'id', reference: { resource: 'x', fields: 'key' } }] };
    await expect(
      gate('id,name\n1,a\n', { schema }, { references: { x: 'other\n1\n' } }),
    ).rejects.toMatchObject({
      code: 'bad-reference',
      fault: { where: { pointer: '/schema/foreignKeys/0/reference/fields/0' } },
    });
  });
});

test('expectations of the file, with a control total from its trailer row', async () => {
  const schema = {
    fields: [
      { name: 'id', type: 'integer' },
      { name: 'price', type: 'number', precision: 9, scale: 2 },
    ],
  };
  const expectations = {
    rowCount: { minimum: 3 },
    nullRatio: { price: { maximum: 0.1 } },
    controlTotals: [
      { of: 'rows', equals: { trailer: 2 } },
      { of: { sum: 'price' }, equals: { trailer: 3 } },
    ],
  };
  const text = 'id,price\n1,1.50\n2,\n3,2.25\n';
  const good = await gate(`${text}TRL,3,3.75\n`, {
    schema,
    expectations: { controlTotals: expectations.controlTotals },
  });
  expect(codes(good)).toEqual([]);
  const bad = await gate(`${text}TRL,4,3.76\n`, { schema, expectations });
  expect(codes(bad)).toEqual(['null-ratio', 'control-total', 'control-total']);
});

test('freshness goes by the clock of whoever runs it', async () => {
  const day = 86_400_000;
  const schema = { fields: [{ name: 'day', type: 'date' }] };
  const expectations = { freshness: { maxAge: 'P1D', of: { maximumOf: 'day' } } };
  const clock = { now: () => 19_900 * day, arrived: 19_900 * day };
  expect(codes(await gate('day\n2024-06-25\n', { schema, expectations }, { clock }))).toEqual([]);
  expect(codes(await gate('day\n2024-06-20\n', { schema, expectations }, { clock }))).toEqual(['freshness']);
});

test('drift is told against the schema and the last accepted file; a policy rejects', async () => {
  const schema = { fields, fieldsMatch: 'subset' };
  const first = await validateText('id,name\n1,a\n', { schema });
  const remembered = first.report!.remember as Record<string, unknown>;
  const text = 'id,name,more\n1,a,x\n';
  const told = await validateText(text, { schema }, { remembered });
  expect(told.facts.drift).toMatchObject([
    { against: 'schema', verdict: 'warn', counts: { added: 1 } },
    { against: 'accepted', verdict: 'warn', counts: { added: 1 } },
  ]);
  expect(told.report?.rows).toBe(1);
  const rejected = await validateText(text, { schema, drift: { added: 'reject' } }, { remembered });
  expect(rejected.refusal?.code).toBe('not-valid');
  expect(codes(rejected)).toEqual(['schema-drift', 'schema-drift']);
});

test('more keys than there may be are an error by name', async () => {
  const rows = Array.from({ length: 150_000 }, (_, i) => `${i}\n`).join('');
  const { refusal } = await gate(`id\n${rows}`, {
    schema: { fields: [{ name: 'id', type: 'integer' }], primaryKey: 'id' },
    maxKeyBytes: 1024 * 1024,
  });
  expect(refusal?.code).toBe('too-many-keys');
});

test('thousands of columns with a list of values each have room', async () => {
  // Two threads refused 1,000 of them, and one 3,000.
  const fields = Array.from({ length: 3000 }, (_, i) => ({
    name: `c${i}`,
    type: 'string',
    constraints: { enum: ['a', `b${i}`] },
  }));
  const rows = [fields.map(({ name }) => name), fields.map((_, i) => `b${i}`), fields.map(() => 'b7')];
  const { task } = await gate(rows.map((row) => `${row.join(',')}\n`).join(''), { schema: { fields } });
  expect(task.stats.errors).toBe(2999);
});

test('a table that takes more memory than there is is an error by name', async () => {
  const fields = Array.from({ length: 1000 }, (_, i) => ({ name: `c${i}`, type: 'integer' }));
  const rows = [fields.map(({ name }) => name), fields.map(() => '1')];
  const text = rows.map((row) => `${row.join(',')}\n`).join('');
  const sizes = { block: 65_536, heapBytes: 8 * 1024 * 1024 };
  const error: unknown = await gate(text, { schema: { fields } }, sizes).catch((reason) => reason);
  expect(error).toMatchObject({ refusal: { code: 'out-of-memory' } });
});

test('a cell beyond as many as are kept is one too many', async () => {
  // Found by `npm run fuzz -- --group codec`.
  const schema = { fields: [fields[0]], fieldsMatch: 'partial' };
  const { task } = await gate('id,b,c\n3,,,\n4,,\n', { schema, reading: { maxColumns: 3 } });
  expect(task.errors).toMatchObject([{ type: 'extra-cell', rowNumber: 2 }]);
});

test('a hostile pattern and hostile cells take no longer than others', async () => {
  const schema = { fields: [{ name: 'a', type: 'string', constraints: { pattern: '(a+)+b' } }] };
  const rows = Array.from({ length: 20 }, () => `${'a'.repeat(5000)}\n`).join('');
  expect((await gate(`a\n${rows}`, { schema })).task.stats.errors).toBe(20);
});

test('a profile is of all rows', async () => {
  const rows = Array.from({ length: 3000 }, (_, i) => `${i % 100},n${i}\n`).join('');
  const { task } = await gate(`id,name\n${rows},x\n`, { schema: { fields } });
  const [id, name] = task.profile!;
  expect(id).toMatchObject({ rows: 3001, nulls: 1, bad: 0, min: '0', max: '99', sum: '148500' });
  expect(Math.abs(id!.distinct - 100)).toBeLessThan(4);
  expect(Math.abs(name!.distinct - 3001)).toBeLessThan(150);
  expect(name).toMatchObject({ min: 'n0', max: 'x' });
});

test('a profile counts NaN among the distinct values, and zeros of both signs as one', async () => {
  const schema = { fields: [{ name: 'x', type: 'number' }] };
  const { task } = await gate('x\n0\n-0\nNaN\nNaN\n', { schema });
  expect(task.profile![0]).toMatchObject({ rows: 4, distinct: 2, min: '0', max: '0' });
});

test('Parquet is held to the same rules; what is valid of it goes on as CSV', async () => {
  const written: Uint8Array[] = [];
  const { io } = memoryIo('id,name,day\n1,a,2024-01-01\n2,,2024-01-02\n3,"c, d",2023-01-01\n');
  io.sink = { write: async (bytes) => void written.push(bytes.slice()) };
  await csvToParquet.convert(io, parseOptions(csvToParquet, {}));
  const file = Buffer.concat(written);
  const schema = {
    fields: [...fields, { name: 'day', type: 'date', constraints: { minimum: '2024-01-01' } }],
    primaryKey: 'id',
  };
  const { text, rejects, report } = await validateText(file, { schema });
  expect(text).toBe('id,name,day\n1,a,2024-01-01\n2,,2024-01-02\n');
  expect(rejects.map(({ code, column }) => [code, column])).toEqual([['constraint-error', 'day']]);
  expect(report).toMatchObject({ rows: 2, rejected: 1 });
  const gated = await gate(file, { schema: { fields: [...fields, { name: 'day', type: 'date' }] } });
  expect(gated.report?.passed).toEqual({ mediaType: 'application/vnd.apache.parquet' });
});
