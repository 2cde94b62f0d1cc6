import * as fc from 'fast-check';
import type { Column, ColumnType } from '../../src/parquet/column.ts';
import type { Options, Table, Value } from './write-table.ts';

const limit = (bits: number) => 2n ** BigInt(bits - 1);
/** Numbers of up to `bits` bits, small ones, great ones and those at the limits. */
const signed = (bits: number) =>
  fc.oneof(
    fc.bigInt({ min: -limit(bits), max: limit(bits) - 1n }),
    fc.bigInt({ min: -9n, max: 9n }),
    fc.constantFrom(-limit(bits), limit(bits) - 1n),
  );
const upTo = (greatest: bigint) => fc.bigInt({ min: -greatest, max: greatest });

const day = 86_400_000_000n;

const types: fc.Arbitrary<ColumnType> = fc.oneof(
  fc.constant({ kind: 'boolean' as const }),
  fc
    .constantFrom(8 as const, 16 as const, 32 as const, 64 as const)
    .map((bits) => ({ kind: 'integer' as const, bits })),
  fc
    .integer({ min: 1, max: 38 })
    .chain((precision) =>
      fc.integer({ min: 0, max: precision }).map((scale) => ({ kind: 'decimal' as const, precision, scale })),
    ),
  fc
    .constantFrom('double' as const, 'date' as const, 'string' as const, 'json' as const)
    .map((kind) => ({ kind })),
  fc.constantFrom('binary' as const, 'uuid' as const).map((kind) => ({ kind })),
  fc.boolean().map((utc) => ({ kind: 'timestamp' as const, utc })),
  // DuckDB reads times of UTC with an offset type of its own.
  fc.constant({ kind: 'time' as const, utc: false }),
);

function valuesOf(type: ColumnType): fc.Arbitrary<Value> {
  switch (type.kind) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return signed(type.bits);
    case 'decimal':
      return upTo(10n ** BigInt(type.precision) - 1n);
    case 'double':
      return fc.oneof(
        fc.double(),
        fc.integer(),
        fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY),
      );
    case 'date':
      return upTo(700_000n);
    case 'time':
      return fc.bigInt({ min: 0n, max: day - 1n });
    case 'timestamp':
      return upTo(day * 100_000n);
    case 'json':
      return fc.json({ maxDepth: 1 });
    case 'string':
      return fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 12 }),
        fc.string({ unit: 'binary', minLength: 60, maxLength: 80 }),
      );
    case 'binary':
      return fc.uint8Array({ maxLength: 90 });
    case 'uuid':
      return fc.uint8Array({ minLength: 16, maxLength: 16 });
  }
}

/** How a column's values follow one another: what decides its encoding. */
const shapes = fc.record({
  /** Values are taken from so many. */
  distinct: fc.constantFrom(1, 2, 7, 300, Number.POSITIVE_INFINITY),
  /** Each is repeated so often. */
  run: fc.constantFrom(1, 1, 3, 200),
  sorted: fc.boolean(),
  /** One in so many is null. */
  nulls: fc.constantFrom(0, 0, 2, 50, 1),
});

const columns = types.chain((type) =>
  fc.record({
    type: fc.constant(type),
    shape: shapes,
    pool: fc.array(valuesOf(type), { minLength: 1, maxLength: 400 }),
  }),
);

function fill(
  rows: number,
  {
    type,
    shape,
    pool,
  }: { type: ColumnType; shape: typeof shapes extends fc.Arbitrary<infer S> ? S : never; pool: Value[] },
  seed: number,
): Value[] {
  const values = Array.from({ length: rows }, (_, i) => {
    const draw = Math.floor(i / shape.run) * 7919 + seed;
    // Beyond the pool, integers go on counting, so that there are many distinct ones.
    const value = pool[draw % Math.min(pool.length, shape.distinct)]!;
    const isCounted =
      shape.distinct === Number.POSITIVE_INFINITY && type.kind === 'integer' && type.bits === 64;
    return isCounted ? BigInt.asIntN(64, (value as bigint) + BigInt(i)) : value;
  });
  if (shape.sorted) values.sort((a, b) => (a! < b! ? -1 : Number(a! > b!)));
  return values.map((value, i) => (shape.nulls > 0 && (i * 31 + seed) % shape.nulls === 0 ? null : value));
}

const tables: fc.Arbitrary<Table> = fc
  .tuple(
    fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 4500 })),
    fc.array(columns, { minLength: 1, maxLength: 5 }),
    fc.nat(1000),
  )
  .map(([rows, all, seed]) => {
    const values = all.map((column) => fill(rows, column, seed));
    return {
      columns: all.map(
        ({ type, shape }, i): Column => ({
          name: `c${i}`,
          type,
          nullable: shape.nulls > 0 || seed % 2 === 0,
        }),
      ),
      values,
    };
  });

const options: fc.Arbitrary<Options> = fc.record(
  {
    compression: fc.constantFrom('zstd', 'snappy', 'gzip', 'none'),
    rowGroupRows: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 200, max: 10_000 })),
    pageRows: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 100, max: 10_000 })),
    pageBytes: fc.constantFrom(1024, 10_000),
    dictionaryBytes: fc.constantFrom(0, 16, 100, 4000),
    encodings: fc.constantFrom('classic', 'delta', 'all'),
    pageIndex: fc.boolean(),
    bloomFilters: fc.constantFrom([], ['c0'], ['c0', 'c1', 'c2']),
  },
  { requiredKeys: [] },
);

/** A table and how it is written, in no more row groups and pages than tests have the time for. */
export const cases: fc.Arbitrary<{ table: Table; options: Options }> = fc
  .tuple(tables, options)
  .map(([table, given]) => {
    const atLeast = (parts: number, rows: number) =>
      Math.max(rows, Math.ceil(table.values[0]!.length / parts));
    const bounds = {
      ...(given.rowGroupRows && { rowGroupRows: atLeast(30, given.rowGroupRows) }),
      ...(given.pageRows && { pageRows: atLeast(60, given.pageRows) }),
    };
    return { table, options: { ...given, ...bounds } };
  });

export const batches = fc.array(
  fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 9000 })),
  {
    minLength: 1,
    maxLength: 4,
  },
);
