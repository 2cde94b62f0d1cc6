import { gunzipSync, gzipSync } from 'node:zlib';
import { useAlone } from '@tributary/service/test/packaged';
import { expect, test } from 'vitest';

const service = useAlone({
  'schema-validator': {
    sourceBucket: 'landing',
    sourcePrefix: 'orders/',
    sourceSuffix: '.csv,.csv.gz',
    outputBucket: 'lake',
    outputPrefix: 'valid/',
    options: {
      references: { modes: 's3://landing/reference/modes.csv' },
      drift: { added: 'reject' },
      rejects: { maxRejectRatio: 0.6 },
    },
    schema: {
      fields: [
        { name: 'mode', type: 'string' },
        { name: 'price', type: 'number', constraints: { minimum: 0 } },
      ],
      foreignKeys: [{ fields: 'mode', reference: { resource: 'modes', fields: 'name' } }],
      fieldsMatch: 'subset',
    },
    createBuckets: 'true',
  },
});

const textOf = (key: string) => {
  const bytes = service.read('lake', key);
  return (key.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
};

test('valid rows go on, the others to quarantine with reasons, and a report says why', async () => {
  service.drop('landing', 'reference/modes.csv', 'name\nAIR\nRAIL\n');
  service.drop('landing', 'orders/2026/q4.csv', 'mode,price\nAIR,1.50\nSHIP,2\nRAIL,-3\nRAIL,4\n');
  const detail = await service.outcome('Step Completed');
  expect(detail).toMatchObject({
    chain: 'schema-validator',
    rows: 2,
    rejectedRows: 2,
    outputs: [{ key: 'valid/2026/q4.csv.gz', mediaType: 'text/csv', compression: 'gzip', rows: 2 }],
    quarantine: { rows: 2 },
  });
  expect(textOf('valid/2026/q4.csv.gz')).toBe('mode,price\nAIR,1.50\nRAIL,4\n');
  const rejects = textOf(detail.quarantine.key)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(rejects.map(({ line, code }) => [line, code])).toEqual([
    [3, 'foreign-key'],
    [4, 'constraint-error'],
  ]);
  const [json, page] = detail.documents;
  expect([json.name, page.name, page.mediaType]).toEqual(['report.json', 'report.html', 'text/html']);
  const report = JSON.parse(textOf(json.key));
  expect(report).toMatchObject({ valid: false, tasks: [{ stats: { errors: 2, rows: 4, invalidRows: 2 } }] });
  expect(textOf(page.key)).toContain('foreign-key');
  expect(detail.facts.profile.map(({ name }: { name: string }) => name)).toEqual(['mode', 'price']);
});

test('a column that is new is drift, which its policy rejects', async () => {
  service.drop('landing', 'orders/drifted.csv.gz', gzipSync('mode,price,note\nAIR,1,x\n'));
  const detail = await service.outcome('Step Rejected');
  expect(detail.facts.drift[0]).toMatchObject({ verdict: 'reject', counts: { added: 1 } });
  expect(detail.documents).toHaveLength(2);
  expect(service.activities.filter(({ kind }) => kind === 'request-refused')).toEqual([]);
  expect(service.activities.filter(({ kind }) => kind === 'function-failed')).toEqual([]);
});
