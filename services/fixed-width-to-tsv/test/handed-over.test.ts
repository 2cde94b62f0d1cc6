import { useAlone } from '@tributary/service/test/packaged';
import { expect, test } from 'vitest';

const service = useAlone(
  {
    'fixed-width-to-tsv': {
      timeout: '5',
      sourceBucket: 'landing',
      sourcePrefix: 'in/',
      outputBucket: 'lake',
      outputPrefix: 'out/',
      options: {
        layout: {
          fields: [
            { name: 'at', width: 10 },
            { name: 'text', width: 239 },
          ],
        },
        output: { compression: 'none' },
      },
      createBuckets: 'true',
    },
  },
  // Four ranges at a time, two blocks of each: 20 MiB/s.
  { s3: { slowBody: 1, slowMs: 400 } },
);

const rows = 400_000;
const text = 'a quarter of the record and no more of it than that'.repeat(2);

/** `rows` lines, each by its number. */
function lines(line: (at: number) => string): Buffer {
  const blocks: Buffer[] = [];
  for (let from = 0; from < rows; from += 10_000)
    blocks.push(Buffer.from(Array.from({ length: 10_000 }, (_, index) => line(from + index)).join('')));
  return Buffer.concat(blocks);
}

test('a file that one invocation has no time for is converted by several, as if by one', async () => {
  service.drop(
    'landing',
    'in/long.txt',
    lines((at) => `${String(at).padEnd(10)}${text.padEnd(239)}\n`),
  );
  const { outputs, rows: written, invocation } = await service.outcome('Step Completed');
  expect(written).toBe(rows);
  expect(invocation.leg).toBeGreaterThan(1);
  const invoked = service.activities.filter(({ kind }) => kind === 'function-invoked');
  expect(invoked).toHaveLength(invocation.leg);
  const types = service.told().map(({ type }) => type);
  const handedOver = Array(invocation.leg - 1).fill('Step Handed Over');
  expect(types).toEqual(['Step Started', ...handedOver, 'Step Completed']);
  const expected = Buffer.concat([Buffer.from('at\ttext\n'), lines((at) => `${at}\t${text}\n`)]);
  expect(service.read('lake', outputs[0].key).equals(expected)).toBe(true);
  expect(service.keys('lake')).toEqual([outputs[0].key]);
}, 60_000);
