import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { measuredColumns, metricNamespace, type metricsOfStep } from './metric-names.ts';

/** What every log line of an invocation carries. */
export interface LogKeys {
  chain: string;
  step: string;
  run: string;
  key: string;
  requestId: string;
}

const logger = new Logger();

/** A structured logger (JSON lines; level from `POWERTOOLS_LOG_LEVEL`) with the invocation's keys on each line. */
export function logFor(service: string, keys: Partial<LogKeys>): Logger {
  return logger.createChild({ serviceName: service, persistentKeys: { ...keys } });
}

/** Figures of one invocation. */
export interface Figures {
  /** Of the input object as stored. */
  bytesIn: number;
  /** Of the output object as stored. */
  bytesOut: number;
  rows: number;
  rejectedRows: number;
  /** How many columns are not as they were, where that was looked at. */
  driftChanges?: number;
  /** Of the whole invocation. */
  milliseconds: number;
}

/**
 * Writes the invocation's metrics as one EMF line. Dimensions are service, chain, step and outcome: all of them from
 * configuration, so their number does not grow with the files.
 */
export function measure(
  dimensions: { service: string; chain: string; step: string; outcome: string },
  figures: Figures,
): void {
  const { service, ...others } = dimensions;
  const metrics = new Metrics({
    namespace: metricNamespace,
    serviceName: service,
    defaultDimensions: others,
  });
  metrics.addMetric('BytesIn', MetricUnit.Bytes, figures.bytesIn);
  metrics.addMetric('BytesOut', MetricUnit.Bytes, figures.bytesOut);
  metrics.addMetric('Rows', MetricUnit.Count, figures.rows);
  metrics.addMetric('RejectedRows', MetricUnit.Count, figures.rejectedRows);
  metrics.addMetric('Duration', MetricUnit.Milliseconds, figures.milliseconds);
  if (figures.driftChanges !== undefined)
    metrics.addMetric('DriftChanges', MetricUnit.Count, figures.driftChanges);
  // Of the others, nothing was read.
  if (dimensions.outcome === 'completed') {
    const seconds = Math.max(figures.milliseconds, 1) / 1_000;
    metrics.addMetric('Throughput', MetricUnit.BytesPerSecond, Math.round(figures.bytesIn / seconds));
  }
  metrics.publishStoredMetrics();
}

/** Configuration only: the number of metrics does not grow with the files. */
type StepDimensions = Record<'service' | 'chain' | 'step', string>;

/**
 * Counts an invocation as open (1) and, when it has ended in whatever way, as no longer so (-1). Both are counted at the moment
 * when its time is up at the latest: what the sum of a moment that has passed is above 0 has died without a word.
 */
export function countOpen(dimensions: StepDimensions, change: 1 | -1, due: Date): void {
  count(dimensions, 'Silent', change, due);
}

/** Counts an attempt that failed; Lambda may try again. */
export function countFailure(dimensions: StepDimensions): void {
  count(dimensions, 'FailedAttempts', 1);
}

/** Counts a file that was looked at for the first time: the average is the share of rejected files, the sample count that of all. */
export function countFile(dimensions: StepDimensions, rejected: boolean): void {
  count(dimensions, 'RejectedFiles', rejected ? 1 : 0);
}

function count(
  { service, chain, step }: StepDimensions,
  name: (typeof metricsOfStep)[number],
  value: number,
  at?: Date,
): void {
  const metrics = new Metrics({
    namespace: metricNamespace,
    serviceName: service,
    defaultDimensions: { chain, step },
  });
  if (at) metrics.setTimestamp(at);
  metrics.addMetric(name, MetricUnit.Count, value);
  metrics.publishStoredMetrics();
}

/** What is in a column. */
export interface ColumnFigures {
  name: string;
  rows: number;
  nulls: number;
  bad: number;
  distinct: number;
}

/** Writes the health of the first columns as one EMF line each, by a dimension `column` besides. Ratios are of all rows. */
export function measureColumns(
  { service, ...others }: StepDimensions,
  columns: readonly ColumnFigures[],
): void {
  for (const { name, rows, nulls, bad, distinct } of columns.slice(0, measuredColumns)) {
    if (rows === 0 || name.trim() === '') continue;
    const metrics = new Metrics({
      namespace: metricNamespace,
      serviceName: service,
      // CloudWatch takes 1,024 characters.
      defaultDimensions: { ...others, column: name.slice(0, 250) },
    });
    metrics.addMetric('NullRatio', MetricUnit.NoUnit, nulls / rows);
    metrics.addMetric('BadCellRatio', MetricUnit.NoUnit, bad / rows);
    metrics.addMetric('DistinctValues', MetricUnit.Count, distinct);
    metrics.publishStoredMetrics();
  }
}
