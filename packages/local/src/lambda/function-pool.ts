import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { AwsError } from '../errors.ts';
import type { Access } from '../iam/access.ts';
import { Environment } from './environment.ts';
import type { FunctionConfig, Invocation, InvocationResult } from './function-config.ts';
import { FunctionLog } from './function-log.ts';

export interface PoolSettings {
  /** `127.0.0.1:<port>` */
  address: string;
  region: string;
  access: Access;
  logPath: string;
  temporaryDirectory: string;
  /** Processes at once at most, however much concurrency the function has. */
  maxProcesses: number;
  /** An idle process is ended after this time. */
  idleMs: number;
  register(environment: Environment): void;
  unregister(environment: Environment): void;
  onLine(line: string, requestId: string | undefined): void;
}

/** A caller that waits for a free process is told to slow down beyond this many. */
const maxLine = 1_000;

/** The processes of one function: reuses idle ones, starts more up to the limit, and makes the rest wait in line. */
export class FunctionPool {
  readonly config: FunctionConfig;
  readonly log: FunctionLog;
  #settings: PoolSettings;
  #environments = new Set<Environment>();
  #line: ((environment: Environment | undefined) => void)[] = [];
  #running = 0;
  #sweep: NodeJS.Timeout;
  #stopped = false;
  #roomListeners = new Set<() => void>();

  constructor(config: FunctionConfig, settings: PoolSettings) {
    this.config = config;
    this.#settings = settings;
    this.log = new FunctionLog(settings.logPath);
    this.#sweep = setInterval(() => this.#endIdle(), Math.min(settings.idleMs, 10_000));
    this.#sweep.unref();
  }

  /** How many invocations may run at once. */
  get capacity(): number {
    return Math.min(this.#settings.maxProcesses, this.config.reservedConcurrency ?? Number.POSITIVE_INFINITY);
  }

  get hasRoom(): boolean {
    return this.#running < this.capacity && !this.#stopped;
  }

  /** Called whenever an invocation ends. */
  onRoom(listener: () => void): void {
    this.#roomListeners.add(listener);
  }

  /**
   * Runs one invocation, waiting in line for a process where the machine's limit is what lacks. All it logged is on disk when it
   * resolves: whoever has the answer may read the log.
   * @throws AwsError TooManyRequestsException: the function's reserved concurrency is used up
   */
  async invoke(invocation: Invocation): Promise<InvocationResult> {
    const reserved = this.config.reservedConcurrency;
    if (reserved !== undefined && this.#running + this.#line.length >= reserved) {
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    }
    if (this.#line.length >= maxLine) throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    const environment = await this.#take();
    if (!environment) throw stopping();
    let result = await environment.invoke(invocation);
    while (!result && !this.#stopped) result = await this.#freeOrNew().invoke(invocation);
    this.#running--;
    this.#serveLine();
    for (const listener of this.#roomListeners) listener();
    await this.log.flush();
    if (!result) throw stopping();
    return result;
  }

  /** Lets what runs come to its end for `graceMs`, then ends all processes. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#sweep);
    for (const waiting of this.#line.splice(0)) waiting(undefined);
    const until = Date.now() + graceMs;
    while (this.#running > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
    await Promise.all([...this.#environments].map((environment) => environment.stop()));
    await this.log.flush();
  }

  #take(): Promise<Environment | undefined> {
    if (this.#stopped) return Promise.resolve(undefined);
    if (this.#running >= this.capacity) {
      return new Promise<Environment | undefined>((resolve) => this.#line.push(resolve));
    }
    this.#running++;
    return Promise.resolve(this.#freeOrNew());
  }

  #serveLine(): void {
    const next = this.#line.shift();
    if (!next) return;
    this.#running++;
    next(this.#freeOrNew());
  }

  #freeOrNew(): Environment {
    // The one used last is the warmest; the others may grow idle and end.
    let warmest: Environment | undefined;
    for (const environment of this.#environments) {
      if (!environment.alive || environment.busy || environment.reserved) continue;
      if (!warmest || environment.idleSince > warmest.idleSince) warmest = environment;
    }
    const environment = warmest ?? this.#start();
    environment.reserved = true;
    return environment;
  }

  #start(): Environment {
    const { access, address, region, temporaryDirectory, register, unregister } = this.#settings;
    const id = randomBytes(16).toString('hex');
    const identity = access.issueKeys(this.config.role, this.config.name);
    const environment: Environment = new Environment({
      id,
      config: this.config,
      identity,
      address,
      region,
      temporaryDirectory: join(temporaryDirectory, id),
      onLine: (line, requestId) => {
        this.log.write(line);
        this.#settings.onLine(line, requestId);
      },
      onExit: () => {
        access.revokeKeys(identity);
        this.#environments.delete(environment);
        unregister(environment);
      },
    });
    this.#environments.add(environment);
    register(environment);
    return environment;
  }

  #endIdle(): void {
    const before = Date.now() - this.#settings.idleMs;
    for (const environment of this.#environments) {
      if (!environment.busy && !environment.reserved && environment.idleSince < before)
        void environment.stop();
    }
  }
}

function stopping(): AwsError {
  return new AwsError('ServiceException', 'The local AWS is stopping.', 500);
}
