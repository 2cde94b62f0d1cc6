import { fork } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
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

/** Seconds: what the client waited, and what both worked. */
interface Run {
  wall: number;
  /** Of the server. */
  cpu: number;
  clientCpu: number;
}

interface Side {
  client: S3Client;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

interface Way {
  name: string;
  /** Makes ready what goes up, before the clock runs. */
  prepare(size: number): (client: S3Client) => Promise<unknown>;
  /** What does not pass this way, in bytes. */
  upTo: number;
}

const FROM_MEMORY = 'upload by PutObject, from memory (SHA-256, CRC32)';

// A download comes last: of what went up before.
const ways: Way[] = [
  { name: FROM_MEMORY, prepare: putBytes, upTo: 2 ** 30 },
  {
    name: 'upload in parts of 16 MiB, 4 at once (SHA-256, CRC32)',
    prepare: putParts,
    upTo: Number.POSITIVE_INFINITY,
  },
  { name: 'upload by PutObject, a stream (CRC32 in a trailer)', prepare: putStream, upTo: LARGEST_PUT },
  { name: 'download by GetObject (checks CRC32)', prepare: download, upTo: Number.POSITIVE_INFINITY },
];

/**
 * What the SDK sends to and reads from the local S3, against what it does with a server that discards all and serves zeros; each in a
 * process of its own, turn by turn. Besides, what this machine writes to a new file and hashes.
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
  const limits: Limits = { write: [], md5: [], sha256: [], crc32: [] };
  try {
    // The first round warms caches and is not counted; a large object does that by itself.
    for (let round = size > 2 ** 30 ? 1 : 0; round <= rounds; round++) {
      const limit = {
        write: writeFile(join(folder, 'limit'), limitSize),
        md5: hash('md5', limitSize),
        sha256: hash('sha256', limitSize),
        crc32: checksum(limitSize),
      };
      if (round > 0) for (const name of LIMITS) limits[name].push(limit[name]);
      for (const { name, prepare } of possible) {
        // Over an object that is there, a file system would write that one to the disk first.
        if (prepare !== download) await ours.client.send(new DeleteObjectCommand({ Bucket, Key }));
        const run =
          round % 2 === 0
            ? { sdk: await timed(sdk, prepare, size), ours: await timed(ours, prepare, size) }
            : { ours: await timed(ours, prepare, size), sdk: await timed(sdk, prepare, size) };
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

const LIMITS = ['write', 'md5', 'sha256', 'crc32'] as const;
/** Seconds for `limitSize` bytes on one core. */
type Limits = Record<(typeof LIMITS)[number], number[]>;

interface Runs {
  ways: Record<string, { sdk: Run[]; ours: Run[] }>;
  limits: Limits;
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
    const [server, client] = (['cpu', 'clientCpu'] as const).map((side) =>
      (median(ours.map((run) => run[side])) / ((mib * MIB) / 1e9)).toFixed(2),
    );
    return `| ${name} | ${alone} | ${local} | ${ratio.toFixed(2)} | ${server} | ${client} |`;
  });
  const hashes = [limits.sha256, limits.crc32, limits.md5];
  const inTurn = limits.md5.map((_, round) => hashes.reduce((sum, seconds) => sum + seconds[round]!, 0));
  return [
    `### The local S3 by the SDK, ${mib} MiB`,
    '',
    '| | the SDK alone, MB/s | local S3, MB/s | local / alone | server’s CPU s/GB | client’s CPU s/GB |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
    '',
    `Peak memory of the server: ${peakMiB.toFixed(0)} MiB. On one core this machine writes a new file at ${rate(limits.write, limitSize)} MB/s and hashes by MD5 at ${rate(limits.md5, limitSize)} MB/s, by SHA-256 at ${rate(limits.sha256, limitSize)}, by CRC32 at ${rate(limits.crc32, limitSize)}.`,
    ...(FROM_MEMORY in ways
      ? [
          `From memory the SDK hashes the whole body (SHA-256, CRC32) before it sends the first byte, and the ETag is the MD5 of what then comes: no server that checks it takes more than ${rate(inTurn, limitSize)} MB/s here.`,
        ]
      : []),
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

async function timed({ client, usage }: Side, prepare: Way['prepare'], size: number): Promise<Run> {
  const go = prepare(size);
  const before = await usage();
  const begin = performance.now();
  const used = process.cpuUsage();
  await go(client);
  const { user, system } = process.cpuUsage(used);
  const wall = (performance.now() - begin) / 1000;
  return { wall, cpu: (await usage()).cpu - before.cpu, clientCpu: (user + system) / 1e6 };
}

function putStream(size: number): (client: S3Client) => Promise<unknown> {
  const Body = Readable.from(pieces(size, MIB), { objectMode: false, highWaterMark: MIB });
  return (client) => client.send(new PutObjectCommand({ Bucket, Key, Body, ContentLength: size }));
}

function putBytes(size: number): (client: S3Client) => Promise<unknown> {
  const Body = Buffer.concat([...pieces(size, PART)]);
  return (client) => client.send(new PutObjectCommand({ Bucket, Key, Body }));
}

function putParts(size: number): (client: S3Client) => Promise<void> {
  return (client) => sendParts(client, [...pieces(size, PART)]);
}

async function sendParts(client: S3Client, bodies: Buffer[]): Promise<void> {
  const at = { Bucket, Key };
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ ...at, ChecksumAlgorithm: 'CRC32' }),
  );
  const Parts: CompletedPart[] = [];
  const rest = bodies.entries();
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

function download(size: number): (client: S3Client) => Promise<void> {
  return async (client) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    let got = 0;
    for await (const bytes of Body as Readable) got += bytes.length;
    if (got !== size) throw new Error(`${got} bytes of ${size} came back`);
  };
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
function hash(name: 'md5' | 'sha256', size: number): number {
  const begin = performance.now();
  const digest = createHash(name);
  for (const bytes of pieces(size, MIB)) digest.update(bytes);
  digest.digest();
  return (performance.now() - begin) / 1000;
}

/** @returns seconds */
function checksum(size: number): number {
  const begin = performance.now();
  let value = 0;
  for (const bytes of pieces(size, MIB)) value = crc32(bytes, value);
  return (performance.now() - begin) / 1000;
}
