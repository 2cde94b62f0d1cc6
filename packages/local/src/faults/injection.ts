import { createHash } from 'node:crypto';
import type { ActivityFeed } from '../activity.ts';
import type { FaultPlan } from './plan.ts';

/**
 * Says which faults strike, and keeps count. Whether one strikes hangs on the seed, its subject and how often the subject
 * came by: not on time, nor on what happens beside it. So a seed can be run again.
 */
export class Injection {
  readonly plan: FaultPlan;
  /** How often each fault has struck. */
  readonly struck = new Map<string, number>();
  #feed: ActivityFeed;
  #seen = new Map<string, number>();
  #ceased = false;

  constructor(plan: FaultPlan, feed: ActivityFeed) {
    this.plan = plan;
    this.#feed = feed;
  }

  /** Whether a fault strikes its subject this time. */
  strikes(fault: string, rate: number, subject: string): boolean {
    if (rate === 0 || this.#ceased) return false;
    const name = `${fault} ${subject}`;
    const times = this.#seen.get(name) ?? 0;
    this.#seen.set(name, times + 1);
    if (this.draw(`${name} ${times}`) >= rate) return false;
    this.#tell(fault, subject);
    return true;
  }

  /** Whether a fault strikes that strikes its subject the first so many times. */
  strikesFirst(fault: string, times: number, subject: string): boolean {
    const name = `${fault} ${subject}`;
    const before = this.#seen.get(name) ?? 0;
    if (before >= times || this.#ceased) return false;
    this.#seen.set(name, before + 1);
    this.#tell(fault, subject);
    return true;
  }

  /** How much of each rate a function meets. */
  shareOf(name: string): number {
    return this.plan.functions.shares[name] ?? 1;
  }

  /** A number in [0, 1) that hangs on seed and name alone. */
  draw(name: string): number {
    return createHash('sha256').update(`${this.plan.seed} ${name}`).digest().readUIntBE(0, 6) / 2 ** 48;
  }

  /** From now on all goes well. */
  cease(): void {
    this.#ceased = true;
  }

  #tell(fault: string, subject: string): void {
    this.struck.set(fault, (this.struck.get(fault) ?? 0) + 1);
    this.#feed.tell({ kind: 'fault-injected', fault, subject });
  }
}
