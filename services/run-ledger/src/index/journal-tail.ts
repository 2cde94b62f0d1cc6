import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { type LedgerEvent, readLedgerEvent } from '@tributary/events/ledger';
import { journalKey, journalTime } from '../record/ledger-keys.ts';

/**
 * Writers take their time between choosing a key and writing it, up to the 60 s that their function has (serverless.yml), and
 * their clocks differ a little.
 */
const overlapMs = 90_000;
const parallel = 16;

export interface JournalEntry {
  key: string;
  /** Milliseconds since 1970: when it was written. */
  at: number;
  events: LedgerEvent[];
}

/** Reads the journal on from where it was left, each object once. */
export class JournalTail {
  readonly #s3: S3Client;
  readonly #bucket: string;
  /** Keys of the last seconds that were read. */
  #seen = new Set<string>();
  #newest = 0;

  /** @param from milliseconds since 1970 of what was read last; from the beginning if left out */
  constructor(s3: S3Client, bucket: string, from = 0) {
    this.#s3 = s3;
    this.#bucket = bucket;
    this.#newest = from;
  }

  /** Milliseconds since 1970 of the newest object read. */
  get position(): number {
    return this.#newest;
  }

  /** What has come since. An object that cannot be read is an error, and is read again the next time. */
  async *read(): AsyncGenerator<JournalEntry> {
    const from = Math.max(0, this.#newest - overlapMs);
    let after: string | undefined = this.#newest === 0 ? undefined : journalKey(from, '');
    for (;;) {
      const { Contents = [], IsTruncated } = await this.#s3.send(
        new ListObjectsV2Command({
          Bucket: this.#bucket,
          Prefix: 'journal/',
          ...(after !== undefined && { StartAfter: after }),
        }),
      );
      const keys = Contents.flatMap(({ Key }) => (Key === undefined || this.#seen.has(Key) ? [] : [Key]));
      for (let at = 0; at < keys.length; at += parallel) {
        const entries = await Promise.all(keys.slice(at, at + parallel).map((key) => this.#get(key)));
        for (const entry of entries) {
          yield entry;
          this.#seen.add(entry.key);
          this.#newest = Math.max(this.#newest, entry.at);
        }
      }
      after = Contents.at(-1)?.Key;
      if (!IsTruncated || after === undefined) break;
    }
    const kept = this.#newest - overlapMs;
    for (const key of this.#seen) if (journalTime(key) < kept) this.#seen.delete(key);
  }

  async #get(key: string): Promise<JournalEntry> {
    const { Body } = await this.#s3.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
    const text = (await Body?.transformToString()) ?? '';
    const events = text.split('\n').flatMap((line) => {
      const read = line === '' ? undefined : readLedgerEvent(JSON.parse(line));
      return read === undefined ? [] : [read];
    });
    return { key, at: journalTime(key), events };
  }
}
