import { rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type LocalAwsOptions, startLocalAws } from '@tributary/local';
import { pick, randomFrom } from '../sample/random.ts';
import { atOnce } from './at-once.ts';
import { Ends } from './ends.ts';
import type { SoakInput } from './inputs.ts';
import { type Digests, type Lake, orphansOf } from './lake.ts';
import { ledgerFaults } from './ledger.ts';
import { Quiet } from './quiet.ts';

/** What a run left behind. */
export interface Result {
  ends: Ends;
  /** What lay in the lake each time that all was quiet. */
  lake: Lake[];
  /** Unfinished uploads, and whether a lifecycle rule of the bucket removes such. */
  orphans: { key: string; removed: boolean }[];
  /** Events that no queue but a dead-letter queue took. */
  undelivered: string[];
  /** Where the ledger does not agree with what was told. */
  ledger: string[];
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
  digests: Digests;
  faults?: LocalAwsOptions['faults'];
}

/** A batch of the ledger's may wait for a second. */
const quietMs = 1_500;

/**
 * Lands the inputs and waits until all is quiet. With faults, versions of a key follow one another at once and deletions do
 * not wait; without, each version is worked off before the next comes, and nothing is deleted: that run says what is right.
 */
export async function run({
  stacks,
  inputs,
  directory,
  seed,
  digests,
  faults,
}: RunSettings): Promise<Result> {
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
    // Those who wait for a body that has stalled leave room for others.
    maxProcesses: faults ? 4 : 2,
    ...(faults && { faults }),
    onEvent: (activity) => {
      ends.listen(activity);
      quiet.listen(activity);
      if (activity.kind === 'dead-lettered') undelivered.push(`${activity.source} ${activity.error}`);
      if (activity.kind === 'function-failed') {
        // Names of a bundle's own classes are cut short.
        const type = /^(Runtime|Sandbox)\./.test(activity.errorType)
          ? activity.errorType
          : 'thrown by the function';
        failures.set(type, (failures.get(type) ?? 0) + 1);
      }
    },
  });
  const s3 = new S3Client({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.credentials,
    forcePathStyle: true,
  });
  try {
    const lake: Lake[] = [];
    if (faults) {
      await land(s3, inputs, seed);
      do await quiet.come(quietMs);
      while ((await aws.faults.deliverLate()) > 0);
      lake.push(await digests.of(s3));
    } else {
      const most = Math.max(...inputs.map(({ versions }) => versions.length));
      for (let version = 0; version < most; version++) {
        await atOnce(inputs, async ({ key, versions }) => {
          const body = versions[version];
          if (body) await put(s3, key, body);
        });
        await quiet.come(quietMs);
        lake.push(await digests.of(s3));
      }
    }
    const struck = aws.faults.struck();
    // Who asks what came of it meets no faults.
    aws.faults.cease();
    return {
      ends,
      lake,
      orphans: await orphansOf(s3),
      ledger: faults ? await ledgerFaults(aws, s3, ends.told) : [],
      undelivered,
      failures,
      struck,
      seconds: (performance.now() - began) / 1000,
    };
  } finally {
    s3.destroy();
    await aws.stop();
  }
}

async function land(s3: S3Client, inputs: SoakInput[], seed: number): Promise<void> {
  const random = randomFrom(seed ^ 0x1a4d);
  const pauses = new Map(inputs.map(({ key }) => [key, pick(random, [0, 5, 40, 200])]));
  await atOnce(inputs, async ({ key, versions, deleted }) => {
    for (const [index, version] of versions.entries()) {
      if (index > 0) await setTimeout(pauses.get(key));
      await put(s3, key, version);
    }
    if (!deleted) return;
    await setTimeout(pauses.get(key));
    await s3.send(new DeleteObjectCommand({ Bucket: 'landing', Key: key }));
  });
}

async function put(s3: S3Client, key: string, body: Buffer): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: 'landing', Key: key, Body: body }));
}
