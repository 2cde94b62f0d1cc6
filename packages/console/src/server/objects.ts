import type { ByteFile } from '@tributary/codec/ports';
import type { ObjectOrigin } from '../local-api.ts';
import { type Aws, refusalOf } from './aws-client.ts';

export interface ListedObject {
  bucket: string;
  key: string;
  bytes: number;
  modifiedAt: string;
}

/** An object as it was when it was opened: reads of a later version fail. */
export interface OpenedObject extends ByteFile {
  readonly etag: string;
}

/** Keys may hold anything; each part of the path is encoded, dots too, which URL parsers would take for folders. */
export function objectPath(bucket: string, key: string): string {
  const parts = key
    .split('/')
    .map((part) => encodeURIComponent(part).replace(/^\.{1,2}$/, (dots) => '%2E'.repeat(dots.length)));
  return `/${encodeURIComponent(bucket)}/${parts.join('/')}`;
}

/** @throws AwsRefusal */
async function headObject(aws: Aws, bucket: string, key: string): Promise<Headers> {
  const head = await aws.fetch('s3', objectPath(bucket, key), { method: 'HEAD' });
  if (head.ok) return head.headers;
  throw refusalOf(
    head.status,
    `<Code>${head.status === 404 ? 'NoSuchKey' : 'AccessDenied'}</Code><Message>There is no object ${bucket}/${key} that can be read</Message>`,
  );
}

/** As the metadata of every output says it, which a copy keeps. @throws AwsRefusal */
export async function originOf(aws: Aws, bucket: string, key: string): Promise<ObjectOrigin> {
  const run = (await headObject(aws, bucket, key)).get('x-amz-meta-tributary-run');
  try {
    return run === null ? {} : { run: decodeURIComponent(run) };
  } catch {
    return {}; // written by someone else
  }
}

/** @throws AwsRefusal */
export async function openObject(aws: Aws, bucket: string, key: string): Promise<OpenedObject> {
  const path = objectPath(bucket, key);
  const headers = await headObject(aws, bucket, key);
  const size = Number(headers.get('content-length') ?? 0);
  const etag = headers.get('etag') ?? '';
  return {
    size,
    etag,
    async read(offset, into) {
      const end = Math.min(size, offset + into.length);
      if (offset >= end) return 0;
      const response = await aws.fetch('s3', path, {
        headers: { range: `bytes=${offset}-${end - 1}`, 'if-match': etag },
      });
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (!response.ok) throw refusalOf(response.status, new TextDecoder().decode(bytes));
      into.set(bytes);
      return bytes.length;
    },
  };
}

/** The newest of the first 1,000 objects below a prefix. @throws AwsRefusal */
export async function listObjects(aws: Aws, bucket: string, prefix: string): Promise<ListedObject[]> {
  const query = new URLSearchParams({ 'list-type': '2', prefix, 'encoding-type': 'url', 'max-keys': '1000' });
  const response = await aws.fetch('s3', `/${encodeURIComponent(bucket)}?${query}`);
  const text = await response.text();
  if (!response.ok) throw refusalOf(response.status, text);
  const objects = [...text.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, item = '']) => ({
    bucket,
    key: decodeURIComponent((/<Key>(.*?)<\/Key>/s.exec(item)?.[1] ?? '').replaceAll('+', ' ')),
    bytes: Number(/<Size>(\d+)</.exec(item)?.[1] ?? 0),
    modifiedAt: /<LastModified>(.*?)</.exec(item)?.[1] ?? '',
  }));
  return objects.sort((a, b) => (a.modifiedAt < b.modifiedAt ? 1 : -1)).slice(0, 200);
}
