import type { ChainStep } from '../chain-file/chain.ts';
import type { ChainGraph } from '../graph.ts';
import { costOfWatching, countMetrics, type WatchingCost } from './cost-of-watching.ts';
import prices from './prices.json' with { type: 'json' };
import throughput from './throughput.json' with { type: 'json' };

export interface Workload {
  /** Files a month. */
  files: number;
  /** Bytes of one file, uncompressed. */
  size: number;
}

/** Dollars a month. */
export interface StepCost {
  step: string;
  service: string;
  lambda: number;
  requests: number;
  events: number;
  storage: number;
  logs: number;
  /** Custom metrics, which are there in a month with a single file too. */
  metrics: number;
  total: number;
  /** No measurement of this service: the slowest one that there is stands for it. */
  assumed: boolean;
}

export interface ChainCost {
  steps: StepCost[];
  watching: WatchingCost;
  total: number;
  /** Of what comes in, uncompressed. */
  perTerabyte: number;
  /** What the figures rest on, a line each. */
  assumptions: string[];
}

const gigabyte = 1e9;
const [readPart, writePart] = [8 * 1024 * 1024, 8 * 1024 * 1024];
/** Bytes of one step event with its envelope, and of the log lines of one invocation. */
const [eventBytes, logBytes] = [4_096, 4_096];
const eventsOfStep = 2; // Started, and Completed or Rejected
const looks = 3; // at what stands at the output, and companions
const memoryGb = 1769 / 1024;

/** Prices that no page was found for, as `service.what`. */
const unconfirmed = Object.entries(prices).flatMap(([service, ones]) =>
  typeof ones === 'string'
    ? []
    : Object.entries(ones).flatMap(([what, { read }]) => (read === null ? [`${service}.${what}`] : [])),
);

interface Figures {
  cpuSecondsPerGb: number;
  startSeconds: number;
  outputRatio: number;
}

/** What a month of files costs if every file passes every `completed` step; other branches are for the few. */
export function costOfChain(graph: ChainGraph, { files, size }: Workload): ChainCost {
  const sizes = new Map<ChainStep, number>();
  const steps = graph.steps
    .filter((step) => onGoodWay(graph, step))
    .map((step) => {
      const before = graph.steps.find(({ name }) => name === step.after?.step);
      const bytes = before ? sizes.get(before)! : size;
      const { figures, assumed } = figuresOf(step.service);
      sizes.set(step, bytes * (step.converter.passesOn?.(step.parsed) ? 1 : figures.outputRatio));
      return costOfStep(graph, step, figures, assumed, { files, size: bytes }, sizes.get(step)!);
    });
  const watching = costOfWatching(graph);
  const total = steps.reduce((sum, step) => sum + step.total, 0) + watching.alarms + watching.dashboard;
  return {
    steps,
    watching,
    total,
    perTerabyte: total / ((files * size) / 1e12),
    assumptions: [
      `prices of ${prices.asOf}, ${prices.region}, on demand, without free tiers; where each was read: prices.json${unconfirmed.length > 0 ? `; not confirmed: ${unconfirmed.join(', ')}` : ''}`,
      `measured ${throughput.at}: ${throughput.measured}; a second of processor there counts as one of a Lambda with 1769 MB (one vCPU, arm64)`,
      'every invocation starts cold; every file passes every completed step; nothing is retried',
      'sizes are uncompressed, so requests and storage of gzipped files cost less',
      `${eventBytes / 1024} KB an event, ${eventsOfStep} events a step; ${logBytes / 1024} KB of log an invocation; outputs are kept for a month`,
      'metrics are of the outcomes completed and rejected, 25 columns a profile at the most; a dashboard and each metric of an alarm count whole',
      ...(steps.some(({ assumed }) => assumed)
        ? [
            'services marked * were not measured: the slowest that was stands for them, and their output is as large as their input',
          ]
        : []),
    ],
  };
}

/** Whether a step is reached without a rejection or failure before it. */
function onGoodWay({ steps }: ChainGraph, { after }: ChainStep): boolean {
  if (!after) return true;
  const before = steps.find(({ name }) => name === after.step);
  return after.outcome === 'completed' && before !== undefined && onGoodWay({ steps } as ChainGraph, before);
}

function figuresOf(service: string): { figures: Figures; assumed: boolean } {
  const known: Readonly<Record<string, Figures>> = throughput.services;
  if (known[service]) return { figures: known[service], assumed: false };
  const all = Object.values(known);
  return {
    figures: {
      cpuSecondsPerGb: Math.max(...all.map(({ cpuSecondsPerGb }) => cpuSecondsPerGb)),
      startSeconds: Math.max(...all.map(({ startSeconds }) => startSeconds)),
      outputRatio: 1,
    },
    assumed: true,
  };
}

function costOfStep(
  { chain }: ChainGraph,
  step: ChainStep,
  { cpuSecondsPerGb, startSeconds }: Figures,
  assumed: boolean,
  { files, size }: Workload,
  output: number,
): StepCost {
  const writes = step.converter.passesOn?.(step.parsed) ? 0 : output;
  const seconds = startSeconds + (size / gigabyte) * cpuSecondsPerGb;
  const gets = Math.max(1, Math.ceil(size / readPart)) + looks;
  const puts = writes > writePart ? Math.ceil(writes / writePart) + 2 : 1;
  const told = eventsOfStep * files;
  const archived =
    chain.archiveDays === undefined
      ? 0
      : ((told * eventBytes) / gigabyte) *
        (prices.eventBridge.archivedGb.usd +
          prices.eventBridge.archiveGbMonth.usd * (chain.archiveDays / 30));
  const parts = {
    lambda: files * (seconds * memoryGb * prices.lambda.armGbSecond.usd + prices.lambda.request.usd),
    requests: files * (gets * prices.s3.get.usd + puts * prices.s3.put.usd),
    events: told * prices.eventBridge.customEvent.usd + archived,
    storage: ((files * writes) / gigabyte) * prices.s3.gbMonth.usd,
    logs: ((files * logBytes) / gigabyte) * prices.logs.ingestedGb.usd,
    metrics: countMetrics(step) * prices.cloudWatch.metric.usd,
  };
  const total = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return { step: step.name, service: step.service, ...parts, total, assumed };
}
