import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { StagedFile } from './body-file.ts';
import { checkDelete, checkWrite, type WriteConditions } from './conditions.ts';
import { S3Error } from './errors.ts';
import { type FileIdentity, identify, sameFile } from './file-identity.ts';
import type { Ledger } from './ledger.ts';
import type { S3NotificationDetail, S3NotificationKind } from './notification.ts';
import { ObjectFiles } from './object-files.ts';
import type { Outbox } from './outbox.ts';
import { placeKey } from './placement.ts';
import type { Head, ObjectRecord } from './records.ts';
import { Sequencer } from './sequencer.ts';

/** Who caused a change: goes into the notification. */
export interface Cause {
  requestId: string;
  requester: string;
  sourceIp: string;
  reason: NonNullable<S3NotificationDetail['reason']>;
}

export interface NewObject {
  bucket: string;
  key: string;
  /** hex, with `-<parts>` of a multipart object */
  etag: string;
  file: StagedFile;
  head: Head;
  conditions?: WriteConditions;
  /** More to be done in the same transaction. */
  along?(): void;
}

export interface Deleted {
  /** Of the version or marker that was removed, or of the marker that was made. */
  version: string;
  marker: boolean;
}

const metaFolder = '.meta';

/**
 * Objects: a record each, and their bytes in plain files.
 *
 * A write lands in a file aside. One transaction then says "this file is the object now, and belongs there", and the rename
 * follows in the same turn. Whatever ends the process in between, `recover` finds by the record where the bytes are and
 * moves them on. Readers open the file in the turn in which they read its record, and keep what they opened.
 */
export class ObjectStore {
  readonly directory: string;
  readonly files: ObjectFiles;
  #accountId: string;
  #ledger: Ledger;
  #outbox: Outbox;
  #sequencer: Sequencer;

  constructor(directory: string, accountId: string, ledger: Ledger, outbox: Outbox) {
    this.directory = directory;
    this.files = new ObjectFiles(directory, ledger);
    this.#accountId = accountId;
    this.#ledger = ledger;
    this.#outbox = outbox;
    this.#sequencer = new Sequencer(ledger.counter('sequencer'));
  }

  /** The object of a key, or undefined; a delete marker counts as none. */
  find(bucket: string, key: string): ObjectRecord | undefined {
    const record = this.#current(bucket, key);
    return record?.marker ? undefined : record;
  }

  /**
   * @throws S3Error NoSuchKey, NoSuchVersion; MethodNotAllowed for a delete marker asked for by version
   */
  get(bucket: string, key: string, version?: string): ObjectRecord {
    const record =
      version === undefined ? this.#current(bucket, key) : this.#ledger.version(bucket, key, version);
    if (!record) {
      throw version === undefined
        ? new S3Error('NoSuchKey', { Key: key })
        : new S3Error('NoSuchVersion', { Key: key, VersionId: version });
    }
    if (!record.marker) return record;
    const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': record.version };
    throw version === undefined
      ? new S3Error('NoSuchKey', { Key: key }, undefined, headers)
      : new S3Error('MethodNotAllowed', { Method: 'GET', ResourceType: 'DeleteMarker' }, undefined, {
          ...headers,
          allow: 'DELETE',
          'last-modified': new Date(record.modified).toUTCString(),
        });
  }

