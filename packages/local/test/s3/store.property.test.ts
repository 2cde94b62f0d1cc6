import { existsSync } from 'node:fs';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Harness } from './harness.ts';

// Keys that are in each other's way as files and folders.
const keys = [
  'x',
  'x/',
  'x/y',
  'x/y/',
  'x/y/z',
  'x//y',
  'x%file',
  'x%dir',
  'x%dir/y',
  'x%25',
  '../x',
  'X',
  `${'l'.repeat(240)}..`,
  `${'l'.repeat(240)}../y`,
];
const deeds = fc.array(
  fc.record({
    deed: fc.constantFrom('put', 'put', 'delete', 'restart'),
    key: fc.constantFrom(...keys),
    body: fc.string({ maxLength: 5 }),
  }),
  { minLength: 1, maxLength: 40 },
);

async function contents(client: S3Client, Bucket: string): Promise<Record<string, string | undefined>> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
  const pairs = Contents.map(async ({ Key = '' }) => {
    const got = await client.send(new GetObjectCommand({ Bucket, Key }));
    return [Key, await got.Body?.transformToString()] as const;
  });
  return Object.fromEntries(await Promise.all(pairs));
}

test('after any deeds, the bucket holds what a map would hold, and empties to nothing', async () => {
  const harness = await Harness.open();
  let client = harness.client();
  let count = 0;
  let puts = 0;
  const created = () => harness.told.filter(({ kind }) => kind === 'Object Created').length;
  try {
    await fc.assert(
      fc.asyncProperty(deeds, async (list) => {
        const Bucket = `bucket-${count++}`;
        await harness.s3.createBucket(Bucket, { eventBridge: true });
        const model = new Map<string, string>();
        let restarts = 0;
        for (const { deed, key, body } of list) {
          if (deed === 'put') {
            await client.send(new PutObjectCommand({ Bucket, Key: key, Body: Buffer.from(body) }));
            model.set(key, body);
            puts++;
          } else if (deed === 'delete') {
            await client.send(new DeleteObjectCommand({ Bucket, Key: key }));
            model.delete(key);
          } else if (restarts++ === 0) {
            await harness.restart();
            client = harness.client();
          }
        }
        expect(await contents(client, Bucket)).toEqual(Object.fromEntries(model));
        for (const Key of model.keys()) await client.send(new DeleteObjectCommand({ Bucket, Key }));
        await harness.s3.removeBucket(Bucket);
        expect(existsSync(harness.file(Bucket))).toBe(false);
      }),
      { numRuns: 60 },
    );
    // Nothing was taken for a drop, nothing was written beside the buckets.
    await harness.s3.scan();
    await harness.until(() => created() >= puts);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(created()).toBe(puts);
    expect(existsSync(harness.file('x'))).toBe(false);
  } finally {
    await harness.close();
  }
});
