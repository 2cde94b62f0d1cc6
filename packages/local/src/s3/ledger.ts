import { sep } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { S3Notification } from './notification.ts';
import {
  type BucketRecord,
  type ObjectRecord,
  type PartRecord,
  type Row,
  toBucket,
  toBytes,
  toObject,
  toUpload,
  type UploadRecord,
} from './records.ts';

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = OFF;
  CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY, created INTEGER, config TEXT) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS objects (
    bucket TEXT, key BLOB, sequencer TEXT, version TEXT, latest INTEGER, marker INTEGER, etag TEXT, size INTEGER,
    modified INTEGER, path TEXT, home TEXT, mtime TEXT, head TEXT, PRIMARY KEY (bucket, key, sequencer DESC)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX IF NOT EXISTS latest_objects ON objects (bucket, key) WHERE latest = 1;
  CREATE INDEX IF NOT EXISTS unsettled_objects ON objects (sequencer) WHERE path <> home;
  CREATE INDEX IF NOT EXISTS object_paths ON objects (path);
  CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY, bucket TEXT, key BLOB, started INTEGER, head TEXT, algorithm TEXT, type TEXT, chosen INTEGER
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS uploads_by_key ON uploads (bucket, key, id);
  CREATE TABLE IF NOT EXISTS parts (
    upload TEXT, number INTEGER, etag TEXT, size INTEGER, modified INTEGER, checksum TEXT, path TEXT, offset INTEGER,
    PRIMARY KEY (upload, number)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS leftovers (path TEXT PRIMARY KEY, size INTEGER, mtime TEXT) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, notification TEXT);
  CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
`;

type Bound = string | number | Uint8Array | null;

/**
 * The records of all buckets, in one SQLite file. What it says is so: a transaction here decides whether a write happened, files
 * follow. All calls are synchronous, so that what is read and what is written about it share one turn.
 *
 * No call waits for the disk (`synchronous = OFF`, and no fsync of object files): everything survives the end of the process
 * at any moment, not the loss of power.
 */
export class Ledger {
  #db: DatabaseSync;
  #statements = new Map<string, StatementSync>();
  /** Each request asks for its bucket several times. */
  #buckets = new Map<string, BucketRecord>();

  /** @throws Error if another process holds the file */
  constructor(file: string) {
    this.#db = new DatabaseSync(file);
    try {
      this.#db.exec('PRAGMA locking_mode = EXCLUSIVE');
      this.#db.exec(schema);
    } catch (error) {
      this.#db.close();
      const locked = /locked/.test(String(error));
      throw locked ? new Error(`Another process has ${file} open`, { cause: error }) : error;
    }
  }

  close(): void {
    this.#db.close();
  }

  /** Runs `work` as one transaction: all of it or, if it throws, nothing. */
  transact<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      this.#buckets.clear();
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  buckets(): BucketRecord[] {
    return this.#all('SELECT * FROM buckets ORDER BY name').map(toBucket);
  }

  bucket(name: string): BucketRecord | undefined {
    const known = this.#buckets.get(name);
    if (known) return known;
    const row = this.#one('SELECT * FROM buckets WHERE name = ?', name);
    if (!row) return undefined;
    const bucket = toBucket(row);
    this.#buckets.set(name, bucket);
    return bucket;
  }

  saveBucket({ name, created, config }: BucketRecord): void {
    this.#buckets.delete(name);
    this.#run('INSERT OR REPLACE INTO buckets VALUES (?, ?, ?)', name, created, JSON.stringify(config));
  }

  removeBucket(name: string): void {
    this.#buckets.delete(name);
    this.#run('DELETE FROM buckets WHERE name = ?', name);
  }

  /** The newest version, be it a delete marker. */
  latest(bucket: string, key: string): ObjectRecord | undefined {
    return this.#object(
      'SELECT * FROM objects WHERE bucket = ? AND key = ? AND latest = 1',
      bucket,
      toBytes(key),
    );
  }

  version(bucket: string, key: string, version: string): ObjectRecord | undefined {
    return this.#object(
      'SELECT * FROM objects WHERE bucket = ? AND key = ? AND version = ?',
      bucket,
      toBytes(key),
      version,
    );
  }

  /** The newest of all versions but the latest one. */
  runnerUp(bucket: string, key: string): ObjectRecord | undefined {
    return this.#object(
      'SELECT * FROM objects WHERE bucket = ? AND key = ? AND latest = 0 ORDER BY sequencer DESC LIMIT 1',
      bucket,
      toBytes(key),
    );
  }

  objectAt(path: string): ObjectRecord | undefined {
    return this.#object('SELECT * FROM objects WHERE path = ?', path);
  }

  unsettled(): ObjectRecord[] {
    // Older versions first: they must be out of the way.
    return this.#all('SELECT * FROM objects WHERE path <> home ORDER BY latest, sequencer').map(toObject);
  }

  saveObject(record: ObjectRecord): void {
    this.#run(
      'INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      record.bucket,
      toBytes(record.key),
      record.sequencer,
      record.version,
      Number(record.latest),
      Number(record.marker),
      record.etag,
      record.size,
      record.modified,
      record.path,
      record.home,
      record.mtime,
      JSON.stringify(record.head),
    );
  }

  removeObject({ bucket, key, sequencer }: ObjectRecord): void {
    this.#run(
      'DELETE FROM objects WHERE bucket = ? AND key = ? AND sequencer = ?',
      bucket,
      toBytes(key),
      sequencer,
    );
  }

  isEmpty(bucket: string): boolean {
    return !this.#one('SELECT 1 FROM objects WHERE bucket = ? LIMIT 1', bucket);
  }

  /** Live objects of which the key is at least `from` (or greater than it), in the order of their UTF-8 bytes. */
  list(bucket: string, from: Uint8Array, inclusive: boolean, limit: number): ObjectRecord[] {
    const order = inclusive ? '>=' : '>';
    const sql = `SELECT * FROM objects WHERE bucket = ? AND key ${order} ? AND latest = 1 AND marker = 0 ORDER BY key LIMIT ?`;
    return this.#all(sql, bucket, from, limit).map(toObject);
  }

  /** All versions from a place on, keys ascending, newest version first. */
  listVersions(
    bucket: string,
    from: Uint8Array,
    inclusive: boolean,
    before: string | undefined,
    limit: number,
  ): ObjectRecord[] {
    if (before !== undefined) {
      const sql =
        'SELECT * FROM objects WHERE bucket = ? AND (key > ? OR (key = ? AND sequencer < ?)) ORDER BY key, sequencer DESC LIMIT ?';
      return this.#all(sql, bucket, from, from, before, limit).map(toObject);
    }
    const sql = `SELECT * FROM objects WHERE bucket = ? AND key ${inclusive ? '>=' : '>'} ? ORDER BY key, sequencer DESC LIMIT ?`;
    return this.#all(sql, bucket, from, limit).map(toObject);
  }

  /** Paths of all live objects of a bucket. */
  *paths(bucket: string): Iterable<string> {
    const sql = 'SELECT path FROM objects WHERE bucket = ? AND latest = 1 AND marker = 0';
    for (const row of this.#prepare(sql).all(bucket)) yield (row as Row).path as string;
  }

  /** Paths of what lies under a folder, in any version. */
  pathsBelow(folder: string): string[] {
    const [first, end] = [folder + sep, folder + String.fromCharCode(sep.charCodeAt(0) + 1)];
    const sql = 'SELECT path FROM objects WHERE path >= ? AND path < ?';
    return this.#all(sql, first, end).map(({ path }) => path as string);
  }

  knowsPath(path: string): boolean {
    return (
      this.#one('SELECT 1 FROM objects WHERE path = ?', path) !== undefined ||
      this.#one('SELECT 1 FROM parts WHERE path = ?', path) !== undefined
    );
  }

  upload(id: string): UploadRecord | undefined {
    const row = this.#one('SELECT * FROM uploads WHERE id = ?', id);
    return row && toUpload(row);
  }

  uploads(bucket?: string): UploadRecord[] {
    return bucket === undefined
      ? this.#all('SELECT * FROM uploads').map(toUpload)
      : this.#all('SELECT * FROM uploads WHERE bucket = ? ORDER BY key, id', bucket).map(toUpload);
  }

  saveUpload(upload: UploadRecord): void {
    this.#run(
      'INSERT INTO uploads VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      upload.id,
      upload.bucket,
      toBytes(upload.key),
      upload.started,
      JSON.stringify(upload.head),
      upload.algorithm,
      upload.type,
      Number(upload.chosen),
    );
  }

  removeUpload(id: string): void {
    this.#run('DELETE FROM parts WHERE upload = ?', id);
    this.#run('DELETE FROM uploads WHERE id = ?', id);
  }

  parts(upload: string): PartRecord[] {
    const rows = this.#all('SELECT * FROM parts WHERE upload = ? ORDER BY number', upload);
    return rows.map(({ upload: _, ...part }) => part as unknown as PartRecord);
  }

  part(upload: string, number: number): PartRecord | undefined {
    return this.#one('SELECT * FROM parts WHERE upload = ? AND number = ?', upload, number) as unknown as
      | PartRecord
      | undefined;
  }

  savePart(upload: string, part: PartRecord): void {
    const { number, etag, size, modified, checksum, path, offset } = part;
    const sql = 'INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?, ?, ?)';
    this.#run(sql, upload, number, etag, size, modified, checksum, path, offset);
  }

  /** Files to be unlinked, told apart from later ones of that name by size and time. */
  leftovers(): { path: string; size: number; mtime: string }[] {
    return this.#all('SELECT * FROM leftovers') as unknown as { path: string; size: number; mtime: string }[];
  }

  saveLeftover({ path, size, mtime }: { path: string; size: number; mtime: string }): void {
    this.#run('INSERT OR REPLACE INTO leftovers VALUES (?, ?, ?)', path, size, mtime);
  }

  removeLeftover(path: string): void {
    this.#run('DELETE FROM leftovers WHERE path = ?', path);
  }

  /** Notifications not yet delivered, oldest first. */
  outbox(limit: number): { id: number; notification: S3Notification }[] {
    return this.#all('SELECT * FROM outbox ORDER BY id LIMIT ?', limit).map((row) => ({
      id: row.id as number,
      notification: JSON.parse(row.notification as string) as S3Notification,
    }));
  }

  post(notification: S3Notification): void {
    this.#run('INSERT INTO outbox (notification) VALUES (?)', JSON.stringify(notification));
  }

  markDelivered(id: number): void {
    this.#run('DELETE FROM outbox WHERE id = ?', id);
  }

  counter(name: string): string {
    return (this.#one('SELECT value FROM counters WHERE name = ?', name)?.value as string | undefined) ?? '';
  }

  saveCounter(name: string, value: string): void {
    this.#run('INSERT OR REPLACE INTO counters VALUES (?, ?)', name, value);
  }

  #object(sql: string, ...bound: Bound[]): ObjectRecord | undefined {
    const row = this.#one(sql, ...bound);
    return row && toObject(row);
  }

  #one(sql: string, ...bound: Bound[]): Row | undefined {
    return this.#prepare(sql).get(...bound) as Row | undefined;
  }

  #all(sql: string, ...bound: Bound[]): Row[] {
    return this.#prepare(sql).all(...bound) as Row[];
  }

  #run(sql: string, ...bound: Bound[]): void {
    this.#prepare(sql).run(...bound);
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
