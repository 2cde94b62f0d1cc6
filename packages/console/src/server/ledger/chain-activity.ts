import type { ChainsAnswer, StepActivity, StepCounts } from '@tributary/events/ledger';
import type { DeployedStep } from './deployed-steps.ts';
import type { RunEntry, StepFact } from './run-entry.ts';

const HOUR_MS = 3_600_000;
const HOURS = 24;
const MOST_PLACES = 20;

interface Gathered {
  activity: StepActivity;
  after: Set<string>;
  sources: Set<string>;
  outputs: Set<string>;
  latencies: number[][];
}

/** What the chains are doing, out of runs, newest first, and of what is deployed. */
export function chainActivity(
  entries: Iterable<RunEntry>,
  deployed: readonly DeployedStep[],
  now: number,
): ChainsAnswer {
  const steps = new Map<string, Gathered>();
  const runs = new Map<string, number>();
  const dayAgo = new Date(now - HOURS * HOUR_MS).toISOString();
  for (const { chain, step, service, after, sources, output } of deployed) {
    const gathered = gatheredOf(steps, { chain, step });
    runs.set(chain, 0);
    gathered.activity.service ??= service;
    for (const one of after) gathered.after.add(one);
    for (const one of sources) gathered.sources.add(one);
    gathered.outputs.add(output);
  }
  for (const { summary, steps: facts } of entries) {
    // What ended long ago counts no more; of a chain that has rested since, it still shows the steps.
    const old = summary.updatedAt < dayAgo && summary.endedAt !== undefined;
    const known = summary.chains.every((chain) => (runs.get(chain) ?? 0) > 0);
    for (const chain of summary.chains) runs.set(chain, (runs.get(chain) ?? 0) + 1);
    if (old && known) continue;
    for (const fact of facts) addFact(gatheredOf(steps, fact), fact, now);
  }
  const chains = [...runs.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    chains: chains.map(([chain, count]) => ({
      chain,
      runs: count,
      steps: [...steps.values()].filter(({ activity }) => activity.chain === chain).map(activityOf),
    })),
    asOf: new Date(now).toISOString(),
  };
}

function gatheredOf(
  steps: Map<string, Gathered>,
  { chain, step }: Pick<StepFact, 'chain' | 'step'>,
): Gathered {
  const name = `${chain}/${step}`;
  let gathered = steps.get(name);
  if (gathered === undefined) {
    const activity: StepActivity = {
      chain,
      step,
      after: [],
      sources: [],
      outputs: [],
      inFlight: 0,
      stuck: 0,
      lastHour: noCounts(),
      lastDay: noCounts(),
      throughput: new Array(HOURS).fill(0),
      latency: [],
    };
    const latencies = Array.from({ length: HOURS }, () => []);
    gathered = { activity, after: new Set(), sources: new Set(), outputs: new Set(), latencies };
    steps.set(name, gathered);
  }
  return gathered;
}

function addFact(
  { activity, after, sources, outputs, latencies }: Gathered,
  fact: StepFact,
  now: number,
): void {
  if (activity.service === undefined && fact.service !== undefined) activity.service = fact.service;
  if (fact.after !== undefined) after.add(fact.after);
  else if (fact.source !== undefined && !isWithin(fact.source, sources) && sources.size < MOST_PLACES)
    sources.add(fact.source);
  if (fact.output !== undefined && outputs.size < MOST_PLACES) outputs.add(fact.output);
  if (fact.state === 'running') activity.inFlight += 1;
  if (fact.state === 'stuck') activity.stuck += 1;
  if (fact.endedAt === undefined) return;
  const age = now - Date.parse(fact.endedAt);
  const hour = Math.floor(age / HOUR_MS);
  if (hour >= HOURS) return;
  count(activity.lastDay, fact);
  if (hour < 1) count(activity.lastHour, fact);
  const slot = HOURS - 1 - Math.max(0, hour);
  activity.throughput[slot]! += 1;
  if (fact.milliseconds !== undefined) latencies[slot]!.push(fact.milliseconds);
}

/** Whether one of the places, such as a rule's prefix, covers this folder already. */
function isWithin(place: string, places: ReadonlySet<string>): boolean {
  return [...places].some((one) => place.startsWith(one));
}

function count(counts: StepCounts, { state }: StepFact): void {
  if (state === 'completed') counts.completed += 1;
  else if (state === 'partly-rejected') counts.partlyRejected += 1;
  else if (state === 'rejected') counts.rejected += 1;
  else if (state === 'failed') counts.failed += 1;
}

function activityOf({ activity, after, sources, outputs, latencies }: Gathered): StepActivity {
  return {
    ...activity,
    after: [...after].sort(),
    sources: [...sources].sort(),
    outputs: [...outputs].sort(),
    latency: latencies.map(median),
  };
}

export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}

function noCounts(): StepCounts {
  return { completed: 0, partlyRejected: 0, rejected: 0, failed: 0 };
}
