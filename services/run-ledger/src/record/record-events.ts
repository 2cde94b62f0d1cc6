import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { readLedgerEvent } from '@tributary/events/ledger';
import { journalLine } from './journal-line.ts';
import { eventKey, journalKey, unreadableKey } from './ledger-keys.ts';

/** A message of SQS as Lambda hands it over. */
export interface QueueRecord {
  messageId: string;
  body: string;
}

export interface RecordTools {
  s3: S3Client;
  bucket: string;
  warn(message: string, about: object): void;
  now?: () => number;
}

/** What SQS is to bring back. */
export interface BatchAnswer {
  batchItemFailures: { itemIdentifier: string }[];
}

/** Requests under way at once. */
const parallel = 32;

/**
 * Writes each event of a batch to its own object, then all of them to one of the journal, by which readers learn of
 * them. A message that failed comes again and writes the same; what is no event is kept aside, or it would come for ever.
 */
export async function recordEvents(
  records: readonly QueueRecord[],
  { s3, bucket, warn, now = Date.now }: RecordTools,
): Promise<BatchAnswer> {
  const failed = new Set<string>();
  const lines: { messageId: string; line: string }[] = [];
  const put = async (Key: string, Body: string, ContentType: string) => {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType }));
  };
  const take = async ({ messageId, body }: QueueRecord) => {
    try {
      const read = readLedgerEvent(parse(body));
      if (read === undefined) {
        warn('No event of a step', { messageId, body: body.slice(0, 1000) });
        return await put(unreadableKey(now(), messageId), body, 'text/plain');
      }
      await put(eventKey(read), body, 'application/json');
      lines.push({ messageId, line: journalLine(read) });
    } catch (error) {
      warn('An event was not recorded', { messageId, error: String(error) });
      failed.add(messageId);
    }
  };
  const waiting = [...records];
  await Promise.all(
    Array.from({ length: Math.min(parallel, records.length) }, async () => {
      for (let record = waiting.pop(); record; record = waiting.pop()) await take(record);
    }),
  );
  if (lines.length > 0) {
    try {
      const body = lines.map(({ line }) => `${line}\n`).join('');
      await put(journalKey(now(), lines[0]!.messageId), body, 'application/x-ndjson');
    } catch (error) {
      warn('The journal was not written', { events: lines.length, error: String(error) });
      for (const { messageId } of lines) failed.add(messageId);
    }
  }
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
