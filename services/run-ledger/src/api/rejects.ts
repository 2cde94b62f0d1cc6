import { createInterface } from 'node:readline';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { RejectedRow, RejectsPage, RejectsQuery, StepRun } from '@tributary/events/ledger';
import { ApiError } from './request.ts';

/** Codes are counted this far; a page beyond is read up to its end. */
const countedRows = 100_000;

/** A page of a step's quarantine file, which is read from its start: it is gzip. @throws {ApiError} */
export async function readRejects(
  s3: S3Client,
  step: StepRun,
  { code, limit, cursor }: RejectsQuery,
): Promise<RejectsPage> {
  const { quarantine } = step;
  if (quarantine === undefined)
    throw new ApiError(404, { code: 'no-rejects', message: 'The step has rejected no rows' });
  const { bucket, key } = quarantine;
  const start = cursor === undefined ? 0 : Number(cursor);
  if (!Number.isSafeInteger(start) || start < 0) {
    throw new ApiError(400, { code: 'bad-query', message: 'This is no cursor', got: String(cursor) });
  }
  const body = await open(s3, bucket, key);
  const rows: RejectedRow[] = [];
  const codes: Record<string, number> = {};
  let row = 0;
  let next: string | undefined;
  // Not `pipe`: a body that breaks off would end the process. So it ends the lines, which throw.
  const text = pipeline(body, createGunzip(), () => {});
  const lines = createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) {
      const rejected = JSON.parse(line) as RejectedRow;
      if (row < countedRows) codes[rejected.code] = (codes[rejected.code] ?? 0) + 1;
      if (row >= start && (code === undefined || rejected.code === code)) {
        if (rows.length < limit) rows.push(rejected);
        else next ??= String(row);
      }
      row++;
      if (next !== undefined && row >= countedRows) break;
    }
  } finally {
    lines.close();
    body.destroy();
  }
  return {
    rows,
    ...(next !== undefined && { next }),
    ...(quarantine.rows !== undefined && { total: quarantine.rows }),
    codes,
    quarantine: { bucket, key },
  };
}

async function open(s3: S3Client, bucket: string, key: string): Promise<Readable> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return Body as Readable;
  } catch (error) {
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    const got = `s3://${bucket}/${key}`;
    if (status === 404)
      throw new ApiError(404, { code: 'rejects-gone', message: 'The quarantine file is there no more', got });
    if (status === 403) {
      const message =
        'The ledger may not read the quarantine file, or it is there no more; see --param=rejectsBuckets';
      throw new ApiError(403, { code: 'rejects-unreadable', message, got });
    }
    throw error;
  }
}
