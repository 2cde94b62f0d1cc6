import { gunzipSync } from 'node:zlib';
import { useAlone } from '@tributary/service/test/packaged';
import { expect, test } from 'vitest';

// Each deployed alone, one after the other by events; one local AWS for all.
const after = (step: string, from: string, to: string, options: object = {}) => ({
  after: `${step}/convert`,
  sourceBucket: 'lake',
  sourcePrefix: from,
  outputPrefix: to,
  options,
});
const services = useAlone({
  'json-lines-to-csv': {
    sourceBucket: 'landing',
    sourcePrefix: 'events/',
    sourceSuffix: '.jsonl,.jsonl.gz',
    outputBucket: 'lake',
    outputPrefix: '1-csv/',
    createBuckets: 'true',
    options: { rejects: { maxRejectRatio: 0.9 } },
  },
  'csv-to-csv': after('json-lines-to-csv', '1-csv/', '2-clean/', {
    headerNames: 'snake',
    output: { compression: 'none', dialect: { delimiter: ';', lineTerminator: '\r\n' } },
  }),
  'csv-to-parquet': after('csv-to-csv', '2-clean/', '3-parquet/'),
  'parquet-to-csv': after('csv-to-parquet', '3-parquet/', '4-csv/', {
    columns: ['shop_city', 'total', 'id'],
  }),
  'split-by-column': after('parquet-to-csv', '4-csv/', '5-split/', {
    by: ['shop_city'],
    output: { compression: 'none' },
  }),
});

test('JSON Lines to CSV, put right, to Parquet, back to CSV and split: by the rules and the packaged functions', async () => {
  services.drop(
    'landing',
    'events/2026/q4.jsonl',
    '{"id":1,"shop":{"City":"Ulm"},"total":12.50}\n{"id":2,"shop":{"City":"Köln"},"total":0.25}\nno JSON\n{"id":3,"shop":{"City":"Ulm"},"total":7}\n',
  );
  const last = await services.outcome('Step Completed', 5);
  expect(services.read('lake', '2-clean/2026/q4.csv').toString()).toBe(
    'id;shop_city;total\r\n1;Ulm;12.50\r\n2;Köln;0.25\r\n3;Ulm;7\r\n',
  );
  expect(gunzipSync(services.read('lake', '4-csv/2026/q4.csv.gz')).toString()).toBe(
    'shop_city,total,id\nUlm,12.50,1\nKöln,0.25,2\nUlm,7.00,3\n',
  );
  expect(last.outputs).toMatchObject([
    { key: '5-split/shop_city=Köln/2026/q4.csv', rows: 1, partition: { shop_city: 'Köln' } },
    { key: '5-split/shop_city=Ulm/2026/q4.csv', rows: 2, partition: { shop_city: 'Ulm' } },
  ]);
  expect(services.read('lake', '5-split/shop_city=Ulm/2026/q4.csv').toString()).toBe(
    'total,id\n12.50,1\n7.00,3\n',
  );
  const [first] = services.told().filter(({ type }) => type === 'Step Completed');
  expect(first?.detail).toMatchObject({ chain: 'json-lines-to-csv', rows: 3, rejectedRows: 1 });
  expect(
    services.activities.filter(({ kind }) => ['request-refused', 'function-failed'].includes(kind)),
  ).toEqual([]);
});

test('a file without one object ends as rejected, and no step comes after', async () => {
  services.drop('landing', 'events/empty.jsonl', 'not one object\n');
  const { report } = await services.outcome('Step Rejected');
  expect(report.code).toBe('empty-input');
});
