import type { ChainsAnswer, RunSummary, StepActivity, StepRule } from '@tributary/events/ledger';

const hourMs = 3_600_000;
const hours = 24;
const maxPlaces = 20;

type Step = RunSummary['steps'][number];

/** A step that a rule wakes, by whichever service. */
export type DeployedStep = Omit<StepRule, 'options'> & { service: string };

/** What each step of each chain was seen doing, out of the runs; and those that are deployed and have done nothing yet. */
export function chainsOf(
  runs: Iterable<RunSummary>,
  { deployed, now }: { deployed: readonly DeployedStep[]; now: number },
): ChainsAnswer {
  const chains = new Map<string, { runs: number; steps: Map<string, StepSeen> }>();
  for (const step of deployed) stepOf(step).expect(step);
  const moment = { now, dayAgo: new Date(now - hours * hourMs).toISOString() };
  for (const run of runs) {
    for (const name of run.chains) chainOf(name).runs++;
    for (const step of run.steps) stepOf(step).add(step, run, moment);
  }
  return {
    chains: [...chains]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([chain, { runs: count, steps }]) => ({
        chain,
        runs: count,
        steps: [...steps.values()].map((seen) => seen.activity()),
      })),
    asOf: new Date(now).toISOString(),
  };

  function chainOf(name: string) {
    let chain = chains.get(name);
    if (chain === undefined) {
      chain = { runs: 0, steps: new Map() };
      chains.set(name, chain);
    }
    return chain;
  }

  function stepOf(step: Pick<Step, 'chain' | 'step'>): StepSeen {
    const { steps } = chainOf(step.chain);
    let seen = steps.get(step.step);
    if (seen === undefined) {
      seen = new StepSeen(step);
      steps.set(step.step, seen);
    }
    return seen;
  }
}

class StepSeen {
  readonly #step: Pick<Step, 'chain' | 'step'>;
  readonly #after = new Set<string>();
  readonly #sources = new Set<string>();
  readonly #outputs = new Set<string>();
  readonly #latencies: number[][] = Array.from({ length: hours }, () => []);
  readonly #throughput: number[] = new Array(hours).fill(0);
  readonly #lastHour = noCounts();
  readonly #lastDay = noCounts();
  #service: string | undefined;
  #inFlight = 0;
  #stuck = 0;

  constructor(step: Pick<Step, 'chain' | 'step'>) {
    this.#step = step;
  }

  /** As its rule has it: several rules may wake one step. */
  expect({ service, after, sources, output }: DeployedStep): void {
    this.#service = service;
    for (const step of after) this.#after.add(step);
    for (const source of sources) this.#keep(this.#sources, source);
    this.#keep(this.#outputs, output);
  }

  /** Runs come newest first: the service is that of the newest. */
  add(step: Step, { root }: RunSummary, { now, dayAgo }: { now: number; dayAgo: string }): void {
    this.#service ??= step.service;
    if (step.after !== undefined) this.#after.add(step.after);
    else this.#come(`${root.bucket}/${root.key.slice(0, root.key.lastIndexOf('/') + 1)}`);
    if (step.output !== undefined) this.#keep(this.#outputs, step.output);
    if (step.state === 'running') this.#inFlight++;
    if (step.state === 'stuck') this.#stuck++;
    // Times are all printed alike, so they compare as texts: most of many runs ended long ago.
    if (step.endedAt === undefined || step.endedAt < dayAgo) return;
    const hour = Math.max(0, Math.floor((now - Date.parse(step.endedAt)) / hourMs));
    if (hour >= hours) return;
    count(this.#lastDay, step);
    if (hour === 0) count(this.#lastHour, step);
    const slot = hours - 1 - hour;
    this.#throughput[slot]!++;
    if (step.milliseconds !== undefined) this.#latencies[slot]!.push(step.milliseconds);
  }

  activity(): StepActivity {
    const { chain, step } = this.#step;
    return {
      chain,
      step,
      ...(this.#service !== undefined && { service: this.#service }),
      after: [...this.#after].sort(),
      sources: [...this.#sources].sort(),
      outputs: [...this.#outputs].sort(),
      inFlight: this.#inFlight,
      stuck: this.#stuck,
      lastHour: this.#lastHour,
      lastDay: this.#lastDay,
      throughput: this.#throughput,
      latency: this.#latencies.map((values) => values.sort((a, b) => a - b)[values.length >> 1] ?? null),
    };
  }

  /** A folder that a place covers already, such as the rule's prefix, is no other source. */
  #come(folder: string): void {
    for (const source of this.#sources) if (folder.startsWith(source)) return;
    this.#keep(this.#sources, folder);
  }

  #keep(places: Set<string>, place: string): void {
    if (places.size < maxPlaces) places.add(place);
  }
}

function count(counts: StepActivity['lastDay'], { state }: Step): void {
  if (state === 'completed' || state === 'rejected' || state === 'failed') counts[state]++;
  else if (state === 'partly-rejected') counts.partlyRejected++;
}

function noCounts(): StepActivity['lastDay'] {
  return { completed: 0, partlyRejected: 0, rejected: 0, failed: 0 };
}
