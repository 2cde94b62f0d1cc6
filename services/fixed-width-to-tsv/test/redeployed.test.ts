import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type LocalAws, startLocalAws } from '@tributary/local';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyService, deployService } from './packaged.ts';

const folder = mkdtempSync(join(tmpdir(), 'tributary-redeployed-'));
let aws: LocalAws;

beforeAll(async () => {
  aws = await startLocalAws({ stateDirectory: join(folder, 'state') });
});
afterAll(async () => {
  await aws?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('deployed by Serverless it works; deployed again it stays as it is', async () => {
  const layout = join(folder, 'layout.json');
  writeFileSync(
    layout,
    JSON.stringify({
      fields: [
        { name: 'a', width: 2 },
        { name: 'b', width: 3 },
      ],
    }),
  );
  const params = {
    sourceBucket: 'landing',
    outputBucket: 'lake',
    outputPrefix: 'tsv/',
    layout,
    createBuckets: 'true',
  };
  const environment = { ...aws.environment, SLS_AWS_MONITORING_FREQUENCY: '100' };
  const service = copyService('fixed-width-to-tsv', folder);
  await deployService(copyService('event-bus', folder), {}, environment);
  expect(await deployService(service, params, environment)).toContain('Service deployed');

  const before = aws.stacks();
  expect(await deployService(service, params, environment)).toContain('No changes to deploy');
  expect(aws.stacks()).toEqual(before);

  const completed = Promise.withResolvers<void>();
  aws.onEvent((activity) => {
    if (activity.kind === 'event-put' && activity.detailType === 'Step Completed') completed.resolve();
  });
  const file = join(aws.stateDirectory, 's3/landing/one.txt');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'x 1  \n');
  await completed.promise;
  const output = readFileSync(join(aws.stateDirectory, 's3/lake/tsv/one.tsv.gz'));
  expect(gunzipSync(output).toString()).toBe('a\tb\nx\t1\n');
});
