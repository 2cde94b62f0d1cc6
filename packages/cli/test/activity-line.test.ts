import type { Activity, AwsEvent } from '@tributary/local';
import { expect, it } from 'vitest';
import { describeActivity } from '../src/activity-line.ts';

const at = Date.UTC(2026, 10, 23, 12, 0, 1, 250);
const event = (detailType: string, detail: object): AwsEvent => ({
  version: '0',
  id: 'e',
  'detail-type': detailType,
  source: 'tributary',
  account: '000000000000',
  time: '2026-11-23T12:00:01Z',
  region: 'eu-central-1',
  resources: [],
  detail: { chain: 'drives', step: 'to-tsv', ...detail },
});
const put = (detailType: string, detail: object): Activity => ({
  at,
  kind: 'event-put',
  bus: 'tributary-dev',
  eventId: 'e',
  source: 'tributary',
  detailType,
  event: event(detailType, detail),
});

it.each<[Activity, string]>([
  [
    {
      at,
      kind: 'object-event',
      detailType: 'Object Created',
      bucket: 'in',
      key: 'a b.txt',
      eventId: 'e',
      size: 1_014_820,
    },
    's3        Object Created in/a b.txt (1.0 MB)',
  ],
  [
    {
      at,
      kind: 'rule-matched',
      bus: 'default',
      rule: 'r',
      eventId: 'e',
      targets: ['arn:aws:lambda:x:000:function:f'],
    },
    'rule      r -> function:f',
  ],
  [
    { at, kind: 'stack-failed', stack: 'drives', code: 'bad-property', error: 'No such thing (line 4)' },
    'stack     drives failed: No such thing (line 4) [bad-property]',
  ],
  [
    {
      at,
      kind: 'replay-changed',
      replay: 'again',
      archive: 'steps',
      bus: 'tributary-dev',
      state: 'FAILED',
      error: 'Archive steps does not exist.',
    },
    'replay    again of steps failed: Archive steps does not exist.',
  ],
  [put('Step Started', {}), 'event     Step Started: drives/to-tsv'],
  [
    put('Step Completed', {
      outcome: 'completed',
      rows: 230_896,
      rejectedRows: 1,
      outputs: [{ bucket: 'lake', key: 'tsv/a.tsv.gz' }],
    }),
    'event     Step Completed: drives/to-tsv, 230,896 rows, 1 row rejected, -> lake/tsv/a.tsv.gz',
  ],
  [
    put('Step Rejected', { report: { code: 'gzip-truncated', message: 'The gzip data ends too early' } }),
    'event     Step Rejected: drives/to-tsv, The gzip data ends too early [gzip-truncated]',
  ],
])('tells what happened in one line: %#', (activity, line) => {
  expect(describeActivity(activity, false)).toBe(`12:00:01.250  ${line}`);
});

it('tells more when asked', () => {
  const log: Activity = { at, kind: 'function-log', function: 'f', line: 'hello' };
  expect(describeActivity(log, false)).toBeUndefined();
  expect(describeActivity(log, true)).toBe('12:00:01.250  log       f: hello');
  expect(describeActivity(put('Step Started', {}), true)).toContain('"detail-type": "Step Started"');
});

it('keeps the questions of a deploy to those who look closely', () => {
  const refused = (error: string): Activity => ({
    at,
    kind: 'request-refused',
    service: 'cloudformation',
    operation: 'DescribeStacks',
    code: 'ValidationError',
    error,
  });
  expect(describeActivity(refused('Stack with id x does not exist'), false)).toBeUndefined();
  expect(describeActivity(refused('Stack with id x does not exist'), true)).toContain('refused');
  expect(describeActivity(refused('Template format error'), false)).toContain('Template format error');
});
