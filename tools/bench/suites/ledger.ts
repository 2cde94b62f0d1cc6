import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunPage, runPage } from '@tributary/events/ledger';
import { type LocalAws, startLocalAws } from '@tributary/local';
import { packageStack } from '../../demo/package-stack.ts';
import { askLedger } from '../ledger/ask-ledger.ts';
import { fillLedger } from '../ledger/filled-ledger.ts';
import { measurePaint } from '../ledger/first-paint.ts';
import { measureOverhead } from '../ledger/overhead.ts';
import { putStepEvents } from '../ledger/step-event-load.ts';
import { median } from '../measure.ts';
import { report } from '../report.ts';
import type { SuiteOptions } from './convert.ts';

const filled = 100_000;
const rate = 1_000;
const loadSeconds = 20;
/** A ledger that has not caught up by then does not keep up at all. */
const patienceMs = 180_000;
const questions = {
  'run list, first page of 100': () => 'v1/runs?limit=100',
  'run list, a page of 100 in the middle': (cursor: string) => `v1/runs?limit=100&cursor=${cursor}`,
  'run list, failed ones of a chain': () => 'v1/runs?limit=100&state=failed&chain=drives-1',
  'run list, by a part of the key': () => 'v1/runs?limit=100&key=vendor-7/drives',
  chains: () => 'v1/chains',
  feeds: () => 'v1/feeds',
};

/** The packaged ledger on a local AWS: what it answers at 100,000 runs, what it takes in, and what being told of costs a step. */
export async function benchLedger({ rounds, keep }: SuiteOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-ledger-'));
  // What a step spends is measured without a ledger beside it, which has machines of its own in AWS.
  const alone = [await packageStack('event-bus'), bucketsOf(folder)];
  const stacks = [...alone, await packageStack('run-ledger')];
  const figures: Record<string, string | number> = {};
  const within = async (name: string, work: (aws: LocalAws) => Promise<void>, deployed = stacks) => {
    console.error(`ledger: ${name}`);
    const aws = await startLocalAws({ stacks: deployed, stateDirectory: join(folder, name) });
    try {
      await work(aws);
    } finally {
      await aws.stop();
    }
  };
  await within('answers', async (aws) => {
    await fillLedger(aws, filled);
    const cold = await askLedger(aws, questions['run list, first page of 100']());
    figures['first answer of a new process, ms'] = cold.milliseconds;
    const cursor = await middleOf(aws);
    for (const [name, path] of Object.entries(questions)) {
      const times: number[] = [];
      for (let at = 0; at < 4 * rounds + 1; at++)
        times.push((await askLedger(aws, path(cursor))).milliseconds);
      figures[`${name}, ms`] = median(times);
    }
    const { serveConsole } = await import('@tributary/console'); // its kernel is built only now
    await using page = await serveConsole(aws);
    const paint = await measurePaint(page.url, rounds);
    figures['console, first paint, ms'] = paint?.firstPaint ?? 'no Chromium';
    figures['console, first runs shown, ms'] = paint?.firstRow ?? 'no Chromium';
  });
  await within('load', async (aws) => {
    const steps = (rate * loadSeconds) / 2;
    await askLedger(aws, 'v1/runs'); // both functions are warm in a ledger that is in use
    await putStepEvents(aws, { steps: 10, rate });
    await waitForRuns(aws, 10);
    const begin = performance.now();
    const putting = await putStepEvents(aws, { steps, rate });
    const behind = steps - (await countCompleted(aws));
    const listed = await waitForRuns(aws, steps);
    const all = performance.now() - begin;
    figures['step events put on the bus, a second'] = (2 * steps * 1000) / putting;
    figures['step events recorded, a second'] = (2 * listed * 1000) / all;
    figures['runs not yet listed when the last was put'] = behind;
    figures['runs not listed in the end'] = steps - listed;
    figures['all listed after the last, ms'] = all - putting;
  });
  await within(
    'overhead',
    async (aws) => {
      const log = join(folder, 'step.log');
      for (const records of [1_000, 230_896]) {
        const { observed, overhead } = await measureOverhead(aws, { records, rounds: 20 * rounds, log });
        figures[`a step of ${records} records, ms`] = observed;
        figures[`of it for being told of, ms (${records} records)`] = overhead;
        figures[`of it for being told of, % (${records} records)`] = (100 * overhead) / observed;
      }
    },
    alone,
  );
  const table = [
    `### The ledger, at ${filled} runs; load of ${rate} step events a second for ${loadSeconds} s`,
    '',
    '| | |',
    '| --- | ---: |',
    ...Object.entries(figures).map(
      ([name, value]) => `| ${name} | ${typeof value === 'number' ? value.toFixed(1) : value} |`,
    ),
    '',
  ].join('\n');
  report('ledger', table, figures, keep);
  rmSync(folder, { recursive: true });
}

/** A stack of the two buckets that the step of the overhead reads and writes. */
function bucketsOf(folder: string): { name: string; template: string } {
  mkdirSync(folder, { recursive: true });
  const template = join(folder, 'buckets.json');
  const bucket = (BucketName: string) => ({ Type: 'AWS::S3::Bucket', Properties: { BucketName } });
  const Resources = { Landing: bucket('landing-dev'), Lake: bucket('lake-dev') };
  writeFileSync(template, JSON.stringify({ Resources }));
  return { name: 'buckets', template };
}

async function listed(aws: LocalAws, query: string): Promise<RunPage> {
  return runPage.parse((await askLedger(aws, `v1/runs?${query}`)).json);
}

/** The cursor behind half of the runs. */
async function middleOf(aws: LocalAws): Promise<string> {
  let page = await listed(aws, 'limit=1000');
  for (let seen = 1000; seen < filled / 2; seen += 1000)
    page = await listed(aws, `limit=1000&cursor=${page.next}`);
  return page.next!;
}

async function countCompleted(aws: LocalAws): Promise<number> {
  return (await listed(aws, 'limit=1&key=load/')).states.completed ?? 0;
}

/** @returns those listed, which are fewer if it took too long */
async function waitForRuns(aws: LocalAws, steps: number): Promise<number> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const count = await countCompleted(aws);
    if (count >= steps || performance.now() > until) return count;
    await sleep(200);
  }
}
