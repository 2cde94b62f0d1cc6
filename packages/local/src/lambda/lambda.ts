import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ActivityFeed } from '../activity.ts';
import { AwsError } from '../errors.ts';
import type { Access } from '../iam/access.ts';
import { decide, type Statement } from '../iam/policy.ts';
import { arnOf, type Place } from '../place.ts';
import type { Timers } from '../timers.ts';
import {
  AsyncInvocations,
  type AsyncOutcome,
  maxAsyncPayloadBytes,
  openAsyncJournal,
  tellResult,
} from './async-invocations.ts';
import type { Environment } from './environment.ts';
import {
  type AsyncConfig,
  defaultAsyncConfig,
  type FunctionConfig,
  type InvocationResult,
} from './function-config.ts';
import { FunctionPool } from './function-pool.ts';
import type { FunctionUrl } from './function-url.ts';

export interface LambdaSettings {
  place: Place;
  access: Access;
  feed: ActivityFeed;
  timers: Timers;
  /** Holds code, queued invocations and ephemeral storage. */
  directory: string;
  logDirectory: string;
  timeScale: number;
  maxProcesses: number;
  idleMs: number;
  conclude(config: FunctionConfig, asyncConfig: AsyncConfig, outcome: AsyncOutcome): Promise<void>;
}

interface Function {
  pool: FunctionPool;
  asyncConfig: AsyncConfig;
  /** The function's resource policy by statement id. */
  permissions: Map<string, Statement>;
}

/** All functions: their configuration, their processes, who may invoke them. */
export class Lambda {
  /** By id. */
  readonly urls = new Map<string, FunctionUrl>();
  #settings: LambdaSettings;
  #functions = new Map<string, Function>();
  #environments = new Map<string, Environment>();
  #async: AsyncInvocations;
  #retiring = new Set<Promise<void>>();

