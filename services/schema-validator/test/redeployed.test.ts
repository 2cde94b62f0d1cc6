import { useRedeployment } from '@tributary/service/test/packaged';
import { expect, test } from 'vitest';

const cloud = useRedeployment();

test('deployed by Serverless it works; deployed again it stays as it is', async () => {
  await cloud.deployTwice('schema-validator', {
    sourceBucket: 'landing',
    outputBucket: 'lake',
    outputPrefix: 'valid/',
    options: cloud.file('options.json', { output: { compression: 'none' } }),
    schema: cloud.file('schema.json', { fields: [{ name: 'a', type: 'integer' }] }),
    createBuckets: 'true',
  });
  const output = await cloud.convert(['landing', 'one.csv', 'a\n1\nx\n'], ['lake', 'valid/one.csv']);
  expect(output.toString()).toBe('a\n1\n');
});
