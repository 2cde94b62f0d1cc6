import { STEP_SOURCE } from '@tributary/events';
import { expect, test } from 'vitest';
import { announce } from '../src/announcer.ts';
import { useCloud } from './cloud.ts';

const cloud = await useCloud();

const entry = (detail: string) => ({
  Source: STEP_SOURCE,
  DetailType: 'Test',
  Detail: detail,
  EventBusName: cloud.bus,
});
const sent = () => cloud.proxy.passed.map(({ body }) => JSON.parse(body.toString()).Entries.length as number);

test('entries go in batches of ten', async () => {
  await announce(
    cloud.clients.eventBridge,
    Array.from({ length: 23 }, (_, index) => entry(`{"n":${index}}`)),
  );
  expect(sent()).toEqual([10, 10, 3]);
});

test('only entries that failed are sent again, and one that never passes is an error', async () => {
  const entries = [entry('{"n":1}'), entry('no json'), entry('{"n":3}')];
  await expect(
    announce(cloud.clients.eventBridge, entries, { attempts: 3, pauseMs: 1 }),
  ).rejects.toMatchObject({
    name: 'Transient',
    code: 'events-not-put',
    message: expect.stringContaining('MalformedDetail'),
  });
  expect(sent()).toEqual([3, 1, 1]);
});

test('a connection that breaks is tried again', async () => {
  let count = 0;
  cloud.proxy.fault = () => (count++ === 0 ? { loseAnswer: true } : undefined);
  await announce(cloud.clients.eventBridge, [entry('{"n":1}')]);
  expect(sent()).toEqual([1, 1]);
});
