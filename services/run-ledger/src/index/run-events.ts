import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import { compareInRun, type RunSummary } from '@tributary/events/ledger';
import { datesBetween, runPrefix } from '../record/ledger-keys.ts';

type Json = Record<string, unknown>;

/** More events than any sensible run has: what follows is left out. */
const maxEvents = 5_000;
const parallel = 16;

/** All events of a run, as they came over the bus, in the order of time. */
export async function readRunEvents(
  s3: S3Client,
  bucket: string,
  { id, chains, startedAt, updatedAt }: Pick<RunSummary, 'id' | 'chains' | 'startedAt' | 'updatedAt'>,
): Promise<Json[]> {
  // The bus may date an event a moment before or after its work.
  const day = 86_400_000;
  const from = new Date(Date.parse(startedAt) - day / 24).toISOString();
  const to = new Date(Date.parse(updatedAt) + day / 24).toISOString();
  const prefixes = chains.flatMap((chain) =>
    datesBetween(from, to).map((date) => runPrefix(chain, date, id)),
  );
  const keys = (await inParallel(prefixes, (prefix) => listKeys(s3, bucket, prefix))).flat();
  const events = await inParallel(keys.slice(0, maxEvents), (key) => readJson(s3, bucket, key));
  return events.filter((event) => event !== undefined).sort(compareInRun);
}

export async function listKeys(s3: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const answer = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ...(token !== undefined && { ContinuationToken: token }),
      }),
    );
    keys.push(...(answer.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key])));
    token = answer.NextContinuationToken;
  } while (token !== undefined);
  return keys;
}

/** The folders right under a prefix. */
export async function listFolders(s3: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const found: string[] = [];
  let token: string | undefined;
  do {
    const answer = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        Delimiter: '/',
        ...(token !== undefined && { ContinuationToken: token }),
      }),
    );
    found.push(
      ...(answer.CommonPrefixes ?? []).flatMap(({ Prefix }) => (Prefix === undefined ? [] : [Prefix])),
    );
    token = answer.NextContinuationToken;
  } while (token !== undefined);
  return found;
}

export async function readJson(s3: S3Client, bucket: string, key: string): Promise<Json | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return JSON.parse((await Body?.transformToString()) ?? 'null') as Json;
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined; // its lifecycle has ended meanwhile
    throw error;
  }
}

export async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = new Array(items.length);
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(parallel, items.length) }, async () => {
      for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at]!);
    }),
  );
  return results;
}
