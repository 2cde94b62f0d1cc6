import { describe, expect, it } from 'vitest';
import { BadDetail, boundDetail, MAX_DETAIL_BYTES, stepCompleted, stepRejected } from '../src/index.ts';
import { completed } from './samples.ts';

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;

describe('the size of a step event', () => {
  it('is left alone where it fits', () => {
    expect(boundDetail(completed)).toEqual(completed);
  });

  it('gives up the schema first, then fields, and says so', () => {
    const field = (index: number) => `measurement_number_${index}`;
    const fields = Array.from({ length: 3000 }, (_, index) => field(index));
    const object = { bucket: 'lake', key: 'tsv/_schemas/a', etag: 'e3', bytes: 9, digest: 'd' };
    const descriptor = { fields: fields.map((name) => ({ name, type: 'string' })) };
    const schema = { inferred: true, descriptor, object };
    const large = { ...completed, schema, outputs: [{ ...completed.outputs[0]!, fields }] };
    const bounded = boundDetail(large);
    expect(bounded.outputs[0]).toMatchObject({ fields });
    expect(bounded.schema).toEqual({ inferred: true, object });
    expect(bounded.omitted).toEqual(['schema.descriptor']);
    expect(bytes(bounded)).toBeLessThanOrEqual(MAX_DETAIL_BYTES);
    expect(large.schema).toHaveProperty('descriptor');

    const wider = {
      ...large,
      outputs: [{ ...large.outputs[0]!, fields: [...fields, ...fields, ...fields] }],
    };
    expect(boundDetail(wider).omitted).toEqual(['schema.descriptor', 'outputs.fields']);
    expect(stepCompleted.entry(boundDetail(wider), { bus: 'b' }).Detail.length).toBeLessThan(
      MAX_DETAIL_BYTES,
    );
  });

  it('gives up most frequent values and the profile before all else, and the changes of drift late', () => {
    const drift = [{ against: 'schema', verdict: 'warn', total: 9, changes: ['x'.repeat(9_000)] }];
    const profileOf = (columns: number) =>
      Array.from({ length: columns }, (_, index) => ({
        name: `c${index}`,
        nulls: 0,
        top: ['y'.repeat(500)],
      }));
    const some = boundDetail({ ...completed, facts: { drift, profile: profileOf(300) } });
    expect(some.omitted).toEqual(['facts.profile.top']);
    expect(some.facts?.profile?.[0]).toEqual({ name: 'c0', nulls: 0 });
    const none = boundDetail({ ...completed, facts: { drift, profile: profileOf(9_000) } });
    expect(none.omitted).toEqual(['facts.profile.top', 'facts.profile']);
    expect(none.facts).toEqual({ drift });
  });

  it('cuts long texts without breaking characters', () => {
    const { outcome: _1, output: _2, outputs: _3, ...step } = completed;
    const rejected = { ...step, report: { code: 'x', message: '😀'.repeat(10_000), got: 'short' } };
    const bounded = boundDetail(rejected);
    expect(bounded.report.message.length).toBeLessThanOrEqual(4096);
    expect(bounded.report.message.isWellFormed()).toBe(true);
    expect(bounded.omitted).toEqual(['report.message']);
    expect(stepRejected.entry(bounded, { bus: 'b' }).Detail).toContain('short');
  });

  it('keeps no more notices than anyone reads', () => {
    const notices = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`n${index}`, 1]));
    const bounded = boundDetail({ ...completed, notices });
    expect(Object.keys(bounded.notices!)).toHaveLength(100);
    expect(bounded.omitted).toEqual(['notices']);
  });

  it('lists all outputs or none, and none only where a manifest does', () => {
    const outputs = Array.from({ length: 2000 }, (_, index) => ({
      ...completed.outputs[0]!,
      key: `tsv/letter=a/${index}`,
      partition: { letter: 'a', none: null },
    }));
    expect(() => boundDetail({ ...completed, outputs })).toThrow(BadDetail);
    const manifest = { bucket: 'lake', key: 'tsv/_manifests/a.json', etag: 'e4', bytes: 9, files: 2000 };
    const bounded = boundDetail({ ...completed, outputs, manifest });
    expect(bounded).toMatchObject({ outputs: [], manifest, omitted: ['outputs.fields', 'outputs'] });
    expect(boundDetail({ ...completed, outputs: outputs.slice(0, 300), manifest }).outputs).toHaveLength(300);
  });
});
