import { createHash, createHmac, type KeyObject } from 'node:crypto';
import { request } from 'node:http';
import { GetObjectCommand, ListBucketsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signingKey } from '../../src/s3/signing.ts';
import { Harness, refusal } from './harness.ts';

let harness: Harness;
const Bucket = 'signed';

beforeAll(async () => {
  harness = await Harness.open({
    credentialsFor: (id) =>
      id === 'test'
        ? { secretAccessKey: 'test' }
        : id === 'temporary'
          ? { secretAccessKey: 'secret', sessionToken: 'token' }
          : undefined,
    authorize: ({ accessKeyId, action, resource }) =>
      accessKeyId === 'test' ||
      (accessKeyId === 'temporary' && action === 's3:GetObject' && resource.endsWith('/open')),
  });
  await harness.s3.createBucket(Bucket);
  await harness.client().send(new PutObjectCommand({ Bucket, Key: 'open', Body: 'open' }));
});
afterAll(() => harness.close());

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: KeyObject, text: string) => createHmac('sha256', key).update(text).digest('hex');

interface Raw {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: Buffer;
}

function send({
  method = 'GET',
  path,
  headers = {},
  body,
}: Raw): Promise<{ status: number; text: string; headers: NodeJS.Dict<string | string[]> }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: harness.port, method, path, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          text: Buffer.concat(chunks).toString(),
          headers: answer.headers,
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A signer of its own, so that ours is not held against itself. */
function sign(raw: Raw & { at?: Date; payload: string }): {
  headers: Record<string, string>;
  key: KeyObject;
  timestamp: string;
  scope: string;
  signature: string;
} {
  const timestamp = (raw.at ?? new Date()).toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = [timestamp.slice(0, 8), 'eu-central-1', 's3', 'aws4_request'];
  const headers: Record<string, string> = {
    ...raw.headers,
    host: `127.0.0.1:${harness.port}`,
    'x-amz-content-sha256': raw.payload,
    'x-amz-date': timestamp,
  };
  const names = Object.keys(headers).sort();
  const canonical = [
    raw.method ?? 'GET',
    raw.path,
    '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    raw.payload,
  ].join('\n');
  const key = signingKey('test', scope);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', timestamp, scope.join('/'), sha256(canonical)].join('\n'));
  headers.authorization = `AWS4-HMAC-SHA256 Credential=test/${scope.join('/')}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { headers, key, timestamp, scope: scope.join('/'), signature };
}

describe('who may', () => {
  const as = (accessKeyId: string, secretAccessKey: string, sessionToken?: string) =>
    harness.client({ credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) } });

  test('keys and secrets are checked', async () => {
    expect(await refusal(as('nobody', 'x').send(new ListBucketsCommand({})))).toEqual({
      code: 'InvalidAccessKeyId',
      status: 403,
    });
    expect(await refusal(as('test', 'wrong').send(new ListBucketsCommand({})))).toEqual({
      code: 'SignatureDoesNotMatch',
      status: 403,
    });
    expect(await refusal(as('temporary', 'secret').send(new ListBucketsCommand({})))).toEqual({
      code: 'InvalidToken',
      status: 400,
    });
    expect(await refusal(as('temporary', 'secret', 'token').send(new ListBucketsCommand({})))).toEqual({
      code: 'AccessDenied',
      status: 403,
    });
  });

  test('whoever may not list is not told that a key is not there', async () => {
    const limited = as('temporary', 'secret', 'token');
    const got = await limited.send(new GetObjectCommand({ Bucket, Key: 'open' }));
    expect(await got.Body?.transformToString()).toBe('open');
    expect(await refusal(limited.send(new GetObjectCommand({ Bucket, Key: 'other/open' })))).toEqual({
      code: 'AccessDenied',
      status: 403,
    });
    expect(await refusal(limited.send(new PutObjectCommand({ Bucket, Key: 'open', Body: '' })))).toEqual({
      code: 'AccessDenied',
      status: 403,
    });
  });

  test('unsigned, late and half-signed requests are refused', async () => {
    const path = `/${Bucket}/open`;
    expect(await send({ path })).toMatchObject({
      status: 403,
      text: expect.stringContaining('<Code>AccessDenied</Code>'),
    });
    const late = sign({ path, payload: 'UNSIGNED-PAYLOAD', at: new Date(Date.now() - 20 * 60_000) });
    expect(await send({ path, headers: late.headers })).toMatchObject({
      status: 403,
      text: expect.stringContaining('RequestTimeTooSkewed'),
    });
    const { headers } = sign({ path, payload: 'UNSIGNED-PAYLOAD' });
    expect(await send({ path, headers })).toMatchObject({ status: 200, text: 'open' });
    expect(await send({ path, headers: { ...headers, 'x-amz-acl': 'private' } })).toMatchObject({
      status: 403,
      text: expect.stringContaining('not signed'),
    });
    expect(await send({ path: `${path}x`, headers })).toMatchObject({
      status: 403,
      text: expect.stringContaining('SignatureDoesNotMatch'),
    });
  });
});

describe('signed bodies', () => {
  const body = Buffer.alloc(150_000, 'signed body ');
  const path = `/${Bucket}/streamed`;

  test('a body that is not the one that was signed is refused', async () => {
    const { headers } = sign({ method: 'PUT', path, payload: sha256('what was signed') });
    expect(await send({ method: 'PUT', path, headers, body: Buffer.from('what was sent!!') })).toMatchObject({
      status: 400,
      text: expect.stringContaining('XAmzContentSHA256Mismatch'),
    });
  });

  function chunked(
    tamper: 'nothing' | 'chunk' | 'trailer' | 'signature',
    trailer: boolean,
  ): Promise<{ status: number; text: string }> {
    const payload = `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer ? '-TRAILER' : ''}`;
    const signed = sign({
      method: 'PUT',
      path,
      payload,
      headers: {
        'content-encoding': 'aws-chunked',
        'x-amz-decoded-content-length': String(body.length),
        ...(trailer && { 'x-amz-trailer': 'x-amz-checksum-sha256' }),
      },
    });
    let previous = signed.signature;
    const pieces: Buffer[] = [];
    for (const chunk of [
      body.subarray(0, 65_536),
      body.subarray(65_536, 131_072),
      body.subarray(131_072),
      Buffer.alloc(0),
    ]) {
      const text = [
        'AWS4-HMAC-SHA256-PAYLOAD',
        signed.timestamp,
        signed.scope,
        previous,
        sha256(''),
        sha256(chunk),
      ].join('\n');
      previous = hmac(signed.key, text);
      const shown =
        tamper === 'signature' ? previous.replace(/^./, (c) => (c === '0' ? '1' : '0')) : previous;
      const sent = Buffer.from(chunk);
      if (tamper === 'chunk' && sent.length > 0) sent[10] = 0;
      pieces.push(Buffer.from(`${chunk.length.toString(16)};chunk-signature=${shown}\r\n`), sent);
      if (chunk.length > 0) pieces.push(Buffer.from('\r\n'));
    }
    if (trailer) {
      const sum = createHash('sha256').update(body).digest('base64');
      const text = [
        'AWS4-HMAC-SHA256-TRAILER',
        signed.timestamp,
        signed.scope,
        previous,
        sha256(`x-amz-checksum-sha256:${sum}\n`),
      ].join('\n');
      const signature = tamper === 'trailer' ? '0'.repeat(64) : hmac(signed.key, text);
      pieces.push(Buffer.from(`x-amz-checksum-sha256:${sum}\r\nx-amz-trailer-signature:${signature}\r\n`));
    }
    pieces.push(Buffer.from('\r\n'));
    return send({ method: 'PUT', path, headers: signed.headers, body: Buffer.concat(pieces) });
  }

  test.each([false, true])('chunks are checked one by one, trailer: %s', async (trailer) => {
    expect(await chunked('nothing', trailer)).toMatchObject({ status: 200 });
    const got = await harness.client().send(new GetObjectCommand({ Bucket, Key: 'streamed' }));
    expect(Buffer.from((await got.Body?.transformToByteArray()) as Uint8Array).equals(body)).toBe(true);
    expect(got.ContentEncoding).toBeUndefined();
    for (const tamper of ['chunk', 'signature', ...(trailer ? (['trailer'] as const) : [])] as const) {
      expect(await chunked(tamper, trailer)).toMatchObject({
        status: 403,
        text: expect.stringContaining('SignatureDoesNotMatch'),
      });
    }
  });

  test('a garbled body is answered, not cut off', async () => {
    const payload = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
    const garbled = Buffer.alloc(8_000_000, 'no chunk ');
    const headers = { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '8000000' };
    const signed = sign({ method: 'PUT', path, payload, headers });
    expect(await send({ method: 'PUT', path, headers: signed.headers, body: garbled })).toMatchObject({
      status: 400,
      text: expect.stringContaining('<Code>IncompleteBody</Code>'),
    });
  });

  test('a body that ends early leaves nothing', async () => {
    const { headers } = sign({ method: 'PUT', path: `/${Bucket}/cut`, payload: 'UNSIGNED-PAYLOAD' });
    await new Promise<void>((resolve) => {
      const sent = request({
        host: '127.0.0.1',
        port: harness.port,
        method: 'PUT',
        path: `/${Bucket}/cut`,
        headers: { ...headers, 'content-length': 1_000_000 },
      });
      sent.on('error', () => resolve());
      sent.write(Buffer.alloc(400_000));
      setTimeout(() => sent.destroy(), 100);
    });
    expect(await refusal(harness.client().send(new GetObjectCommand({ Bucket, Key: 'cut' })))).toMatchObject({
      code: 'NoSuchKey',
    });
  });
});

test('virtual hosts name the bucket', async () => {
  for (const host of [
    `${Bucket}.localhost`,
    `${Bucket}.s3.localhost`,
    `${Bucket}.s3.eu-central-1.amazonaws.com`,
    `${Bucket}.s3.amazonaws.com`,
  ]) {
    const client = harness.client({
      endpoint: `http://${host.slice(Bucket.length + 1)}:${harness.port}`,
      requestHandler: {
        httpAgent: {
          lookup: (
            _: string,
            options: { all?: boolean },
            done: (error: null, address: unknown, family?: number) => void,
          ) => (options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)),
        },
      },
    } as object);
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'open' }));
    expect(await got.Body?.transformToString()).toBe('open');
  }
});
