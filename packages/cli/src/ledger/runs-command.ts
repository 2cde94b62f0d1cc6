import { runAnswer, runPage } from '@tributary/events/ledger';
import { LedgerClient, type LedgerFlags } from './ledger-client.ts';
import { describeRun, describeRuns } from './run-lines.ts';

export interface RunsFlags extends LedgerFlags {
  chain?: string[];
  state?: string[];
  key?: string;
  code?: string;
  from?: string;
  to?: string;
  limit?: string;
  cursor?: string;
  json?: boolean;
}

/** `tributary runs [RUN]`: the list, or one in full. */
export async function runs(id: string | undefined, flags: RunsFlags): Promise<void> {
  const ledger = await LedgerClient.open(flags);
  if (id !== undefined) {
    const answer = await ledger.ask(runAnswer, `v1/runs/${encodeURIComponent(id)}`);
    print(flags, answer.run, describeRun(answer.run));
    return;
  }
  const query = new URLSearchParams();
  for (const name of ['key', 'code', 'limit', 'cursor'] as const) {
    if (flags[name] !== undefined) query.set(name, flags[name]);
  }
  for (const name of ['from', 'to'] as const) {
    if (flags[name] !== undefined) query.set(name, timeOf(flags[name]));
  }
  for (const name of ['chain', 'state'] as const)
    for (const value of flags[name] ?? []) query.append(name, value);
  const page = await ledger.ask(runPage, `v1/runs?${query}`);
  print(flags, page, describeRuns(page));
}

function print({ json }: RunsFlags, value: unknown, lines: string[]): void {
  console.log(json ? JSON.stringify(value) : lines.join('\n'));
}

/** A day alone is its beginning, UTC. */
function timeOf(text: string): string {
  return /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text;
}
