import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { listFolders, pagesOfKeys } from '../index/run-events.ts';
import { dateOfDay, escapeValue } from '../record/ledger-keys.ts';
import { compactDay } from './compact-day.ts';

/** Events come late by so much; then a day is finished. */
const settleMs = 15 * 60_000;

/** Chain and day of each file that was made, and of how many small objects. */
type Done = Record<string, number>;

/**
 * Compacts every day of every chain that is finished and not compacted yet, or that events came to since: told by the
 * number of its small objects. A day that cannot be compacted holds up no other.
 * @returns the days that were compacted, as `chain/date`
 * @throws AggregateError of the days that could not be, once all others are
 */
export async function compactFinished(s3: S3Client, bucket: string, now: number): Promise<string[]> {
  const today = new Date(now - settleMs).toISOString().slice(0, 10);
  const done: string[] = [];
  const failures: unknown[] = [];
  for (const chainFolder of await listFolders(s3, bucket, 'ledger/')) {
    const chain = decodeURIComponent(/chain=([^/]+)\/$/.exec(chainFolder)?.[1] ?? '');
    const key = `events/chain=${escapeValue(chain)}/_compacted.json`;
    const known = await readDone(s3, bucket, key);
    for (const dayFolder of await listFolders(s3, bucket, chainFolder)) {
      const date = dateOfDay(dayFolder);
      if (date === undefined || date >= today) continue;
      const objects = await countObjects(s3, bucket, dayFolder);
      // Fewer than before: their lifecycle is ending, and the file has them all.
      if (objects <= (known[date] ?? 0)) continue;
      try {
        await compactDay(s3, bucket, chain, date);
      } catch (error) {
        failures.push(error);
        continue;
      }
      known[date] = objects;
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: JSON.stringify(known) }));
      done.push(`${chain}/${date}`);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} days could not be compacted: ${failures[0]}`);
  return done;
}

async function countObjects(s3: S3Client, bucket: string, prefix: string): Promise<number> {
  let count = 0;
  for await (const keys of pagesOfKeys(s3, bucket, prefix)) count += keys.length;
  return count;
}

async function readDone(s3: S3Client, bucket: string, key: string): Promise<Done> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return JSON.parse((await Body?.transformToString()) ?? '{}') as Done;
  } catch (error) {
    if (error instanceof NoSuchKey) return {};
    throw error;
  }
}
