import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { send } from '../http/exchange.ts';
import type { Identity } from '../iam/access.ts';
import { describeDeath, initLimitMs, type KillReason } from './death.ts';
import { environmentVariables } from './environment-variables.ts';
import { storedMb } from './ephemeral-storage.ts';
import type { FunctionConfig, Invocation, InvocationResult } from './function-config.ts';
import { lineSplitter } from './function-log.ts';
import { reportLines, startLines } from './invocation-log.ts';
import { peakMemoryMb } from './memory.ts';

const bootstrap = join(import.meta.dirname, 'bootstrap.mjs');
const memoryWatchMs = 100;
const storageWatchMs = 1_000;
/** How long output may lag behind the answer or the end, and how long a process may take over SIGTERM. */
const flushLimitMs = 1_000;
const killAfterMs = 1_000;
const logTailBytes = 4_096;

export interface EnvironmentSettings {
  /** Names this process to the Runtime API. */
  id: string;
  config: FunctionConfig;
  identity: Identity;
  /** `127.0.0.1:<port>` */
  address: string;
  region: string;
  /** The process's own ephemeral storage; removed with it. */
  temporaryDirectory: string;
  onLine(line: string, requestId: string | undefined): void;
  onExit(): void;
}

interface Turn {
  invocation: Invocation;
  startedAt: number;
  startedClock: number;
  timer: NodeJS.Timeout;
  finish(result: InvocationResult): void;
}

/** One process of a function: starts once, then takes one invocation after another, as a Lambda execution environment does. */
export class Environment {
  readonly settings: EnvironmentSettings;
  /** When it was last free, in milliseconds since 1970. */
  idleSince = Date.now();
  /** Promised to a caller that has not yet handed over its invocation. */
  reserved = false;
  #child: ChildProcess;
  #spawnedAt = performance.now();
  #initMs: number | undefined;
  #initReported = false;
  #initError: Buffer | undefined;
  #polling: ServerResponse | undefined;
  #waiting: { invocation: Invocation; finish(result: InvocationResult | undefined): void } | undefined;
  #turn: Turn | undefined;
  #exited = false;
  #killed: KillReason | undefined;
  #memoryTimer: NodeJS.Timeout;
  #storageTimer: NodeJS.Timeout;
  #initTimer: NodeJS.Timeout;
  #peakMb = 0;
  #tail = '';
  #marks = { stdout: '', stderr: '' };
  #markArrived: (() => void) | undefined;
  #closed: Promise<void>;

