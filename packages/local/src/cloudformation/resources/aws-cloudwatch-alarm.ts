import * as z from 'zod';
import { defineKind, flag, integer, tags, text } from '../resource-kind.ts';

const dimensions = z.array(z.strictObject({ Name: text(), Value: text() })).max(30);
const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?[\d.]+(?:e-?\d+)?$/i)
    .transform(Number),
]);

const stat = z.strictObject({
  Metric: z.strictObject({ Namespace: text(), MetricName: text(), Dimensions: dimensions.optional() }),
  Period: integer(1, 86_400),
  Stat: text(),
  Unit: text().optional(),
});

const query = z.strictObject({
  Id: z.string().regex(/^[a-z]\w*$/, 'Must begin with a lower-case letter'),
  Expression: text().optional(),
  Label: text().optional(),
  MetricStat: stat.optional(),
  Period: integer(1, 86_400).optional(),
  ReturnData: flag().optional(),
});

const properties = z.strictObject({
  AlarmName: text().optional(),
  AlarmDescription: text().optional(),
  ActionsEnabled: flag().optional(),
  AlarmActions: z.array(text()).max(5).optional(),
  OKActions: z.array(text()).max(5).optional(),
  InsufficientDataActions: z.array(text()).max(5).optional(),
  ComparisonOperator: z.enum([
    'GreaterThanOrEqualToThreshold',
    'GreaterThanThreshold',
    'LessThanThreshold',
    'LessThanOrEqualToThreshold',
  ]),
  Namespace: text().optional(),
  MetricName: text().optional(),
  Dimensions: dimensions.optional(),
  Metrics: z.array(query).max(20).optional(),
  Statistic: z.enum(['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum']).optional(),
  ExtendedStatistic: text().optional(),
  Period: integer(1, 604_800).optional(),
  EvaluationPeriods: integer(1, 10_080),
  DatapointsToAlarm: integer(1, 10_080).optional(),
  Threshold: number,
  TreatMissingData: z.enum(['breaching', 'notBreaching', 'ignore', 'missing']).optional(),
  EvaluateLowSampleCountPercentile: text().optional(),
  Unit: text().optional(),
  Tags: tags(),
});

/** Accepted: there are no metrics here, so that it never goes off. */
export const cloudWatchAlarm = defineKind<z.infer<typeof properties>>({
  type: 'AWS::CloudWatch::Alarm',
  properties,
  identify({ AlarmName }, { place, generate }) {
    const name = AlarmName ?? generate(255);
    return {
      ref: name,
      attributes: {
        Arn: `arn:${place.partition}:cloudwatch:${place.region}:${place.accountId}:alarm:${name}`,
      },
    };
  },
  put() {},
  remove() {},
});