  private constructor(settings: LambdaSettings, journal: Awaited<ReturnType<typeof openAsyncJournal>>) {
    this.#settings = settings;
    this.#async = new AsyncInvocations({
      journal,
      timers: settings.timers,
      feed: settings.feed,
      timeScale: settings.timeScale,
      poolOf: (name) => this.#functions.get(name)?.pool,
      configOf: (name) => this.#functions.get(name)?.asyncConfig ?? defaultAsyncConfig,
      conclude: async (name, outcome) => {
        const found = this.#functions.get(name);
        if (found) await settings.conclude(found.pool.config, found.asyncConfig, outcome);
      },
    });
  }

  static async open(settings: LambdaSettings): Promise<Lambda> {
    // Whatever is left there belonged to processes that are gone.
    await rm(join(settings.directory, 'tmp'), { recursive: true, force: true });
    return new Lambda(settings, await openAsyncJournal(join(settings.directory, 'async')));
  }

  get codeDirectory(): string {
    return join(this.#settings.directory, 'code');
  }

  arnOf(name: string): string {
    return arnOf(this.#settings.place, 'lambda', `function:${name}`);
  }

  configs(): FunctionConfig[] {
    return [...this.#functions.values()].map(({ pool }) => pool.config);
  }

  configOf(name: string): FunctionConfig | undefined {
    return this.#functions.get(name)?.pool.config;
  }

  permissionsOf(name: string): Statement[] {
    return [...(this.#functions.get(name)?.permissions.values() ?? [])];
  }

  /** Adds a function, or replaces it: what runs of the old one runs to its end. */
  putFunction(config: FunctionConfig): void {
    const current = this.configOf(config.name);
    if (current && isDeepStrictEqual({ ...current, lastModified: '' }, { ...config, lastModified: '' })) {
      // Serverless deploys again for ever if the function stays older than the zip it came from.
      current.lastModified = config.lastModified;
      return;
    }
    const { place, access, feed, directory, logDirectory, maxProcesses, idleMs } = this.#settings;
    const previous = this.#functions.get(config.name);
    const pool = new FunctionPool(config, {
      address: place.endpoint.replace('http://', ''),
      region: place.region,
      access,
      logPath: join(logDirectory, `${config.name}.log`),
      temporaryDirectory: join(directory, 'tmp'),
      maxProcesses,
      idleMs,
      register: (environment) => this.#environments.set(environment.settings.id, environment),
      unregister: (environment) => this.#environments.delete(environment.settings.id),
      onLine: (line, requestId) =>
        feed.tell({ kind: 'function-log', function: config.name, line, ...(requestId && { requestId }) }),
    });
    pool.onRoom(() => this.#async.pump(config.name));
    this.#functions.set(config.name, {
      pool,
      asyncConfig: previous?.asyncConfig ?? defaultAsyncConfig,
      permissions: previous?.permissions ?? new Map(),
    });
    if (previous) this.#retire(previous.pool, previous.pool.config.timeoutSeconds * 1000);
    this.#async.pump(config.name);
  }

  async removeFunction(name: string): Promise<void> {
    const found = this.#functions.get(name);
    if (!found) return;
    this.#functions.delete(name);
    await found.pool.stop(0);
    await this.#async.drop(name);
  }

  putAsyncConfig(name: string, config: AsyncConfig | undefined): void {
    const found = this.#functions.get(name);
    if (found) found.asyncConfig = config ?? defaultAsyncConfig;
  }

  putPermission(name: string, id: string, statement: Statement | undefined): void {
    const permissions = this.#functions.get(name)?.permissions;
    if (statement) permissions?.set(id, statement);
    else permissions?.delete(id);
  }

  /** Whether a service may invoke the function on behalf of a rule, queue or bucket. */
  permits(name: string, service: string, sourceArn: string): boolean {
    const found = this.#functions.get(name);
    if (!found) return false;
    const decision = decide(found.permissions.values(), {
      principal: { service },
      action: 'lambda:InvokeFunction',
      resource: found.pool.config.arn,
      context: { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': this.#settings.place.accountId },
    });
    return decision === 'allow';
  }

  /** RequestResponse. @throws AwsError ResourceNotFoundException, TooManyRequestsException */
  async invoke(
    name: string,
    payload: Buffer,
    clientContext?: string,
  ): Promise<InvocationResult & { requestId: string }> {
    const { pool } = this.#demand(name);
    const requestId = randomUUID();
    this.#settings.feed.tell({
      kind: 'function-invoked',
      function: name,
      requestId,
      mode: 'RequestResponse',
      attempt: 1,
    });
    const result = await pool.invoke({
      requestId,
      payload,
      attempt: 1,
      ...(clientContext && { clientContext }),
    });
    tellResult(this.#settings.feed, name, requestId, 1, result);
    return { requestId, ...result };
  }

  /** Event: accepted and on disk when it resolves to the request id. @throws AwsError ResourceNotFoundException, RequestTooLargeException */
  async invokeLater(name: string, payload: Buffer, clientContext?: string): Promise<string> {
    this.#demand(name);
    if (payload.length > maxAsyncPayloadBytes) {
      throw new AwsError(
        'RequestTooLargeException',
        `${payload.length} byte payload is too large for the Event invocation type (limit ${maxAsyncPayloadBytes} bytes)`,
        413,
      );
    }
    const requestId = randomUUID();
    await this.#async.accept(name, requestId, payload, clientContext);
    return requestId;
  }

  /** The process a Runtime API call comes from. */
  environment(id: string): Environment | undefined {
    return this.#environments.get(id);
  }

  /** The process that was given these keys. */
  environmentWith(accessKeyId: string): Environment | undefined {
    for (const one of this.#environments.values()) {
      if (one.settings.identity.credentials.accessKeyId === accessKeyId) return one;
    }
    return undefined;
  }

  /** Removes the code that no function runs any more. */
  async sweepCode(): Promise<void> {
    const used = new Set(this.configs().map(({ codeDirectory }) => basename(codeDirectory)));
    const names = await readdir(this.codeDirectory).catch(() => []);
    for (const name of names) {
      if (!used.has(name)) await rm(join(this.codeDirectory, name), { recursive: true, force: true });
    }
  }

  /** Takes up queued invocations of an earlier run; the stacks must be there. */
  resume(): Promise<void> {
    return this.#async.resume();
  }

  async close(): Promise<void> {
    this.#async.halt();
    const pools = [...this.#functions.values()].map(({ pool }) => pool.stop(0));
    await Promise.all([...pools, ...[...this.#environments.values()].map((one) => one.stop())]);
    await this.#async.close();
    await Promise.all(this.#retiring);
  }

  #demand(name: string): Function {
    const found = this.#functions.get(name);
    if (!found)
      throw new AwsError('ResourceNotFoundException', `Function not found: ${this.arnOf(name)}`, 404);
    return found;
  }

  #retire(pool: FunctionPool, graceMs: number): void {
    const retirement = pool.stop(graceMs).finally(() => this.#retiring.delete(retirement));
    this.#retiring.add(retirement);
  }
}

/** `name`, `name:qualifier`, or any ARN form of it. Only `$LATEST` is there. @throws AwsError */
export function functionNameOf(reference: string): string {
  const match =
    /^(?:arn:[^:]+:lambda:[^:]*:[^:]*:function:|[0-9]{12}:function:)?([A-Za-z0-9_-]{1,140})(?::([^:]+))?$/.exec(
      reference,
    );
  if (!match)
    throw new AwsError('ValidationException', `Value ${JSON.stringify(reference)} names no function`);
  const [, name = '', qualifier] = match;
  if (qualifier !== undefined && qualifier !== '$LATEST' && !/^\d+$/.test(qualifier)) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Aliases are not there in the local AWS: ${reference}`,
      404,
    );
  }
  return name;
}
