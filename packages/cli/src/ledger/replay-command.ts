import { type ReplayItem, type ReplayRequestInput, replayAnswer } from '@tributary/events/ledger';
import { UsageError } from '../failure.ts';
import { LedgerClient, type LedgerFlags } from './ledger-client.ts';

export interface ReplayFlags extends LedgerFlags {
  step?: string;
  chain?: string;
  day?: string;
  code?: string;
  since?: string;
  deadLetters?: string;
  limit?: string;
  dryRun?: boolean;
  json?: boolean;
}

/** `tributary replay`: wakes steps again, or says which it would. */
export async function replay(run: string | undefined, flags: ReplayFlags): Promise<void> {
  const limit = flags.limit === undefined ? {} : { limit: Number(flags.limit) };
  const request: ReplayRequestInput = { ...selectionOf(run, flags), dryRun: Boolean(flags.dryRun), ...limit };
  const ledger = await LedgerClient.open(flags);
  const answer = await ledger.ask(replayAnswer, 'v1/replays', request);
  if (flags.json) console.log(JSON.stringify(answer));
  else {
    for (const item of answer.items) console.log(describeItem(item));
    const would = answer.items.length - answer.refused;
    console.log(
      answer.dryRun
        ? `${would} would be started, ${answer.refused} refused; nothing was done`
        : `${answer.started} started, ${answer.refused} refused`,
    );
  }
  if (answer.refused > 0) process.exitCode = 1;
}

function selectionOf(
  run: string | undefined,
  { step, chain, day, code, since, deadLetters }: ReplayFlags,
): ReplayRequestInput {
  const given = [run, day, code, deadLetters].filter((one) => one !== undefined);
  if (given.length !== 1) {
    throw new UsageError({
      code: 'one-selection',
      what: 'One thing is replayed at a time',
      expected: 'RUN, or --chain with --day, or --code with --since, or --dead-letters',
    });
  }
  const demand = (value: string | undefined, flag: string): string => {
    if (value !== undefined) return value;
    throw new UsageError({ code: 'missing-flag', what: `${flag} is missing` });
  };
  if (run !== undefined) return { kind: 'run', run, ...(step !== undefined && { step }) };
  if (day !== undefined) return { kind: 'day', chain: demand(chain, '--chain'), date: day };
  if (code !== undefined) {
    return { kind: 'code', code, since: demand(since, '--since'), ...(chain !== undefined && { chain }) };
  }
  return { kind: 'dead-letters', queue: deadLetters! };
}

function describeItem({ status, chain, step, object, runId, function: name, why }: ReplayItem): string {
  const place = object ? `s3://${object.bucket}/${object.key}` : runId;
  return `${status}  ${chain}/${step}  ${place}${name === undefined ? '' : `  ${name}`}${why === undefined ? '' : `  (${why})`}`;
}
