import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Activity, type LocalAws, startLocalAws } from '@tributary/local';
import { copyService, packageCopy, packageEventBus, packageService } from '@tributary/service/test/packaged';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeStack } from '../src/files/write-stack.ts';
import { compileChain } from '../src/index.ts';
import { check } from './chains.ts';

const names = ['fixed-width-to-tsv', 'schema-validator', 'csv-to-parquet'];
const folder = mkdtempSync(join(tmpdir(), 'tributary-chain-'));
const packaged = new Map<string, string>();
const activities: Activity[] = [];
let aws: LocalAws;

beforeAll(async () => {
  // Each service alone, with nothing else there.
  for (const name of names) packaged.set(name, packageService(name, {}, folder));
  packaged.set('chain', packageService('chains/drive-stats', {}, folder));
  aws = await startLocalAws({
    stateDirectory: join(folder, 'state'),
    timeScale: 0,
    onEvent: (activity) => activities.push(activity),
  });
  for (const name of names) await aws.deployStack(packaged.get(name)!);
}, 120_000);
afterAll(async () => {
  await aws?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const path = (bucket: string, key: string) => join(aws.stateDirectory, 's3', bucket, key);
function drop(bucket: string, key: string, body: string) {
  activities.length = 0;
  mkdirSync(dirname(path(bucket, key)), { recursive: true });
  writeFileSync(path(bucket, key), body);
}
const told = () =>
  activities.flatMap((activity) => {
    if (activity.kind !== 'event-put' || activity.source !== 'tributary') return [];
    const { chain, step } = activity.event.detail as { chain: string; step: string };
    return activity.detailType === 'Step Started' ? [] : [`${chain}/${step} ${activity.detailType}`];
  });
// biome-ignore lint/suspicious/noExplicitAny: details are looked into freely
const lastDetail = (): any =>
  activities.flatMap((activity) => (activity.kind === 'event-put' ? [activity.event.detail] : [])).at(-1);
const templateOf = (out: string) =>
  readFileSync(join(out, 'cloudformation-template-update-stack.json'), 'utf8');

const header = ['date', 'serial_number', 'model', 'capacity_bytes', 'failure'];
const record = (cells: string[]) =>
  `${cells.map((cell, index) => cell.padEnd([15, 21, 43, 19, 11][index]!)).join('')} \n`;
const day = (...capacities: string[]) =>
  [header, ...capacities.map((capacity, index) => ['2026-10-01', `S${index}`, 'MODEL', capacity, '0'])]
    .map(record)
    .join('');

/** A second chain over the same services, with options that no rule has room for. */
async function secondChain(): Promise<string> {
  const columns = Array.from({ length: 300 }, (_, index) => ({ name: `column_${index}`, width: 2 }));
  const { graphs, mistakes } = await check(
    [
      'chain: wide',
      'source: { bucket: landing-dev, prefix: wide/ }',
      'steps:',
      '  to-tsv:',
      '    service: fixed-width-to-tsv',
      '    options: { layout: { $file: layout.json }, output: { compression: none } }',
      "    output: { bucket: lake-dev, prefix: 'wide/{1}/' }",
    ].join('\n'),
    { beside: { 'layout.json': JSON.stringify({ fields: columns }) } },
  );
  expect(mistakes).toEqual([]);
  return writeStack(
    compileChain(graphs[0]!, { bucket: { Ref: 'ServerlessDeploymentBucket' }, prefix: 'p/' }),
    join(folder, 'wide'),
  );
}

test('a chain needs its services and bus, and nothing else', async () => {
  await expect(aws.deployStack(packaged.get('chain')!)).rejects.toThrow('tributary-dev-event-bus');
  await aws.deployStack(await packageEventBus());
  await aws.deployStack(packaged.get('chain')!);
});

test('its alarms, dashboard and saved query are deployed with it, and with it alone', () => {
  const watching = aws
    .stacks()
    .map(({ name, resources }) => [
      name,
      resources.filter(({ type }) => /^AWS::(CloudWatch|Logs::QueryDefinition)/.test(type)).length,
    ]);
  // Five alarms of each of four steps, dead letters and late; the dashboard; the query.
  expect(watching.filter(([, count]) => count !== 0)).toEqual([
    ['tributary-chain-drive-stats-dev', 4 * 5 + 2 + 2],
  ]);
});

test('a file passes every step; the good rows end as Parquet under the day of arrival', async () => {
  drop(
    'landing-dev',
    'vendor/2026/a.txt',
    day(...Array.from({ length: 200 }, (_, row) => String(row)), 'bad'),
  );
  await expect
    .poll(told)
    .toEqual([
      'drive-stats/to-tsv Step Completed',
      'drive-stats/validate Step Completed',
      'drive-stats/to-parquet Step Completed',
    ]);
  const [output] = lastDetail().outputs;
  expect(output).toMatchObject({ bucket: 'lake-dev', rows: 200 });
  expect(output.key).toMatch(/^drives\/arrived=\d{4}-\d\d-\d\d\/2026\/a\.parquet$/);
});

test('a rejected file takes the other branch', async () => {
  drop('landing-dev', 'vendor/b.txt', day('1', 'bad', 'worse'));
  await expect
    .poll(told)
    .toEqual([
      'drive-stats/to-tsv Step Completed',
      'drive-stats/validate Step Rejected',
      'drive-stats/held Step Completed',
    ]);
  expect(lastDetail().outputs).toMatchObject([{ key: 'held/b.parquet', rows: 3 }]);
});

test('a second chain shares the services; its options come from an object of the deployment', async () => {
  const others = aws.stacks().map(({ name, resources }) => ({ name, resources }));
  await aws.deployStack(await secondChain());
  expect(aws.stacks().filter(({ name }) => name !== 'wide')).toMatchObject(others);
  drop('landing-dev', 'wide/acme/c.txt', `${'ab'.repeat(300)}\n`);
  await expect.poll(told).toEqual(['wide/to-tsv Step Completed']);
  expect(readFileSync(path('lake-dev', 'wide/acme/c.tsv'), 'utf8').split('\n')[1]).toBe(
    Array.from({ length: 300 }, () => 'ab').join('\t'),
  );
});

test('a service is redeployed with changed code while all else stays as it is', async () => {
  const others = () => aws.stacks().filter(({ name }) => name !== 'tributary-fixed-width-to-tsv-dev');
  const before = others();
  const chainBefore = templateOf(packaged.get('chain')!);
  const copy = copyService('fixed-width-to-tsv', folder);
  appendFileSync(join(copy, 'dist/handler.mjs'), '\n// changed\n');
  await aws.updateStack(packageCopy(copy, {}));
  expect(others()).toEqual(before);
  expect(templateOf(packageCopy(join(folder, 'chains/drive-stats'), {}))).toBe(chainBefore);
  drop('landing-dev', 'vendor/2026/a.txt', day('7'));
  await expect.poll(told).toContain('drive-stats/to-parquet Step Completed');
});

test('a service that chains use is not removed, and the refusal names them', async () => {
  await expect(aws.removeStack('tributary-fixed-width-to-tsv-dev')).rejects.toThrow(
    'Cannot delete export tributary-dev-fixed-width-to-tsv-function-arn as it is in use by tributary-chain-drive-stats-dev and wide.',
  );
  await aws.removeStack('wide');
  drop('landing-dev', 'wide/d.txt', 'ab\n');
  drop('landing-dev', 'vendor/e.txt', day('8'));
  await expect.poll(told).toContain('drive-stats/to-parquet Step Completed');
  expect(existsSync(path('lake-dev', 'wide/d.tsv'))).toBe(false);
});
