import { fork } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { benchFolder } from '../inputs.ts';
import { median } from '../measure.ts';
import { report } from '../report.ts';
import type { SuiteOptions } from './convert.ts';
import type { Usage } from './s3-throughput-server.ts';

const Bucket = 'throughput';
const Key = 'object';
const MIB = 2 ** 20;
const PART = 16 * MIB;
const PARTS_AT_ONCE = 4;
/** What one PUT takes; more goes in parts alone, and comes back without a checksum. */
const LARGEST_PUT = 5 * 2 ** 30;
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Random, so that nothing on the way can make it shorter. */
const part = randomBytes(PART);

/** Seconds of the client, CPU seconds of the server. */
interface Run {
  wall: number;
  cpu: number;
}

interface Side {
  client: S3Client;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

interface Way {
  name: string;
  go(client: S3Client, size: number): Promise<unknown>;
  /** What does not pass this way, in bytes. */
  upTo: number;
}

// A download comes last: of what went up before.
const ways: Way[] = [
  { name: 'upload by PutObject, from memory (SHA-256, CRC32)', go: putBytes, upTo: 2 ** 30 },
  {
    name: 'upload in parts of 16 MiB, 4 at once (SHA-256, CRC32)',
    go: putParts,
    upTo: Number.POSITIVE_INFINITY,
  },
  { name: 'upload by PutObject, a stream (CRC32 in a trailer)', go: putStream, upTo: LARGEST_PUT },
  { name: 'download by GetObject (checks CRC32)', go: download, upTo: Number.POSITIVE_INFINITY },
];

/**
 * What the SDK sends to and reads from the local S3, against what it does with a server that discards all and serves zeros; each in a
 * process of its own, turn by turn. Besides, what this machine writes to a new file and hashes by MD5 (an ETag needs it).
 * `--mib 10240` passes an object larger than the memory it may take.
 */
export async function benchS3Throughput({ mib, rounds, keep }: SuiteOptions): Promise<void> {
  const size = mib * MIB;
  const folder = benchFolder(size);
  const template = join(folder, 'bucket.json');
  const bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: Bucket } };
  writeFileSync(template, JSON.stringify({ Resources: { Bucket: bucket } }));
  const sdk = await startSide([String(size)]);
  const ours = await startSide([String(size), join(folder, 's3-throughput'), template]);
  const possible = ways.filter(({ upTo }) => size <= upTo);
  const runs = new Map(possible.map(({ name }) => [name, { sdk: [] as Run[], ours: [] as Run[] }]));
  const limitSize = Math.min(size, 2 ** 30);
  const limits = { write: [] as number[], md5: [] as number[] };
  try {
    // The first round warms caches and is not counted; a large object does that by itself.
    for (let round = size > 2 ** 30 ? 1 : 0; round <= rounds; round++) {
      const limit = { write: writeFile(join(folder, 'limit'), limitSize), md5: hash(limitSize) };
      if (round > 0) for (const name of ['write', 'md5'] as const) limits[name].push(limit[name]);
      for (const { name, go } of possible) {
        // Over an object that is there, a file system would write that one to the disk first.
        if (go !== download) await ours.client.send(new DeleteObjectCommand({ Bucket, Key }));
        const run =
          round % 2 === 0
            ? { sdk: await timed(sdk, go, size), ours: await timed(ours, go, size) }
            : { ours: await timed(ours, go, size), sdk: await timed(sdk, go, size) };
        if (round === 0) continue;
        runs.get(name)!.sdk.push(run.sdk);
        runs.get(name)!.ours.push(run.ours);
      }
    }
    const { peakMiB } = await ours.usage();
    const all = { ways: Object.fromEntries(runs), limits, peakMiB };
    report('s3-throughput', tableOf(mib, all, limitSize), all, keep);
  } finally {
    await Promise.all([sdk.stop(), ours.stop()]);
    rmSync(folder, { recursive: true });
  }
}

interface Runs {
  ways: Record<string, { sdk: Run[]; ours: Run[] }>;
  /** Seconds for `limitSize` bytes. */
  limits: { write: number[]; md5: number[] };
  peakMiB: number;
}

