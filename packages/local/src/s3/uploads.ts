import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { concatenate } from './assembly.ts';
import type { TakenBody } from './body.ts';
import type { StagedFile } from './body-file.ts';
import {
  type Checksum,
  type ChecksumAlgorithm,
  type ChecksumType,
  joinChecksums,
  joinEtags,
} from './checksums.ts';
import type { WriteConditions } from './conditions.ts';
import { S3Error } from './errors.ts';
import { stampFile } from './file-identity.ts';
import type { Ledger } from './ledger.ts';
import type { Cause, ObjectStore } from './object-store.ts';
import type { Head, ObjectRecord, PartRecord, UploadRecord } from './records.ts';

/** A part as the client names it on completion. */
export interface NamedPart {
  number: number;
  etag: string;
  /** base64 */
  checksum?: { algorithm: ChecksumAlgorithm; value: string };
}

const smallestPart = 5 * 1024 * 1024;
const largestObject = 50 * 1024 ** 4;

/** Where the parts of an upload go: most lie in one file, each where it will be in the object. */
interface Slots {
  /** Bytes of every part but the last; set by the first part that comes. */
  size: number;
  /** Parts being written there or kept there. */
  taken: Set<number>;
}

/**
 * Multipart uploads. Parts of one size are written straight to their place in one file, which completing then merely renames;
 * parts that do not fit, or come a second time, get files of their own, and completing puts the object together.
 */
export class Uploads {
  #store: ObjectStore;
  #ledger: Ledger;
  #slots = new Map<string, Slots>();
  /** Uploads being put together: a second completion waits for the first. */
  #completing = new Map<string, Promise<unknown>>();

  constructor(store: ObjectStore, ledger: Ledger) {
    this.#store = store;
    this.#ledger = ledger;
  }

