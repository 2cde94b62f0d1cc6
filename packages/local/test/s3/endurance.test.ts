import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { Harness } from './harness.ts';

const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');

/** A body that says of itself whether it is whole: its first line is the hash of the rest. */
function makeBody(size: number): Buffer {
  const rest = randomBytes(Math.max(1, size - 33));
  return Buffer.concat([Buffer.from(`${md5(rest)}\n`), rest]);
}

function isWhole(body: Uint8Array): boolean {
  return Buffer.from(body.subarray(0, 32)).toString() === md5(body.subarray(33));
}

async function read(
  client: S3Client,
  Bucket: string,
  Key: string,
  more: object = {},
): Promise<Buffer | undefined> {
  try {
    const got = await client.send(new GetObjectCommand({ Bucket, Key, ...more }));
    const body = Buffer.from((await got.Body?.transformToByteArray()) as Uint8Array);
    expect(isWhole(body), `${Key} is whole`).toBe(true);
    if (!got.ETag?.includes('-')) expect(got.ETag).toBe(`"${md5(body)}"`);
    return body;
  } catch (error) {
    if ((error as Error).name === 'NoSuchKey') return undefined;
    throw error;
  }
}

test('many writers and readers at once: every read is one whole write, counters lose nothing', async () => {
  const harness = await Harness.open();
  try {
    const Bucket = 'soak';
    await harness.s3.createBucket(Bucket, { eventBridge: true });
    const client = harness.client({ requestHandler: { httpAgent: { maxSockets: 64 } } });
    const end = Date.now() + 4000;
    let writes = 0;
    const writer = async (n: number) => {
      while (Date.now() < end) {
        await client.send(
          new PutObjectCommand({ Bucket, Key: `k${n % 3}`, Body: makeBody(n % 2 ? 600_000 : 2000) }),
        );
        writes++;
      }
    };
    const reader = async (n: number) => {
      while (Date.now() < end) await read(client, Bucket, `k${n % 3}`);
    };
    // Each adds one, by If-Match, as often as it can: the sum must be the number of successes.
    let successes = 0;
    await client.send(new PutObjectCommand({ Bucket, Key: 'counter', Body: '0' }));
    const counter = async () => {
      while (Date.now() < end) {
        const got = await client.send(new GetObjectCommand({ Bucket, Key: 'counter' }));
        const Body = String(Number(await got.Body?.transformToString()) + 1);
        try {
          await client.send(new PutObjectCommand({ Bucket, Key: 'counter', Body, IfMatch: got.ETag }));
          successes++;
        } catch (error) {
          expect((error as Error).name).toBe('PreconditionFailed');
        }
      }
    };
    await Promise.all([
      ...[0, 1, 2, 3, 4, 5].map(writer),
      ...[0, 1, 2, 3, 4, 5].map(reader),
      ...[0, 1, 2, 3].map(counter),
    ]);
    const total = await client.send(new GetObjectCommand({ Bucket, Key: 'counter' }));
    expect(Number(await total.Body?.transformToString())).toBe(successes);
    await harness.until(() => harness.told.length >= writes + successes + 1);
    await delay(500);
    expect(harness.told).toHaveLength(writes + successes + 1);
    for (const key of ['k0', 'k1', 'k2', 'counter']) {
      const sequencers = harness.told
        .filter(({ detail }) => detail.object.key === key)
        .map(({ detail }) => detail.object.sequencer as string);
      expect(sequencers).toEqual([...new Set(sequencers)].sort());
    }
    expect(readdirSync(harness.file('.meta', 'staged'))).toEqual([]);
  } finally {
    await harness.close();
  }
});

