import {
  envelopeTemplate,
  invocationFailed,
  stepCompleted,
  stepHandedOver,
  stepRejected,
  stepStarted,
} from '../../src/index.ts';

/** A clock and a counter of ids: events of a run in the order they happen. */
export class History {
  readonly events: Record<string, unknown>[] = [];
  #at = Date.parse('2026-11-23T15:24:41.000Z');
  #ids = 0;

  readonly runId: string;
  readonly root: { bucket: string; key: string; sequencer: string };

  constructor(runId = 'run-1', root = { bucket: 'landing', key: 'in/a.txt', sequencer: '61' }) {
    this.runId = runId;
    this.root = root;
  }

  /** Lets milliseconds pass; tells the time. */
  wait(milliseconds: number): string {
    this.#at += milliseconds;
    return new Date(this.#at).toISOString();
  }

  begin(work: Partial<Work> = {}): Begun {
    const { step, ...detail } = this.#detail(work);
    const invocation = {
      id: work.invocation ?? `inv-${++this.#ids}`,
      startedAt: this.wait(0),
      memory: 1024,
    };
    const begun: Begun = { ...detail, step, invocation };
    const event = stepStarted.event(this.#frame(), { ...begun, timings: { queued: 40, total: 5 } });
    this.events.push(event);
    return begun;
  }

  /** The invocation leaves its work to another; what that one tells begins alike. */
  handOver(begun: Begun, leg: number): Begun {
    const total = Date.parse(this.wait(800_000)) - Date.parse(begun.invocation.startedAt);
    this.events.push(
      stepHandedOver.event(this.#frame(), { ...begun, timings: { total }, progress: { bytesIn: 2 } }),
    );
    return { ...begun, invocation: { ...begun.invocation, leg } };
  }

  complete(begun: Begun, more: Partial<Parameters<typeof stepCompleted.event>[1]> = {}) {
    const { input, step } = begun;
    const total = Date.parse(this.wait(50)) - Date.parse(begun.invocation.startedAt);
    const event = stepCompleted.event(this.#frame(), {
      ...begun,
      outcome: 'completed',
      output: { bucket: 'lake', prefix: `${step}/` },
      outputs: [
        {
          bucket: 'lake',
          key: `${step}/${input.key}`,
          etag: `of-${step}`,
          bytes: 90,
          rows: 8,
          mediaType: 'text/csv',
        },
      ],
      rows: 8,
      rejectedRows: 0,
      timings: { queued: 40, read: 10, convert: 20, write: 10, total },
      ...more,
    });
    this.events.push(event);
    return event;
  }

  reject(begun: Begun, code = 'record-too-long') {
    const total = Date.parse(this.wait(50)) - Date.parse(begun.invocation.startedAt);
    const event = stepRejected.event(this.#frame(), {
      ...begun,
      report: { code, message: 'It is too long' },
      timings: { queued: 40, total },
    });
    this.events.push(event);
    return event;
  }

  /** `woken` is the event in the envelope. */
  fail(begun: Begun, woken: unknown, invocations = 3) {
    const envelope = JSON.parse(
      envelopeTemplate({ chain: begun.chain, step: begun.step, output: { bucket: 'lake' } }).replace(
        '<aws.events.event.json>',
        JSON.stringify(woken),
      ),
    );
    const event = invocationFailed.event(this.#frame(), {
      version: '1.0',
      timestamp: this.wait(100),
      requestContext: {
        requestId: begun.invocation.id,
        functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:f:$LATEST',
        condition: 'RetriesExhausted',
        approximateInvokeCount: invocations,
      },
      requestPayload: envelope,
      responsePayload: { errorType: 'Transient', errorMessage: 'S3 is away' },
    });
    this.events.push(event);
    return event;
  }

  /** The S3 event that is the root of the run. */
  arrival() {
    const { bucket, key, sequencer } = this.root;
    return {
      ...this.#frame(),
      version: '0',
      id: this.runId,
      source: 'aws.s3',
      'detail-type': 'Object Created',
      detail: { bucket: { name: bucket }, object: { key, size: 5, etag: 'e1', sequencer } },
    };
  }

  #detail({ chain = 'drives', step = 'to-tsv', parent }: Partial<Work>) {
    const { bucket, key } = this.root;
    const output = parent?.detail.outputs[0];
    return {
      version: '1' as const,
      chain,
      step,
      service: { name: 'fixed-width-to-tsv', version: '0.1.0' },
      runId: this.runId,
      parentId: parent?.id ?? this.runId,
      hop: (parent?.detail.hop ?? 0) + 1,
      root: this.root,
      input: output
        ? { bucket: output.bucket, key: output.key, etag: output.etag, bytes: output.bytes }
        : { bucket, key, etag: 'e1', bytes: 5 },
    };
  }

  #frame() {
    return {
      id: `event-${++this.#ids}`,
      account: '123456789012',
      region: 'eu-west-1',
      // As on AWS: whole seconds.
      time: this.wait(0).replace(/\.\d+Z/, 'Z'),
      resources: [],
    };
  }
}

export interface Work {
  chain: string;
  step: string;
  /** The event that woke the step. */
  parent: ReturnType<History['complete']>;
  /** Id of the invocation; that of an earlier one for a retry. */
  invocation: string;
}

export type Begun = Parameters<typeof stepStarted.event>[1] & {
  invocation: { id: string; startedAt: string; memory?: number | undefined };
};
