import { describe, expect, test } from 'vitest';
import { compileChain } from '../src/index.ts';
import { check, tell, twoSteps } from './chains.ts';

const uploads = { bucket: 'deployments', prefix: 'p/' };
const topic = 'arn:aws:sns:us-east-1:123456789012:oncall';

async function compile(alarms: string, ...given: Parameters<typeof twoSteps>) {
  const { graphs, mistakes } = await check(`${twoSteps(...given)}\nalarms: ${alarms}`);
  expect(tell(mistakes)).toEqual([]);
  return compileChain(graphs[0]!, uploads).Resources;
}

const ofType = (resources: Awaited<ReturnType<typeof compile>>, type: string) =>
  Object.entries(resources).filter(([, { Type }]) => Type === type);

describe('alarms', () => {
  test('there are none without `alarms`, but the saved query of a run over the logs of all services', async () => {
    const { graphs } = await check(twoSteps());
    const { Resources } = compileChain(graphs[0]!, uploads);
    expect(Object.values(Resources).map(({ Type }) => Type)).not.toContain('AWS::CloudWatch::Alarm');
    expect(Resources.Dashboard).toBeUndefined();
    expect(Resources.RunQuery).toEqual({
      Type: 'AWS::Logs::QueryDefinition',
      Properties: {
        Name: 'tributary/dev/drives/run',
        LogGroupNames: [
          '/aws/lambda/tributary-dev-fixed-width-to-tsv',
          '/aws/lambda/tributary-dev-csv-to-parquet',
        ],
        QueryString: [
          'fields @timestamp, step, level, message, fault.code, outcome.report.code, @log, @logStream',
          '| filter chain = "drives" and run = "RUN_ID"',
          '| sort @timestamp asc',
          '| limit 10000',
        ].join('\n'),
      },
    });
  });

  test('all of them with their defaults, for each step and the chain', async () => {
    const found = ofType(await compile('{ newestFile: 24 }'), 'AWS::CloudWatch::Alarm');
    const ofStep = (step: string) =>
      ['failed', 'rejected-files', 'rejected-rows', 'stuck', 'slow'].map(
        (name) => `tributary-dev-drives-${step}-${name}`,
      );
    expect(found.map(([, { Properties }]) => Properties.AlarmName)).toEqual([
      ...ofStep('to-tsv'),
      ...ofStep('to-parquet'),
      'tributary-dev-drives-dead-letters',
      'tributary-dev-drives-late',
    ]);
    expect(found.every(([, { Properties }]) => !('AlarmActions' in Properties))).toBe(true);
  });

  test('golden: what they look at is what services write', async () => {
    const resources = await compile(`{ notify: ['${topic}'], newestFile: 6, slow: 60.5, failed: 2 }`);
    const dimensions = [
      { Name: 'service', Value: 'fixed-width-to-tsv' },
      { Name: 'chain', Value: 'drives' },
      { Name: 'step', Value: 'to-tsv' },
    ];
    const completed = [...dimensions, { Name: 'outcome', Value: 'completed' }];
    const told = { AlarmActions: [topic], OKActions: [topic] };
    const above = {
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
    };
    const own = { Namespace: 'Tributary', Dimensions: dimensions };
    expect(resources.ToTsvFailedAlarm!.Properties).toEqual({
      AlarmName: 'tributary-dev-drives-to-tsv-failed',
      AlarmDescription: 'drives/to-tsv: more than 2 failed attempts in 5 minutes',
      ...{
        ...own,
        MetricName: 'FailedAttempts',
        Statistic: 'Sum',
        Period: 300,
        Threshold: 2,
        ...above,
        ...told,
      },
    });
    expect(resources.ToTsvRejectedFilesAlarm!.Properties).toMatchObject({
      ...{
        ...own,
        MetricName: 'RejectedFiles',
        Statistic: 'Average',
        Period: 3600,
        Threshold: 0.1,
        ...above,
        ...told,
      },
    });
    expect(resources.ToTsvStuckAlarm!.Properties).toMatchObject({
      ...{ ...own, MetricName: 'Silent', Statistic: 'Sum', Period: 300, Threshold: 0, ...above, ...told },
    });
    expect(resources.ToTsvSlowAlarm!.Properties).toMatchObject({
      ...{ Namespace: 'Tributary', Dimensions: completed, MetricName: 'Duration', Statistic: 'Maximum' },
      ...{ Threshold: 60_500, ...above, ...told },
    });
    const stat = (MetricName: string) => ({
      Metric: { Namespace: 'Tributary', MetricName, Dimensions: completed },
      ...{ Stat: 'Sum', Period: 3600 },
    });
    expect(resources.ToTsvRejectedRowsAlarm!.Properties).toMatchObject({
      Metrics: [
        { Id: 'share', Expression: 'rejected / (rejected + rows)', ReturnData: true },
        { Id: 'rejected', MetricStat: stat('RejectedRows'), ReturnData: false },
        { Id: 'rows', MetricStat: stat('Rows'), ReturnData: false },
      ],
      Threshold: 0.05,
    });
    expect(resources.DeadLettersAlarm!.Properties).toMatchObject({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['UndeliveredQueue', 'QueueName'] } }],
      ...above,
    });
    expect(resources.LateAlarm!.Properties).toMatchObject({
      ...{ ...own, MetricName: 'RejectedFiles', Statistic: 'SampleCount', Period: 3600 },
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      EvaluationPeriods: 6,
      DatapointsToAlarm: 6,
      TreatMissingData: 'breaching',
    });
  });

  test('one that is false is left out', async () => {
    const off = ['failed', 'rejectedFiles', 'rejectedRows', 'stuck', 'slow', 'deadLetters', 'dashboard'];
    const resources = await compile(`{ ${off.map((name) => `${name}: false`).join(', ')} }`);
    expect(Object.values(resources).filter(({ Type }) => Type.startsWith('AWS::CloudWatch'))).toEqual([]);
  });
});

