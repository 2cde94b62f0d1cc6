import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, type S3Client } from '@aws-sdk/client-s3';
import { compareInRun, type RunSummary } from '@tributary/events/ledger';
import { chainPrefix, dateOf, dateOfDay, datesBetween, runPrefix } from '../record/ledger-keys.ts';

type Json = Record<string, unknown>;

/** More events than any sensible run has: what follows is left out. */
const maxEvents = 5_000;
/** Looked for one by one; of a longer time the chain's own days are listed. */
const fewDays = 8;
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
  const days = await Promise.all(chains.map((chain) => daysOf(s3, bucket, { chain, from, to })));
  const prefixes = chains.flatMap((chain, at) => days[at]!.map((date) => runPrefix(chain, date, id)));
  const keys = (await inParallel(prefixes, (prefix) => firstKeys(s3, bucket, prefix))).flat();
  const events = await inParallel(keys.slice(0, maxEvents), (key) => readJson(s3, bucket, key));
  return events.filter((event) => event !== undefined).sort(compareInRun);
}

/** Days on which a run may have events: of a run that was taken up again much later, those that the chain has at all. */
async function daysOf(
  s3: S3Client,
  bucket: string,
  { chain, from, to }: { chain: string; from: string; to: string },
): Promise<string[]> {
  const near = datesBetween(from, to, fewDays);
  if (near !== undefined) return near;
  const folders = await listFolders(s3, bucket, chainPrefix(chain));
  return folders.flatMap((folder) => {
    const date = dateOfDay(folder);
    return date !== undefined && date >= dateOf(from) && date <= dateOf(to) ? [date] : [];
  });
}

async function firstKeys(s3: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of pagesOfKeys(s3, bucket, prefix)) {
    keys.push(...page);
    if (keys.length >= maxEvents) break;
  }
  return keys;
}

/** Keys below a prefix in their order, up to a thousand at a time: a day may have more than there is memory for. */
export async function* pagesOfKeys(s3: S3Client, bucket: string, prefix: string): AsyncGenerator<string[]> {
  let token: string | undefined;
  do {
    const answer = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ...(token !== undefined && { ContinuationToken: token }),
      }),
    );
    yield (answer.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
    token = answer.NextContinuationToken;
  } while (token !== undefined);
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
