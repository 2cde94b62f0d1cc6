import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { type Activity, type LocalAwsOptions, startLocalAws } from '@tributary/local';
import { pick, randomFrom } from '../sample/random.ts';
import { Ends } from './ends.ts';
import type { SoakInput } from './inputs.ts';

/** What a run left behind. */
export interface Result {
  ends: Ends;
  /** SHA-256 of every object in the lake, by key; one map for each time that all was quiet. */
  lake: Map<string, string>[];
  /** Unfinished uploads, and whether a lifecycle rule of the bucket removes such. */
  orphans: { key: string; removed: boolean }[];
  /** Events that no queue but a dead-letter queue took. */
  undelivered: string[];
  /** Failed attempts by type. */
  failures: Map<string, number>;
  struck: Record<string, number>;
  seconds: number;
}

export interface RunSettings {
  stacks: string[];
  inputs: SoakInput[];
  directory: string;
  seed: number;
  faults?: LocalAwsOptions['faults'];
}

const uploadsAtOnce = 8;
const settleLimitMs = 480_000;

/**
 * Lands the inputs and waits until all is quiet. With faults, versions of a key follow one another at once and deletions do
 * not wait; without, each version is worked off before the next comes, and nothing is deleted: that run says what is right.
 */
export async function run({ stacks, inputs, directory, seed, faults }: RunSettings): Promise<Result> {
  await rm(directory, { recursive: true, force: true });
  const began = performance.now();
  const ends = new Ends();
  const quiet = new Quiet();
  const undelivered: string[] = [];
  const failures = new Map<string, number>();
  const aws = await startLocalAws({
    stacks,
    stateDirectory: directory,
    timeScale: 0,
    ...(faults && { faults }),
    onEvent: (activity) => {
      ends.listen(activity);
      quiet.listen(activity);
      if (activity.kind === 'dead-lettered') undelivered.push(`${activity.source} ${activity.error}`);
      if (activity.kind === 'function-failed')
        failures.set(activity.errorType, (failures.get(activity.errorType) ?? 0) + 1);
    },
  });
  const s3 = new S3Client({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.credentials,
    forcePathStyle: true,
  });
  try {
    const lateMs = faults?.deliveries?.late ? (faults.deliveries.delayMs ?? 200) * 10 : 0;
    const lake: Map<string, string>[] = [];
    if (faults) {
      await land(s3, inputs, seed);
      await quiet.come(1_500 + lateMs);
    } else {
      for (let version = 0; version < 2; version++) {
        await each(inputs, async ({ key, versions }) => {
          const body = versions[version];
          if (body) await put(s3, key, body);
        });
        await quiet.come(1_500);
        if (version === 0) lake.push(await digestsOf(s3));
      }
    }
    lake.push(await digestsOf(s3));
    return {
      ends,
      lake,
      orphans: await orphansOf(s3),
      undelivered,
      failures,
      struck: aws.faults.struck(),
      seconds: (performance.now() - began) / 1000,
    };
  } finally {
    s3.destroy();
    await aws.stop();
  }
}

async function land(s3: S3Client, inputs: SoakInput[], seed: number): Promise<void> {
  const random = randomFrom(seed ^ 0x1a4d);
  await each(inputs, async ({ key, versions, deleted }) => {
    const pause = pick(random, [0, 5, 40, 200]);
    for (const [index, version] of versions.entries()) {
      if (index > 0) await setTimeout(pause);
      await put(s3, key, version);
    }
    if (!deleted) return;
    await setTimeout(pause);
    await s3.send(new DeleteObjectCommand({ Bucket: 'landing', Key: key }));
  });
}

async function put(s3: S3Client, key: string, body: Buffer): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: 'landing', Key: key, Body: body }));
}

async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  await Promise.all(
    Array.from({ length: uploadsAtOnce }, async () => {
      for (const item of rest) await work(item);
    }),
  );
}

async function digestsOf(s3: S3Client): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: 'lake' })) {
    await each(Contents, async ({ Key = '' }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'lake', Key }));
      digests.set(withoutRun(Key), digestOf(Key, await Body!.transformToByteArray()));
    });
  }
  return digests;
}

/** A name without what hangs on the version of the input: versions have random ids. */
function withoutRun(key: string): string {
  return key.replace(/\.[0-9a-f]{12}\.(jsonl\.gz|schema\.json|json)$/, '.$1');
}

/** SHA-256 of an object. A Parquet file holds the id of its run in its footer, which is no other file's: it is passed over. */
function digestOf(key: string, bytes: Uint8Array): string {
  const content = key.endsWith('.parquet')
    ? Buffer.from(bytes)
        .toString('latin1')
        .replace(/tributary\.run.{0,4}[0-9a-f-]{36}/s, '')
    : bytes;
  return createHash('sha256').update(content).digest('hex');
}

async function orphansOf(s3: S3Client): Promise<Result['orphans']> {
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: 'lake' }));
  if (Uploads.length === 0) return [];
  const { Rules = [] } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: 'lake' }));
  return Uploads.map(({ Key = '' }) => ({
    key: Key,
    removed: Rules.some(
      ({ AbortIncompleteMultipartUpload, Filter, Prefix }) =>
        AbortIncompleteMultipartUpload && Key.startsWith(Filter?.Prefix ?? Prefix ?? ''),
    ),
  }));
}

/** Knows when nothing is under way any more. */
class Quiet {
  #running = new Set<string>();
  #last = performance.now();

  readonly listen = (activity: Activity): void => {
    if (activity.kind === 'function-log') return;
    this.#last = performance.now();
    if (activity.kind === 'function-invoked') this.#running.add(activity.requestId);
    if (activity.kind === 'function-completed' || activity.kind === 'function-gave-up')
      this.#running.delete(activity.requestId);
  };

  /** Resolves once no function has run and nothing has happened for so long. @throws Error if that never comes */
  async come(ms: number): Promise<void> {
    const until = performance.now() + settleLimitMs;
    while (this.#running.size > 0 || performance.now() - this.#last < ms) {
      if (performance.now() > until)
        throw new Error(`not at rest after ${settleLimitMs / 1000} s: ${this.#running.size} invocations run`);
      await setTimeout(50);
    }
  }
}
