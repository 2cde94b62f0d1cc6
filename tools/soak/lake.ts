import { createHash } from 'node:crypto';
import {
  GetBucketLifecycleConfigurationCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { atOnce } from './at-once.ts';

/**
 * SHA-256 of every object in a lake by key, both without what hangs on a run or on the version of the input. Some companions of
 * several versions have one key then: those that an attempt left whose retry found its input replaced.
 */
export type Lake = ReadonlyMap<string, ReadonlySet<string>>;

/** Instead of that of a manifest whose files are not all there yet. */
export const UNFINISHED = 'unfinished';

/** Digests of the objects of both runs. What has an ETag that was there before is the same as then, and is not read again. */
export class Digests {
  #byETag = new Map<string, string>();

  async of(s3: S3Client): Promise<Lake> {
    const lake = new Map<string, Set<string>>();
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: 'lake' })) {
      await atOnce(Contents, async ({ Key = '', ETag = '' }) => {
        // What is passed over hangs on the kind of object, which its name tells.
        const known = `${ETag} ${/[^/.]*$/.exec(Key)?.[0]}`;
        const digest = this.#byETag.get(known) ?? digestOf(Key, await bytesOf(s3, Key));
        this.#byETag.set(known, digest);
        const name = withoutRun(Key);
        lake.set(name, (lake.get(name) ?? new Set()).add(digest));
      });
    }
    return lake;
  }
}

async function bytesOf(s3: S3Client, Key: string): Promise<Uint8Array> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'lake', Key }));
  return await Body!.transformToByteArray();
}

/** A name without what hangs on the version of the input: versions have random ids. */
function withoutRun(key: string): string {
  return key.replace(/\.[0-9a-f]{12}\.(jsonl\.gz|schema\.json|report\.json|report\.html)$/, '.$1');
}

/**
 * SHA-256 of an object. A Parquet file holds the id of its run in its footer, which is no other file's: it is passed over. Of what
 * services keep for themselves only that counts which a reader would look for.
 */
function digestOf(key: string, bytes: Uint8Array): string {
  if (key.includes('/_manifests/') && JSON.parse(Buffer.from(bytes).toString()).state !== 'done')
    return UNFINISHED;
  return createHash('sha256').update(contentOf(key, bytes)).digest('hex');
}

function contentOf(key: string, bytes: Uint8Array): string | Uint8Array {
  const text = () => Buffer.from(bytes).toString('utf8');
  if (key.endsWith('.parquet'))
    return Buffer.from(bytes)
      .toString('latin1')
      .replace(/tributary\.run.{0,4}[0-9a-f-]{36}/s, '');
  // Which file an input is compared with hangs on which one came before it, and the page is made of the report.
  if (key.includes('/_memory/') || key.endsWith('.report.html')) return '';
  if (/\/_(manifests|passed|reports)\//.test(key)) return JSON.stringify(lasting(JSON.parse(text())));
  return bytes;
}

/** What hangs on a run, its time or the version of its input. */
const fleeting =
  /^(etag|versionid|stamp|seconds|facts|drift|driftFrom|warnings|run|digest|object|time|date|memory|documents|former|remembered)$/i;

function lasting(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lasting);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([name]) => !fleeting.test(name));
  return Object.fromEntries(entries.map(([name, inner]) => [name, lasting(inner)]));
}

/** Unfinished uploads, and whether a lifecycle rule of the bucket removes such. */
export async function orphansOf(s3: S3Client): Promise<{ key: string; removed: boolean }[]> {
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: 'lake' }));
  if (Uploads.length === 0) return [];
  const { Rules = [] } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: 'lake' }));
  return Uploads.map(({ Key = '' }) => ({
    key: Key,
    removed: Rules.some(
      ({ AbortIncompleteMultipartUpload, Filter, Prefix }) =>
        AbortIncompleteMultipartUpload && Key.startsWith(Filter?.Prefix ?? Prefix ?? ''),
    ),
  }));
}
