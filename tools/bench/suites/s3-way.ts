import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type LocalAws, startLocalAws } from '@tributary/local';
import { packageStack } from '../../demo/package-stack.ts';
import { DRIVE_STATS_OPTIONS } from '../../sample/drive-stats.ts';
import { baseInput, benchFolder, gzipped, repeatedInput } from '../inputs.ts';
import { median } from '../measure.ts';
import { report } from '../report.ts';
import type { CopyOrder } from '../sdk-process.ts';
import type { SuiteOptions } from './convert.ts';

const SOURCE = 'landing';
const OUTPUT = 'lake';

/**
 * The service on the local AWS, download to upload, against a plain copy of the same two objects by the same SDK plus
 * the codec alone, each in one warm process of its own.
 */
export async function benchS3Way({ input, mib, rounds, keep }: SuiteOptions): Promise<void> {
  const folder = benchFolder(mib * 2 ** 20);
  const file = await gzipped(await repeatedInput(folder, await baseInput(folder, input), mib));
  const options = join(folder, 'options.json');
  writeFileSync(options, JSON.stringify(DRIVE_STATS_OPTIONS));
  const aws = await startLocalAws({
    stateDirectory: join(folder, 'aws'),
    stacks: [
      await packageStack('event-bus'),
      await packageStack('fixed-width-to-tsv', {
        sourceBucket: SOURCE,
        outputBucket: OUTPUT,
        createBuckets: 'true',
        options,
      }),
    ],
  });
  const peer = fork(join(import.meta.dirname, '../sdk-process.ts'), {
    env: { ...process.env, ...aws.environment },
  });
  const ask = async (order: CopyOrder): Promise<number> => {
    peer.send(order);
    const [milliseconds] = await once(peer, 'message');
    return milliseconds;
  };

  const runs: { way: number; copy: number; codec: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    const key = `${round}.txt.gz`;
    const way = await convertByService(aws, key, file);
    const copy = await ask({
      copy: [
        { bucket: SOURCE, key },
        { bucket: OUTPUT, key: `${round}.tsv.gz` },
      ],
    });
    const codec = await ask({ convert: file, options });
    if (round > 0) runs.push({ way, copy, codec });
  }
  peer.disconnect();
  await aws.stop();
  const ratio = median(runs.map(({ way, copy, codec }) => way / (copy + codec)));
  const ms = (of: 'way' | 'copy' | 'codec') => median(runs.map((run) => run[of])).toFixed(0);
  const table = [
    `### Through the local S3, gz, ${mib} MiB inflated`,
    '',
    '| | ms |',
    '| --- | ---: |',
    `| the service: download, convert, upload | ${ms('way')} |`,
    `| plain copy of both objects by the SDK | ${ms('copy')} |`,
    `| the codec alone | ${ms('codec')} |`,
    `| **service / (copy + codec)** | **${ratio.toFixed(2)}** |`,
    '',
  ].join('\n');
  report('s3-way', table, runs, keep);
  rmSync(folder, { recursive: true });
}

/** Milliseconds of the invocation that the upload causes, as its REPORT line says. */
async function convertByService(aws: LocalAws, key: string, file: string): Promise<number> {
  const duration = new Promise<number>((resolve, reject) => {
    const unlisten = aws.onEvent((activity) => {
      if (activity.kind === 'function-completed') resolve(activity.durationMs);
      else if (activity.kind === 'function-failed') reject(new Error(activity.error));
      else return;
      unlisten();
    });
  });
  const s3 = new S3Client({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.credentials,
    forcePathStyle: true,
  });
  await s3.send(
    new PutObjectCommand({
      Bucket: SOURCE,
      Key: key,
      Body: createReadStream(file),
      ContentLength: statSync(file).size,
    }),
  );
  s3.destroy();
  return duration;
}
