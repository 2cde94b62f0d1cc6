// Measures cold starts of the bundle against the local AWS: `node tools/package/cold-start.ts [runs]`, after
// `nx build fixed-width-to-tsv`. From the import of the bundle to the first byte of the input in hand.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startLocalAws } from '@tributary/local';

interface Times {
  imported: number;
  firstByte: number;
  /** Of the processor, until the first byte: what a busy machine changes least. */
  processor: number;
}

const runs = Number(process.argv[2] ?? 11);
const bundle = join(import.meta.dirname, '../../services/fixed-width-to-tsv/dist/handler.mjs');
const folder = await mkdtemp(join(tmpdir(), 'tributary-cold-start-'));
const template = join(folder, 'template.json');
await writeFile(
  template,
  JSON.stringify({
    Resources: {
      Landing: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'landing' } },
      Lake: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'lake' } },
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'tributary-cold' } },
    },
  }),
);
const aws = await startLocalAws({
  stacks: [{ name: 'cold-start', template }],
  stateDirectory: join(folder, 'state'),
});
try {
  const s3 = new S3Client({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.credentials,
    forcePathStyle: true,
  });
  const times: Times[] = [];
  for (let run = 0; run < runs; run++) {
    const key = `in/${run}.txt`;
    const { ETag = '' } = await s3.send(
      new PutObjectCommand({ Bucket: 'landing', Key: key, Body: 'ab\ncd\n' }),
    );
    times.push(await startCold(envelopeOf(key, ETag.replaceAll('"', ''))));
  }
  for (const name of ['imported', 'firstByte', 'processor'] as const) {
    const sorted = times.map((time) => time[name]).sort((a, b) => a - b);
    const [least, middle, most] = [0, sorted.length >> 1, sorted.length - 1].map((index) =>
      sorted[index]?.toFixed(0),
    );
    console.log(`${name}: median ${middle} ms (${least} to ${most}), ${runs} processes`);
  }
} finally {
  await aws.stop();
  await rm(folder, { recursive: true, force: true });
}

async function startCold(payload: unknown): Promise<Times> {
  const child = fork(join(import.meta.dirname, 'cold-start-probe.ts'), [bundle, JSON.stringify(payload)], {
    env: {
      ...process.env,
      ...aws.environment,
      TRIBUTARY_BUS: 'tributary-cold',
      POWERTOOLS_LOG_LEVEL: 'SILENT',
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [[time]] = await Promise.all([once(child, 'message'), once(child, 'exit')]);
  return time;
}

function envelopeOf(key: string, etag: string) {
  return {
    chain: 'cold-start',
    step: 'convert',
    options: { layout: { fields: [{ name: 'a', start: 0, end: 2 }] } },
    output: { bucket: 'lake', prefix: 'out/' },
    event: {
      version: '0',
      id: key,
      'detail-type': 'Object Created',
      source: 'aws.s3',
      account: aws.accountId,
      time: new Date().toISOString(),
      region: aws.region,
      resources: [],
      detail: {
        version: '0',
        bucket: { name: 'landing' },
        object: { key, size: 6, etag, sequencer: '0A' },
        'request-id': key,
        requester: aws.accountId,
        reason: 'PutObject',
      },
    },
  };
}
