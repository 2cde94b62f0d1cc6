import { expect, test } from 'vitest';
import { csvToParquet } from '../../src/csv-to-parquet/csv-to-parquet.ts';
import { optionsJsonSchema, parseOptions } from '../../src/options.ts';

test('nothing needs to be said', () => {
  const options = parseOptions(csvToParquet, {});
  expect(options).toMatchObject({
    badCells: 'reject',
    output: { compression: 'zstd' },
    rejects: { maxRejectRatio: 0.5 },
  });
  expect(csvToParquet.readsTwice!(options)).toBe(true);
  expect(csvToParquet.writesParts!(options)).toBe(false);
});

test('the example of the documentation', () => {
  const options = parseOptions(csvToParquet, {
    dialect: { delimiter: ',' },
    schema: {
      fields: [
        { name: 'shipdate', type: 'date' },
        { name: 'extendedprice', type: 'number', precision: 15, scale: 2 },
      ],
    },
    output: { compression: 'zstd' },
  });
  expect(options.schema?.fields).toHaveLength(2);
});

test('a schema that forbids other columns needs one pass', () => {
  const passes = (fieldsMatch: string) =>
    csvToParquet.readsTwice!(
      parseOptions(csvToParquet, { schema: { fields: [{ name: 'a' }], fieldsMatch } }),
    );
  expect(['exact', 'equal', 'superset'].map(passes)).toEqual([false, false, false]);
  expect(['subset', 'partial'].map(passes)).toEqual([true, true]);
  // A time that may be of UTC or not is told by its first value, which may come late.
  for (const [format, twice] of [
    ['default', true],
    ['any', true],
    ['%Y-%m-%d %H:%M', false],
  ] as const) {
    const fields = [{ name: 'at', type: 'datetime', format }];
    const options = parseOptions(csvToParquet, { schema: { fields, fieldsMatch: 'equal' } });
    expect(csvToParquet.readsTwice!(options)).toBe(twice);
  }
});

test.each([
  [{ schema: { fields: [] } }, '/schema/fields'],
  [{ schema: { fields: [{ name: 'a', type: 'integr' }] } }, '/schema/fields/0/type'],
  [{ schema: { fields: [{ name: 'a' }] }, missingValues: ['x'] }, '/missingValues'],
  [{ schema: { fields: [{ name: 'a' }, { name: 'b' }, { name: 'a' }] } }, '/schema/fields/2/name'],
  [{ output: { partitionBy: ['a', 'a'] } }, '/output/partitionBy'],
  [{ output: { partitionBy: ['a'], bloomFilters: ['b', 'a'] } }, '/output/bloomFilters'],
  [{ output: { targetFileSize: 5 } }, '/output/targetFileSize'],
  [{ output: { compression: 'gzip', level: 15 } }, '/output/level'],
  [{ colour: 'blue' }, '/'],
])('refuses %j at %s', (value, pointer) => {
  const refuse = () => parseOptions(csvToParquet, value);
  expect(refuse).toThrow(expect.objectContaining({ code: 'invalid-options' }));
  expect(refuse).toThrow(expect.objectContaining({ fault: expect.objectContaining({ where: { pointer } }) }));
});

test('parts are written where there may be several', () => {
  for (const output of [{ partitionBy: ['a'] }, { targetFileSize: 1 << 20 }])
    expect(csvToParquet.writesParts!(parseOptions(csvToParquet, { output }))).toBe(true);
});

test('has a JSON Schema', () => {
  expect(optionsJsonSchema(csvToParquet)).toMatchObject({ type: 'object', additionalProperties: false });
});
