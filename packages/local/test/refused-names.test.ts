import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningAws, runAws } from './running-aws.ts';
import { signedFetch } from './signed-fetch.ts';

// Found by `npm run fuzz -- --group servers`.

let running: RunningAws;
const warnings: Error[] = [];
const warn = (warning: Error) => warnings.push(warning);
beforeAll(async () => {
  running = await runAws({ Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'names' } } });
  process.on('warning', warn);
});
afterAll(async () => {
  process.off('warning', warn);
  await running?.[Symbol.asyncDispose]();
});

test.each(['__proto__.PutEvents', 'constructor.PutEvents', 'AWSEvents.__proto__', 'AWSEvents.constructor'])(
  'operation %s is there as little as any other that is not',
  async (target) => {
    const response = await signedFetch(running.aws, 'events', `${running.aws.endpoint}/`, {
      method: 'POST',
      headers: { 'x-amz-target': target },
      body: '{}',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: 'UnknownOperationException' });
    expect(warnings).toEqual([]);
  },
);

/** Sends bytes and gives the answer; `end` says whether more would come. */
function exchange(text: string, end: boolean): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(running.aws.port, '127.0.0.1', () => {
      socket.write(text, () => end && socket.end());
      if (!end) setTimeout(() => socket.resetAndDestroy(), 200);
    });
    socket.on('data', (piece) => {
      answer += piece;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}

test.each(['//', '//names/a', '*', 'http://[', 'http://other/names/a'])(
  'a request to %s is answered, and is not the server’s fault',
  async (path) => {
    const answer = await exchange(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`, true);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/);
    expect(warnings).toEqual([]);
  },
);

test('who leaves in the middle of a request leaves nothing behind', async () => {
  const head =
    'POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: AWSEvents.PutEvents\r\ncontent-length: 99\r\n\r\n{';
  expect(await exchange(head, false)).toBe('');
  expect(warnings).toEqual([]);
});
