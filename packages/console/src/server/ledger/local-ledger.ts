import { join } from 'node:path';
import {
  type ChainsAnswer,
  type FeedsAnswer,
  type Run,
  rejectsQuery,
  replayRequest,
  runQuery,
} from '@tributary/events/ledger';
import type * as z from 'zod';
import { ApiError, notFound } from '../api-error.ts';
import type { Aws } from '../aws-client.ts';
import { chainActivity } from './chain-activity.ts';
import { listDeadLetterQueues, readDeadLetters } from './dead-letters.ts';
import { deployedSteps } from './deployed-steps.ts';
import { feedHealth } from './feed-health.ts';
import { LiveChanges } from './live-changes.ts';
import { readRejects } from './rejects.ts';
import { replay } from './replay.ts';
import { RunIndex } from './run-index.ts';
import { RunStore } from './run-store.ts';
import { listRuleTargets } from './step-targets.ts';

/**
 * The ledger of one machine: it hears every event of the local buses and answers the API of the run ledger from memory. What
 * it has heard is kept beside the rest of the local state.
 */
export class LocalLedger {
  readonly changes = new LiveChanges();
  readonly #aws: Aws;
  readonly #store: RunStore;
  readonly #index: RunIndex;

  constructor(aws: Aws, stateDirectory: string) {
    this.#aws = aws;
    this.#store = new RunStore(join(stateDirectory, 'console', 'runs.sqlite'));
    this.#index = new RunIndex(this.#store.entries());
  }

  take(event: unknown): void {
    const entry = this.#store.take(event);
    if (entry === undefined) return;
    this.#index.put(entry);
    this.changes.tell(entry.summary);
  }

  /** Answers a request below `/v1`; undefined if there is no such route. @throws ApiError, AwsRefusal */
  async answer(
    method: string,
    path: readonly string[],
    search: URLSearchParams,
    body: unknown,
  ): Promise<unknown> {
    const [collection, id, part, stepId, detail] = path;
    const route = [method, collection, id && '*', part, stepId && '*', detail].filter(Boolean).join(' ');
    switch (route) {
      case 'GET runs':
        return this.#index.page(
          check(runQuery, { ...Object.fromEntries(search), ...lists(search, 'chain', 'state') }),
          Date.now(),
        );
      case 'GET runs *':
        return { run: this.run(id!) };
      case 'GET runs * events':
        this.run(id!);
        return { events: this.#store.events(id!) };
      case 'GET runs * steps * rejects': {
        const step = this.run(id!).steps.find((one) => one.id === stepId);
        if (step === undefined) throw notFound(`step ${stepId} in run ${id}`);
        return readRejects(this.#aws, step, check(rejectsQuery, Object.fromEntries(search)));
      }
      case 'GET chains':
        return this.chains();
      case 'GET feeds':
        return this.feeds(search.get('chain') ?? undefined);
      case 'GET dead-letters':
        return listDeadLetterQueues(this.#aws);
      case 'GET dead-letters *':
        return readDeadLetters(this.#aws, id!);
      case 'POST replays':
        return replay(
          { aws: this.#aws, index: this.#index, store: this.#store, now: Date.now },
          check(replayRequest, body),
        );
      default:
        return undefined;
    }
  }

  run(id: string): Run {
    const run = this.#store.run(id, new Date().toISOString());
    if (run === undefined) throw notFound(`run ${id}`);
    return run;
  }

  events(runId: string): Record<string, unknown>[] {
    return this.#store.events(runId);
  }

  /** Also of the steps that rules would wake and nothing has yet. */
  async chains(): Promise<ChainsAnswer> {
    const deployed = deployedSteps(await listRuleTargets(this.#aws));
    return chainActivity(this.#index.newest(Date.now()), deployed, Date.now());
  }

  feeds(chain?: string): FeedsAnswer {
    return feedHealth(this.#index.newest(Date.now()), Date.now(), chain);
  }

  close(): void {
    this.#store.close();
  }
}

function lists(search: URLSearchParams, ...names: string[]): Record<string, string[]> {
  return Object.fromEntries(
    names.filter((name) => search.has(name)).map((name) => [name, search.getAll(name)]),
  );
}

function check<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ApiError(400, {
    code: 'bad-request',
    message: `${issue?.path.join('.') || 'The request'}: ${issue?.message ?? 'not valid'}`,
  });
}
