import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  afterCompleted,
  afterFailed,
  afterRejected,
  BadDetail,
  compareSequencers,
  creationReasons,
  entryBytes,
  invocationFailed,
  isFolderMarker,
  objectCreated,
  type StepCompletedEvent,
  stepCompleted,
  stepRejected,
  stepStarted,
} from '../src/index.ts';
import { compilePattern } from '../src/pattern/index.ts';
import { completed, completedEvent, failureOf, frame, s3Event } from './samples.ts';

describe('a contract', () => {
  it('makes the pattern of a rule out of its fixed values, and narrows it', () => {
    expect(objectCreated.pattern()).toEqual({ source: ['aws.s3'], 'detail-type': ['Object Created'] });
    expect(stepCompleted.pattern({ detail: { chain: ['drive-stats'] } })).toEqual({
      source: ['tributary'],
      'detail-type': ['Step Completed'],
      detail: { version: ['1'], chain: ['drive-stats'] },
    });
  });

  it('refuses fields in patterns that its events do not have', () => {
    // @ts-expect-error no such field
    objectCreated.pattern({ detail: { bukket: { name: ['x'] } } });
    // @ts-expect-error a value must be in a list
    objectCreated.pattern({ detail: { bucket: { name: 'x' } } });
  });

  it('makes events that its own pattern matches and its own validator knows', () => {
    for (const [contract, event] of [
      [objectCreated, s3Event],
      [stepCompleted, completedEvent],
      [invocationFailed, failureOf({})],
    ] as const) {
      expect(contract.is(event)).toBe(true);
      expect(compilePattern(contract.pattern())(event)).toBe(true);
    }
    expect(
      compilePattern(objectCreated.pattern({ detail: { object: { key: [{ wildcard: 'in/*.gz' }] } } }))(
        s3Event,
      ),
    ).toBe(true);
    expect(compilePattern(stepRejected.pattern())(completedEvent)).toBe(false);
  });

  it('tells types apart', () => {
    const event: unknown = completedEvent;
    if (stepCompleted.is(event)) expectTypeOf(event).toEqualTypeOf<StepCompletedEvent>();
    expect(stepStarted.is(event)).toBe(false);
    expect(objectCreated.is({ ...s3Event, detail: {} })).toBe(false);
    expect(objectCreated.is(null)).toBe(false);
  });

  it('tolerates what AWS may add', () => {
    const later = structuredClone(s3Event) as { detail: { object: Record<string, unknown>; reason: string } };
    later.detail.object['storage-class'] = 'EXPRESS';
    later.detail.reason = 'RenameObject';
    expect(objectCreated.is(later)).toBe(true);
  });

  it.each(['version', 'request-id', 'requester', 'reason', 'source-ip-address'])(
    'takes an event of S3 without %s, which no step needs',
    (field) => {
      const event: { detail: Record<string, unknown> } = structuredClone(s3Event);
      delete event.detail[field];
      expect(objectCreated.is(event)).toBe(true);
    },
  );

  it.each(['key', 'size', 'etag', 'sequencer'])('refuses an event of S3 without %s', (field) => {
    const event: { detail: { object: Record<string, unknown> } } = structuredClone(s3Event);
    delete event.detail.object[field];
    expect(objectCreated.is(event)).toBe(false);
  });

  it('keeps every place that an error may name', () => {
    const where = { line: 1, column: 2, byte: 3, compressedByte: 4, pointer: '/layout' };
    const { outcome: _1, output: _2, outputs: _3, ...begun } = completed;
    const detail = { ...begun, report: { code: 'c', message: 'm', where } };
    expect(JSON.parse(stepRejected.entry(detail, { bus: 'b' }).Detail).report.where).toEqual(where);
  });

  it('makes PutEvents entries', () => {
    const entry = stepCompleted.entry(completed, {
      bus: 'tributary',
      resources: ['arn:aws:s3:::lake/tsv/a.tsv.gz'],
    });
    expect(entry).toMatchObject({
      Source: 'tributary',
      DetailType: 'Step Completed',
      EventBusName: 'tributary',
    });
    expect(JSON.parse(entry.Detail)).toEqual(completed);
    expect(entryBytes(entry)).toBe(
      [entry.Source, entry.DetailType, entry.Detail, ...entry.Resources!].join('').length,
    );
  });

  it('refuses details that do not fit', () => {
    expect(() => stepCompleted.entry({ ...completed, hop: 0 }, { bus: 'b' })).toThrow(BadDetail);
    expect(() => stepCompleted.event(frame, { ...completed, rows: -1 })).toThrow(/\(pointer \/rows\)/);
  });
});

describe('S3 "Object Created"', () => {
  it('has the shape of AWS', () => {
    expect(s3Event).toEqual({
      version: '0',
      id: 'root-id',
      'detail-type': 'Object Created',
      source: 'aws.s3',
      account: '123456789012',
      time: '2026-11-23T15:24:41Z',
      region: 'eu-west-1',
      resources: ['arn:aws:s3:::landing'],
      detail: {
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
      },
    });
  });

  it('has four reasons', () => {
    expect([...creationReasons].sort()).toEqual([
      'CompleteMultipartUpload',
      'CopyObject',
      'POST Object',
      'PutObject',
    ]);
  });

  it('orders sequencers as if the shorter went on with zeros', () => {
    expect(compareSequencers('55AE', '55AE00')).toBe(0);
    expect(compareSequencers('55ae', '55AE01')).toBeLessThan(0);
    expect(compareSequencers('56', '55AE01')).toBeGreaterThan(0);
  });

  it('knows folder markers', () => {
    expect(isFolderMarker({ key: 'in/', bytes: 0 })).toBe(true);
    expect(isFolderMarker({ key: 'in/', bytes: 1 })).toBe(false);
    expect(isFolderMarker({ key: 'in/empty.txt', bytes: 0 })).toBe(false);
  });
});

describe('the rule after a step', () => {
  const matches = compilePattern(afterCompleted('drive-stats', 'to-tsv'));

  it('wakes for outputs, written now or before, and for nothing else', () => {
    const event = (outcome: string) => ({ ...completedEvent, detail: { ...completedEvent.detail, outcome } });
    expect(
      ['completed', 'repeated', 'skipped', 'superseded'].map((outcome) => matches(event(outcome))),
    ).toEqual([true, true, false, false]);
    expect(matches({ ...completedEvent, source: 'other' })).toBe(false);
  });

  it('wakes for a rejection, or for a failure, of that step only', () => {
    const rejected = { ...completedEvent, 'detail-type': 'Step Rejected' };
    expect(compilePattern(afterRejected('drive-stats', 'to-tsv'))(rejected)).toBe(true);
    expect(compilePattern(afterRejected('drive-stats', 'to-parquet'))(rejected)).toBe(false);

    const failed = failureOf({
      chain: 'drive-stats',
      step: 'to-tsv',
      output: { bucket: 'lake' },
      event: s3Event,
    });
    expect(compilePattern(afterFailed('drive-stats', 'to-tsv'))(failed)).toBe(true);
    expect(compilePattern(afterFailed('other', 'to-tsv'))(failed)).toBe(false);
  });
});
