import type { ServerResponse } from 'node:http';
import type { KillReason } from '../lambda/death.ts';
import type { Injection } from './injection.ts';

/** What of Lambda the faults reach. */
export interface Processes {
  /** The function whose process holds these keys. */
  nameOf(accessKeyId: string): string | undefined;
  /** Kills that process. */
  end(accessKeyId: string, reason: KillReason): void;
}

/**
 * Ends processes of functions at their requests: before one, so that it is not carried out; during it, while its bodies are
 * under way; or after, so that the process never learns of it. What a function does between two requests is seen by nobody
 * else, so these are all moments there are.
 */
export class FunctionFaults {
  #injection: Injection;
  #processes: Processes;
  /** Processes that were ended because their function is away. */
  #away = new Set<string>();

  constructor(injection: Injection, processes: Processes) {
    this.#injection = injection;
    this.#processes = processes;
  }

  nameOf(accessKeyId: string): string | undefined {
    return this.#processes.nameOf(accessKeyId);
  }

  /** True if the process was ended: there is nobody left to answer. */
  strikeBefore(accessKeyId: string, subject: string): boolean {
    const { kill, outOfMemory, timeout } = this.#injection.plan.functions;
    return (
      this.#isAway(accessKeyId) ||
      this.#strikes('kill before', kill / 3, subject, accessKeyId, 'fault') ||
      this.#strikes('outOfMemory', outOfMemory, subject, accessKeyId, 'memory') ||
      this.#strikes('timeout', timeout, subject, accessKeyId, 'timeout')
    );
  }

  /** Ends the process while the request is carried out: its body may break off, the answer has no reader. */
  strikeDuring(accessKeyId: string, subject: string): void {
    const { kill } = this.#injection.plan.functions;
    this.#strikes('kill during', kill / 3, subject, accessKeyId, 'fault');
  }

  strikeAfter(accessKeyId: string, subject: string, response: ServerResponse): void {
    const { kill } = this.#injection.plan.functions;
    if (!this.#injection.strikes('kill after', (kill / 3) * this.#shareOf(accessKeyId), subject)) return;
    const head = response.writeHead.bind(response) as (...given: unknown[]) => ServerResponse;
    response.writeHead = ((...given: unknown[]) => {
      this.#processes.end(accessKeyId, 'fault');
      return head(...given);
    }) as typeof response.writeHead;
  }

  /** Ends the process of a step that is done but has not said so. */
  strikeAtPublish(accessKeyId: string, subject: string): boolean {
    const { killAtPublish } = this.#injection.plan.functions;
    return this.#strikes('killAtPublish', killAtPublish, subject, accessKeyId, 'fault');
  }

  #isAway(accessKeyId: string): boolean {
    if (this.#away.has(accessKeyId)) return true;
    const name = this.nameOf(accessKeyId) ?? '';
    const times = this.#injection.plan.functions.away[name] ?? 0;
    if (!this.#injection.strikesFirst('away', times, name)) return false;
    this.#away.add(accessKeyId);
    this.#processes.end(accessKeyId, 'fault');
    return true;
  }

  #strikes(fault: string, rate: number, subject: string, accessKeyId: string, reason: KillReason): boolean {
    if (!this.#injection.strikes(fault, rate * this.#shareOf(accessKeyId), subject)) return false;
    this.#processes.end(accessKeyId, reason);
    return true;
  }

  #shareOf(accessKeyId: string): number {
    return this.#injection.shareOf(this.nameOf(accessKeyId) ?? '');
  }
}
