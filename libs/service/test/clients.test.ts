import { expect, test } from 'vitest';
import { createClients } from '../src/clients.ts';

test('a client that could not be made is made when asked for again', async () => {
  let readable = false;
  const env = {
    AWS_REGION: 'us-east-1',
    get AWS_ENDPOINT_URL_EVENTBRIDGE() {
      if (readable) return 'http://127.0.0.1:1';
      throw new Error('not yet');
    },
  };
  const clients = createClients(env);
  await expect(clients.eventBridge()).rejects.toThrow('not yet');
  readable = true;
  const client = await clients.eventBridge();
  expect(await clients.eventBridge()).toBe(client);
});
