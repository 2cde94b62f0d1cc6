import { gzipSync } from 'node:zlib';
import { useAlone } from '@tributary/service/test/packaged';
import { expect, test } from 'vitest';

const service = useAlone({
  'csv-to-parquet': {
    sourceBucket: 'landing',
    sourcePrefix: 'orders/',
    sourceSuffix: '.csv,.csv.gz',
    outputBucket: 'lake',
    outputPrefix: 'parquet/',
    options: { output: { partitionBy: ['mode'] }, rejects: { maxRejectRatio: 0.5 } },
    createBuckets: 'true',
  },
});

const isParquet = (bytes: Buffer) =>
  bytes.toString('latin1', 0, 4) === 'PAR1' && bytes.toString('latin1', bytes.length - 4) === 'PAR1';

test('a CSV comes out as partitions of Parquet, with its schema, through the rule and the packaged function', async () => {
  service.drop('landing', 'orders/2026/q4 "x".csv', 'mode,price\nREG AIR,1.50\nRAIL,2.25\nREG AIR,3.00\n');
  const detail = await service.outcome('Step Completed');
  expect(detail).toMatchObject({
    chain: 'csv-to-parquet',
    rows: 3,
    outputs: [
      { key: 'parquet/mode=REG AIR/2026/q4 "x".parquet', rows: 2, partition: { mode: 'REG AIR' } },
      { key: 'parquet/mode=RAIL/2026/q4 "x".parquet', rows: 1, partition: { mode: 'RAIL' } },
    ],
    manifest: { key: 'parquet/_manifests/2026/q4 "x".json', files: 2 },
    schema: { inferred: true },
  });
  expect(detail.outputs[0].mediaType).toBe('application/vnd.apache.parquet');
  for (const { key, bytes } of detail.outputs) {
    expect(service.read('lake', key).length).toBe(bytes);
    expect(isParquet(service.read('lake', key))).toBe(true);
    for (const told of ['s3://landing/orders/2026/q4 "x".csv', detail.runId, 'csv-to-parquet@'])
      expect(service.read('lake', key).includes(told)).toBe(true);
  }
  const schema = JSON.parse(service.read('lake', detail.schema.object.key).toString());
  expect(schema).toEqual(detail.schema.descriptor);
  expect(schema.fields).toMatchObject([
    { name: 'mode', type: 'string' },
    { name: 'price', type: 'number' },
  ]);
});

test('a newer version of it leaves no partition of the one before', async () => {
  service.drop('landing', 'orders/again.csv.gz', gzipSync('mode,price\nSHIP,1\nRAIL,2\n'));
  const before = await service.outcome('Step Completed');
  service.drop('landing', 'orders/again.csv.gz', gzipSync('mode,price\nRAIL,3\n'));
  const after = await service.outcome('Step Completed');
  expect(after.outputs.map(({ key }: { key: string }) => key)).toEqual(['parquet/mode=RAIL/again.parquet']);
  expect(() => service.read('lake', before.outputs[0].key)).toThrow('ENOENT');
  expect(service.activities.filter(({ kind }) => kind === 'request-refused')).toEqual([]);
});

test('a file that can never pass ends as rejected, and the function succeeds', async () => {
  service.drop('landing', 'orders/broken.csv.gz', gzipSync('mode,price\nSHIP,1\n').subarray(0, 20));
  expect((await service.outcome('Step Rejected')).report.code).toBe('gzip-truncated');
  expect(service.activities.filter(({ kind }) => kind === 'function-failed')).toEqual([]);
});
