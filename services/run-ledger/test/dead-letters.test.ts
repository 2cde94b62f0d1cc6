import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { deadLetterQueues, deadLetters, replayAnswer, runPage } from '@tributary/events/ledger';
import { expect, test } from 'vitest';
import { useLedger } from './running-ledger.ts';

const service = 'fixed-width-to-tsv';
const ledger = useLedger({
  [service]: {
    sourceBucket: 'landing',
    sourcePrefix: 'in/',
    outputBucket: 'lake',
    outputPrefix: 'tsv/',
    options: { layout: { fields: [{ name: 'day', start: 0, end: 4 }] } },
    createBuckets: 'true',
  },
});

const stack = { name: `tributary-${service}-dev` };
let queue: string;

const queues = async () =>
  deadLetterQueues
    .parse((await ledger.ask('/v1/dead-letters')).json())
    .queues.filter(({ name }) => name.startsWith(`${stack.name}-`));
const letters = async () => deadLetters.parse((await ledger.ask(`/v1/dead-letters/${queue}`)).json()).letters;
const replay = async (more: object = {}) =>
  replayAnswer.parse((await ledger.ask('/v1/replays', { kind: 'dead-letters', queue, ...more })).json());
const states = async () =>
  Object.fromEntries(
    runPage.parse((await ledger.ask('/v1/runs')).json()).runs.map(({ root, state }) => [root.key, state]),
  );

/** Deploys the service anew; without `permission` its own rule may not invoke it. */
async function deploy({ permission }: { permission: boolean }): Promise<void> {
  const folder = ledger.packaged(service);
  const template = JSON.parse(
    readFileSync(join(folder, 'cloudformation-template-update-stack.json'), 'utf8'),
  ) as { Resources: Record<string, { Type: string }> };
  for (const [id, { Type }] of Object.entries(template.Resources))
    if (Type === 'AWS::Lambda::Permission' && !permission) delete template.Resources[id];
  const path = join(folder, 'changed.json');
  writeFileSync(path, JSON.stringify(template));
  await ledger.aws.updateStack({ ...stack, template: path });
}

test('says what could not be delivered, to what and why, and whom it was for', async () => {
  await deploy({ permission: false });
  for (const name of ['a', 'b', 'c']) ledger.drop('landing', `in/${name}.txt`, 'mon \ntue \n');
  await expect.poll(async () => (await queues()).map(({ messages }) => messages)).toEqual([3]);
  queue = (await queues())[0]!.name;
  const found = await letters();
  expect(found.map(({ object }) => object?.key).sort()).toEqual(['in/a.txt', 'in/b.txt', 'in/c.txt']);
  for (const letter of found)
    expect(letter).toMatchObject({
      code: 'NO_PERMISSIONS',
      rule: expect.stringContaining(':rule/'),
      target: expect.stringContaining(`function:tributary-dev-${service}`),
      chain: service,
      step: 'convert',
    });
  // Looking takes nothing away.
  expect(await letters()).toHaveLength(3);
});

test('leaves in the queue what was only asked after, and does again what was asked for', async () => {
  await deploy({ permission: true });
  const [first] = await letters();
  const ids = [first!.id];
  expect(await replay({ ids, dryRun: true })).toMatchObject({
    started: 0,
    items: [{ status: 'would-start', chain: service, step: 'convert', object: first!.object }],
  });
  expect(await letters()).toHaveLength(3);
  expect(await replay({ ids })).toMatchObject({ started: 1, refused: 0 });
  expect((await letters()).map(({ id }) => id)).not.toContain(first!.id);
  await expect.poll(states).toEqual({ [first!.object!.key]: 'completed' });
});

test('says of a message that is gone that it is gone', async () => {
  const [left] = await letters();
  expect(await replay({ ids: [left!.id, 'gone'], dryRun: true })).toMatchObject({
    refused: 1,
    items: [{ status: 'would-start' }, { status: 'refused', why: expect.stringContaining('gone') }],
  });
});

test('does all again at once, and keeps what it cannot', async () => {
  const { endpoint, region, credentials } = ledger.aws;
  const { url } = (await queues())[0]!;
  const sqs = new SQSClient({ endpoint, region, credentials });
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'of nobody' }));
  expect((await ledger.ask('/v1/replays', { kind: 'dead-letters', queue, limit: 2 })).status).toBe(409);
  expect(await replay()).toMatchObject({ started: 2, refused: 1 });
  expect((await letters()).map(({ body }) => body)).toEqual(['of nobody']);
  await expect
    .poll(states)
    .toEqual({ 'in/a.txt': 'completed', 'in/b.txt': 'completed', 'in/c.txt': 'completed' });
});

test('finds a message behind many others', async () => {
  const { endpoint, region, credentials } = ledger.aws;
  const { url } = (await queues())[0]!;
  const sqs = new SQSClient({ endpoint, region, credentials });
  let last = '';
  for (let at = 0; at < 130; at++) {
    const sent = await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: `${at}` }));
    last = sent.MessageId!;
  }
  const { items } = await replay({ ids: [last], dryRun: true });
  expect(items).toMatchObject([{ status: 'refused', why: 'the message is of no step' }]);
  await expect.poll(async () => (await letters()).length).toBe(100);
});
