import type { Checksum } from './checksums.ts';
import type { BucketConfig } from './options.ts';

/** Everything of an object but its bytes, its name and its figures. */
export interface Head {
  /** Response headers in lower case: `content-type`, `content-encoding`, `cache-control`, ... */
  headers: Record<string, string>;
  /** User metadata, without `x-amz-meta-`. */
  metadata: Record<string, string>;
  tags?: Record<string, string>;
  checksum?: Checksum;
  storageClass?: string;
  /** Id of the multipart upload it came by: a completion that is sent again gets the same answer. */
  upload?: string;
  /** Of multipart objects, in order: sizes and, where there are, checksums. */
  parts?: { number: number; size: number; checksum?: string }[];
}

/** One version of an object, or a delete marker. */
export interface ObjectRecord {
  bucket: string;
  key: string;
  /** `null` where the bucket was not versioned. */
  version: string;
  latest: boolean;
  marker: boolean;
  /** Without quotes. */
  etag: string;
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970. */
  modified: number;
  sequencer: string;
  /** Where its bytes are, relative to the directory. */
  path: string;
  /** Where they belong; other than `path` only between a commit and the rename that follows it. */
  home: string;
  /** Of the file, in nanoseconds: with the size, how a change by hand is told. */
  mtime: string;
  head: Head;
}

export interface BucketRecord {
  name: string;
  created: number;
  config: BucketConfig;
}

export interface UploadRecord {
  id: string;
  bucket: string;
  key: string;
  started: number;
  head: Head;
  algorithm: Checksum['algorithm'];
  type: Checksum['type'];
  /** False where the client chose no checksum and gets S3's own. */
  chosen: boolean;
}

export interface PartRecord {
  number: number;
  etag: string;
  size: number;
  modified: number;
  /** base64 */
  checksum: string;
  path: string;
  /** Of the part's bytes in that file. */
  offset: number;
}

/** A row as SQLite gives it. */
export type Row = Record<string, string | number | Uint8Array | null>;

export function toBytes(key: string): Buffer {
  return Buffer.from(key);
}

export function toBucket(row: Row): BucketRecord {
  return {
    name: row.name as string,
    created: row.created as number,
    config: JSON.parse(row.config as string),
  };
}

export function toObject(row: Row): ObjectRecord {
  return {
    ...(row as unknown as ObjectRecord),
    key: Buffer.from(row.key as Uint8Array).toString(),
    latest: row.latest === 1,
    marker: row.marker === 1,
    head: JSON.parse(row.head as string) as Head,
  };
}

export function toUpload(row: Row): UploadRecord {
  return {
    ...(row as unknown as UploadRecord),
    key: Buffer.from(row.key as Uint8Array).toString(),
    head: JSON.parse(row.head as string) as Head,
    chosen: row.chosen === 1,
  };
}
