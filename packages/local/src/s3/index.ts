import { mkdirSync, realpathSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { answer } from './answer.ts';
import { dropBucket, saveBucket } from './bucket-operations.ts';
import { Drops } from './drops.ts';
import { Ledger } from './ledger.ts';
import { ObjectStore } from './object-store.ts';
import type { BucketConfig, S3Options } from './options.ts';
import { Outbox } from './outbox.ts';
import { Staging } from './staging.ts';
import { Uploads } from './uploads.ts';

export { S3Error, type S3ErrorCode } from './errors.ts';
export type { S3Notification, S3NotificationDetail, S3NotificationKind } from './notification.ts';
export type { BucketConfig, S3AccessRequest, S3Credentials, S3Options, UploadLifecycle } from './options.ts';

/** An S3 over one directory. */
export interface S3 {
  /**
   * Makes the bucket, or gives the one that is there this configuration.
   * @throws S3Error InvalidBucketName
   */
  createBucket(name: string, config?: BucketConfig): Promise<void>;
  /** @throws S3Error BucketNotEmpty, NoSuchBucket */
  removeBucket(name: string): Promise<void>;
  hasBucket(name: string): boolean;
  /** Answers one S3 request, path style or virtual host; never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Finds what was dropped, changed or removed by hand, also while the server was down; resolves when it is taken in. */
  scan(): Promise<void>;
  /** Waits for the notification under way; the directory is free afterwards. */
  close(): Promise<void>;
}

const lifecycleSweepMs = 3600_000;

/**
 * Opens the S3 that lies in a directory, and brings to an end what a sudden end left undone. Objects are plain files under
 * `<directory>/<bucket>/`; files put there by hand become objects.
 * @throws Error if another process has the directory open
 * @example
 * const s3 = await openS3({ directory, region: 'eu-central-1', accountId: '000000000000', notify: (event) => bus.put(event) });
 * await s3.createBucket('landing', { eventBridge: true });
 * createServer((request, response) => void s3.handle(request, response)).listen(0, '127.0.0.1');
 */
export async function openS3(options: S3Options): Promise<S3> {
  mkdirSync(join(options.directory, '.meta'), { recursive: true });
  const directory = realpathSync(options.directory);
  const ledger = new Ledger(join(directory, '.meta', 's3.sqlite'));
  const outbox = new Outbox(ledger, options.notify);
  const store = new ObjectStore(directory, options.accountId, ledger, outbox);
  const uploads = new Uploads(store, ledger);
  const staging = new Staging(directory);
  const drops = new Drops(store, ledger, staging, options.settleMs ?? 300);
  store.files.recover();
  await uploads.expire(Date.now());
  drops.start();
  drops.scanBehind();
  outbox.wake();
  const sweep = setInterval(() => void uploads.expire(Date.now()), lifecycleSweepMs).unref();
  const service = { options, ledger, store, uploads, staging, drops };
  const running = new Set<Promise<void>>();
  return {
    async createBucket(name, config = {}) {
      saveBucket(service, name, config);
    },
    async removeBucket(name) {
      await dropBucket(service, name);
    },
    hasBucket: (name) => ledger.bucket(name) !== undefined,
    handle(request, response) {
      const work = answer(service, request, response).finally(() => running.delete(work));
      running.add(work);
      return work;
    },
    scan: () => drops.scan(),
    async close() {
      clearInterval(sweep);
      await Promise.all(running);
      await drops.close();
      await outbox.close();
      await staging.close();
      ledger.close();
    },
  };
}
