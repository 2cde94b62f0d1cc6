import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type LocalAws, startLocalAws } from '@tributary/local';
import { packageStack } from '../../demo/package-stack.ts';
import { DRIVE_STATS_OPTIONS, driveStats } from '../../sample/drive-stats.ts';
import { LINEITEM_SCHEMA, lineitem } from '../../sample/lineitem.ts';
import { benchFolder } from '../inputs.ts';
import { median } from '../measure.ts';
import { report } from '../report.ts';
import type { SuiteOptions } from './convert.ts';

const BUCKET = 'landing';
const KEY = 'one.txt';

/** What each service is given: a file of one record. */
const SERVICES: Record<string, { body: string; options: object }> = {
  'fixed-width-to-tsv': { body: [...driveStats({ records: 1 })].join(''), options: DRIVE_STATS_OPTIONS },
  'csv-to-parquet': {
    body: [...lineitem({ rows: 1 })].join(''),
    options: { schema: LINEITEM_SCHEMA },
  },
};

/** Fresh processes that import a service's bundle and handle one small file, Node's own start apart. */
export async function benchColdStart(options: SuiteOptions): Promise<void> {
  for (const service of Object.keys(SERVICES)) await benchService(service, options);
}

async function benchService(service: string, { rounds, keep }: SuiteOptions): Promise<void> {
  const runs = await measureColdStart(service, SERVICES[service]!, rounds);
  const ms = (of: 'import' | 'firstByte' | 'done') => median(runs.map((run) => run[of])).toFixed(0);
  const table = [
    `### Cold start of ${service}`,
    '',
    '| from the start of the bundle’s import to | ms |',
    '| --- | ---: |',
    `| the bundle imported | ${ms('import')} |`,
    `| **the first byte of the object** | **${ms('firstByte')}** |`,
    `| a file of one record converted, uploaded and announced | ${ms('done')} |`,
    '',
  ].join('\n');
  report(`cold-start-${service}`, table, runs, keep);
}

/** Milliseconds from the start of the bundle's import, of twice as many fresh processes as there are rounds. */
export async function measureColdStart(
  service: string,
  file: { body: string | Uint8Array; options: object },
  rounds: number,
): Promise<{ import: number; firstByte: number; done: number }[]> {
  const folder = join(benchFolder(2 ** 20), 'cold-start');
  mkdirSync(folder, { recursive: true });
  const aws = await startLocalAws({
    stateDirectory: join(folder, 'aws'),
    stacks: [await packageStack('event-bus'), bucketStack(folder)],
  });
  const event = await uploadAndTell(aws, file);
  const watch = await watchFirstByte(aws.port);
  const runs: { import: number; firstByte: number; done: number }[] = [];
  for (let round = 0; round <= 2 * rounds; round++) {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../cold-process.ts')], {
      env: {
        ...process.env,
        ...aws.environment,
        AWS_ENDPOINT_URL: `http://127.0.0.1:${watch.port}`,
        TRIBUTARY_BUS: 'tributary-dev',
        COLD_SERVICE: service,
        COLD_EVENT: JSON.stringify({ ...event, output: { bucket: BUCKET, prefix: `out-${round}/` } }),
        POWERTOOLS_LOG_LEVEL: 'SILENT',
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [[times], firstByteAt] = await Promise.all([once(child, 'message'), watch.firstByte()]);
    const { begin, imported, done } = times as Record<'begin' | 'imported' | 'done', number>;
    if (round > 0)
      runs.push({ import: imported - begin, firstByte: firstByteAt - begin, done: done - begin });
  }
  watch.close();
  await aws.stop();
  rmSync(folder, { recursive: true });
  return runs;
}

function bucketStack(folder: string): string {
  const file = join(folder, 'bucket.json');
  const bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: BUCKET } };
  writeFileSync(file, JSON.stringify({ Resources: { Bucket: bucket } }));
  return file;
}

/** Puts the file and makes the envelope that a rule would have made of its event. */
async function uploadAndTell(
  aws: LocalAws,
  { body, options }: Parameters<typeof measureColdStart>[1],
): Promise<object> {
  const s3 = new S3Client({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.credentials,
    forcePathStyle: true,
  });
  const { ETag } = await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: KEY, Body: body }));
  s3.destroy();
  const object = { key: KEY, size: body.length, etag: ETag!.replaceAll('"', ''), sequencer: '0A' };
  return {
    chain: 'bench',
    step: 'convert',
    options,
    event: {
      version: '0',
      id: '00000000-0000-4000-8000-000000000000',
      'detail-type': 'Object Created',
      source: 'aws.s3',
      account: aws.accountId,
      time: new Date().toISOString(),
      region: aws.region,
      resources: [`arn:aws:s3:::${BUCKET}`],
      detail: {
        version: '0',
        bucket: { name: BUCKET },
        object,
        'request-id': 'R',
        requester: aws.accountId,
        'source-ip-address': '127.0.0.1',
        reason: 'PutObject',
      },
    },
  };
}

/** A wire between function and S3 that notes when the first byte of the input object comes back. */
async function watchFirstByte(port: number) {
  let noted = Promise.withResolvers<number>();
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    let asked = false;
    client.on('data', (bytes) => {
      asked = bytes.includes(`GET /${BUCKET}/${KEY}`);
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (asked) noted.resolve(performance.timeOrigin + performance.now());
      client.write(bytes);
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('close', () => other.destroy());
      one.on('error', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    async firstByte() {
      const at = await noted.promise;
      noted = Promise.withResolvers();
      return at;
    },
    close: () => server.close(),
  };
}
