import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type RunSummary, runSummary } from '@tributary/events/ledger';
import * as z from 'zod';

/** One object, which the last writer wins: each is right for its own place in the journal. */
const key = 'index/runs.json.gz';

/** Of this form; another one is not read, and the index is built from the journal. */
const header = z.object({ version: z.literal(1), position: z.number() });

export interface Snapshot {
  /** How far the journal was read, milliseconds since 1970. */
  position: number;
  runs: RunSummary[];
}

/** The index as some process had it; undefined if there is none that can be read. */
export async function readSnapshot(s3: S3Client, bucket: string): Promise<Snapshot | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const text = await promisify(gunzip)((await Body?.transformToByteArray()) ?? new Uint8Array());
    const [first = '', ...lines] = text.toString('utf8').trimEnd().split('\n');
    const head = header.safeParse(JSON.parse(first));
    if (!head.success || !runSummary.safeParse(JSON.parse(lines[0] ?? 'null')).success) return undefined;
    return { position: head.data.position, runs: lines.map((line) => JSON.parse(line) as RunSummary) };
  } catch (error) {
    if (error instanceof NoSuchKey || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export async function writeSnapshot(
  s3: S3Client,
  bucket: string,
  { position, runs }: { position: number; runs: Iterable<RunSummary> },
): Promise<void> {
  const lines = [JSON.stringify({ version: 1, position })];
  for (const run of runs) lines.push(JSON.stringify(run));
  const Body = await promisify(gzip)(lines.join('\n'), { level: 1 });
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body, ContentType: 'application/gzip' }));
}
