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

/**
 * Tells OpenLineage of a batch of step events, in their order. What could not be told comes again by the queue; what a
 * server says it will never take is kept in S3 with its answer.
 */
export async function sendLineage(
  records: readonly QueueRecord[],
  tools: LineageTools,
): Promise<BatchAnswer> {
  const { now = Date.now, warn } = tools;
  const failed: string[] = [];
  const started = now();
  for (const [index, { messageId, body }] of records.entries()) {
    if (now() - started > budgetMs) {
      const left = records.slice(index).map((record) => record.messageId);
      warn('OpenLineage takes too long: the rest of a batch comes again', { left: left.length });
      failed.push(...left);
      break;
    }
    const event = openLineageOf(parse(body), { namespace: tools.namespace });
    if (event === undefined) continue;
    try {
      if (!tools.url) await keep(event, tools);
      else await post(event, tools);
    } catch (error) {
      warn('An event was not told to OpenLineage', { messageId, error: String(error) });
      failed.push(messageId);
    }
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

async function keep(
  event: OpenLineageRunEvent,
  { s3, bucket }: LineageTools,
  refusal?: string,
): Promise<void> {
  const { eventTime, eventType, run, job } = event;
  const folder = refusal === undefined ? 'openlineage' : 'openlineage-refused';
  const day = eventTime.slice(0, 10);
  const Key = `${folder}/date=${day}/${encodeURIComponent(job.name)}/${eventTime}-${run.runId}-${eventType}.json`;
  const Body = JSON.stringify(refusal === undefined ? event : { refusal, event });
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
        return await keep(event, tools, `${response.status} ${text}`);
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
