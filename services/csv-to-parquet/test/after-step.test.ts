import { gzipSync } from 'node:zlib';
import { useAlone } from '@tributary/service/test/packaged';
import { expect, test } from 'vitest';

const service = useAlone({
  'csv-to-parquet': {
    sourceBucket: 'lake',
    sourcePrefix: 'tsv/',
    outputBucket: 'lake',
    outputPrefix: 'parquet/',
    after: 'feeds/to-tsv',
    schema: {
      fields: [
        { name: 'column_1', type: 'date' },
        { name: 'column_2', type: 'integer' },
      ],
      fieldsMatch: 'exact',
    },
    createBuckets: 'true',
  },
});

test('what a step before has written is read in the dialect that its event tells', async () => {
  const dialect = { delimiter: '\t', header: false, lineTerminator: '\n', quoteChar: '', escapeChar: '\\' };
  const output = {
    bucket: 'lake',
    key: 'tsv/2026/q4.tsv.gz',
    prefix: 'tsv/',
    mediaType: 'text/tab-separated-values',
    compression: 'gzip',
    dialect,
  };
  service.drop('lake', output.key, gzipSync('2026-11-23\t1\n2026-11-24\tnone\n2026-11-25\t3\n'));
  await service.complete('feeds', 'to-tsv', output);
  const detail = await service.outcome('Step Completed');
  expect(detail).toMatchObject({
    chain: 'csv-to-parquet',
    hop: 2,
    rows: 2,
    rejectedRows: 1,
    quarantine: { rows: 1 },
    outputs: [{ key: 'parquet/2026/q4.parquet', rows: 2, fields: ['column_1', 'column_2'] }],
    schema: { inferred: false },
  });
  expect(detail.outputs).toHaveLength(1);
  expect(detail.outputs[0]).not.toHaveProperty('compression');
});
