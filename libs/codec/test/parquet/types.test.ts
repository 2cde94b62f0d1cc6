import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ColumnType } from '../../src/parquet/column.ts';
import { Duck } from './read-back.ts';
import { column, integers, oneColumn, roundTrip, strings } from './round-trip.ts';
import { type Value, writeTable } from './write-table.ts';

let duck: Duck;
beforeAll(async () => {
  duck = await Duck.open();
});
afterAll(() => duck.close());

const types: [
  ColumnType,
  duck: string,
  physical: string,
  converted: string | null,
  logical: string | null,
][] = [
  [{ kind: 'boolean' }, 'BOOLEAN', 'BOOLEAN', null, null],
  [
    { kind: 'integer', bits: 8 },
    'TINYINT',
    'INT32',
    'INT_8',
    `IntType(bitWidth=${String.fromCharCode(8)}, isSigned=1)`,
  ],
  [
    { kind: 'integer', bits: 16 },
    'SMALLINT',
    'INT32',
    'INT_16',
    `IntType(bitWidth=${String.fromCharCode(16)}, isSigned=1)`,
  ],
  [
    { kind: 'integer', bits: 32 },
    'INTEGER',
    'INT32',
    'INT_32',
    `IntType(bitWidth=${String.fromCharCode(32)}, isSigned=1)`,
  ],
  [integers, 'BIGINT', 'INT64', 'INT_64', `IntType(bitWidth=${String.fromCharCode(64)}, isSigned=1)`],
  [
    { kind: 'decimal', precision: 9, scale: 2 },
    'DECIMAL(9,2)',
    'INT32',
    'DECIMAL',
    'DecimalType(scale=2, precision=9)',
  ],
  [
    { kind: 'decimal', precision: 18, scale: 0 },
    'DECIMAL(18,0)',
    'INT64',
    'DECIMAL',
    'DecimalType(scale=0, precision=18)',
  ],
  [
    { kind: 'decimal', precision: 19, scale: 19 },
    'DECIMAL(19,19)',
    'FIXED_LEN_BYTE_ARRAY(9)',
    'DECIMAL',
    'DecimalType(scale=19, precision=19)',
  ],
  [
    { kind: 'decimal', precision: 38, scale: 6 },
    'DECIMAL(38,6)',
    'FIXED_LEN_BYTE_ARRAY(16)',
    'DECIMAL',
    'DecimalType(scale=6, precision=38)',
  ],
  [{ kind: 'double' }, 'DOUBLE', 'DOUBLE', null, null],
  [{ kind: 'date' }, 'DATE', 'INT32', 'DATE', 'DateType()'],
  [
    { kind: 'time', utc: false },
    'TIME',
    'INT64',
    'TIME_MICROS',
    'TimeType(isAdjustedToUTC=0, unit=TimeUnit(MILLIS=<null>, MICROS=MicroSeconds(), NANOS=<null>))',
  ],
  [
    { kind: 'time', utc: true },
    'TIME WITH TIME ZONE',
    'INT64',
    'TIME_MICROS',
    'TimeType(isAdjustedToUTC=1, unit=TimeUnit(MILLIS=<null>, MICROS=MicroSeconds(), NANOS=<null>))',
  ],
  [
    { kind: 'timestamp', utc: false },
    'TIMESTAMP',
    'INT64',
    'TIMESTAMP_MICROS',
    'TimestampType(isAdjustedToUTC=0, unit=TimeUnit(MILLIS=<null>, MICROS=MicroSeconds(), NANOS=<null>))',
  ],
  [
    { kind: 'timestamp', utc: true },
    'TIMESTAMP WITH TIME ZONE',
    'INT64',
    'TIMESTAMP_MICROS',
    'TimestampType(isAdjustedToUTC=1, unit=TimeUnit(MILLIS=<null>, MICROS=MicroSeconds(), NANOS=<null>))',
  ],
  [strings, 'VARCHAR', 'BYTE_ARRAY', 'UTF8', 'StringType()'],
  [{ kind: 'json' }, 'JSON', 'BYTE_ARRAY', 'JSON', 'JsonType()'],
  [{ kind: 'binary' }, 'BLOB', 'BYTE_ARRAY', null, null],
  [{ kind: 'uuid' }, 'UUID', 'FIXED_LEN_BYTE_ARRAY(16)', null, 'UUIDType()'],
];

test('are what DuckDB and the schema say', async () => {
  const columns = types.map(([type], i) => column(type, i % 2 === 0, `c${i}`));
  const { file } = await writeTable({ columns, values: columns.map(() => []) });
  const path = duck.save(file);
  const described = await duck.query(`describe from '${path}'`);
  expect(described.map(({ column_type }) => column_type)).toEqual(types.map(([, name]) => name));
  const schema = await duck.query(`from parquet_schema('${path}')`);
  expect(
    schema
      .slice(1)
      .map(({ type, type_length, repetition_type, converted_type, logical_type }) => [
        type === 'FIXED_LEN_BYTE_ARRAY' ? `${type}(${type_length})` : type,
        converted_type,
        logical_type,
        repetition_type,
      ]),
  ).toEqual(
    types.map(([, , physical, converted, logical], i) => [
      physical,
      converted,
      logical,
      i % 2 === 0 ? 'OPTIONAL' : 'REQUIRED',
    ]),
  );
});

test('limits of each come back', async () => {
  const limits = (type: ColumnType): Value[] => {
    switch (type.kind) {
      case 'integer':
        return [-(2n ** BigInt(type.bits - 1)), 2n ** BigInt(type.bits - 1) - 1n];
      case 'decimal':
        return [10n ** BigInt(type.precision) - 1n, 1n - 10n ** BigInt(type.precision)];
      default:
        return [];
    }
  };
  for (const [type] of types) {
    const values = limits(type);
    if (values.length > 0) await roundTrip(duck, oneColumn(type, [...values, null, 0n, -1n]));
  }
});
