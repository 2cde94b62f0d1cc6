import { expect, test } from 'vitest';
import type { ConvertIo } from '../../src/converter.ts';
import { convertCsvToParquet } from '../../src/csv-to-parquet/convert.ts';
import { csvToParquet } from '../../src/csv-to-parquet/csv-to-parquet.ts';
import { parseOptions } from '../../src/options.ts';
import { memoryIo } from '../fixed-width/memory-io.ts';
import { convertText } from './convert-text.ts';
import { orderLines, orderSchema } from './orders.ts';

const input = [...orderLines(20_000)].join('');
const sizes = { block: 65_536, threads: 2 } as const;

function convert(change: Partial<ConvertIo>, options: object = { schema: orderSchema }): Promise<unknown> {
  const { io } = memoryIo(input);
  return convertCsvToParquet({ ...io, ...change }, parseOptions(csvToParquet, options), sizes);
}

test('what a sink throws fails the conversion, as it was thrown', async () => {
  const refusal = new Error('disk full');
  const sink = { write: () => Promise.reject(refusal) };
  await expect(convert({ sink })).rejects.toBe(refusal);
});

test('what opening a file throws fails the conversion', async () => {
  const refusal = new Error('no such bucket');
  const openPart = () => Promise.reject(refusal);
  await expect(
    convert({ openPart }, { schema: orderSchema, output: { targetFileSize: 1_048_576 } }),
  ).rejects.toBe(refusal);
});

test('an input that is refused on the second thread is refused with its fault', async () => {
  const partitions = {
    schema: orderSchema,
    output: { partitionBy: [orderSchema.fields[0]!.name], maxFiles: 8 },
  };
  const one = await convertText(input, partitions, { ...sizes, threads: 1 }).catch((error) => error);
  const two = await convertText(input, partitions, sizes).catch((error) => error);
  expect(two).toMatchObject({ name: 'BadInput', code: one.code, fault: one.fault });
});

test('a sink that is slow holds the conversion back, and loses nothing', async () => {
  const { io, bytes } = memoryIo(input);
  const sink = {
    async write(part: Uint8Array) {
      await new Promise((resolve) => setImmediate(resolve));
      await io.sink.write(part);
    },
  };
  await convert({ sink });
  const { file } = await convertText(input, { schema: orderSchema }, { ...sizes, threads: 1 });
  expect(bytes().equals(file)).toBe(true);
});

test('an abort stops both threads', async () => {
  const controller = new AbortController();
  const { io } = memoryIo(input, 4096);
  let reads = 0;
  const source = {
    read(into: Uint8Array) {
      if (++reads === 40) controller.abort(new Error('enough'));
      return io.source.read(into);
    },
  };
  await expect(convert({ source, signal: controller.signal })).rejects.toThrow('enough');
});
