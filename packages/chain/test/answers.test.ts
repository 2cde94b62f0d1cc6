import { expect, test } from 'vitest';
import { costOfChain, drawMermaid, drawSvg, explainKey } from '../src/index.ts';
import { mergePattern } from '../src/pattern/merge-pattern.ts';
import { check, twoSteps } from './chains.ts';

async function graphOf(...given: Parameters<typeof twoSteps>) {
  const { graphs, mistakes } = await check(twoSteps(...given));
  expect(mistakes).toEqual([]);
  return graphs[0]!;
}

test('explain tells the way of an object, with the keys that it would have', async () => {
  const graph = await graphOf({ prefix: 'parquet/{1}/dt={date}/' });
  expect(explainKey(graph, { key: 'in/acme/a.txt', size: 1 })).toEqual([
    'drives: yes, it is of s3://landing/in/*.txt',
    '  to-tsv (fixed-width-to-tsv) writes s3://lake/drives/tsv/acme/a.tsv.gz; bad rows to s3://lake/drives/tsv/_rejects/',
    '    if completed:',
    '      to-parquet (csv-to-parquet) writes s3://lake/parquet/acme/dt={date}/a.parquet; bad rows to s3://lake/parquet/_rejects/',
  ]);
});

test('explain tells why nothing would happen', async () => {
  const graph = await graphOf();
  const why = (key: string, bucket = 'landing') => explainKey(graph, { bucket, key, size: 1 });
  expect(why('in/a.csv')).toEqual(['drives: no, the key does not end in .txt']);
  expect(why('out/a.txt')).toEqual(['drives: no, the key does not begin with "in/"']);
  expect(why('in/a.txt', 'other')).toEqual(['drives: no, its source is bucket landing']);
});

test('the pictures show every step and how it is reached', async () => {
  const graph = await graphOf({ after: 'to-tsv.rejected', options: '{ dialect: { delimiter: "," } }' });
  expect(drawMermaid(graph)).toBe(
    [
      'flowchart LR',
      '  n0["to-parquet<br/>csv-to-parquet<br/>s3://lake/parquet/"]',
      '  n1["to-tsv<br/>fixed-width-to-tsv<br/>s3://lake/drives/tsv/"]',
      '  n2[("drives<br/>s3://landing/in/*<br/>.txt")]',
      '  n1 -.->|"rejected"| n0',
      '  n2 --> n1',
      '',
    ].join('\n'),
  );
  const svg = drawSvg(graph);
  expect(svg).toContain('prefers-color-scheme: dark');
  expect(svg.match(/<rect /g)).toHaveLength(3);
  expect(svg.match(/class="head"/g)).toHaveLength(2);
});

test('cost grows with files and size, but for what watches it, and leaves out branches for the few', async () => {
  const graph = await graphOf();
  const one = costOfChain(graph, { files: 1000, size: 1e9 });
  const ten = costOfChain(graph, { files: 10_000, size: 1e9 });
  expect(one.steps.map(({ step }) => step)).toEqual(['to-tsv', 'to-parquet']);
  const byFiles = ({ total, steps }: typeof one) =>
    total - steps.reduce((sum, { metrics }) => sum + metrics, 0);
  expect(byFiles(ten) / byFiles(one)).toBeCloseTo(10);
  expect(one.total).toBeCloseTo(one.steps.reduce((sum, { total }) => sum + total, 0));
  // 3 metrics of each step, 6 of the outcome completed and 5 of rejected, 0.30 each.
  expect(one.steps.map(({ metrics }) => metrics)).toEqual([
    expect.closeTo(14 * 0.3),
    expect.closeTo(14 * 0.3),
  ]);
  expect(one.watching).toEqual({ alarms: 0, dashboard: 0 });
  expect(one.assumptions.join('\n')).toContain('not confirmed: eventBridge.archivedGb');
});

test('alarms and dashboard are in the cost, each metric that an alarm looks at', async () => {
  const [graph] = (await check(`${twoSteps()}\nalarms: { newestFile: 24 }`)).graphs;
  // Of each step failed, rejected files, rejected rows (two metrics), stuck and slow; of the chain dead letters and late.
  expect(costOfChain(graph!, { files: 1, size: 1 }).watching).toEqual({
    alarms: expect.closeTo((2 * 6 + 2) * 0.1),
    dashboard: 3,
  });
});

test('what a rule and its `when` both ask for becomes one matcher', () => {
  const key = (base: object, when: object) =>
    mergePattern({ key: [base] } as never, { key: [when] }) as {
      pattern: { key: unknown };
      conflicts: unknown[];
    };
  expect(key({ prefix: 'in/' }, { suffix: '.gz' }).pattern.key).toEqual([{ wildcard: 'in/*.gz' }]);
  expect(key({ wildcard: 'in/*.txt' }, { prefix: 'in/a/' }).pattern.key).toEqual([
    { wildcard: 'in/a/*.txt' },
  ]);
  expect(key({ prefix: 'in/' }, { wildcard: 'in/*/x/*' }).pattern.key).toEqual([{ wildcard: 'in/*/x/*' }]);
  expect(key({ prefix: 'in/' }, { prefix: 'out/' }).conflicts).toMatchObject([{ never: true }]);
  expect(key({ prefix: 'in/' }, { 'anything-but': ['a'] }).conflicts).toMatchObject([{ never: false }]);
});