function tableOf(mib: number, { ways, limits, peakMiB }: Runs, limitSize: number): string {
  const rate = (seconds: number[], bytes: number) => (bytes / 1e6 / median(seconds)).toFixed(0);
  const rows = Object.entries(ways).map(([name, { sdk, ours }]) => {
    const [alone, local] = [sdk, ours].map((runs) =>
      rate(
        runs.map(({ wall }) => wall),
        mib * MIB,
      ),
    );
    const ratio = median(ours.map(({ wall }, round) => sdk[round]!.wall / wall));
    const cpu = median(ours.map((run) => run.cpu)) / ((mib * MIB) / 1e9);
    return `| ${name} | ${alone} | ${local} | ${ratio.toFixed(2)} | ${cpu.toFixed(2)} |`;
  });
  return [
    `### The local S3 by the SDK, ${mib} MiB`,
    '',
    '| | the SDK alone, MB/s | local S3, MB/s | local / alone | server’s CPU s/GB |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...rows,
    '',
    `Peak memory of the server: ${peakMiB.toFixed(0)} MiB. This machine writes a new file at ${rate(limits.write, limitSize)} MB/s and hashes by MD5 at ${rate(limits.md5, limitSize)} MB/s on one core.`,
    '',
  ].join('\n');
}

async function startSide(args: string[]): Promise<Side> {
  const server = fork(join(import.meta.dirname, 's3-throughput-server.ts'), args);
  const exited = new AbortController();
  server.once('exit', () => exited.abort(new Error('A server of the benchmark ended')));
  const told = async <T>(): Promise<T> => (await once(server, 'message', { signal: exited.signal }))[0];
  const endpoint = await told<string>();
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    credentials: CREDENTIALS,
    forcePathStyle: true,
  });
  return {
    client,
    usage() {
      server.send('usage');
      return told<Usage>();
    },
    async stop() {
      client.destroy();
      server.disconnect();
      await once(server, 'exit');
    },
  };
}

async function timed({ client, usage }: Side, go: Way['go'], size: number): Promise<Run> {
  const before = await usage();
  const begin = performance.now();
  await go(client, size);
  const wall = (performance.now() - begin) / 1000;
  return { wall, cpu: (await usage()).cpu - before.cpu };
}

async function putStream(client: S3Client, size: number): Promise<void> {
  const Body = Readable.from(pieces(size, MIB), { objectMode: false, highWaterMark: MIB });
  await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentLength: size }));
}

async function putBytes(client: S3Client, size: number): Promise<void> {
  const Body = Buffer.concat([...pieces(size, PART)]);
  await client.send(new PutObjectCommand({ Bucket, Key, Body }));
}

async function putParts(client: S3Client, size: number): Promise<void> {
  const at = { Bucket, Key };
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ ...at, ChecksumAlgorithm: 'CRC32' }),
  );
  const Parts: CompletedPart[] = [];
  const rest = [...pieces(size, PART)].entries();
  const sender = async (): Promise<void> => {
    for (const [index, Body] of rest) {
      const PartNumber = index + 1;
      const sent = await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber, Body }));
      Parts[index] = { PartNumber, ETag: sent.ETag, ChecksumCRC32: sent.ChecksumCRC32 };
    }
  };
  await Promise.all(Array.from({ length: PARTS_AT_ONCE }, sender));
  await client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
}

async function download(client: S3Client, size: number): Promise<void> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  let got = 0;
  for await (const bytes of Body as Readable) got += bytes.length;
  if (got !== size) throw new Error(`${got} bytes of ${size} came back`);
}

/** The same bytes again and again, in pieces, up to `size`. */
function* pieces(size: number, length: number): Generator<Buffer> {
  for (let at = 0; at < size; at += length) {
    const from = at % PART;
    yield part.subarray(from, from + Math.min(length, size - at));
  }
}

/** @returns seconds */
function writeFile(path: string, size: number): number {
  const begin = performance.now();
  const file = openSync(path, 'w');
  for (const bytes of pieces(size, MIB)) writeSync(file, bytes);
  closeSync(file);
  const seconds = (performance.now() - begin) / 1000;
  rmSync(path);
  return seconds;
}

/** @returns seconds */
function hash(size: number): number {
  const begin = performance.now();
  const md5 = createHash('md5');
  for (const bytes of pieces(size, MIB)) md5.update(bytes);
  md5.digest();
  return (performance.now() - begin) / 1000;
}
