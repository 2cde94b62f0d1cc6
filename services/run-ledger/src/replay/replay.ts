import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { parseEnvelope } from '@tributary/events';
import {
  type DeadLetter,
  type ReplayAnswer,
  type ReplayItem,
  type ReplayRequest,
  runsToReplay,
  type StepRun,
  stepsToReplay,
  wakingEvent,
} from '@tributary/events/ledger';
import type { DeadLetterShelf } from '../api/dead-letter-queues.ts';
import { ApiError, refuseTooMany } from '../api/request.ts';
import type { Ledger } from '../index/ledger.ts';
import { inParallel } from '../index/run-events.ts';
import type { StepTarget, StepTargets } from './step-targets.ts';

export interface ReplayTools {
  ledger: Ledger;
  targets: StepTargets;
  shelf: DeadLetterShelf;
  lambda: () => Promise<LambdaClient>;
}

/**
 * Wakes steps again, each with the envelope that its rule makes today: new options and versions count, and what would
 * come out the same is found to be there already.
 * @throws {ApiError} `no-such-run`, `no-such-step`, `too-many`, `too-long-ago`, `no-such-queue`
 */
export async function replay(request: ReplayRequest, tools: ReplayTools): Promise<ReplayAnswer> {
  const items =
    request.kind === 'dead-letters' ? await replayLetters(request, tools) : await replaySteps(request, tools);
  const count = (status: ReplayItem['status']) => items.filter((item) => item.status === status).length;
  return { dryRun: request.dryRun, items, started: count('started'), refused: count('refused') };
}

async function replaySteps(
  request: Exclude<ReplayRequest, { kind: 'dead-letters' }>,
  tools: ReplayTools,
): Promise<ReplayItem[]> {
  const ids = request.kind === 'run' ? [request.run] : idsOf(request, tools.ledger);
  const found = await inParallel(ids, async (id) => {
    const one = await tools.ledger.run(id);
    return one && { ...one, steps: stepsToReplay(one.run, request) };
  });
  const known = found.filter((one) => one !== undefined);
  if (request.kind === 'run' && known.length === 0) {
    throw new ApiError(404, {
      code: 'no-such-run',
      message: 'The ledger knows no such run',
      got: request.run,
    });
  }
  const work = known.flatMap(({ run, events, steps }) => steps.map((step) => ({ run, events, step })));
  if (request.kind === 'run' && work.length === 0) {
    const expected = known[0]?.run.steps.map(({ step }) => step).join(', ');
    throw new ApiError(404, {
      code: 'no-such-step',
      message: 'The run has no such step',
      ...(expected && { expected }),
    });
  }
  refuseTooMany(work.length, request.limit);
  return await inParallel(work, async ({ run, events, step }) => {
    const item = { chain: step.chain, step: step.step, runId: run.id, ...objectOf(step) };
    const target = await tools.targets.find(step.chain, step.step);
    if (target === undefined) return { ...item, status: 'refused', why: 'no rule wakes this step any more' };
    const event = wakingEvent(run, step, events);
    if (event === undefined)
      return { ...item, status: 'refused', why: 'the event that woke it is not in the ledger' };
    return await wake(item, target, event, request.dryRun, tools);
  });
}

async function replayLetters(
  { queue, ids, dryRun, limit }: Extract<ReplayRequest, { kind: 'dead-letters' }>,
  tools: ReplayTools,
): Promise<ReplayItem[]> {
  const items: ReplayItem[] = [];
  const missing = await tools.shelf.work(queue, { ids, limit }, async (letter) => {
    const item = await replayLetter(letter, dryRun, tools);
    items.push(item);
    return item.status === 'started';
  });
  const why = 'it is not in the queue, or someone else has it in hand';
  return [
    ...items,
    ...missing.map((id) => ({
      chain: '',
      step: '',
      runId: '',
      status: 'refused' as const,
      why: `message ${id}: ${why}`,
    })),
  ];
}

async function replayLetter(letter: DeadLetter, dryRun: boolean, tools: ReplayTools): Promise<ReplayItem> {
  const { chain = '', step = '', runId = '', object, rule, target: functionArn } = letter;
  const about = { chain, step, runId, ...(object && { object }) };
  let body: unknown;
  try {
    body = JSON.parse(letter.body);
  } catch {
    return { ...about, status: 'refused', why: 'the message is no JSON' };
  }
  if (rule !== undefined && functionArn !== undefined) {
    const target = await tools.targets.ofRule(rule, functionArn);
    if (target === undefined) return { ...about, status: 'refused', why: 'its rule wakes no step any more' };
    return await wake({ ...about, chain: target.chain, step: target.step }, target, body, dryRun, tools);
  }
  try {
    const envelope = parseEnvelope(body);
    const target = await tools.targets.find(envelope.chain, envelope.step);
    if (target === undefined) return { ...about, status: 'refused', why: 'no rule wakes this step any more' };
    return await wake(about, target, envelope.event, dryRun, tools);
  } catch {
    return { ...about, status: 'refused', why: 'the message is of no step' };
  }
}

async function wake(
  item: Omit<ReplayItem, 'status'>,
  target: StepTarget,
  event: unknown,
  dryRun: boolean,
  { lambda }: ReplayTools,
): Promise<ReplayItem> {
  const named = { ...item, function: target.functionArn.split(':')[6] ?? target.functionArn };
  if (dryRun) return { ...named, status: 'would-start' };
  try {
    const client = await lambda();
    await client.send(
      new InvokeCommand({
        FunctionName: target.functionArn,
        InvocationType: 'Event',
        Payload: Buffer.from(target.envelope(event)),
      }),
    );
    return { ...named, status: 'started' };
  } catch (error) {
    return { ...named, status: 'refused', why: `the function did not take it: ${(error as Error).message}` };
  }
}

function idsOf(request: Exclude<ReplayRequest, { kind: 'dead-letters' | 'run' }>, ledger: Ledger): string[] {
  const limit = Math.min(1000, request.limit);
  const query = { ...runsToReplay(request), limit };
  const { runs, total, oldest = '' } = ledger.index.query(query, ledger.now());
  // What is forgotten would be left out without a word.
  if (ledger.index.isFull && Date.parse(query.from!) < Date.parse(oldest)) {
    throw new ApiError(409, {
      code: 'too-long-ago',
      message:
        'The list of runs does not reach back so far: older ones are replayed one by one, by their ids',
      expected: `>= ${oldest}`,
      got: query.from!,
    });
  }
  refuseTooMany(total, limit);
  return runs.map(({ id }) => id);
}

function objectOf({ input }: StepRun): Pick<ReplayItem, 'object'> {
  return input === undefined ? {} : { object: { bucket: input.bucket, key: input.key } };
}
