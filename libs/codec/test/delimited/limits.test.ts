import { describe, expect, test } from 'vitest';
import { dialectSchema, readingSchema } from '../../src/delimited/dialect.ts';
import { DelimitedReader } from '../../src/delimited/reader.ts';
import { KernelHeap } from '../../src/kernel/heap.ts';
import { readTable } from './read-table.ts';

const MiB = 1024 * 1024;
const dialect = { delimiter: ',', quoteChar: '"', header: true, skipLines: 0, footerLines: 0 };

describe('a field over the limit', () => {
  const reading = { maxFieldBytes: 1000 };

  test.each([
    ['bare', 'x'.repeat(5000)],
    ['in quotes, with line ends', `"${'line, and ""more""\n'.repeat(500)}"`],
  ])('%s: its row is rejected, the others are read', async (_, field) => {
    const { rows, rejects } = await readTable(`a,b\n1,2\n3,${field}\n5,6\n`, { dialect, reading });
    expect(rows).toEqual([
      ['1', '2'],
      ['5', '6'],
    ]);
    expect(rejects).toMatchObject([{ line: 3, byte: 8, column: 'b', code: 'field-too-long' }]);
    expect(Buffer.from(rejects[0]!.record).equals(Buffer.from(`3,${field}`))).toBe(true);
  });

  test('100 MB of it take no more memory than a short one', async () => {
    const heap = new KernelHeap(48 * MiB);
    const head = Buffer.from('a,b\n1,2\n3,"');
    const tail = Buffer.from('"\n5,6\n');
    const line = Buffer.from(`${'a line of a long text '.repeat(100)}\n`);
    let given = 0;
    const long = 100 * MiB;
    const source = {
      async read(into: Uint8Array) {
        const part =
          given < head.length
            ? head.subarray(given, given + into.length)
            : given < head.length + long
              ? line.subarray(0, Math.min(into.length, head.length + long - given))
              : tail.subarray(given - head.length - long);
        const length = Math.min(part.length, into.length);
        into.set(part.subarray(0, length));
        given += length;
        return length;
      },
    };
    const rejects: { code: string; line: number; message: string; kept: number }[] = [];
    const options = {
      dialect: dialectSchema.parse({ ...dialect, escapeChar: '', skipInitialSpace: false, headerRows: [1] }),
      reading: readingSchema.parse({ maxFieldBytes: 4 * MiB }),
    };
    const reader = new DelimitedReader(heap, source, options, {
      reject: ({ code, line, message, record }) => rejects.push({ code, line, message, kept: record.length }),
    });
    await reader.open();
    const rows: number[] = [];
    for (let batch = await reader.next(); batch; batch = await reader.next())
      for (let i = 0; i < batch.records; i++) rows.push(batch.place(i).byte);
    reader.close();
    expect(rows).toEqual([4, head.length + long + 2]);
    expect(rejects).toEqual([
      {
        code: 'field-too-long',
        line: 3,
        message: `Cell exceeds the limit (reading.maxFieldBytes); expected <= ${4 * MiB} bytes (65536 of the record's ${long + 4} bytes are kept)`,
        kept: 65_536,
      },
    ]);
    expect(heap.allocate(40 * MiB)).toBeGreaterThan(0); // all was given back
  }, 60_000);

  test('one in quotes that the file ends in refuses the file: all after it may be rows', async () => {
    await expect(readTable(`a,b\n3,"${'4,5\n'.repeat(1000)}`, { dialect, reading })).rejects.toThrow(
      expect.objectContaining({
        code: 'unterminated-quote',
        fault: expect.objectContaining({ where: { line: 2, byte: 4 } }),
      }),
    );
  });
});

test('a record over the limit', async () => {
  const { rows, rejects } = await readTable(`a,b\n${'1,'.repeat(600)}2\n3,4\n`, {
    dialect,
    reading: { maxRecordBytes: 1000 },
  });
  expect(rows).toEqual([['3', '4']]);
  expect(rejects).toMatchObject([{ line: 2, byte: 4, code: 'record-too-long' }]);
});

test('records longer than a block, and cells that outgrow scratch memory', async () => {
  const cell = `"${'a ""quote"" and more '.repeat(10_000)}"`;
  const input = `a,b\n${`1,${cell}\n`.repeat(5)}x,y\n`;
  const { rows, places } = await readTable(input, { dialect, sizes: { block: 4096, sample: 4096 } });
  const value = 'a "quote" and more '.repeat(10_000);
  expect(rows).toEqual([...Array.from({ length: 5 }, () => ['1', value]), ['x', 'y']]);
  expect(places.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 7]);
});

test('memory that runs out is a refusal, not a crash', async () => {
  const heap = new KernelHeap(8 * MiB);
  await expect(readTable(`a,b\n1,"${'x'.repeat(20 * MiB)}"\n`, { dialect, heap })).rejects.toThrow(
    expect.objectContaining({ code: 'record-too-long' }),
  );
});

test('batches hold as many cells as asked for, and at least a record', async () => {
  const input = `a,b,c\n${'1,2,3\n'.repeat(10)}`;
  expect((await readTable(input, { dialect, sizes: { cells: 9 } })).batches).toEqual([3, 3, 3, 1]);
  expect((await readTable(input, { dialect, sizes: { cells: 1 } })).batches).toHaveLength(10);
});

test('what it took from the heap it gives back', async () => {
  const heap = new KernelHeap(16 * MiB);
  const all = () => {
    const address = heap.allocate(15 * MiB);
    heap.release(address);
    return address;
  };
  const before = all();
  await readTable('a,b\n1,"2""3"\n', { dialect, heap });
  await expect(readTable('', { dialect, heap })).rejects.toThrow();
  expect(all()).toBe(before);
});

test('what a source fails with is thrown, and so is what reject throws', async () => {
  const heap = new KernelHeap(16 * MiB);
  const failing = { read: () => Promise.reject(new Error('gone')) };
  const options = { dialect: dialectSchema.parse(dialect), reading: readingSchema.parse({ mode: 'strict' }) };
  const reader = new DelimitedReader(heap, failing, options, { reject: () => {} });
  await expect(reader.open()).rejects.toThrow('gone');
  reader.close();
  const bytes = Buffer.from('a,b\n1\n');
  let at = 0;
  const source = {
    async read(into: Uint8Array) {
      const part = bytes.subarray(at, at + into.length);
      into.set(part);
      at += part.length;
      return part.length;
    },
  };
  const refusing = new DelimitedReader(heap, source, options, {
    reject: () => {
      throw new Error('too many');
    },
  });
  await refusing.open();
  await expect(refusing.next()).rejects.toThrow('too many');
  refusing.close();
});
