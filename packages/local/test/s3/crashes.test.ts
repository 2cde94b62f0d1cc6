import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { Harness } from './harness.ts';

/** A server in a process of its own that dies at a chosen step. */
class Victim {
  client!: S3Client;
  #child!: ReturnType<typeof spawn>;
  #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async start(kill = ''): Promise<void> {
    this.#child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'victim.ts'), this.#directory, join(this.#directory, '.told')],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, KILL: kill },
      },
    );
    const port = await this.#line();
    this.client = new S3Client({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
  }

  async gone(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null)
      await once(this.#child, 'exit', { signal: AbortSignal.timeout(20_000) });
    this.client.destroy();
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.gone();
  }

  #line(): Promise<string> {
    return new Promise((resolve) => this.#child.stdout?.once('data', (data) => resolve(String(data).trim())));
  }
}

/** How much the victim itself still told of. */
function readTold(directory: string): number {
  const file = join(directory, '.told');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0;
}

const deeds: Record<string, (client: S3Client) => Promise<unknown>> = {
  create: (client: S3Client) => client.send(new PutObjectCommand({ Bucket: 'plain', Key: 'k', Body: 'new' })),
  overwrite: (client: S3Client) =>
    client.send(new PutObjectCommand({ Bucket: 'plain', Key: 'old', Body: 'new' })),
  delete: (client: S3Client) => client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'old' })),
  'new version': (client: S3Client) =>
    client.send(new PutObjectCommand({ Bucket: 'versioned', Key: 'v', Body: 'new' })),
  marker: (client: S3Client) => client.send(new DeleteObjectCommand({ Bucket: 'versioned', Key: 'v' })),
  'delete version': async (client: S3Client) => {
    const { Versions } = await client.send(new ListObjectVersionsCommand({ Bucket: 'versioned' }));
    return client.send(
      new DeleteObjectCommand({ Bucket: 'versioned', Key: 'v', VersionId: Versions?.[0]?.VersionId }),
    );
  },
  complete: async (client: S3Client) => {
    const upload = { Bucket: 'plain', Key: 'old' };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(upload));
    const { ETag } = await client.send(
      new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: 'new' }),
    );
    return client.send(
      new CompleteMultipartUploadCommand({
        ...upload,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      }),
    );
  },
};

const cases: [string, string][] = [
  ['create', 'before:commit'],
  ['create', 'after:commit'],
  ['overwrite', 'before:commit'],
  ['overwrite', 'after:commit'],
  ['overwrite', 'after:rename'],
  ['delete', 'after:commit'],
  ['new version', 'before:commit'],
  ['new version', 'after:commit'],
  ['new version', 'after:rename'],
  ['marker', 'after:commit'],
  ['delete version', 'after:commit'],
  ['delete version', 'after:rename'],
  ['complete', 'after:commit'],
  ['complete', 'after:rename'],
];

test.each(cases)('killed during %s, %s: all of it or nothing', async (deed, step) => {
  const harness = await Harness.open();
  const { directory, told } = harness;
  const victim = new Victim(directory);
  let client = harness.client();
  const text = async (Bucket: string, Key: string) => {
    try {
      return await (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
    } catch (error) {
      expect((error as Error).name).toBe('NoSuchKey');
      return undefined;
    }
  };
  try {
    await harness.s3.createBucket('plain', { eventBridge: true });
    await harness.s3.createBucket('versioned', { eventBridge: true, versioning: true });
    await client.send(new PutObjectCommand({ Bucket: 'plain', Key: 'old', Body: 'old' }));
    for (const Body of ['one', 'two'])
      await client.send(new PutObjectCommand({ Bucket: 'versioned', Key: 'v', Body }));
    await harness.until(() => told.length === 3);
    await harness.stop();
    told.length = 0;
    await victim.start(step);
    await expect(deeds[deed]?.(victim.client)).rejects.toThrow();
    await victim.gone();
    await harness.start();
    client = harness.client();
    const committed = step !== 'before:commit';
    const plain = await text('plain', 'old');
    if (deed === 'create') expect(await text('plain', 'k')).toBe(committed ? 'new' : undefined);
    const after = { overwrite: 'new', complete: 'new', delete: undefined, create: 'old' };
    expect(plain).toBe(committed && deed in after ? after[deed as keyof typeof after] : 'old');
    // The plain file is what the object is.
    expect(
      existsSync(join(directory, 'plain', 'old'))
        ? readFileSync(join(directory, 'plain', 'old'), 'utf8')
        : undefined,
    ).toBe(plain);
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new ListObjectVersionsCommand({ Bucket: 'versioned' }),
    );
    const contents = await Promise.all(
      Versions.map(async ({ VersionId }) =>
        (
          await client.send(new GetObjectCommand({ Bucket: 'versioned', Key: 'v', VersionId }))
        ).Body?.transformToString(),
      ),
    );
    const expected = {
      'new version': committed ? ['new', 'two', 'one'] : ['two', 'one'],
      'delete version': committed ? ['one'] : ['two', 'one'],
    }[deed as string] ?? ['two', 'one'];
    expect(contents).toEqual(expected);
    expect(DeleteMarkers).toHaveLength(deed === 'marker' && committed ? 1 : 0);
    expect([...Versions, ...DeleteMarkers].filter(({ IsLatest }) => IsLatest)).toHaveLength(1);
    const shown = deed === 'marker' && committed ? undefined : expected[0];
    const file = join(directory, 'versioned', 'v');
    expect(existsSync(file) ? readFileSync(file, 'utf8') : undefined).toBe(shown);
    // Told of exactly when it happened, and what a kill left behind is not taken for a drop.
    const tellings = () => told.length + readTold(directory);
    await harness.until(() => tellings() >= (committed ? 1 : 0));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(tellings()).toBe(committed ? 1 : 0);
  } finally {
    await victim.stop();
    await harness.close();
  }
});
