import { createInterface } from 'node:readline';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import {
  type RejectedRow,
  type RejectsPage,
  type RejectsQuery,
  rejectedRow,
  type StepRun,
} from '@tributary/events/ledger';
import { ApiError, notFound } from '../api-error.ts';
import { type Aws, refusalOf } from '../aws-client.ts';
import { objectPath } from '../objects.ts';

/** Rows that are counted by code. */
const MOST_COUNTED = 100_000;

/** A page of a step's quarantine file; the cursor is the number of rows passed over. */
export async function readRejects(aws: Aws, step: StepRun, query: RejectsQuery): Promise<RejectsPage> {
  const { quarantine } = step;
  if (quarantine === undefined)
    throw notFound(`quarantine of ${step.chain}/${step.step}: no row was rejected`);
  const { bucket, key } = quarantine;
  const response = await aws.fetch('s3', objectPath(bucket, key));
  if (!response.ok) throw refusalOf(response.status, await response.text());
  const skip = query.cursor === undefined ? 0 : Number(query.cursor);
  if (!Number.isSafeInteger(skip) || skip < 0)
    throw new ApiError(400, {
      code: 'bad-cursor',
      message: 'This is no cursor of a page before',
      got: query.cursor ?? '',
    });
  const body = Readable.fromWeb(response.body as import('node:stream/web').ReadableStream);
  // Not `pipe`: a body that breaks off would end the process.
  const text = key.endsWith('.gz') ? pipeline(body, createGunzip(), () => {}) : body;
  const rows: RejectedRow[] = [];
  const codes: Record<string, number> = Object.create(null);
  let seen = 0;
  let matched = 0;
  try {
    for await (const line of createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY })) {
      const row = rejectedRow.safeParse(JSON.parse(line));
      if (!row.success) continue;
      seen += 1;
      codes[row.data.code] = (codes[row.data.code] ?? 0) + 1;
      if (query.code === undefined || query.code === row.data.code) {
        if (matched >= skip && rows.length < query.limit) rows.push(row.data);
        matched += 1;
      }
      if (seen >= MOST_COUNTED && matched > skip + query.limit) break;
    }
  } finally {
    body.destroy();
  }
  return {
    rows,
    ...(matched > skip + rows.length && { next: String(skip + rows.length) }),
    ...(quarantine.rows !== undefined && { total: quarantine.rows }),
    codes: { ...codes },
    quarantine: { bucket, key },
  };
}
