import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BucketConfig, S3Options } from './options.ts';

export type { S3Notification, S3NotificationDetail, S3NotificationKind } from './notification.ts';
export type { BucketConfig, S3AccessRequest, S3Credentials, S3Options, UploadLifecycle } from './options.ts';

/** An S3 over one directory. */
export interface S3 {
  /** Makes the bucket, or gives the one that is there this configuration. */
  createBucket(name: string, config?: BucketConfig): Promise<void>;
  /** @throws S3Error BucketNotEmpty, NoSuchBucket */
  removeBucket(name: string): Promise<void>;
  hasBucket(name: string): boolean;
  /** Answers one S3 request, path style or virtual host; never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Finds what was dropped, changed or removed by hand, also while the server was down. */
  scan(): Promise<void>;
  /** Waits for notifications under way; the directory is free afterwards. */
  close(): Promise<void>;
}

/** @example `const s3 = await openS3({ directory, region: 'eu-central-1', accountId: '000000000000', notify })` */
export async function openS3(_options: S3Options): Promise<S3> {
  throw new Error('being built');
}
