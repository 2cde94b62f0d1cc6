import type { Activity } from '@tributary/local';

/** The ledger hears of everything and is in nobody's way: it is no part of the story. */
const ledger = /^tributary-dev-run-ledger(-|$)/;

/** Tells the way of one file as the local AWS sees it: a line for each thing that happens, with the time since the upload. */
export class Narrator {
  /** How many events steps have told so far. */
  stepEvents = 0;
  #begin = Date.now();
  #last: readonly string[] = [];
  /** Of the steps that have ended, in their order. */
  #details: StepDetail[] = [];
  #settle: PromiseWithResolvers<StepDetail[]> = Promise.withResolvers();

  /**
   * Starts the clock; resolves when one of `last` (as CHAIN/STEP) has ended the file's way, or a refusal that no step
   * comes after, and the function is at rest.
   */
  follow(last: readonly string[]): Promise<StepDetail[]> {
    this.#begin = Date.now();
    this.#last = last;
    this.#details = [];
    this.#settle = Promise.withResolvers();
    return this.#settle.promise;
  }

  readonly listen = (activity: Activity): void => {
    if (isOfLedger(activity)) return;
    if (activity.kind === 'event-put' && activity.source === 'tributary') this.stepEvents++;
    const text = describe(activity);
    if (text) console.log(`  ${String(activity.at - this.#begin).padStart(6)} ms  ${text}`);
    if (activity.kind === 'event-put' && /^Step (Completed|Rejected)$/.test(activity.detailType)) {
      this.#details.push(activity.event.detail as StepDetail);
    }
    const latest = this.#details.at(-1);
    const isLast = latest && this.#last.includes(`${latest.chain}/${latest.step}`);
    const isRefused = latest?.report && latest.step === 'convert';
    if (activity.kind === 'function-completed' && (isLast || isRefused)) this.#settle.resolve(this.#details);
    if (activity.kind === 'function-gave-up' || activity.kind === 'dead-lettered') {
      this.#settle.reject(new Error(`The file did not get through: ${JSON.stringify(activity)}`));
    }
  };
}

/** What the demo reads of a step event. */
export interface StepDetail {
  chain: string;
  /** `convert` for a service that is deployed alone: nothing is known to come after it. */
  step: string;
  input: { key: string; bytes: number };
  rows?: number;
  rejectedRows?: number;
  outputs?: { bucket: string; key: string; bytes: number; compression?: string }[];
  quarantine?: { bucket: string; key: string };
  documents?: { name: string; bucket: string; key: string }[];
  report?: { code: string; message: string };
  timings: { total: number };
}

function isOfLedger(activity: Activity): boolean {
  if ('rule' in activity) return ledger.test(activity.rule);
  return 'function' in activity && ledger.test(activity.function);
}

function describe(activity: Activity): string | undefined {
  switch (activity.kind) {
    case 'object-event':
      return `S3           ${activity.detailType} s3://${activity.bucket}/${activity.key} (${activity.size} bytes)`;
    case 'rule-matched':
      return `EventBridge  rule ${activity.rule} on bus ${activity.bus}`;
    case 'function-invoked':
      return `Lambda       ${activity.function} invoked`;
    case 'function-completed':
      return `Lambda       ${activity.function} done: ${activity.durationMs.toFixed(0)} ms, ${activity.maxMemoryMb} MB${
        activity.initMs === undefined ? '' : `, cold start ${activity.initMs.toFixed(0)} ms`
      }`;
    case 'function-failed':
      return `Lambda       ${activity.function} failed: ${activity.error}`;
    case 'event-put':
      return `Tributary    ${activity.detailType} on bus ${activity.bus}`;
    case 'dead-lettered':
      return `SQS          dead letter: ${activity.errorCode} ${activity.error}`;
    default:
      return undefined;
  }
}
