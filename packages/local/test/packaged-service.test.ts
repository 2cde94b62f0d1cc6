import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { type Activity, startLocalAws } from '../src/index.ts';
import { temporaryDirectory } from './packaged-stack.ts';

const run = promisify(execFile);
const workspace = join(import.meta.dirname, '../../..');
const binaries = join(workspace, 'node_modules/.bin');
const built = existsSync(join(workspace, 'services/fixed-width-to-tsv/dist/handler.mjs'));

const layout = {
  fields: [
    { name: 'date', start: 0, end: 10 },
    { name: 'serial', start: 10, end: 20 },
  ],
  skip: 1,
};

async function serverlessPackage(
  service: string,
  out: string,
  params: Record<string, string> = {},
): Promise<void> {
  const args = Object.entries(params).map(([name, value]) => `--param=${name}=${value}`);
  await run(process.execPath, [join(binaries, 'serverless'), 'package', '--package', out, ...args], {
    cwd: join(workspace, 'services', service),
    env: {
      PATH: [binaries, process.env.PATH].join(delimiter),
      AWS_REGION: 'eu-central-1',
      SLS_TELEMETRY_DISABLED: '1',
    },
  });
}

// `nx run-many -t build` makes the bundle; without it there is nothing to package.
test.skipIf(!built)('the real service runs out of the very package that deploys', async () => {
  await using directory = await temporaryDirectory();
  const { path } = directory;
  await writeFile(
    `${path}/options.json`,
    JSON.stringify({ layout, output: { header: true, compression: 'gzip' } }),
  );
  await Promise.all([
    serverlessPackage('event-bus', `${path}/bus`),
    serverlessPackage('fixed-width-to-tsv', `${path}/service`, {
      sourceBucket: 'lake',
      sourcePrefix: 'in/',
      outputPrefix: 'out/',
      createBuckets: 'true',
      options: `${path}/options.json`,
    }),
  ]);
  const happened: Activity[] = [];
  const aws = await startLocalAws({
    stacks: [`${path}/bus`, `${path}/service`],
    stateDirectory: `${path}/state`,
    timeScale: 0,
  });
  const ended = new Promise((resolve) => {
    aws.onEvent((activity) => {
      happened.push(activity);
      if (['function-completed', 'function-gave-up', 'delivery-failed'].includes(activity.kind))
        resolve(activity);
    });
  });
  const s3 = new S3Client({ endpoint: aws.endpoint, region: aws.region, credentials: aws.credentials });
  await s3.send(
    new PutObjectCommand({
      Bucket: 'lake',
      Key: 'in/a.txt',
      Body: 'date      serial    \n2026-11-23ABC1      \n2026-11-24ABC2      \n',
    }),
  );
  expect(await ended).toMatchObject({ kind: 'function-completed' });
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'lake', Key: 'out/a.tsv.gz' }));
  expect(gunzipSync(await Body!.transformToByteArray()).toString('utf8')).toBe(
    'date\tserial\n2026-11-23\tABC1\n2026-11-24\tABC2\n',
  );
  const told = happened.filter((one) => one.kind === 'event-put');
  expect(told.map(({ bus, detailType }) => [bus, detailType])).toEqual([
    ['tributary-dev', 'Step Started'],
    ['tributary-dev', 'Step Completed'],
  ]);
  s3.destroy();
  await aws.stop();
});
