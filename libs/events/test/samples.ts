import type { EventFrame } from '../src/index.ts';
import { objectCreated, stepCompleted } from '../src/index.ts';

export const frame: EventFrame = {
  id: 'root-id',
  account: '123456789012',
  region: 'eu-west-1',
  time: '2026-11-23T15:24:41Z',
  resources: ['arn:aws:s3:::landing'],
};

/** S3's event as the User Guide shows it. */
export const s3Event = objectCreated.event(frame, {
  version: '0',
  bucket: { name: 'landing' },
  object: {
    key: 'in/a b+é "%41".txt.gz',
    size: 5,
    etag: 'b1946ac92492d2347c6235b4d2611184',
    sequencer: '617f08299329d189',
  },
  'request-id': 'N4N7GDK58NMKJ12R',
  requester: '123456789012',
  'source-ip-address': '1.2.3.4',
  reason: 'PutObject',
});

export const input = { bucket: 'landing', key: 'in/a.txt.gz', etag: 'e1', bytes: 5 };

export const completed = {
  version: '1' as const,
  chain: 'drive-stats',
  step: 'to-tsv',
  service: { name: 'fixed-width-to-tsv', version: '0.1.0' },
  runId: 'root-id',
  parentId: 'root-id',
  hop: 1,
  root: { bucket: 'landing', key: 'in/a.txt.gz', sequencer: '61' },
  input,
  outcome: 'completed' as const,
  output: { bucket: 'lake', prefix: 'tsv/' },
  outputs: [
    {
      bucket: 'lake',
      key: 'tsv/a.tsv.gz',
      etag: 'e2',
      bytes: 4,
      rows: 1,
      mediaType: 'text/tab-separated-values',
      fields: ['a'],
    },
  ],
  rows: 1,
  rejectedRows: 0,
  timings: { queued: 12.5, total: 90 },
};

export const completedEvent = stepCompleted.event({ ...frame, id: 'done-id' }, completed);

/** What Lambda puts on the bus when it has given up on an invocation with `payload`. */
export function failureOf(payload: unknown, id = 'failed-id') {
  return {
    ...frame,
    version: '0',
    id,
    'detail-type': 'Lambda Function Invocation Result - Failure',
    source: 'lambda',
    detail: {
      version: '1.0',
      timestamp: '2026-11-23T15:30:00.000Z',
      requestContext: {
        requestId: 'r',
        functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:f:$LATEST',
        condition: 'RetriesExhausted',
        approximateInvokeCount: 3,
      },
      requestPayload: payload,
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorMessage: 'Task timed out' },
    },
  };
}
