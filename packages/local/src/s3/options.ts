import type { S3Notification } from './notification.ts';

/** A key pair S3 accepts; `sessionToken` must accompany temporary keys. */
export interface S3Credentials {
  secretAccessKey: string;
  sessionToken?: string;
}

/** What a request is about to do, for the caller's IAM to judge. */
export interface S3AccessRequest {
  /** Whose signature it was; absent for an unsigned (anonymous) request. */
  accessKeyId: string | undefined;
  /** `s3:GetObject`, `s3:PutObject`, `s3:ListBucket`, ... */
  action: string;
  /** `arn:aws:s3:::bucket` or `arn:aws:s3:::bucket/key` */
  resource: string;
  bucket: string | undefined;
  key: string | undefined;
  /** The bucket's own policy document, as given to `createBucket` or PutBucketPolicy. */
  bucketPolicy: unknown;
  /** IAM condition keys: `s3:prefix`, `s3:x-amz-acl`, `aws:SourceIp`, ... */
  context: Record<string, string | undefined>;
}

export interface S3Options {
  /** Buckets lie here as folders, the records in `.meta` beside them. Made if it is not there. */
  directory: string;
  region: string;
  accountId: string;
  /**
   * Told of every change in a bucket with `eventBridge`, at least once and in order of each key. If it rejects, it is told
   * again: after a second, and after a restart.
   */
  notify(notification: S3Notification): void | Promise<void>;
  /** The secret of an access key, or undefined if there is no such key. Default: `test` with `test`. */
  credentialsFor?(accessKeyId: string): S3Credentials | undefined;
  /** IAM's word on a request. Default: whoever signed may do everything, anonymous requests nothing. */
  authorize?(request: S3AccessRequest): boolean | Promise<boolean>;
  /** Milliseconds a file dropped by hand must lie still before it becomes an object. Default 300. */
  settleMs?: number;
}

/** One rule that ends unfinished multipart uploads. */
export interface UploadLifecycle {
  prefix?: string;
  /** Days after initiation. */
  abortIncompleteMultipartUploadDays: number;
}

export interface BucketConfig {
  /** Send notifications. Default false, as on AWS. */
  eventBridge?: boolean;
  /** `true` is Enabled, `false` is Suspended; absent: never turned on. */
  versioning?: boolean;
  lifecycle?: UploadLifecycle[];
  /** An IAM policy document; judged by `authorize`. */
  policy?: unknown;
  tags?: Record<string, string>;
}