  create(
    bucket: string,
    key: string,
    head: Head,
    algorithm: ChecksumAlgorithm,
    type: ChecksumType,
    chosen: boolean,
  ): UploadRecord {
    const started = Date.now();
    // Ids of one key sort by time.
    const id = `${started.toString(36)}${randomBytes(30).toString('base64url')}`;
    const upload = { id, bucket, key, started, head, algorithm, type, chosen };
    mkdirSync(this.#folder(id), { recursive: true });
    this.#ledger.saveUpload(upload);
    return upload;
  }

  /** @throws S3Error NoSuchUpload */
  get(bucket: string, key: string, id: string): UploadRecord {
    const upload = this.#ledger.upload(id);
    if (!upload || upload.bucket !== bucket || upload.key !== key)
      throw new S3Error('NoSuchUpload', { UploadId: id });
    return upload;
  }

  /** Where the bytes of a part shall be written. `release` must be called if they never get there. */
  reserve(id: string, number: number, size: number): { path: string; offset: number; release(): void } {
    const slots = this.#slotsOf(id, size);
    const fits = size === slots.size && !slots.taken.has(number);
    if (fits) slots.taken.add(number);
    const path = join('.meta', 'uploads', id, fits ? 'object' : `${number}-${randomUUID()}`);
    writeFileSync(join(this.#store.directory, path), '', { flag: 'a' });
    return {
      path,
      offset: fits ? (number - 1) * slots.size : 0,
      release: () => {
        if (fits) slots.taken.delete(number);
        else rmSync(join(this.#store.directory, path), { force: true });
      },
    };
  }

  /** Takes note of a part; an earlier one of that number is replaced. @throws S3Error NoSuchUpload if it ended meanwhile */
  savePart(upload: UploadRecord, number: number, body: TakenBody): PartRecord {
    const part: PartRecord = {
      number,
      etag: body.md5,
      size: body.file.size,
      modified: Date.now(),
      checksum: body.checksum.value,
      path: body.file.path,
      offset: body.file.offset,
    };
    this.get(upload.bucket, upload.key, upload.id);
    const earlier = this.#ledger.part(upload.id, number);
    this.#ledger.savePart(upload.id, part);
    if (earlier && earlier.path !== this.#objectPath(upload.id) && earlier.path !== part.path) {
      rmSync(join(this.#store.directory, earlier.path), { force: true });
    }
    return part;
  }

  async complete(
    upload: UploadRecord,
    named: readonly NamedPart[],
    expected: {
      size?: number;
      checksum?: { algorithm: ChecksumAlgorithm; value: string };
      conditions: WriteConditions;
    },
    cause: Cause,
  ): Promise<ObjectRecord> {
    while (this.#completing.has(upload.id)) await this.#completing.get(upload.id)?.catch(() => {});
    this.get(upload.bucket, upload.key, upload.id);
    const parts = this.#choose(upload, named);
    this.#slotsOf(upload.id, 0);
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    if (size > largestObject) throw new S3Error('EntityTooLarge');
    if (expected.size !== undefined && expected.size !== size) {
      throw new S3Error(
        'InvalidRequest',
        {},
        'The provided x-amz-mp-object-size header does not match what was computed.',
      );
    }
    const checksum = this.#checkWhole(upload, parts, expected.checksum);
    const work = this.#assemble(upload.id, parts, size).then((file) => {
      const head: Head = {
        ...upload.head,
        checksum,
        upload: upload.id,
        parts: parts.map((part) => ({
          number: part.number,
          size: part.size,
          ...(upload.chosen && upload.type === 'COMPOSITE' && { checksum: part.checksum }),
        })),
      };
      const etag = joinEtags(parts.map((part) => part.etag));
      const { bucket, key } = upload;
      const along = () => this.#ledger.removeUpload(upload.id);
      return this.#store.put(
        { bucket, key, etag, file, head, conditions: expected.conditions, along },
        cause,
      );
    });
    this.#completing.set(upload.id, work);
    try {
      const record = await work;
      this.#forget(upload.id);
      return record;
    } finally {
      this.#completing.delete(upload.id);
    }
  }

  async abort(upload: UploadRecord): Promise<void> {
    while (this.#completing.has(upload.id)) await this.#completing.get(upload.id)?.catch(() => {});
    this.get(upload.bucket, upload.key, upload.id);
    this.#ledger.transact(() => this.#ledger.removeUpload(upload.id));
    this.#forget(upload.id);
  }

  /** Ends uploads that the bucket's lifecycle rules call too old. */
  async expire(now: number): Promise<void> {
    for (const upload of this.#ledger.uploads()) {
      const rules = this.#ledger.bucket(upload.bucket)?.config.lifecycle ?? [];
      const ended = rules.some(
        (rule) =>
          upload.key.startsWith(rule.prefix ?? '') &&
          now - upload.started > rule.abortIncompleteMultipartUploadDays * 24 * 3600_000,
      );
      if (ended) await this.abort(upload).catch(() => {});
    }
  }

  /** The parts a completion names, held against those that were sent. */
  #choose(upload: UploadRecord, named: readonly NamedPart[]): PartRecord[] {
    if (named.length === 0) throw new S3Error('MalformedXML');
    const sent = new Map(this.#ledger.parts(upload.id).map((part) => [part.number, part]));
    const chosen = named.map((name, index) => {
      if (index > 0 && name.number <= (named[index - 1] as NamedPart).number)
        throw new S3Error('InvalidPartOrder', { UploadId: upload.id });
      const part = sent.get(name.number);
      const matches =
        part && part.etag === name.etag.replace(/^"|"$/g, '') && this.#matches(upload, part, name.checksum);
      if (!matches)
        throw new S3Error('InvalidPart', { UploadId: upload.id, PartNumber: name.number, ETag: name.etag });
      return part;
    });
    const small = chosen.slice(0, -1).find((part) => part.size < smallestPart);
    if (small) {
      throw new S3Error('EntityTooSmall', {
        ProposedSize: small.size,
        MinSizeAllowed: smallestPart,
        PartNumber: small.number,
        ETag: small.etag,
      });
    }
    return chosen;
  }

  #matches(upload: UploadRecord, part: PartRecord, checksum: NamedPart['checksum']): boolean {
    // Whoever chose no checksum may still send one with each part.
    return (
      !checksum ||
      !upload.chosen ||
      (checksum.algorithm === upload.algorithm && checksum.value === part.checksum)
    );
  }

  #checkWhole(
    upload: UploadRecord,
    parts: PartRecord[],
    expected: { algorithm: ChecksumAlgorithm; value: string } | undefined,
  ): Checksum {
    const checksum = joinChecksums(
      upload.algorithm,
      upload.type,
      parts.map((part) => ({ value: part.checksum, size: part.size })),
    );
    if (!expected) return checksum;
    const wanted = expected.value.replace(/-\d+$/, '');
    if (expected.algorithm !== upload.algorithm || wanted !== checksum.value.replace(/-\d+$/, '')) {
      throw new S3Error(
        'BadDigest',
        {},
        `The ${expected.algorithm} you specified did not match the calculated checksum.`,
      );
    }
    return checksum;
  }

  /** One file that holds just the object. */
  async #assemble(id: string, parts: PartRecord[], size: number): Promise<StagedFile> {
    const objectPath = this.#objectPath(id);
    const target = join(this.#store.directory, objectPath);
    let end = 0;
    const chosen = new Set(parts.map((part) => part.number));
    // Parts that are not wanted now may be, should this completion fail.
    const spare = [...(this.#slots.get(id)?.taken ?? [])].some((number) => !chosen.has(number));
    const contiguous = parts.every((part) => {
      const here = part.path === objectPath && part.offset === end;
      end += part.size;
      return here;
    });
    const inPlace = contiguous && !spare;
    const aside = inPlace ? objectPath : join('.meta', 'uploads', id, `whole-${randomUUID()}`);
    if (inPlace) truncateSync(target, size);
    else await concatenate(this.#store.directory, parts, join(this.#store.directory, aside));
    return { path: aside, offset: 0, size, mtime: stampFile(join(this.#store.directory, aside)) };
  }

  #slotsOf(id: string, size: number): Slots {
    const known = this.#slots.get(id);
    if (known) return known;
    // After a restart, the parts that are there tell.
    const kept = this.#ledger.parts(id).filter((part) => part.path === this.#objectPath(id));
    const slots = { size: kept[0]?.size ?? size, taken: new Set(kept.map((part) => part.number)) };
    this.#slots.set(id, slots);
    return slots;
  }

  #forget(id: string): void {
    this.#slots.delete(id);
    rmSync(this.#folder(id), { recursive: true, force: true });
  }

  #folder(id: string): string {
    return join(this.#store.directory, '.meta', 'uploads', id);
  }

  #objectPath(id: string): string {
    return join('.meta', 'uploads', id, 'object');
  }
}
