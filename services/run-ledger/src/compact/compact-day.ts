import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { parseOptions, runConversion } from '@tributary/codec';
import { csvToParquet } from '@tributary/codec/csv-to-parquet';
import { inParallel, listKeys, readJson } from '../index/run-events.ts';
import { escapeValue } from '../record/ledger-keys.ts';
import { eventRow, eventTableHeader, eventTableSchema } from './event-table.ts';

/** Events read before they are handed on. */
const batchSize = 500;
/** A day of a chain in memory as Parquet; a larger one is not what this is for. */
const maxBytes = 512 * 1024 * 1024;

/** Where a day of a chain lies: beside `ledger/`, partitioned likewise. */
export function compactedKey(chain: string, date: string): string {
  return `events/chain=${escapeValue(chain)}/date=${date}/events.parquet`;
}

/**
 * Makes one Parquet file of a day of a chain. The same events give the same file, whoever makes it and however often; the
 * small objects stay until their lifecycle ends.
 * @returns events written; 0 if there were none, and then no file
 */
export async function compactDay(s3: S3Client, bucket: string, chain: string, date: string): Promise<number> {
  const prefix = `ledger/chain=${escapeValue(chain)}/date=${date}/`;
  const keys = (await listKeys(s3, bucket, prefix)).sort();
  if (keys.length === 0) return 0;
  const parts: Buffer[] = [];
  let size = 0;
  const report = await runConversion(csvToParquet, parseOptions(csvToParquet, { schema: eventTableSchema }), {
    source: sourceOfRows(rowsOf(s3, bucket, keys)),
    sink: {
      async write(bytes) {
        size += bytes.length;
        if (size > maxBytes) throw new Error(`${prefix} makes more than ${maxBytes} bytes of Parquet`);
        parts.push(Buffer.from(bytes));
      },
    },
    quarantine: () => Promise.reject(new Error(`${prefix} holds an event that does not fit its table`)),
    metadata: { 'tributary.chain': chain, 'tributary.date': date },
  });
  await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: compactedKey(chain, date),
      Body: Buffer.concat(parts),
      ContentType: 'application/vnd.apache.parquet',
    }),
  );
  return report.rows;
}

async function* rowsOf(s3: S3Client, bucket: string, keys: readonly string[]): AsyncGenerator<string> {
  yield eventTableHeader;
  for (let at = 0; at < keys.length; at += batchSize) {
    const events = await inParallel(keys.slice(at, at + batchSize), (key) => readJson(s3, bucket, key));
    yield events.map((event) => eventRow(event) ?? '').join('');
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
