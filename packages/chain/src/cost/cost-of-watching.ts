import {
  measuredColumns,
  metricsOfColumn,
  metricsOfOutcome,
  metricsOfStep,
} from '@tributary/service/deployment';
import type { ChainStep } from '../chain-file/chain.ts';
import type { ChainGraph } from '../graph.ts';
import { alarms } from '../observability/alarms.ts';
import { dashboard } from '../observability/dashboard.ts';
import prices from './prices.json' with { type: 'json' };

/** Dollars a month of alarms and the dashboard; what they cost does not hang on files. */
export interface WatchingCost {
  alarms: number;
  dashboard: number;
}

/** By what is deployed: each metric that an alarm looks at is paid for. */
export function costOfWatching(graph: ChainGraph): WatchingCost {
  const metrics = Object.values(alarms(graph)).map(metricsOf);
  const dashboards = Object.keys(dashboard(graph, [])).length;
  return {
    alarms: metrics.reduce((sum, count) => sum + count, 0) * prices.cloudWatch.alarmMetric.usd,
    dashboard: dashboards * prices.cloudWatch.dashboard.usd,
  };
}

function metricsOf({ Properties }: { Properties: Record<string, unknown> }): number {
  const queries = Properties.Metrics as { MetricStat?: unknown }[] | undefined;
  return queries?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1;
}

/**
 * Custom metrics of a step: their names times the dimensions they come with. All of those are of the configuration, so that files do not
 * make more. Of the outcomes, completed and rejected are reckoned with; the others are rare.
 */
export function countMetrics({ converter, parsed }: ChainStep): number {
  const drift = converter.remembers?.(parsed) ? 1 : 0;
  const completed = metricsOfOutcome.length + drift;
  const rejected = metricsOfOutcome.length - 1 + drift; // nothing is put through
  const { report } = parsed as { report?: { profile?: boolean } };
  const profiled = report?.profile === true;
  const columns = Math.min(measuredColumns, converter.inputForm?.(parsed).fields?.length ?? measuredColumns);
  return metricsOfStep.length + completed + rejected + (profiled ? columns * metricsOfColumn.length : 0);
}
