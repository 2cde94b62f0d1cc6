import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { openLineageOf } from '../../src/openlineage/index.ts';
import { uuidOf } from '../../src/openlineage/uuid.ts';
import { History } from '../ledger/history.ts';

const facet = z.looseObject({
  _producer: z.url(),
  _schemaURL: z
    .string()
    .regex(/^https:\/\/openlineage\.io\/spec\/facets\/\d-\d-\d\/\w+\.json#\/\$defs\/\w+$/),
});
const facets = z.record(z.string(), facet);
const dataset = z.strictObject({
  namespace: z.string().min(1),
  name: z.string().min(1),
  facets: facets.optional(),
  inputFacets: facets.optional(),
  outputFacets: facets.optional(),
});

/** As spec/2-0-2 has it, with what it leaves open shut. */
const runEvent = z.strictObject({
  eventType: z.enum(['START', 'RUNNING', 'COMPLETE', 'ABORT', 'FAIL', 'OTHER']),
  eventTime: z.iso.datetime(),
  run: z.strictObject({ runId: z.uuid(), facets }),
  job: z.strictObject({ namespace: z.string().min(1), name: z.string().min(1), facets }),
  inputs: z.array(dataset),
  outputs: z.array(dataset),
  producer: z.url(),
  schemaURL: z.literal('https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent'),
});

function tell(history: History) {
  return history.events.map((event) => {
    const told = openLineageOf(event, { namespace: 'tributary-dev' })!;
    // As it goes over the wire.
    return runEvent.parse(JSON.parse(JSON.stringify(told)));
  });
}

describe('an event of a step in OpenLineage', () => {
  test('is RUNNING of the same run where an invocation leaves its work to another', () => {
    const history = new History();
    history.complete(history.handOver(history.begin(), 2));
    const told = tell(history);
    expect(told.map(({ eventType }) => eventType)).toEqual(['START', 'RUNNING', 'COMPLETE']);
    expect(new Set(told.map(({ run }) => run.runId)).size).toBe(1);
  });

  test('is START, then COMPLETE of the same run, with datasets, schema, lineage of columns, statistics and parent', () => {
    const history = new History();
    const descriptor = {
      fields: [
        { name: 'price', type: 'number' },
        { name: 'day', type: 'date' },
      ],
    };
    history.complete(history.begin(), {
      rejectedRows: 2,
      facts: {
        profile: [
          { name: 'price', type: 'number', rows: 10, nulls: 1, distinct: 7, min: '0.5', max: '9', top: [] },
          { name: 'day', type: 'date', rows: 10, nulls: 0, distinct: 2, min: '2026-01-01' },
        ],
      },
      schema: { inferred: true, descriptor },
      outputs: [
        {
          bucket: 'lake',
          key: 'p/a.parquet',
          etag: 'e9',
          bytes: 90,
          rows: 8,
          mediaType: 'application/vnd.apache.parquet',
        },
      ],
    });
    const [start, complete] = tell(history);
    const columnMetrics = {
      price: { count: 10, nullCount: 1, distinctCount: 7, min: 0.5, max: 9 },
      day: { count: 10, nullCount: 0, distinctCount: 2 },
    };
    expect([start!.eventType, complete!.eventType]).toEqual(['START', 'COMPLETE']);
    expect(start!.run.runId).toBe(complete!.run.runId);
    expect(start!.eventTime < complete!.eventTime).toBe(true);
    expect(complete).toMatchObject({
      job: { namespace: 'tributary-dev', name: 'drives.to-tsv' },
      run: { facets: { parent: { job: { namespace: 'tributary-dev', name: 'drives' } } } },
      inputs: [
        {
          namespace: 's3://landing',
          name: 'in/a.txt',
          facets: { version: { datasetVersion: 'e1' } },
          inputFacets: { dataQualityMetrics: { rowCount: 10, bytes: 5, fileCount: 1, columnMetrics } },
        },
      ],
      outputs: [
        {
          namespace: 's3://lake',
          name: 'p/a.parquet',
          facets: {
            version: { datasetVersion: 'e9' },
            schema: { fields: descriptor.fields },
            columnLineage: {
              fields: {
                price: {
                  inputFields: [
                    {
                      namespace: 's3://landing',
                      name: 'in/a.txt',
                      field: 'price',
                      transformations: [{ type: 'DIRECT', subtype: 'TRANSFORMATION' }],
                    },
                  ],
                },
              },
            },
          },
          outputFacets: { outputStatistics: { rowCount: 8, size: 90 } },
        },
      ],
    });
  });

  test('is FAIL with its message, whether rejected or failed', () => {
    const history = new History();
    history.reject(history.begin());
    const begun = history.begin();
    history.begin({ invocation: begun.invocation.id });
    history.fail(begun, history.arrival());
    const [, rejected, first, again, failed] = tell(history);
    expect(rejected).toMatchObject({
      eventType: 'FAIL',
      run: {
        facets: {
          errorMessage: { message: 'record-too-long: It is too long', programmingLanguage: 'JavaScript' },
        },
      },
    });
    expect(failed).toMatchObject({
      eventType: 'FAIL',
      run: { facets: { errorMessage: { message: 'Transient: S3 is away' } } },
    });
    // A retry is the same run; a replay is another.
    expect(new Set([first, again, failed].map((event) => event!.run.runId)).size).toBe(1);
    expect(rejected!.run.runId).not.toBe(failed!.run.runId);
    expect(rejected!.run.facets.parent).toEqual(failed!.run.facets.parent);
  });

  test('is ABORT where there was nothing to do', () => {
    for (const outcome of ['superseded', 'skipped'] as const) {
      const history = new History();
      history.complete(history.begin(), { outcome, outputs: [] });
      expect(tell(history)[1]!.eventType).toBe('ABORT');
    }
  });

  test('joins the steps of a chain by the names of datasets', () => {
    const history = new History();
    const first = history.complete(history.begin());
    history.complete(history.begin({ step: 'to-parquet', parent: first }));
    const [, one, , two] = tell(history);
    const nameOf = ({ namespace, name }: { namespace: string; name: string }) => `${namespace}/${name}`;
    expect(two!.inputs.map(nameOf)).toEqual(one!.outputs.map(nameOf));
  });

  test('is none for what tells nothing of a run', () => {
    expect(openLineageOf({ source: 'else' }, { namespace: 'x' })).toBeUndefined();
    expect(uuidOf('a', 'b')).toBe(uuidOf('a', 'b'));
    expect(uuidOf('a', 'b')).not.toBe(uuidOf('ab'));
  });
});
