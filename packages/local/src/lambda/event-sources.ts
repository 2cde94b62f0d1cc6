import { messageOf } from '../errors.ts';
import { md5, type Queue, type Received } from '../sqs/queue.ts';
import { redriveOf, type Sqs } from '../sqs/sqs.ts';
import type { Lambda } from './lambda.ts';

/** A queue whose messages a function is invoked with, a batch at a time. */
export interface EventSource {
  queue: Queue;
  functionName: string;
  enabled: boolean;
  batchSize: number;
  /** How long a batch may wait to be full. */
  windowMs: number;
  /** The function names the messages that are to come back; else all or none of a batch do. */
  reportsFailures: boolean;
  maximumConcurrency?: number;
}

/** Half of what a synchronous payload may be: bodies are escaped once more. */
const maxBatchBytes = 3 * 1024 * 1024;
const defaultConcurrency = 5;
const pauseAfterFaultMs = 1000;

/**
 * Polls queues for functions. Failed messages are visible again after the queue's timeout, as on AWS; a stop leaves what
 * is in hand in the queue.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export class EventSources {
  readonly #lambda: Lambda;
  readonly #sqs: Sqs;
  readonly #region: string;
  readonly #timeScale: number;
  readonly #polling = new Map<string, { stop: AbortController; done: Promise<void> }>();

  constructor(settings: { lambda: Lambda; sqs: Sqs; region: string; timeScale: number }) {
    this.#lambda = settings.lambda;
    this.#sqs = settings.sqs;
    this.#region = settings.region;
    this.#timeScale = settings.timeScale;
  }

  async put(id: string, source: EventSource): Promise<void> {
    await this.remove(id);
    if (!source.enabled) return;
    const stop = new AbortController();
    this.#polling.set(id, { stop, done: this.#poll(source, stop.signal) });
  }

  async remove(id: string): Promise<void> {
    const polling = this.#polling.get(id);
    this.#polling.delete(id);
    polling?.stop.abort();
    await polling?.done;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#polling.keys()].map((id) => this.remove(id)));
  }

  async #poll(source: EventSource, stop: AbortSignal): Promise<void> {
    const underWay = new Set<Promise<void>>();
    const most = source.maximumConcurrency ?? defaultConcurrency;
    while (!stop.aborted) {
      const batch = await this.#gather(source, stop).catch((error: unknown) => {
        process.emitWarning(`Queue ${source.queue.name} cannot be read: ${messageOf(error)}`);
        return undefined;
      });
      if (batch === undefined) await pause(pauseAfterFaultMs, stop);
      if (batch === undefined || batch.length === 0) continue;
      const work = this.#hand(source, batch).finally(() => underWay.delete(work));
      underWay.add(work);
      if (underWay.size >= most) await Promise.race([...underWay, aborted(stop)]);
    }
    // Their invocations end with the functions' processes; their messages are still in the queue.
  }

  /** A batch that is full, or as full as it got within the window; none if the source stops. */
  async #gather({ queue, batchSize, windowMs }: EventSource, stop: AbortSignal): Promise<Received[]> {
    const batch: Received[] = [];
    let bytes = 0;
    let until = Number.POSITIVE_INFINITY;
    while (!stop.aborted && batch.length < batchSize && bytes < maxBatchBytes) {
      const received = await queue.receive(
        Math.min(10, batchSize - batch.length),
        undefined,
        redriveOf(this.#sqs, queue),
      );
      if (received.length > 0 && batch.length === 0) until = Date.now() + windowMs;
      batch.push(...received);
      for (const { message } of received) bytes += message.body.length;
      if (received.length > 0) continue;
      const left = until - Date.now();
      if (left <= 0) break;
      const wait = Math.max(1, Math.min(left, queue.nextVisibleAt - Date.now(), 20_000));
      await queue.arrival(AbortSignal.any([stop, AbortSignal.timeout(wait)]));
    }
    return stop.aborted ? [] : batch;
  }

  async #hand(source: EventSource, batch: readonly Received[]): Promise<void> {
    const { queue, functionName, reportsFailures } = source;
    const Records = batch.map((one) => recordOf(queue, one, this.#region));
    try {
      const result = await this.#lambda.invoke(functionName, Buffer.from(JSON.stringify({ Records })));
      if (result.error !== undefined) return this.#comeBack(queue, batch);
      const failed = reportsFailures ? failuresOf(result.payload) : new Set<string>();
      if (failed === undefined) return this.#comeBack(queue, batch);
      const done = batch.filter(({ message }) => !failed.has(message.id));
      await Promise.all(done.map(({ receiptHandle }) => queue.delete(receiptHandle)));
      this.#comeBack(
        queue,
        batch.filter(({ message }) => failed.has(message.id)),
      );
    } catch (error) {
      // Throttled, or the function is gone: its messages come back.
      process.emitWarning(
        `Function ${functionName} did not take messages of ${queue.name}: ${messageOf(error)}`,
      );
    }
  }

  /** What failed is hidden until the queue's timeout is over, which is a waiting time between attempts. */
  #comeBack(queue: Queue, batch: readonly Received[]): void {
    if (this.#timeScale === 1) return;
    const seconds = queue.settings.visibilityTimeoutSeconds * this.#timeScale;
    for (const { receiptHandle } of batch) queue.changeVisibility(receiptHandle, seconds);
  }
}

/** The ids of messages that failed; undefined, which is all of them, if the answer cannot be read. */
function failuresOf(payload: string | Buffer): Set<string> | undefined {
  try {
    const answer = JSON.parse(payload.toString()) as {
      batchItemFailures?: { itemIdentifier: string }[];
    } | null;
    const ids = (answer?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
    return ids.every((id) => typeof id === 'string' && id !== '') ? new Set(ids) : undefined;
  } catch {
    return undefined;
  }
}

function recordOf(queue: Queue, { message, receiptHandle }: Received, awsRegion: string) {
  return {
    messageId: message.id,
    receiptHandle,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receives),
      SentTimestamp: String(message.sentAt),
      SenderId: message.senderId,
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
    },
    messageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
        name,
        {
          dataType: DataType,
          ...(StringValue !== undefined && { stringValue: StringValue }),
          ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
          stringListValues: [],
          binaryListValues: [],
        },
      ]),
    ),
    md5OfBody: md5(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: queue.arn,
    awsRegion,
  };
}

function aborted(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener('abort', () => resolve(), { once: true });
  });
}

function pause(ms: number, stop: AbortSignal): Promise<unknown> {
  return Promise.race([aborted(stop), aborted(AbortSignal.timeout(ms))]);
}
