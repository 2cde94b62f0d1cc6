import { parquetMetadata } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KernelHeap } from '../../src/kernel/heap.ts';
import type { ColumnType } from '../../src/parquet/column.ts';
import { parquetOptions } from '../../src/parquet/options.ts';
import { ParquetWriter } from '../../src/parquet/writer.ts';
import { randomNumbers } from './lineitem.ts';
import { asGiven, Duck, readWithHyparquet } from './read-back.ts';
import { chunksOf, column, integers, list, oneColumn, roundTrip, strings } from './round-trip.ts';
import { type Table, type Value, vectorOf, writeTable } from './write-table.ts';

let duck: Duck;
beforeAll(async () => {
  duck = await Duck.open();
});
afterAll(() => duck.close());

describe('what is not there', () => {
  test('no rows', async () => {
    const table = { columns: [column(integers), column(strings, false, 'y')], values: [[], []] };
    const { file, rowGroups } = await writeTable(table, {}, [1], { source: 'empty.csv' });
    expect(rowGroups).toBe(0);
    expect(await duck.read(file, table.columns)).toEqual([[], []]);
    expect(await readWithHyparquet(file, table.columns)).toEqual([[], []]);
  });

  test('nothing but nulls, of every kind', async () => {
    const types: ColumnType[] = [
      { kind: 'boolean' },
      integers,
      { kind: 'date' },
      { kind: 'double' },
      strings,
      { kind: 'uuid' },
      { kind: 'decimal', precision: 30, scale: 1 },
    ];
    const table = {
      columns: types.map((type, i) => column(type, true, `c${i}`)),
      values: types.map(() => list(300, () => null)),
    };
    for (const encodings of ['classic', 'delta', 'all'] as const)
      await roundTrip(duck, table, { encodings, pageRows: 100 });
  });

  test('a null where none may be is refused', async () => {
    await expect(writeTable(oneColumn(integers, [1n, null], false))).rejects.toThrow(TypeError);
  });
});

test('no reader skips values, whatever it takes NaN for', async () => {
  const doubles = [1.5, Number.NaN, 2.5, null, 3.5, 4.5, 5.5];
  for (const dictionaryBytes of [0, 1000]) {
    const file = await roundTrip(duck, oneColumn({ kind: 'double' }, doubles), {
      pageRows: 3,
      dictionaryBytes,
    });
    const count = async (where: string) =>
      Number((await duck.query(`select count(*) n from '${duck.save(file)}' where ${where}`))[0]!.n);
    // NaN is the greatest value in DuckDB.
    expect(await count('x > 100')).toBe(1);
    expect(await count(`x = 'nan'`)).toBe(1);
    expect(await count('x < 2')).toBe(1);
  }
});

