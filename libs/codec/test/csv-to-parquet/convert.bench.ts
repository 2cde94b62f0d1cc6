// The conversion in one process, from memory into nothing: `node libs/codec/test/csv-to-parquet/convert.bench.ts [ROWS] [FILE]`.
// CPU seconds of all threads and seconds passed, by what is done: each line does what the one before does and more.
import { readFileSync } from 'node:fs';
import { tableSchema } from '@tributary/table-schema';
import { sourceOf } from '../../src/byte-source.ts';
import { ColumnReader } from '../../src/columns/column-reader.ts';
import { EvidenceCollector } from '../../src/columns/evidence-collector.ts';
import { convertCsvToParquet } from '../../src/csv-to-parquet/convert.ts';
import { csvToParquet } from '../../src/csv-to-parquet/csv-to-parquet.ts';
import { DelimitedReader } from '../../src/delimited/reader.ts';
import type { RecordBatch } from '../../src/delimited/record-batch.ts';
import { KernelHeap } from '../../src/kernel/heap.ts';
import { parseOptions } from '../../src/options.ts';
import { orderLines, orderSchema } from './orders.ts';

const rows = Number(process.argv[2] ?? 500_000);
const file = process.argv[3];
const input = file ? readFileSync(file) : Buffer.from([...orderLines(rows)].join(''));
const schema = tableSchema.parse(orderSchema);
const parse = (value: object) => parseOptions(csvToParquet, value);

async function measure(name: string, work: () => Promise<unknown>): Promise<void> {
  const before = process.cpuUsage();
  const start = performance.now();
  const result = await work();
  const passed = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  const cpu = (user + system) / 1e6;
  console.log(
    `${name.padEnd(34)} ${cpu.toFixed(2)} s CPU  ${passed.toFixed(2)} s  ${(input.length / passed / 1e6).toFixed(0).padStart(5)} MB/s  ${result ?? ''}`,
  );
}

async function read(
  use: (heap: KernelHeap, columns: string[]) => (batch: RecordBatch) => void,
): Promise<void> {
  const heap = new KernelHeap(256 << 20);
  const reader = new DelimitedReader(heap, sourceOf(input), parse({}), { reject: () => {} });
  const { columns } = await reader.open();
  const take = use(heap, columns);
  for (let batch = await reader.next(); batch; batch = await reader.next()) take(batch);
  reader.close();
}

async function convert(value: object): Promise<string> {
  let bytes = 0;
  const io = {
    source: sourceOf(input),
    restart: async () => sourceOf(input),
    hints: {},
    sink: {
      async write(part: Uint8Array) {
        bytes += part.length;
      },
    },
    openPart: async () => ({
      async write(part: Uint8Array) {
        bytes += part.length;
      },
      async end() {},
    }),
    reject: () => {},
    attach: () => {},
    tell: () => {},
    openReference: () => Promise.reject(new Error('no references here')),
  };
  const { rows, rejected } = await convertCsvToParquet(io, parse(value));
  return `${rows} rows, ${rejected} rejected, ${(bytes / 1e6).toFixed(1)} MB`;
}

console.log(`${(input.length / 1e6).toFixed(0)} MB`);
for (let round = 0; round < 2; round++) {
  await measure('cells', () => read(() => () => {}));
  await measure('cells, evidence', () =>
    read((heap, columns) => {
      const collector = new EvidenceCollector(
        heap,
        columns.map((_, index) => ({ index, missing: [''] })),
      );
      return (batch) => collector.add(batch);
    }),
  );
  if (!file) {
    await measure('cells, columns', () =>
      read((heap) => {
        const columns = schema.fields.map((field, index) => ({
          field,
          index,
          missing: [''],
          required: false,
        }));
        const reader = new ColumnReader(heap, columns, { badCells: 'reject' });
        return (batch) => void reader.read(batch, () => {});
      }),
    );
    for (const compression of ['none', 'snappy', 'zstd']) {
      await measure(`all with a schema, ${compression}`, () =>
        convert({ schema: orderSchema, output: { compression } }),
      );
    }
  }
  await measure('all without a schema, zstd', () => convert({}));
}
console.log(
  `${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB at most, ${(input.length / 2 ** 20).toFixed(0)} of them input`,
);