test('killed at any moment, it keeps what it answered for, whole, and tells of it', async () => {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'tributary-s3-kill-')));
  const told = join(directory, '.told');
  writeFileSync(told, '');
  let child: ChildProcess | undefined;
  /** What was answered for: the last body of a key, or null if it is deleted. */
  const answered = new Map<string, string | null>();
  /** What was asked for but not answered may have happened or not. */
  const open = new Map<string, (string | null)[]>();
  const versions = new Set<string>();
  const etags = new Set<string>();
  const start = async () => {
    child = spawn(process.execPath, [join(import.meta.dirname, 'victim.ts'), directory, told], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const port = await new Promise<string>((resolve) =>
      child?.stdout?.once('data', (data) => resolve(String(data).trim())),
    );
    return new S3Client({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
  };
  const kill = async () => {
    const gone = new Promise((resolve) => child?.once('exit', resolve));
    child?.kill('SIGKILL');
    await gone;
  };
  try {
    for (let round = 0; round < 8; round++) {
      const client = await start();
      // All that the rounds before answered for is there, and nothing is half there.
      for (const [key, expected] of answered) {
        const body = await read(client, 'plain', key);
        const hash = body ? md5(body) : null;
        const possible = [expected, ...(open.get(key) ?? [])];
        expect(possible, `${key} after kill ${round}`).toContain(hash);
        answered.set(key, hash);
      }
      for (const [key, possible] of open)
        if (!answered.has(key)) {
          const body = await read(client, 'plain', key);
          const hash = body ? md5(body) : null;
          expect([null, ...possible]).toContain(hash);
          if (hash) answered.set(key, hash);
        }
      open.clear();
      for (const version of versions)
        expect(await read(client, 'versioned', 'v', { VersionId: version })).toBeDefined();
      let running = true;
      const work = async (key: string) => {
        while (running) {
          const dice = Math.random();
          const body = dice < 0.15 ? null : makeBody(dice < 0.6 ? 500 : dice < 0.9 ? 400_000 : 3_000_000);
          open.set(key, [...(open.get(key) ?? []), body && md5(body)]);
          try {
            if (!body) await client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: key }));
            else if (dice > 0.9) await multipart(client, key, body);
            else {
              const { ETag } = await client.send(
                new PutObjectCommand({ Bucket: 'plain', Key: key, Body: body }),
              );
              etags.add(`${key} ${ETag?.slice(1, -1)}`);
            }
          } catch {
            return;
          }
          answered.set(key, body && md5(body));
          open.delete(key);
        }
      };
      const versioned = async () => {
        while (running) {
          try {
            const { VersionId } = await client.send(
              new PutObjectCommand({ Bucket: 'versioned', Key: 'v', Body: makeBody(1000) }),
            );
            versions.add(VersionId as string);
          } catch {
            return;
          }
        }
      };
      // `x` beside `x/y`: folders come and go.
      const workers = [...['a', 'x', 'x/y', 'x/y/z', 'b c'].map(work), versioned()];
      await delay(150 + Math.random() * 400);
      await kill();
      running = false;
      await Promise.all(workers);
      client.destroy();
    }
    const client = await start();
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: 'plain' }));
    for (const { Key, Size } of Contents)
      expect((await read(client, 'plain', Key as string))?.length).toBe(Size);
    const listed = await client.send(new ListObjectVersionsCommand({ Bucket: 'versioned' }));
    for (const { VersionId } of listed.Versions ?? [])
      expect(await read(client, 'versioned', 'v', { VersionId })).toBeDefined();
    expect(listed.Versions?.filter(({ IsLatest }) => IsLatest)).toHaveLength(1);
    // Nothing is left lying about but what objects and uploads need.
    expect(readdirSync(join(directory, '.meta', 'staged'))).toEqual([]);
    const untold = () => {
      const lines = new Set(readFileSync(told, 'utf8').split('\n'));
      return [...etags].filter((etag) => !lines.has(`Object Created ${etag}`));
    };
    await expect.poll(untold, { timeout: 30_000 }).toEqual([]);
    client.destroy();
  } finally {
    await kill();
    rmSync(directory, { recursive: true, force: true });
  }
}, 120_000);

async function multipart(client: S3Client, Key: string, body: Buffer): Promise<void> {
  const upload = { Bucket: 'plain', Key };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(upload));
  const part = await client.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: body }));
  await client.send(
    new CompleteMultipartUploadCommand({
      ...upload,
      UploadId,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag }] },
    }),
  );
}
