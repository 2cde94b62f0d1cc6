import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { parseOptions, runConversion } from '@tributary/codec';
import { csvToParquet } from '@tributary/codec/csv-to-parquet';
import { createObject } from '@tributary/service';
import { inParallel, pagesOfKeys, readJson } from '../index/run-events.ts';
import { dayPrefix, escapeValue } from '../record/ledger-keys.ts';
import { eventRow, eventTableHeader, eventTableSchema } from './event-table.ts';

/** Events read before they are handed on: each is up to 256 KiB. */
const batchSize = 100;

/** Where a day of a chain lies: beside `ledger/`, partitioned likewise. */
export function compactedKey(chain: string, date: string): string {
  return `events/chain=${escapeValue(chain)}/date=${date}/events.parquet`;
}

/**
 * Makes one Parquet file of a day of a chain. The same events give the same file, whoever makes it and however often; the
 * small objects stay until their lifecycle ends. Memory does not grow with the day: keys, events and parts of the file come
 * and go.
 * @returns events written; 0 if there were none, and then no file
 */
export async function compactDay(s3: S3Client, bucket: string, chain: string, date: string): Promise<number> {
  const prefix = dayPrefix(chain, date);
  const key = compactedKey(chain, date);
  const before = await etagOf(s3, bucket, key);
  const target = { bucket, key, contentType: 'application/vnd.apache.parquet', metadata: {} };
  const sink = createObject(s3, target);
  try {
    const report = await runConversion(
      csvToParquet,
      parseOptions(csvToParquet, { schema: eventTableSchema }),
      {
        source: sourceOfRows(rowsOf(s3, bucket, prefix)),
        sink,
        quarantine: () => Promise.reject(new Error(`${prefix} holds an event that does not fit its table`)),
        metadata: { 'tributary.chain': chain, 'tributary.date': date },
      },
    );
    // Whoever else has compacted the day meanwhile may have had more of its events.
    if (report.rows > 0) await sink.complete(before === undefined ? { absent: true } : { etag: before });
    else await sink.abort();
    return report.rows;
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

async function etagOf(s3: S3Client, bucket: string, key: string): Promise<string | undefined> {
  try {
    return (await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).ETag?.replaceAll('"', '');
  } catch (error) {
    if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 404)
      return undefined;
    throw error;
  }
}

async function* rowsOf(s3: S3Client, bucket: string, prefix: string): AsyncGenerator<string> {
  yield eventTableHeader;
  for await (const keys of pagesOfKeys(s3, bucket, prefix)) {
    for (let at = 0; at < keys.length; at += batchSize) {
      const events = await inParallel(keys.slice(at, at + batchSize), (key) => readJson(s3, bucket, key));
      yield events.map((event) => eventRow(event) ?? '').join('');
    }
  }
}

function sourceOfRows(rows: AsyncGenerator<string>) {
  let rest = Buffer.alloc(0);
  return {
    async read(into: Uint8Array): Promise<number> {
      while (rest.length === 0) {
        const { value, done } = await rows.next();
        if (done) return 0;
        rest = Buffer.from(value);
      }
      const count = Math.min(into.length, rest.length);
      into.set(rest.subarray(0, count));
      rest = rest.subarray(count);
      return count;
    },
  };
}
