import { metricNamespace, type Resource, undeliveredQueueId } from '@tributary/service/deployment';
import type { ChainGraph } from '../graph.ts';
import { servicesOf } from './run-query.ts';
import { dimensionsOf, logGroupOf } from './step-metrics.ts';

/** Stands for what is known only when the stack is made; none of it may be in the text otherwise. */
const mark = (logicalId: string, attribute: string) => `\u0000${logicalId}.${attribute}\u0000`;

const [half, row] = [12, 6];
/** Alarms that one widget takes. */
const maxAlarms = 100;

/** Everything that CloudWatch knows of a chain, on one page. @param alarmIds logical ids of its alarms */
export function dashboard(graph: ChainGraph, alarmIds: readonly string[]): Record<string, Resource> {
  const { chain } = graph;
  if (!chain.alarms?.dashboard) return {};
  return {
    Dashboard: {
      Type: 'AWS::CloudWatch::Dashboard',
      Properties: {
        DashboardName: `tributary-${chain.stage}-${chain.name}`,
        DashboardBody: joined(JSON.stringify({ start: '-P1D', widgets: widgetsOf(graph, alarmIds) })),
      },
    },
  };
}

function widgetsOf(graph: ChainGraph, alarmIds: readonly string[]): object[] {
  const { chain, steps } = graph;
  const { region } = chain;
  const lines = (metric: string, label: string, outcome?: 'completed' | 'rejected') =>
    steps.map((step) => [
      metricNamespace,
      metric,
      ...dimensionsOf(chain, step, outcome).flatMap(({ Name, Value }) => [Name, Value]),
      { label: label.replace('STEP', step.name) },
    ]);
  const graphOf = (title: string, stat: string, metrics: unknown[], more: object = {}) => ({
    type: 'metric',
    properties: { title, view: 'timeSeries', region, stat, period: 300, metrics, ...more },
  });
  const slow = chain.alarms?.slow || undefined;
  const widgets: object[] = [
    graphOf('Files', 'SampleCount', lines('RejectedFiles', 'STEP')),
    graphOf('Rejected and failed', 'Sum', [
      ...lines('RejectedFiles', 'STEP rejected'),
      ...lines('FailedAttempts', 'STEP failed attempts'),
      ...lines('Silent', 'STEP killed'),
    ]),
    graphOf('Rows', 'Sum', [
      ...lines('Rows', 'STEP', 'completed'),
      ...lines('RejectedRows', 'STEP in quarantine', 'completed'),
    ]),
    graphOf('Bytes that came in', 'Sum', lines('BytesIn', 'STEP', 'completed')),
    graphOf(
      'Longest time of a file, ms',
      'Maximum',
      lines('Duration', 'STEP', 'completed'),
      slow === undefined ? {} : { annotations: { horizontal: [{ label: 'slow', value: slow * 1000 }] } },
    ),
    graphOf('Dead letters', 'Maximum', [
      [
        'AWS/SQS',
        'ApproximateNumberOfMessagesVisible',
        'QueueName',
        mark(undeliveredQueueId, 'QueueName'),
        { label: 'not delivered' },
      ],
    ]),
  ];
  const alarm = {
    type: 'alarm',
    properties: {
      title: `Alarms of ${chain.name}`,
      alarms: alarmIds.slice(0, maxAlarms).map((id) => mark(id, 'Arn')),
    },
  };
  const top = alarmIds.length > 0 ? [{ ...alarm, x: 0, y: 0, width: 2 * half, height: 4 }] : [];
  const begin = top.length * 4;
  const placed = widgets.map((widget, index) => ({
    ...widget,
    x: (index % 2) * half,
    y: begin + Math.floor(index / 2) * row,
    width: half,
    height: row,
  }));
  const end = begin + Math.ceil(widgets.length / 2) * row;
  return [...top, ...placed, { ...logOf(graph), x: 0, y: end, width: 2 * half, height: row }];
}

/** The last warnings and errors of all its services. */
function logOf({ chain, steps }: ChainGraph): object {
  const sources = servicesOf(steps).map((service) => `SOURCE '${logGroupOf(chain, service)}'`);
  const query = [
    'fields @timestamp, level, step, run, key, message',
    `filter chain = "${chain.name}" and level in ["WARN", "ERROR"]`,
    'sort @timestamp desc',
    'limit 100',
  ];
  return {
    type: 'log',
    properties: {
      title: 'Warnings and errors',
      region: chain.region,
      view: 'table',
      query: [...sources, ...query].join(' | '),
    },
  };
}

/** The text with attributes of resources in it. */
function joined(text: string): unknown {
  const parts = text.split(/\\u0000([^.\\]+)\.(\w+)\\u0000/);
  if (parts.length === 1) return text;
  const pieces = parts.flatMap((part, index): unknown[] => {
    if (index % 3 === 0) return [part];
    return index % 3 === 1 ? [{ 'Fn::GetAtt': [part, parts[index + 1]] }] : [];
  });
  return { 'Fn::Join': ['', pieces] };
}
