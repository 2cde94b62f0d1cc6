import { metricNamespace, type Resource, undeliveredQueueId } from '@tributary/service/deployment';
import type { Alarms } from '../chain-file/alarm-shape.ts';
import type { Chain, ChainStep } from '../chain-file/chain.ts';
import { alarmId } from '../cloudformation/logical-ids.ts';
import type { ChainGraph } from '../graph.ts';
import { type Dimension, dimensionsOf } from './step-metrics.ts';

const minutes = 60;
const hours = 60 * minutes;

/** What an alarm is about, before it has a name and somebody to tell. */
interface Watch {
  /** Of the alarm, after the chain and step. */
  name: string;
  what: string;
  properties: Record<string, unknown>;
}

/** The alarms that a chain.yml asks for: those of each step first, then those of the chain. */
export function alarms({ chain, steps, next }: ChainGraph): Record<string, Resource> {
  if (!chain.alarms) return {};
  const wanted = chain.alarms;
  return Object.fromEntries([
    ...steps.flatMap((step) =>
      watchStep(chain, step, wanted).map((one) => alarmOf(chain, wanted, one, step)),
    ),
    ...watchChain(chain, next(), wanted).map((one) => alarmOf(chain, wanted, one)),
  ]);
}

function alarmOf(
  { name: chain, stage }: Chain,
  { notify }: Alarms,
  { name, what, properties }: Watch,
  step?: ChainStep,
): [string, Resource] {
  const place = step ? `${chain}/${step.name}` : chain;
  return [
    alarmId(name, step?.name),
    {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        AlarmName: ['tributary', stage, chain, ...(step ? [step.name] : []), name].join('-'),
        AlarmDescription: `${place}: ${what}`,
        ...properties,
        ...(notify.length > 0 && { AlarmActions: notify, OKActions: notify }),
      },
    },
  ];
}

function watchStep(chain: Chain, step: ChainStep, wanted: Alarms): Watch[] {
  const own = (metric: string) => metricOf(metric, dimensionsOf(chain, step));
  const completed = (metric: string) => metricOf(metric, dimensionsOf(chain, step, 'completed'));
  const watches: (Watch | false)[] = [
    wanted.failed !== false && {
      name: 'failed',
      what: `more than ${wanted.failed} failed attempts in 5 minutes`,
      properties: above(wanted.failed, { ...own('FailedAttempts'), Statistic: 'Sum', Period: 5 * minutes }),
    },
    wanted.rejectedFiles !== false && {
      name: 'rejected-files',
      what: `more than ${percent(wanted.rejectedFiles)} of the files of an hour are rejected`,
      properties: above(wanted.rejectedFiles, {
        ...own('RejectedFiles'),
        Statistic: 'Average',
        Period: hours,
      }),
    },
    // What goes on as it is has no rows of its own to reject, and the next step may still.
    wanted.rejectedRows !== false && {
      name: 'rejected-rows',
      what: `more than ${percent(wanted.rejectedRows)} of the rows of an hour are in quarantine`,
      properties: above(wanted.rejectedRows, {
        Metrics: [
          { Id: 'share', Expression: 'rejected / (rejected + rows)', Label: 'rejected', ReturnData: true },
          queryOf('rejected', completed('RejectedRows'), 'Sum', hours),
          queryOf('rows', completed('Rows'), 'Sum', hours),
        ],
      }),
    },
    wanted.stuck && {
      name: 'stuck',
      what: 'started, and killed without a word: out of memory or over its time',
      // Counted when the time of an invocation is up: what is above 0 then stays so.
      properties: above(0, { ...own('Silent'), Statistic: 'Sum', Period: 5 * minutes }),
    },
    wanted.slow !== false && {
      name: 'slow',
      what: `a file took more than ${wanted.slow} s`,
      properties: above(wanted.slow * 1000, {
        ...completed('Duration'),
        Statistic: 'Maximum',
        Period: 5 * minutes,
      }),
    },
  ];
  return watches.filter((watch) => watch !== false);
}

function watchChain(chain: Chain, starts: readonly ChainStep[], wanted: Alarms): Watch[] {
  const watches: (Watch | false)[] = [
    wanted.deadLetters !== false && {
      name: 'dead-letters',
      what: `more than ${wanted.deadLetters} events could not be handed to their function`,
      properties: above(wanted.deadLetters, {
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [undeliveredQueueId, 'QueueName'] } }],
        Statistic: 'Maximum',
        Period: 5 * minutes,
      }),
    },
    wanted.newestFile !== false && {
      name: 'late',
      what: `no new file at the source for ${wanted.newestFile} h`,
      properties: {
        ...filesOf(chain, starts),
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        EvaluationPeriods: wanted.newestFile,
        DatapointsToAlarm: wanted.newestFile,
        // An hour without a file has no figures.
        TreatMissingData: 'breaching',
      },
    },
  ];
  return watches.filter((watch) => watch !== false);
}

/** Files of an hour that were looked at for the first time, by any of the steps at the source. */
function filesOf(chain: Chain, starts: readonly ChainStep[]): Record<string, unknown> {
  const metric = (step: ChainStep) => metricOf('RejectedFiles', dimensionsOf(chain, step));
  if (starts.length === 1) return { ...metric(starts[0]!), Statistic: 'SampleCount', Period: hours };
  return {
    Metrics: [
      { Id: 'files', Expression: 'SUM(METRICS())', Label: 'files', ReturnData: true },
      ...starts.map((step, index) => queryOf(`files${index}`, metric(step), 'SampleCount', hours)),
    ],
  };
}

type Metric = Record<'Namespace' | 'MetricName', string> & { Dimensions: Dimension[] };

function metricOf(MetricName: string, Dimensions: Dimension[]): Metric {
  return { Namespace: metricNamespace, MetricName, Dimensions };
}

function queryOf(Id: string, Metric: Metric, Stat: string, Period: number): object {
  return { Id, MetricStat: { Metric, Stat, Period }, ReturnData: false };
}

/** Where nothing was done, nothing is wrong. */
function above(Threshold: number, properties: Record<string, unknown>): Record<string, unknown> {
  return {
    ...properties,
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold,
    EvaluationPeriods: 1,
    TreatMissingData: 'notBreaching',
  };
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
