import { randomUUID } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { type DeadLetter, liveQuery, rejectsQuery, replayRequest, runQuery } from '@tributary/events/ledger';
import * as z from 'zod';
import { asOf } from '../index/run-index.ts';
import { type ReplayTools, replay } from '../replay/replay.ts';
import { chainsOf } from './chain-activity.ts';
import { feedsOf } from './feeds.ts';
import { liveEvents } from './live.ts';
import { readRejects } from './rejects.ts';
import { ApiError, readBody, readQuery, type UrlRequest, type UrlResponse } from './request.ts';
import { respond, respondFault, respondJson } from './respond.ts';

export interface ApiTools extends ReplayTools {
  s3: S3Client;
  fail(error: unknown, about: object): void;
}

type Handle = (request: UrlRequest, params: string[], tools: ApiTools) => Promise<UrlResponse>;

/** Tells one process's places in the live feed from another's. */
const processId = randomUUID().slice(0, 8);
const noQuery = z.object({});
const feedsQuery = z.object({ chain: z.string().optional() });

const routes: { method: string; path: RegExp; handle: Handle }[] = [
  {
    method: 'GET',
    path: /^\/v1\/runs$/,
    async handle(request, _params, { ledger }) {
      const query = readQuery(runQuery, request.rawQueryString);
      await ledger.catchUp();
      return respondJson(request, ledger.index.query(query, ledger.now()));
    },
  },
  {
    method: 'GET',
    path: /^\/v1\/runs\/([^/]+)$/,
    async handle(request, [id = ''], { ledger }) {
      readQuery(noQuery, request.rawQueryString);
      const { run } = await demandRun(id, ledger);
      return respondJson(request, { run });
    },
  },
  {
    method: 'GET',
    path: /^\/v1\/runs\/([^/]+)\/events$/,
    async handle(request, [id = ''], { ledger }) {
      readQuery(noQuery, request.rawQueryString);
      const { events } = await demandRun(id, ledger);
      return respondJson(request, { events });
    },
  },
  {
    method: 'GET',
    path: /^\/v1\/runs\/([^/]+)\/steps\/([^/]+)\/rejects$/,
    async handle(request, [id = '', stepId = ''], { ledger, s3 }) {
      const query = readQuery(rejectsQuery, request.rawQueryString);
      const { run } = await demandRun(id, ledger);
      const step = run.steps.find((one) => one.id === stepId);
      if (step === undefined) {
        throw new ApiError(404, { code: 'no-such-step', message: 'The run has no such step', got: stepId });
      }
      return respondJson(request, await readRejects(s3, step, query));
    },
  },
  {
    method: 'GET',
    path: /^\/v1\/chains$/,
    async handle(request, _params, { ledger, targets }) {
      readQuery(noQuery, request.rawQueryString);
      const [deployed] = await Promise.all([targets.all(), ledger.catchUp()]);
      return respondJson(request, chainsOf(current(ledger), { deployed, now: ledger.now() }));
    },
  },
  {
    method: 'GET',
    path: /^\/v1\/feeds$/,
    async handle(request, _params, { ledger }) {
      const { chain } = readQuery(feedsQuery, request.rawQueryString);
      await ledger.catchUp();
      const now = ledger.now();
      return respondJson(request, {
        feeds: feedsOf(current(ledger), { chain, now }),
        asOf: new Date(now).toISOString(),
      });
    },
  },
  {
    method: 'GET',
    path: /^\/v1\/dead-letters$/,
    async handle(request, _params, { shelf }) {
      readQuery(noQuery, request.rawQueryString);
      return respondJson(request, await shelf.queues());
    },
  },
  {
    method: 'GET',
    path: /^\/v1\/dead-letters\/([^/]+)$/,
    async handle(request, [queue = ''], { shelf, targets }) {
      readQuery(noQuery, request.rawQueryString);
      const found = await shelf.letters(queue);
      const letters = await Promise.all(found.letters.map((letter) => withStep(letter, targets)));
      return respondJson(request, { ...found, letters });
    },
  },
  {
    method: 'POST',
    path: /^\/v1\/replays$/,
    async handle(request, _params, tools) {
      const body = readBody(replayRequest, request);
      await tools.ledger.catchUp();
      return respondJson(request, await replay(body, tools));
    },
  },
  {
    method: 'GET',
    path: /^\/v1\/live$/,
    async handle(request, _params, { ledger }) {
      const { after = request.headers['last-event-id'] } = readQuery(liveQuery, request.rawQueryString);
      await ledger.catchUp();
      const place = { process: processId, position: ledger.position, after, now: ledger.now() };
      return respond(request, liveEvents(ledger.index, place), 'text/event-stream');
    },
  },
];

/** Answers one request of the ledger's API. Never throws. */
export async function answer(request: UrlRequest, tools: ApiTools): Promise<UrlResponse> {
  const { method } = request.requestContext.http;
  try {
    const fitting = routes.flatMap((route) => {
      const match = route.path.exec(request.rawPath);
      return match === null ? [] : [{ ...route, params: match.slice(1).map(decode) }];
    });
    if (fitting.length === 0) {
      throw new ApiError(404, {
        code: 'no-such-path',
        message: 'There is nothing at this path',
        got: request.rawPath,
      });
    }
    const route = fitting.find((one) => one.method === method);
    if (route === undefined) {
      const expected = fitting.map((one) => one.method).join(', ');
      throw new ApiError(405, {
        code: 'bad-method',
        message: 'This path is not asked so',
        expected,
        got: method,
      });
    }
    return await route.handle(request, route.params, tools);
  } catch (error) {
    if (error instanceof ApiError) return respondFault(request, error);
    tools.fail(error, { method, path: request.rawPath });
    return respondFault(
      request,
      new ApiError(500, { code: 'unexpected', message: 'The ledger failed; its log says why' }),
    );
  }
}

async function demandRun(id: string, ledger: ApiTools['ledger']) {
  await ledger.catchUp();
  const found = await ledger.run(id);
  if (found !== undefined) return found;
  throw new ApiError(404, { code: 'no-such-run', message: 'The ledger knows no such run', got: id });
}

/** The event that a rule could not deliver does not say whom it was for; the rule does. */
async function withStep(letter: DeadLetter, targets: ApiTools['targets']): Promise<DeadLetter> {
  const { rule, target } = letter;
  if (letter.step !== undefined || rule === undefined || target === undefined) return letter;
  const step = await targets.ofRule(rule, target);
  return step === undefined ? letter : { ...letter, chain: step.chain, step: step.step };
}

function* current(ledger: ApiTools['ledger']) {
  const now = ledger.now();
  for (const summary of ledger.index.all()) yield asOf(summary, now);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
