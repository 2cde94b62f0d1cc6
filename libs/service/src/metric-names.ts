/** Of all metrics that services write; what they count says the README. */
export const metricNamespace = 'Tributary';

/** By service, chain and step. */
export const metricsOfStep = ['Silent', 'RejectedFiles', 'FailedAttempts'] as const;

/** By the outcome besides, if there is something to count. */
export const metricsOfOutcome = [
  'BytesIn',
  'BytesOut',
  'Rows',
  'RejectedRows',
  'Duration',
  'Throughput',
] as const;

/** By the column besides. */
export const metricsOfColumn = ['NullRatio', 'BadCellRatio', 'DistinctValues'] as const;

/** Each column is a set of metrics that is paid for: a wide table's others stand in its report. */
export const measuredColumns = 25;