test('the dashboard shows every step and every alarm', async () => {
  const resources = await compile('{}');
  const { DashboardName, DashboardBody } = resources.Dashboard!.Properties as {
    DashboardName: string;
    DashboardBody: { 'Fn::Join': [string, (string | { 'Fn::GetAtt': [string, string] })[]] };
  };
  expect(DashboardName).toBe('tributary-dev-drives');
  const [, parts] = DashboardBody['Fn::Join'];
  const text = parts.map((part) => (typeof part === 'string' ? part : part['Fn::GetAtt'].join('.'))).join('');
  const { widgets } = JSON.parse(text);
  // biome-ignore lint/suspicious/noExplicitAny: widgets are looked into freely
  const [alarm, ...others] = widgets as any[];
  expect(alarm.properties.alarms).toEqual(
    ofType(resources, 'AWS::CloudWatch::Alarm').map(([id]) => `${id}.Arn`),
  );
  expect(others.map(({ properties }) => properties.title)).toEqual([
    'Files',
    'Rejected and failed',
    'Rows',
    'Bytes that came in',
    'Longest time of a file, ms',
    'Dead letters',
    'Warnings and errors',
  ]);
  expect(others[0].properties.metrics.map((line: unknown[]) => line.slice(0, -1))).toEqual(
    [
      ['fixed-width-to-tsv', 'to-tsv'],
      ['csv-to-parquet', 'to-parquet'],
    ].map(([service, step]) => [
      'Tributary',
      'RejectedFiles',
      'service',
      service,
      'chain',
      'drives',
      'step',
      step,
    ]),
  );
  expect(others[5].properties.metrics[0]).toContain('UndeliveredQueue.QueueName');
  expect(others.at(-1).properties.query).toContain("SOURCE '/aws/lambda/tributary-dev-csv-to-parquet'");
  // No two share a place.
  const cells = new Set<string>();
  for (const { x, y, width, height } of widgets)
    for (let column = x; column < x + width; column++)
      for (let row = y; row < y + height; row++) {
        expect(column).toBeLessThan(24);
        expect(cells).not.toContain(`${column} ${row}`);
        cells.add(`${column} ${row}`);
      }
});

describe('each mistake is told with its place and what to write instead', () => {
  test.each<[string, string, string]>([
    [
      'an alarm that there is not',
      '{ rejectRatio: 0.1 }',
      'chain.yml:14:11: There is no alarms.rejectRatio; expected',
    ],
    ['a share that is none', '{ rejectedFiles: 20 }', 'chain.yml:14:26: alarms.rejectedFiles'],
    ['more hours than CloudWatch looks back', '{ newestFile: 200 }', 'chain.yml:14:23: alarms.newestFile'],
    ['no topic', '{ notify: [oncall] }', 'chain.yml:14:20: alarms.notify.0: must be the ARN of an SNS topic'],
    [
      'a topic of another region',
      `{ notify: ['${topic.replace('us-east-1', 'eu-west-1')}'] }`,
      'chain.yml:14:20: An alarm tells only topics of its own region; expected a topic in us-east-1; got arn:aws:sns:eu-west-1:123456789012:oncall [topic-elsewhere]',
    ],
  ])('%s', async (_name, alarms, expected) => {
    const { mistakes } = await check(`${twoSteps()}\nalarms: ${alarms}`);
    expect(tell(mistakes).join('\n')).toContain(expected);
  });

  const many = (count: number, of: (name: string) => string) =>
    [
      'chain: wide',
      'source: { bucket: landing, prefix: in/ }',
      'output: { bucket: lake }',
      'steps:',
      ...Array.from({ length: count }, (_, index) =>
        of(`s-${[...String(index)].map((digit) => 'abcdefghij'[Number(digit)]).join('')}`),
      ),
    ].join('\n');

  test('more steps at the source than one alarm sums up', async () => {
    const text = many(11, (name) => `  ${name}: { service: csv-to-csv, output: { prefix: ${name}/ } }`);
    const { mistakes } = await check(`${text}\nalarms: { newestFile: 1 }`);
    expect(tell(mistakes)).toEqual([
      expect.stringContaining(
        'chain.yml:16:23: The age of the newest file cannot be watched over so many steps',
      ),
    ]);
  });

  test('more resources than a stack takes', async () => {
    const steps = (count: number) =>
      many(count, (name) => `  ${name}: { service: csv-to-csv, output: { prefix: ${name}/ } }`);
    expect((await check(steps(40))).mistakes).toEqual([]);
    const { mistakes } = await check(`${steps(75)}\nalarms: {}`);
    expect(tell(mistakes)).toContainEqual(
      expect.stringMatching(
        /^chain\.yml:4:1: The chain becomes more resources than one stack takes; expected <= 498.*\[too-many-resources\]$/,
      ),
    );
  });
});