  /** Makes a staged file an object. Conditions are checked in the same turn. @throws S3Error PreconditionFailed, ... */
  put(object: NewObject, cause: Cause): ObjectRecord {
    const { bucket, key, file, conditions = {} } = object;
    const versioning = this.#versioning(bucket);
    const current = this.#current(bucket, key);
    this.#checkUntouched(current, conditions);
    checkWrite(conditions, current?.marker ? undefined : current);
    const record: ObjectRecord = {
      bucket,
      key,
      version: versioning ? newVersion() : 'null',
      latest: true,
      marker: false,
      etag: object.etag,
      size: file.size,
      modified: Date.now(),
      sequencer: this.#sequencer.next(),
      path: file.path,
      home: this.#homeOf(bucket, key, versioning ? undefined : current),
      mtime: file.mtime,
      head: object.head,
    };
    this.#replace(current, record, () => {
      object.along?.();
      this.#tell('Object Created', record, cause, { size: record.size, etag: record.etag });
    });
    return record;
  }

  /** Makes a file that a person put into the bucket's folder an object. @returns false if it is no longer that file */
  adopt(
    bucket: string,
    key: string,
    path: string,
    identity: FileIdentity,
    etag: string,
    head: Head,
  ): boolean {
    if (!sameFile(identity, identify(join(this.directory, path)))) return false;
    const current = this.#ledger.latest(bucket, key);
    // The file's former content is gone, whatever the bucket's versioning.
    const overwritten = current?.path === path ? current : undefined;
    const record: ObjectRecord = {
      bucket,
      key,
      version: this.#versioning(bucket) ? newVersion() : 'null',
      latest: true,
      marker: false,
      etag,
      size: identity.size,
      modified: Date.now(),
      sequencer: this.#sequencer.next(),
      path,
      home: path,
      mtime: identity.mtime,
      head,
    };
    this.#replace(current, record, () => {
      if (overwritten) this.#ledger.removeObject(overwritten);
      this.#tell('Object Created', record, this.#byHand('PutObject'), { size: record.size, etag });
    });
    return true;
  }

  /** Takes note that a person removed an object's file. Older versions stay what they are: older. */
  forget(record: ObjectRecord): void {
    const cause = this.#byHand('DeleteObject');
    const versioning = this.#versioning(record.bucket);
    if (versioning === undefined) {
      this.#removeVersion(record, cause);
      return;
    }
    const marker = this.#newMarker(record, versioning);
    this.#replace(record, marker, () => {
      this.#ledger.removeObject(record);
      this.#tell('Object Deleted', marker, cause, { etag: emptyEtag }, 'Delete Marker Created');
    });
  }

  /**
   * Deletes an object, or one version of it. In a versioned bucket, deleting an object makes a delete marker.
   * @returns undefined if there was nothing to do
   * @throws S3Error PreconditionFailed, NoSuchKey
   */
  remove(
    bucket: string,
    key: string,
    version: string | undefined,
    ifMatch: string | undefined,
    cause: Cause,
  ): Deleted | undefined {
    const current = this.#current(bucket, key);
    checkDelete(ifMatch, current?.marker ? undefined : current);
    if (version !== undefined) {
      const record = this.#ledger.version(bucket, key, version);
      return record && this.#removeVersion(record, cause);
    }
    const versioning = this.#versioning(bucket);
    if (versioning === undefined) return current && this.#removeVersion(current, cause);
    const marker = this.#newMarker({ bucket, key }, versioning);
    this.#replace(current, marker, () =>
      this.#tell('Object Deleted', marker, cause, { etag: emptyEtag }, 'Delete Marker Created'),
    );
    return { version: marker.version, marker: true };
  }

  /** Gives an object other tags. */
  tag(record: ObjectRecord, tags: Record<string, string> | undefined, cause: Cause): void {
    const { tags: _, ...head } = record.head;
    const changed = { ...record, head: tags && Object.keys(tags).length > 0 ? { ...head, tags } : head };
    this.#ledger.transact(() => {
      this.#ledger.saveObject(changed);
      const { reason: _reason, ...rest } = cause;
      this.#tell(tags ? 'Object Tags Added' : 'Object Tags Deleted', changed, rest, { etag: record.etag });
    });
    this.#outbox.wake();
  }

  #newMarker({ bucket, key }: { bucket: string; key: string }, versioning: boolean): ObjectRecord {
    return {
      bucket,
      key,
      version: versioning ? newVersion() : 'null',
      latest: true,
      marker: true,
      etag: '',
      size: 0,
      modified: Date.now(),
      sequencer: this.#sequencer.next(),
      path: '',
      home: '',
      mtime: '',
      head: { headers: {}, metadata: {} },
    };
  }

  /** The cause of what a person does in the folder: told like the same change by the API, from this machine. */
  #byHand(reason: Cause['reason']): Cause {
    return { requestId: newRequestId(), requester: this.#accountId, sourceIp: '127.0.0.1', reason };
  }

  /** The latest record, after a look whether its file is still there. */
  #current(bucket: string, key: string): ObjectRecord | undefined {
    const record = this.#ledger.latest(bucket, key);
    if (!record || record.marker || identify(join(this.directory, record.path))) return record;
    this.forget(record);
    return this.#ledger.latest(bucket, key);
  }

  // A condition speaks of what the client has seen; a change by hand that no record knows of yet is a conflict.
  #checkUntouched(current: ObjectRecord | undefined, conditions: WriteConditions): void {
    if (conditions.ifMatch === undefined || !current || current.marker) return;
    if (!sameFile(current, identify(join(this.directory, current.path))))
      throw new S3Error('ConditionalRequestConflict');
  }

  #versioning(bucket: string): boolean | undefined {
    const record = this.#ledger.bucket(bucket);
    if (!record) throw new S3Error('NoSuchBucket', { BucketName: bucket });
    return record.config.versioning;
  }

  // An overwrite stays in its place, so that the rename replaces the old file in one step.
  #homeOf(bucket: string, key: string, current: ObjectRecord | undefined): string {
    if (current && !current.marker && current.home === current.path) return current.home;
    const root = join(this.directory, bucket);
    mkdirSync(root, { recursive: true });
    return join(bucket, placeKey(root, key));
  }

  /** Makes `next` the latest version in one transaction, then moves the files. */
  #replace(current: ObjectRecord | undefined, next: ObjectRecord, along: () => void): void {
    let demoted: ObjectRecord | undefined;
    const gone: ObjectRecord[] = [];
    this.#ledger.transact(() => {
      // There is one `null` version at most, wherever it stands.
      const replaced =
        next.version === 'null' ? this.#ledger.version(next.bucket, next.key, 'null') : undefined;
      if (replaced) {
        this.#ledger.removeObject(replaced);
        if (!replaced.marker && replaced.path !== next.home) gone.push(replaced);
      }
      if (current && current.sequencer !== replaced?.sequencer) {
        demoted = { ...current, latest: false };
        if (!current.marker && current.path !== next.path)
          demoted.home = join(metaFolder, 'versions', randomUUID());
        this.#ledger.saveObject(demoted);
      }
      for (const record of gone) this.#ledger.saveLeftover(record);
      this.#ledger.saveObject(next);
      along();
      this.#ledger.saveCounter('sequencer', next.sequencer);
    });
    if (demoted) this.files.settle(demoted);
    if (next.path !== next.home) this.files.settle(next);
    for (const record of gone) this.files.remove(record);
    if (next.marker && demoted) this.files.prune(current as ObjectRecord);
    this.#outbox.wake();
  }

  #removeVersion(record: ObjectRecord, cause: Cause): Deleted {
    this.#ledger.transact(() => {
      this.#dropVersion(record);
      if (!record.marker) this.#ledger.saveLeftover(record);
      const event = { ...record, sequencer: this.#sequencer.next() };
      this.#tell(
        'Object Deleted',
        event,
        cause,
        record.marker ? {} : { etag: record.etag },
        'Permanently Deleted',
      );
      this.#ledger.saveCounter('sequencer', event.sequencer);
    });
    if (!record.marker) this.files.remove(record);
    const heir = this.#ledger.latest(record.bucket, record.key);
    if (record.latest && heir && heir.path !== heir.home) this.files.settle(heir);
    this.#outbox.wake();
    return { version: record.version, marker: record.marker };
  }

  /** Takes a version out of the records; the one before it becomes the latest. */
  #dropVersion(record: ObjectRecord): void {
    this.#ledger.removeObject(record);
    if (!record.latest) return;
    const heir = this.#ledger.runnerUp(record.bucket, record.key);
    if (!heir) return;
    const home = heir.marker ? '' : this.#homeOf(heir.bucket, heir.key, undefined);
    this.#ledger.saveObject({ ...heir, latest: true, home });
  }

  #tell(
    kind: S3NotificationKind,
    record: ObjectRecord,
    cause: Omit<Cause, 'reason'> & { reason?: Cause['reason'] },
    figures: { size?: number; etag?: string },
    deletion?: S3NotificationDetail['deletion-type'],
  ): void {
    const bucket = this.#ledger.bucket(record.bucket);
    if (!bucket?.config.eventBridge) return;
    const versioned = bucket.config.versioning !== undefined;
    this.#ledger.post({
      kind,
      time: new Date().toISOString().replace(/\.\d+/, ''),
      detail: {
        version: '0',
        bucket: { name: record.bucket },
        object: {
          key: record.key,
          ...figures,
          ...(versioned && { 'version-id': record.version }),
          ...(cause.reason && { sequencer: record.sequencer }),
        },
        'request-id': cause.requestId,
        requester: cause.requester,
        'source-ip-address': cause.sourceIp,
        ...(cause.reason && { reason: cause.reason }),
        ...(deletion && { 'deletion-type': deletion }),
      },
    });
  }
}

/** Sixteen characters, as AWS has them. */
export function newRequestId(): string {
  return randomBytes(10).toString('hex').toUpperCase().slice(0, 16);
}

/** MD5 of nothing: what AWS gives for a delete marker. */
const emptyEtag = 'd41d8cd98f00b204e9800998ecf8427e';

function newVersion(): string {
  return randomBytes(24).toString('base64url');
}
