import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type OpenLineageRunEvent, openLineageOf } from '@tributary/events/openlineage';
import type { BatchAnswer, QueueRecord } from '../record/record-events.ts';

export interface LineageTools {
  s3: S3Client;
  bucket: string;
  namespace: string;
  /** Where an OpenLineage server takes events, as its clients are told it; S3 if left out. */
  url?: string | undefined;
  /** Path under `url`. */
  endpoint?: string | undefined;
  apiKey?: string | undefined;
  warn(message: string, about: object): void;
  timeoutMs?: number;
  pauseMs?: number;
  now?: () => number;
}

const attempts = 3;
/**
 * No event is begun after so long: the function has 60 s (serverless.yml), and one event takes up to 16. Were it stopped in the
 * middle, what is told already would come again, and what lies at the end of a batch never have its turn.
 */
const budgetMs = 40_000;

/** An event and the message that it was made of. */
interface Told {
  messageId: string;
  event: OpenLineageRunEvent;
}

/**
 * Tells OpenLineage of a batch of step events, in their order: a server, or S3 if there is none. What could not be told comes
 * again by the queue; what a server says it will never take is kept in S3 with its answer.
 */
export async function sendLineage(
  records: readonly QueueRecord[],
  tools: LineageTools,
): Promise<BatchAnswer> {
  const told = records.flatMap(({ messageId, body }): Told[] => {
    const event = openLineageOf(parse(body), { namespace: tools.namespace });
    return event === undefined ? [] : [{ messageId, event }];
  });
  const failed = tools.url ? await postAll(told, tools) : await keepAll(told, tools);
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

/** One after the other. @returns messages to come again */
async function postAll(told: readonly Told[], tools: LineageTools): Promise<string[]> {
  const { now = Date.now, warn } = tools;
  const failed: string[] = [];
  const started = now();
  for (const [index, { messageId, event }] of told.entries()) {
    if (now() - started > budgetMs) {
      const left = told.slice(index).map((one) => one.messageId);
      warn('OpenLineage takes too long: the rest of a batch comes again', { left: left.length });
      failed.push(...left);
      break;
    }
    try {
      await post(event, tools);
    } catch (error) {
      warn('An event was not told to OpenLineage', { messageId, error: String(error) });
      failed.push(messageId);
    }
  }
  return failed;
}

/** An object for each day of the batch, a line for each event: requests cost more than bytes. @returns messages to come again */
async function keepAll(told: readonly Told[], { s3, bucket, warn }: LineageTools): Promise<string[]> {
  const failed: string[] = [];
  const days = Map.groupBy(told, ({ event }) => event.eventTime.slice(0, 10));
  for (const [day, ofDay] of days) {
    const [first] = ofDay as [Told, ...Told[]];
    const Key = `openlineage/date=${day}/${first.event.eventTime}-${encodeURIComponent(first.messageId)}.jsonl`;
    const Body = ofDay.map(({ event }) => `${JSON.stringify(event)}\n`).join('');
    try {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType: 'application/x-ndjson' }));
    } catch (error) {
      warn('Events for OpenLineage were not kept', { events: ofDay.length, error: String(error) });
      failed.push(...ofDay.map(({ messageId }) => messageId));
    }
  }
  return failed;
}

async function keepRefused(
  event: OpenLineageRunEvent,
  refusal: string,
  { s3, bucket }: LineageTools,
): Promise<void> {
  const { eventTime, eventType, run, job } = event;
  const folder = `openlineage-refused/date=${eventTime.slice(0, 10)}/${encodeURIComponent(job.name)}`;
  const Key = `${folder}/${eventTime}-${run.runId}-${eventType}.json`;
  const Body = JSON.stringify({ refusal, event });
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType: 'application/json' }));
}

async function post(event: OpenLineageRunEvent, tools: LineageTools): Promise<void> {
  const { url = '', endpoint = 'api/v1/lineage', apiKey, timeoutMs = 5_000, pauseMs = 200 } = tools;
  const address = new URL(endpoint, url.endsWith('/') ? url : `${url}/`);
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(address, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(apiKey && { authorization: `Bearer ${apiKey}` }) },
        body: JSON.stringify(event),
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = (await response.text()).slice(0, 1000);
      if (response.ok) return;
      // It will say the same of the same event: only its form can be at fault.
      if ([400, 413, 422].includes(response.status))
        return await keepRefused(event, `${response.status} ${text}`, tools);
      throw new Error(`${address.origin} answered ${response.status} ${text}`);
    } catch (error) {
      if (attempt >= attempts) throw error;
      await sleep(pauseMs * 2 ** (attempt - 1));
    }
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
