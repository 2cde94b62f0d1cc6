import type { Resource } from '@tributary/service/deployment';
import type { ChainStep } from '../chain-file/chain.ts';
import type { ChainGraph } from '../graph.ts';
import { logGroupOf } from './step-metrics.ts';

/** Every service of a chain once. */
export function servicesOf(steps: readonly ChainStep[]): string[] {
  return [...new Set(steps.map(({ service }) => service))];
}

/**
 * A saved query of Logs Insights over the logs of all services of a chain: what they said of one run, in its order. Whoever runs it puts
 * the run's id in, as events and `tributary runs` show it. A saved query costs nothing; running it, what it scans.
 */
export function runQuery({ chain, steps }: ChainGraph): Record<string, Resource> {
  return {
    RunQuery: {
      Type: 'AWS::Logs::QueryDefinition',
      Properties: {
        Name: `tributary/${chain.stage}/${chain.name}/run`,
        LogGroupNames: servicesOf(steps).map((service) => logGroupOf(chain, service)),
        QueryString: [
          'fields @timestamp, step, level, message, fault.code, outcome.report.code, @log, @logStream',
          `filter chain = "${chain.name}" and run = "RUN_ID"`,
          'sort @timestamp asc',
          'limit 10000',
        ].join('\n| '),
      },
    },
  };
}
