import { gunzipSync } from 'node:zlib';
import { useRedeployment } from '@tributary/service/test/packaged';
import { expect, test } from 'vitest';

const cloud = useRedeployment();

test('deployed by Serverless it works; deployed again it stays as it is', async () => {
  const fields = [
    { name: 'a', width: 2 },
    { name: 'b', width: 3 },
  ];
  await cloud.deployTwice('fixed-width-to-tsv', {
    sourceBucket: 'landing',
    outputBucket: 'lake',
    outputPrefix: 'tsv/',
    layout: cloud.file('layout.json', { fields }),
    createBuckets: 'true',
  });
  const output = await cloud.convert(['landing', 'one.txt', 'x 1  \n'], ['lake', 'tsv/one.tsv.gz']);
  expect(gunzipSync(output).toString()).toBe('a\tb\nx\t1\n');
});
