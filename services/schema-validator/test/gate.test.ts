import { useAlone } from '@tributary/service/test/packaged';
import { expect, test } from 'vitest';

const service = useAlone({
  'schema-validator': {
    sourceBucket: 'landing',
    sourcePrefix: 'raw/',
    outputBucket: 'lake',
    outputPrefix: 'checks/',
    options: { mode: 'gate' },
    schema: { fields: [{ name: 'a', type: 'integer' }] },
    createBuckets: 'true',
  },
  // Reads what has passed where it lies, by the event.
  'csv-to-parquet': {
    sourceBucket: 'landing',
    sourcePrefix: 'raw/',
    outputBucket: 'lake',
    outputPrefix: 'parquet/',
    after: 'schema-validator/convert',
  },
});

test('a file that passes goes on untouched, where it lies', async () => {
  service.drop('landing', 'raw/x/good.csv', 'a\n1\n2\n');
  const next = await service.outcome('Step Completed', 2);
  const passed = service.told().find(({ detail }) => detail.outcome && detail.hop === 1)?.detail;
  expect(passed).toMatchObject({
    rows: 2,
    output: { bucket: 'landing', prefix: 'raw/' },
    outputs: [{ bucket: 'landing', key: 'raw/x/good.csv', mediaType: 'text/csv', rows: 2 }],
  });
  expect(next).toMatchObject({ hop: 2, rows: 2, outputs: [{ key: 'parquet/x/good.parquet' }] });
});

test('one that does not is rejected with a report, and nothing goes on', async () => {
  service.drop('landing', 'raw/x/bad.csv', 'a\n1\nx\n');
  const detail = await service.outcome('Step Rejected');
  expect(detail).toMatchObject({ report: { code: 'not-valid' } });
  expect(detail.documents).toHaveLength(2);
  expect(service.activities.filter(({ kind }) => kind === 'request-refused')).toEqual([]);
});
