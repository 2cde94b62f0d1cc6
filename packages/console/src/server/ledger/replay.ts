import {
  compileQuery,
  type ReplayAnswer,
  type ReplayItem,
  type ReplayRequest,
  type Run,
  runsToReplay,
  type StepRun,
  stepsToReplay,
  wakingEvent,
} from '@tributary/events/ledger';
import { renderTargetInput } from '@tributary/events/target-input';
import { ApiError, notFound } from '../api-error.ts';
import { type Aws, refusalOf } from '../aws-client.ts';
import { type HeldLetter, withLetters } from './dead-letters.ts';
import type { RunIndex } from './run-index.ts';
import type { RunStore } from './run-store.ts';
import { findStepTarget, functionOf, listRuleTargets, type RuleTarget } from './step-targets.ts';

export interface ReplayWorld {
  aws: Aws;
  index: RunIndex;
  store: RunStore;
  now: () => number;
}

/** Does again what is asked for, by the envelope that the step's rule makes; with `dryRun` it only says what. */
export async function replay(world: ReplayWorld, request: ReplayRequest): Promise<ReplayAnswer> {
  const items =
    request.kind === 'dead-letters'
      ? await replayLetters(world, request)
      : await replaySteps(world, chooseSteps(world, request), request);
  return {
    dryRun: request.dryRun,
    items,
    started: items.filter(({ status }) => status === 'started').length,
    refused: items.filter(({ status }) => status === 'refused').length,
  };
}

interface Chosen {
  run: Run;
  step: StepRun;
}

function chooseSteps(
  world: ReplayWorld,
  request: Exclude<ReplayRequest, { kind: 'dead-letters' }>,
): Chosen[] {
  const now = new Date(world.now()).toISOString();
  const chooseOf = (run: Run) => stepsToReplay(run, request).map((step) => ({ run, step }));
  if (request.kind === 'run') {
    const run = world.store.run(request.run, now);
    if (run === undefined) throw notFound(`run ${request.run}`);
    const chosen = chooseOf(run);
    if (chosen.length === 0) throw notFound(`step ${request.step ?? ''} in run ${request.run}`);
    return chosen;
  }
  const isWanted = compileQuery(runsToReplay(request));
  const chosen: Chosen[] = [];
  for (const { summary } of world.index.newest(world.now())) {
    const run = isWanted(summary) ? world.store.run(summary.id, now) : undefined;
    if (run !== undefined) chosen.push(...chooseOf(run));
    checkLimit(chosen.length, request.limit);
  }
  return chosen;
}

async function replaySteps(
  world: ReplayWorld,
  chosen: Chosen[],
  { dryRun }: ReplayRequest,
): Promise<ReplayItem[]> {
  const targets = await listRuleTargets(world.aws);
  const items: ReplayItem[] = [];
  for (const { run, step } of chosen) {
    const about = {
      chain: step.chain,
      step: step.step,
      runId: run.id,
      ...(step.input && { object: { bucket: step.input.bucket, key: step.input.key } }),
    };
    const target = findStepTarget(targets, step.chain, step.step);
    const event = wakingEvent(run, step, world.store.events(run.id));
    if (target === undefined)
      items.push({ ...about, status: 'refused', why: 'No rule wakes this step any more' });
    else if (event === undefined)
      items.push({
        ...about,
        function: target.function,
        status: 'refused',
        why: 'The event that woke it is not known',
      });
    else {
      const payload = JSON.stringify({ ...target.fixed, event });
      items.push(await start(world.aws, { ...about, function: target.function }, payload, dryRun));
    }
  }
  return items;
}

async function replayLetters(
  { aws }: ReplayWorld,
  request: Extract<ReplayRequest, { kind: 'dead-letters' }>,
): Promise<ReplayItem[]> {
  const targets = await listRuleTargets(aws);
  return withLetters(aws, request.queue, async (_queue, held, remove) => {
    const chosen =
      request.ids === undefined ? held : held.filter(({ letter }) => request.ids?.includes(letter.id));
    checkLimit(chosen.length, request.limit);
    const items: ReplayItem[] = [];
    for (const one of chosen) {
      const item = await replayLetter(aws, one, targets, request.dryRun);
      // Only what the function has taken leaves the queue.
      if (item.status === 'started') await remove(one);
      items.push(item);
    }
    return items;
  });
}

async function replayLetter(
  aws: Aws,
  held: HeldLetter,
  targets: readonly RuleTarget[],
  dryRun: boolean,
): Promise<ReplayItem> {
  const { letter, ruleArn, targetArn } = held;
  const about = {
    chain: letter.chain ?? '',
    step: letter.step ?? '',
    runId: letter.runId ?? '',
    ...(letter.object && { object: letter.object }),
    ...(targetArn !== undefined && { function: functionOf(targetArn) }),
  };
  const target = targets.find((one) => one.ruleArn === ruleArn && one.arn === targetArn);
  if (target === undefined || ruleArn === undefined)
    return {
      ...about,
      status: 'refused',
      why: 'The rule that sent it is not there any more, or has another target',
    };
  if (target.arn.split(':')[2] !== 'lambda')
    return { ...about, status: 'refused', why: 'Its target is no function' };
  const input = target.template === undefined ? {} : { InputTransformer: { InputTemplate: target.template } };
  const payload = renderTargetInput(input, letter.body, {
    ruleArn,
    ruleName: ruleArn.split('/').at(-1)!,
    ingestionTime: letter.sentAt,
  });
  return start(aws, about, payload, dryRun);
}

async function start<T extends object>(
  aws: Aws,
  item: T & { function?: string },
  payload: string,
  dryRun: boolean,
): Promise<T & Pick<ReplayItem, 'status' | 'why'>> {
  const name = item.function ?? '';
  if (dryRun) {
    const found = await aws.fetch('lambda', `/2015-03-31/functions/${encodeURIComponent(name)}`);
    await found.arrayBuffer();
    return found.ok
      ? { ...item, status: 'would-start' }
      : { ...item, status: 'refused', why: `There is no function ${name}` };
  }
  const response = await aws.fetch(
    'lambda',
    `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`,
    {
      method: 'POST',
      headers: { 'x-amz-invocation-type': 'Event' },
      body: payload,
    },
  );
  const text = await response.text();
  if (response.ok) return { ...item, status: 'started' };
  return { ...item, status: 'refused', why: refusalOf(response.status, text).message };
}

function checkLimit(count: number, limit: number): void {
  if (count <= limit) return;
  throw new ApiError(400, {
    code: 'too-many',
    message: 'More than the limit would be done again',
    expected: `at most ${limit}`,
    got: String(count),
  });
}
