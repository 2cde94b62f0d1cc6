import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Envelope, objectCreated } from '@tributary/events';
import type { LocalAws } from '@tributary/local';
import { DRIVE_STATS_OPTIONS, driveStats } from '../../sample/drive-stats.ts';
import { median } from '../measure.ts';

export interface Overhead {
  records: number;
  /** Milliseconds of a warm invocation, and what it takes longer for being told of; medians of paired runs. */
  observed: number;
  overhead: number;
}

/**
 * The same step in two warm processes, turn by turn: one tells the bus, its log and its metrics what it does, the other nobody.
 */
export async function measureOverhead(
  aws: LocalAws,
  { records, rounds, log }: { records: number; rounds: number; log: string },
): Promise<Overhead> {
  const { endpoint, region, credentials } = aws;
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const body = gzipSync(
    Buffer.concat([...driveStats({ records, flaws: 0 })].map((part) => Buffer.from(part))),
  );
  const start = async (kind: 'observed' | 'unobserved') => {
    const silent = { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' };
    const child = fork(join(import.meta.dirname, 'step-process.ts'), [kind], {
      env: { ...process.env, ...aws.environment, ...(kind === 'unobserved' && silent) },
      stdio: ['ignore', openSync(log, 'a'), 'inherit', 'ipc'],
    });
    await once(child, 'message');
    return child;
  };
  const processes = { observed: await start('observed'), unobserved: await start('unobserved') };
  const runs: { observed: number; unobserved: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    const run = { observed: 0, unobserved: 0 };
    const order =
      round % 2 === 0 ? (['observed', 'unobserved'] as const) : (['unobserved', 'observed'] as const);
    for (const kind of order) {
      const key = `in/${records}/${round}-${kind}.txt.gz`;
      const { ETag = '' } = await s3.send(
        new PutObjectCommand({ Bucket: 'landing-dev', Key: key, Body: body }),
      );
      processes[kind].send({ payload: envelopeOf(aws, key, body.length, ETag), id: randomUUID() });
      [run[kind]] = (await once(processes[kind], 'message')) as [number];
    }
    if (round > 0) runs.push(run);
  }
  for (const child of Object.values(processes)) child.disconnect();
  s3.destroy();
  return {
    records,
    observed: median(runs.map(({ observed }) => observed)),
    overhead: median(runs.map(({ observed, unobserved }) => observed - unobserved)),
  };
}

function envelopeOf({ accountId, region }: LocalAws, key: string, size: number, etag: string): Envelope {
  const event = objectCreated.event(
    {
      id: randomUUID(),
      account: accountId,
      region,
      time: `${new Date().toISOString().slice(0, 19)}Z`,
      resources: ['arn:aws:s3:::landing-dev'],
    },
    {
      version: '0',
      bucket: { name: 'landing-dev' },
      object: { key, size, etag: etag.replaceAll('"', ''), sequencer: '0A' },
      reason: 'PutObject',
    },
  );
  return {
    chain: 'bench',
    step: 'to-tsv',
    options: DRIVE_STATS_OPTIONS as Envelope['options'],
    output: { bucket: 'lake-dev', prefix: 'tsv/' },
    event,
  };
}
