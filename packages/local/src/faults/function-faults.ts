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
 * Ends processes of functions at their requests: before one, so that it is not carried out, or after, so that the process
 * never learns of it. What a function does between two requests is seen by nobody else, so these are all moments there are.
 */
export class FunctionFaults {
  #injection: Injection;
  #processes: Processes;

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
      this.#strikes('kill before', kill / 2, subject, accessKeyId, 'fault') ||
      this.#strikes('outOfMemory', outOfMemory, subject, accessKeyId, 'memory') ||
      this.#strikes('timeout', timeout, subject, accessKeyId, 'timeout')
    );
  }

  strikeAfter(accessKeyId: string, subject: string, response: ServerResponse): void {
    const { kill } = this.#injection.plan.functions;
    if (!this.#injection.strikes('kill after', kill / 2, subject)) return;
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

  #strikes(fault: string, rate: number, subject: string, accessKeyId: string, reason: KillReason): boolean {
    if (!this.#injection.strikes(fault, rate, subject)) return false;
    this.#processes.end(accessKeyId, reason);
    return true;
  }
}