  constructor(settings: EnvironmentSettings) {
    this.settings = settings;
    const { config } = settings;
    mkdirSync(settings.temporaryDirectory, { recursive: true });
    this.#log(
      `INIT_START Runtime Version: ${config.runtime.replace('nodejs', 'nodejs:').replace('.x', '')}.local\tRuntime Version ARN: local:node-${process.version}`,
    );
    this.#child = spawn(
      process.execPath,
      [`--max-old-space-size=${Math.floor(config.memoryMb * 0.9)}`, bootstrap],
      {
        cwd: config.codeDirectory,
        env: environmentVariables(settings),
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
    for (const name of ['stdout', 'stderr'] as const) {
      const split = lineSplitter(
        (line) => this.#log(line),
        (id) => {
          this.#marks[name] = id;
          this.#markArrived?.();
        },
      );
      this.#child[name]?.setEncoding('utf8').on('data', split.push).once('end', split.end);
    }
    // What the function started itself may hold the pipes open; nobody reads it any more.
    this.#child.once('exit', () => {
      setTimeout(() => {
        this.#child.stdout?.destroy();
        this.#child.stderr?.destroy();
      }, flushLimitMs).unref();
    });
    this.#closed = new Promise((resolve) => {
      // `error` without a spawned process has no `close` to follow.
      this.#child.once('error', (error) => {
        this.#log(
          `${new Date().toISOString()}\tundefined\tERROR\tCannot start the function's process: ${error.message}`,
        );
        if (this.#child.pid === undefined) resolve(this.#ended(null, null));
      });
      this.#child.once('close', (code, signal) => resolve(this.#ended(code, signal)));
    });
    this.#memoryTimer = setInterval(() => void this.#watchMemory(), memoryWatchMs);
    this.#storageTimer = setInterval(() => void this.#watchStorage(), storageWatchMs);
    this.#initTimer = setTimeout(
      () => this.#kill('init-timeout'),
      initLimitMs + config.timeoutSeconds * 1000,
    );
  }

  get busy(): boolean {
    return this.#turn !== undefined || this.#waiting !== undefined;
  }

  get alive(): boolean {
    return !this.#exited && this.#killed === undefined;
  }

  /**
   * Hands one invocation to the process; it must not be busy. Never rejects: whatever goes wrong is a result.
   * @returns undefined if the process, once started, ended before it took the invocation: another may
   */
  invoke(invocation: Invocation): Promise<InvocationResult | undefined> {
    return new Promise((resolve) => {
      this.reserved = false;
      this.#waiting = { invocation, finish: resolve };
      if (this.#exited) this.#failWaiting();
      else this.#handOver();
    });
  }

  /** Runtime API: the process asks for work. */
  next(response: ServerResponse): void {
    if (this.#initMs === undefined) {
      this.#initMs = performance.now() - this.#spawnedAt;
      clearTimeout(this.#initTimer);
    }
    this.#polling = response;
    this.#handOver();
  }

  /** Runtime API: the handler returned, or failed. @returns false if that invocation is not running here. */
  answer(requestId: string, payload: Buffer, failed: boolean): boolean {
    if (this.#turn?.invocation.requestId !== requestId) return false;
    if (failed) {
      const { errorType = 'Error', errorMessage = '' } = parseError(payload);
      void this.#finish(payload, { type: errorType, message: errorMessage });
    } else void this.#finish(payload, undefined);
    return true;
  }

  /** Runtime API: the handler could not be loaded. */
  initFailed(payload: Buffer): void {
    this.#initError = payload;
  }

  /** Ends the process and waits until it is gone. */
  async stop(): Promise<void> {
    if (!this.#exited) {
      this.#killed ??= 'stopped';
      this.#child.kill('SIGTERM');
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), killAfterMs);
      await this.#closed;
      clearTimeout(timer);
    }
    await this.#closed;
  }

  /** Ends the process at once, as if for this reason. */
  kill(reason: KillReason): void {
    this.#kill(reason);
  }

  #handOver(): void {
    const response = this.#polling;
    const waiting = this.#waiting;
    if (!response || !waiting || response.destroyed) return;
    this.#polling = undefined;
    this.#waiting = undefined;
    const { config } = this.settings;
    const { invocation } = waiting;
    const timeoutMs = config.timeoutSeconds * 1000;
    const startedAt = Date.now();
    this.#tail = '';
    this.#turn = {
      invocation,
      startedAt,
      startedClock: performance.now(),
      timer: setTimeout(() => this.#kill('timeout'), timeoutMs),
      finish: waiting.finish,
    };
    this.#logAll(startLines(config, invocation.requestId), invocation.requestId);
    send(
      response,
      200,
      {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': invocation.requestId,
        'lambda-runtime-deadline-ms': String(startedAt + timeoutMs),
        'lambda-runtime-invoked-function-arn': config.arn,
        'lambda-runtime-trace-id': `Root=1-${Math.floor(startedAt / 1000).toString(16)}-${invocation.requestId.replaceAll('-', '').slice(0, 24)};Sampled=0`,
        ...(invocation.clientContext && { 'lambda-runtime-client-context': invocation.clientContext }),
      },
      invocation.payload,
    );
  }

  async #finish(payload: Buffer, error: InvocationResult['error']): Promise<void> {
    const turn = this.#turn;
    if (!turn) return;
    const durationMs = performance.now() - turn.startedClock;
    clearTimeout(turn.timer);
    const { requestId } = turn.invocation;
    if (!this.#exited) await this.#outputMarked(requestId);
    await Promise.all([this.#watchMemory(), this.#watchStorage()]);
    if (this.#turn !== turn) return;
    // A peak between two looks counts as well: Lambda would have ended the process there and then.
    if ((this.#killed === 'memory' || this.#killed === 'storage') && !error) return;
    this.#turn = undefined;
    this.#settle(turn, payload, error, durationMs);
  }

  #settle(turn: Turn, payload: Buffer, error: InvocationResult['error'], durationMs: number): void {
    const { config } = this.settings;
    const initMs = this.#initReported ? undefined : this.#initMs;
    this.#initReported = true;
    const figures = {
      durationMs: round(durationMs),
      // Since August 2025 the start is billed as well.
      billedMs: Math.ceil(durationMs + (initMs ?? 0)),
      maxMemoryMb: Math.min(this.#peakMb, config.memoryMb),
      ...(initMs !== undefined && { initMs: round(initMs) }),
    };
    const { requestId } = turn.invocation;
    this.#logAll(reportLines(config, requestId, figures, error), requestId);
    this.idleSince = Date.now();
    turn.finish({ payload, ...(error && { error }), ...figures, logTail: this.#tail });
  }

  #ended(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#exited) return;
    this.#exited = true;
    clearInterval(this.#memoryTimer);
    clearInterval(this.#storageTimer);
    clearTimeout(this.#initTimer);
    const { config, temporaryDirectory } = this.settings;
    const turn = this.#turn;
    if (turn) {
      this.#turn = undefined;
      clearTimeout(turn.timer);
      const { requestId } = turn.invocation;
      const error = describeDeath(config, requestId, { killed: this.#killed, code, signal });
      if (this.#killed === 'timeout') {
        this.#log(
          `${new Date().toISOString()} ${requestId} ${error.message.replace(/^RequestId: \S+ Error: /, '')}`,
          requestId,
        );
      } else this.#log(error.message, requestId);
      const payload = Buffer.from(JSON.stringify({ errorType: error.type, errorMessage: error.message }));
      const durationMs =
        this.#killed === 'timeout' ? config.timeoutSeconds * 1000 : performance.now() - turn.startedClock;
      this.#settle(turn, payload, error, durationMs);
    }
    this.#failWaiting(code, signal);
    void rm(temporaryDirectory, { recursive: true, force: true }).catch(() => {});
    this.settings.onExit();
  }

  /** The process died before it could take the invocation. */
  #failWaiting(code: number | null = null, signal: NodeJS.Signals | null = null): void {
    const waiting = this.#waiting;
    if (!waiting) return;
    this.#waiting = undefined;
    // It was warm: an earlier crash or a timer of its own ended it. Otherwise its start failed.
    if (this.#initMs !== undefined) {
      waiting.finish(undefined);
      return;
    }
    const { config } = this.settings;
    const { requestId } = waiting.invocation;
    this.#logAll(startLines(config, requestId), requestId);
    const death = describeDeath(config, requestId, { killed: this.#killed, code, signal });
    const payload =
      this.#initError ?? Buffer.from(JSON.stringify({ errorType: death.type, errorMessage: death.message }));
    const parsed = parseError(payload);
    const error = { type: parsed.errorType ?? death.type, message: parsed.errorMessage ?? death.message };
    const durationMs = performance.now() - this.#spawnedAt;
    const figures = {
      durationMs: round(durationMs),
      billedMs: Math.ceil(durationMs),
      maxMemoryMb: this.#peakMb,
    };
    this.#logAll(reportLines(config, requestId, figures, error), requestId);
    waiting.finish({ payload, error, ...figures, logTail: this.#tail });
  }

  #kill(reason: KillReason): void {
    if (this.#exited || this.#killed) return;
    this.#killed = reason;
    this.#child.kill('SIGKILL');
  }

  async #watchMemory(): Promise<void> {
    if (this.#exited || this.#child.pid === undefined) return;
    const peak = await peakMemoryMb(this.#child.pid);
    if (peak === undefined) return;
    this.#peakMb = Math.max(this.#peakMb, peak);
    if (this.#peakMb > this.settings.config.memoryMb) this.#kill('memory');
  }

  async #watchStorage(): Promise<void> {
    if (this.#exited || this.#turn === undefined) return;
    const { config, temporaryDirectory } = this.settings;
    if ((await storedMb(temporaryDirectory)) > config.ephemeralStorageMb) this.#kill('storage');
  }

  /** Waits until both streams have delivered what was written during the invocation. */
  async #outputMarked(id: string): Promise<void> {
    const arrived = () => this.#marks.stdout === id && this.#marks.stderr === id;
    if (arrived()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, flushLimitMs);
      this.#markArrived = () => {
        if (!arrived()) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.#markArrived = undefined;
  }

  #logAll(lines: string[], requestId: string): void {
    for (const line of lines) this.#log(line, requestId);
  }

  #log(line: string, requestId = this.#turn?.invocation.requestId): void {
    this.#tail = `${this.#tail}${line}\n`.slice(-logTailBytes);
    this.settings.onLine(line, requestId);
  }
}

function parseError(payload: Buffer): { errorType?: string; errorMessage?: string } {
  try {
    const parsed: unknown = JSON.parse(payload.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
