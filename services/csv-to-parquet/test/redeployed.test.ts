import { useRedeployment } from '@tributary/service/test/packaged';
import { expect, test } from 'vitest';

const cloud = useRedeployment();

test('deployed by Serverless it works; deployed again it stays as it is', async () => {
  await cloud.deployTwice('csv-to-parquet', {
    sourceBucket: 'landing',
    outputBucket: 'lake',
    outputPrefix: 'parquet/',
    schema: cloud.file('schema.json', { fields: [{ name: 'a', type: 'integer' }] }),
    createBuckets: 'true',
  });
  const output = await cloud.convert(['landing', 'one.csv', 'a\n1\n'], ['lake', 'parquet/one.parquet']);
  expect(output.toString('latin1', 0, 4)).toBe('PAR1');
  expect(output.toString('latin1', output.length - 4)).toBe('PAR1');
});