describe('sizes', () => {
  test('row groups and pages are bounded by rows', async () => {
    const table = oneColumn(
      integers,
      list(10_000, (i) => BigInt(i * i)),
    );
    const file = await roundTrip(duck, table, { rowGroupRows: 3000, pageRows: 700 }, [999]);
    const { row_groups } = parquetMetadata(file.buffer);
    expect(row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([3000, 3000, 3000, 1000]);
    const pages = await duck.query(`select * from parquet_metadata('${duck.save(file)}')`);
    expect(pages.length).toBe(4);
    expect(chunksOf(file)[0]![0]!.encoding_stats).toMatchObject([{ count: 5 }]);
  });

  test('row groups are bounded by bytes, pages by theirs', async () => {
    const random = randomNumbers(3);
    const table = oneColumn(
      strings,
      list(3000, () =>
        random(2 ** 31)
          .toString(36)
          .repeat(120),
      ),
    );
    const file = await roundTrip(duck, table, {
      rowGroupBytes: 256 * 1024,
      pageBytes: 16 * 1024,
      compression: 'none',
    });
    const chunks = chunksOf(file).map(([chunk]) => chunk!);
    expect(chunks.length).toBeGreaterThan(1);
    for (const chunk of chunks) {
      expect(Number(chunk.total_uncompressed_size)).toBeLessThan(2 * 1024 * 1024);
      expect(chunk.encoding_stats![0]!.count).toBeGreaterThan(Number(chunk.total_uncompressed_size) / 17_000);
    }
  });

  test('a cell of 16 MiB', async () => {
    const cell = 'lorem ipsum '.repeat(1.4e6);
    const table = oneColumn(strings, ['a', cell, null, 'b', `${cell}!`]);
    for (const compression of ['zstd', 'snappy'] as const) {
      const { file } = await writeTable(table, { compression });
      expect(asGiven(await duck.read(file, table.columns), table.columns)).toEqual(table.values);
    }
  });

  test('400 columns in the memory that was asked for', async () => {
    const random = randomNumbers(5);
    const types: ColumnType[] = [
      integers,
      strings,
      { kind: 'decimal', precision: 12, scale: 2 },
      { kind: 'double' },
    ];
    const columns = list(400, (i) => column(types[i % 4]!, true, `c${i}`));
    const options = parquetOptions.parse({ compression: 'none', rowGroupBytes: 8 * 1024 * 1024 });
    const rows = 150;
    const needed = ParquetWriter.heapBytes(columns, options);
    expect(ParquetWriter.heapBytes(columns, parquetOptions.parse({}))).toBeLessThan(150e6);
    const vectorBytes = columns.length * (rows * 20 + 512);
    const heap = new KernelHeap(needed + vectorBytes);
    const vectors = columns.map((given, i) => {
      const make = (): Value =>
        [BigInt(random(1 << 30)), `s${random(1 << 30)}`, BigInt(random(1000)), random(1 << 30) / 7][i % 4]!;
      return vectorOf(heap, given, list(rows, make)).vector;
    });
    let bytes = 0;
    const sink = {
      async write(piece: Uint8Array) {
        bytes += piece.length;
      },
    };
    const writer = new ParquetWriter(heap, columns, sink, options);
    for (let i = 0; i < 100; i++) await writer.append(rows, vectors);
    const summary = await writer.end({});
    expect(summary).toMatchObject({ rows: 15_000, bytes });
    expect(summary.rowGroups).toBeGreaterThan(3);
    await writer.close();
  });
});

describe('Bloom filters', () => {
  test('tell what is not there', async () => {
    const random = randomNumbers(11);
    const table: Table = {
      columns: [
        column(integers, true, 'n'),
        column(strings, true, 's'),
        column({ kind: 'integer', bits: 32 }, true, 'i'),
        column(strings, true, 'few'),
      ],
      values: [
        list(5000, () => BigInt(random(2 ** 31)) * 1000n),
        list(5000, () => `key-${random(2 ** 31)}`),
        list(5000, (i) => (i % 9 === 0 ? null : BigInt(random(2 ** 31)))),
        list(5000, () => ['a', 'b', 'c'][random(3)]!),
      ],
    };
    const file = await roundTrip(duck, table, { bloomFilters: ['n', 's', 'i', 'few'], rowGroupRows: 2000 });
    const path = duck.save(file);
    /** Row groups that the filter rules out. */
    const excluded = async (name: string, literal: string) =>
      (await duck.query(`from parquet_bloom_probe('${path}', '${name}', ${literal})`)).filter(
        ({ bloom_filter_excludes }) => bloom_filter_excludes,
      ).length;
    for (const row of [0, 2500, 4999]) {
      expect(await excluded('n', `${table.values[0]![row]}::bigint`)).toBeLessThan(3);
      expect(await excluded('s', `'${table.values[1]![row]}'`)).toBeLessThan(3);
    }
    let found = 0;
    for (let i = 0; i < 100; i++) {
      found += 3 - (await excluded('n', `${i * 7919 + 1}::bigint`));
      found += 3 - (await excluded('s', `'other-${i}'`));
      found += 3 - (await excluded('i', `${-i - 1}::integer`));
    }
    // One in a hundred is allowed for; the filters are rounded up.
    expect(found).toBeLessThan(40);
    expect(await excluded('few', `'d'`)).toBe(3);
    expect(await excluded('few', `'a'`)).toBe(0);
    const sizes = chunksOf(file)[0]!.map(({ bloom_filter_length }) => Number(bloom_filter_length));
    expect(sizes[3]).toBeLessThan(100);
    expect(sizes[0]).toBeGreaterThan(2000);
  });
});

test('metadata and maker', async () => {
  const metadata = { 'tributary.run': 'r-1', source: 's3://bucket/ключ.csv', empty: '' };
  const { file } = await writeTable(oneColumn(integers, [1n]), {}, [1], metadata);
  const { key_value_metadata, created_by } = parquetMetadata(file.buffer);
  expect(Object.fromEntries(key_value_metadata!.map(({ key, value }) => [key, value]))).toEqual(metadata);
  expect(created_by).toMatch(/^tributary version \d+\.\d+\.\d+$/);
});

describe('a sink', () => {
  const table = oneColumn(
    strings,
    list(4000, (i) => `${i * 7919} ${i}`),
  );
  const small = parquetOptions.parse({ rowGroupBytes: 256 * 1024, rowGroupRows: 1000 });

  async function into(sink: { write(bytes: Uint8Array): Promise<void> }, rounds: number): Promise<void> {
    const capacity = 16 * 1024 * 1024;
    const heap = new KernelHeap(capacity);
    const { vector, release } = vectorOf(heap, table.columns[0]!, table.values[0]!);
    const writer = new ParquetWriter(heap, table.columns, sink, small);
    try {
      for (let i = 0; i < rounds; i++) await writer.append(4000, [vector]);
      await writer.end({});
    } finally {
      await writer.close();
      await writer.close();
      release();
      heap.release(heap.allocate(capacity - 4096));
    }
  }

  test('that fails is told of, and all memory comes back', async () => {
    const broken = new Error('disk full');
    for (const after of [0, 1]) {
      let writes = 0;
      const write = async () => {
        if (writes++ >= after) throw broken;
      };
      await expect(into({ write }, 40)).rejects.toBe(broken);
    }
  });

  test('that lags holds the writer back', async () => {
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    let written = 0;
    const done = into(
      {
        async write(bytes) {
          await gate;
          written += bytes.length;
        },
      },
      200,
    );
    let isDone = false;
    void done.then(() => {
      isDone = true;
    });
    for (let turn = 0; turn < 2000 && !isDone; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect({ isDone, written }).toEqual({ isDone: false, written: 0 });
    open();
    await done;
    expect(written).toBeGreaterThan(1_000_000);
  });
});

test('a writer that is closed before its end gives its memory back', async () => {
  const capacity = 16 * 1024 * 1024;
  const heap = new KernelHeap(capacity);
  const { vector, release } = vectorOf(
    heap,
    column(integers),
    list(5000, (i) => BigInt(i * i)),
  );
  const options = parquetOptions.parse({ rowGroupRows: 1000, rowGroupBytes: 1024 * 1024 });
  const writer = new ParquetWriter(heap, [column(integers)], { write: async () => {} }, options);
  await writer.append(5000, [vector]);
  await writer.close();
  release();
  heap.release(heap.allocate(capacity - 4096));
});

test('a heap without room says so, and all memory comes back', async () => {
  const capacity = 1024 * 1024;
  const heap = new KernelHeap(capacity);
  const { vector, release } = vectorOf(
    heap,
    column(integers),
    list(5000, (i) => BigInt(i * i)),
  );
  const writer = new ParquetWriter(
    heap,
    [column(integers)],
    { write: async () => {} },
    parquetOptions.parse({}),
  );
  await expect(
    (async () => {
      for (let i = 0; i < 100; i++) await writer.append(5000, [vector]);
    })(),
  ).rejects.toThrow(RangeError);
  await writer.close();
  release();
  heap.release(heap.allocate(capacity - 4096));
});

test('options', () => {
  expect(parquetOptions.parse({})).toMatchObject({ compression: 'zstd', rowGroupRows: 122_880 });
  expect(parquetOptions.safeParse({ compression: 'gzip', level: 10 }).error?.issues).toMatchObject([
    { path: ['level'] },
  ]);
  expect(parquetOptions.safeParse({ compression: 'lzo' }).success).toBe(false);
  expect(parquetOptions.safeParse({ rowGroupBytes: 1 }).success).toBe(false);
});
