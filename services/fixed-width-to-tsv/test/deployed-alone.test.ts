import { gunzipSync, gzipSync } from 'node:zlib';
import { useAlone } from '@tributary/service/test/packaged';
import { expect, test } from 'vitest';

const service = useAlone({
  'fixed-width-to-tsv': {
    sourceBucket: 'landing',
    sourcePrefix: 'drive-stats/',
    sourceSuffix: '.txt,.txt.gz',
    outputBucket: 'lake',
    outputPrefix: 'tsv/',
    options: {
      layout: {
        fields: [
          { name: 'date', start: 0, end: 10 },
          { name: 'serial<number>', start: 10, end: 16 },
          { name: 'failure', start: 16, end: null },
        ],
        skip: 1,
      },
    },
    createBuckets: 'true',
  },
});

const text = 'date      serialfail\n2026-11-23 S1   0\n2026-11-24 S"2  1\n';

test('a file dropped into the source comes out as TSV, through the rule and the packaged function', async () => {
  service.drop('landing', 'drive-stats/2026/q4 "x" <y>.txt.gz', gzipSync(text));
  const { outputs, rows, chain, hop } = await service.outcome('Step Completed');
  expect({ chain, hop, rows, key: outputs[0].key }).toEqual({
    chain: 'fixed-width-to-tsv',
    hop: 1,
    rows: 2,
    key: 'tsv/2026/q4 "x" <y>.tsv.gz',
  });
  expect(gunzipSync(service.read('lake', outputs[0].key)).toString()).toBe(
    'date\tserial<number>\tfailure\n2026-11-23\tS1\t0\n2026-11-24\t"S""2"\t1\n',
  );
  expect(service.told().map(({ type }) => type)).toEqual(['Step Started', 'Step Completed']);
});

test('what lies beside the source wakes nothing', async () => {
  service.drop('landing', 'elsewhere/a.txt', text);
  service.drop('landing', 'drive-stats/a.csv', text);
  service.drop('landing', 'drive-stats/last.txt', text);
  await service.outcome('Step Completed');
  expect(service.told().map(({ detail }) => detail.input.key)).toEqual(Array(2).fill('drive-stats/last.txt'));
});

test('a file that can never pass ends as rejected, and the function succeeds', async () => {
  service.drop('landing', 'drive-stats/broken.txt.gz', gzipSync(text).subarray(0, 30));
  await service.outcome('Step Rejected');
  expect(service.activities.filter(({ kind }) => kind === 'function-failed')).toEqual([]);
});
