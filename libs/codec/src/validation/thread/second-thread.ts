import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type { CellTable } from '../../delimited/record-batch.ts';
import type { KernelHeap } from '../../kernel/heap.ts';
import type { RowHashes } from '../hash-table.ts';
import type { SchemaValidatorOptions } from '../options.ts';
import type { GatheredTable } from '../table-check.ts';
import type { Answer, Order, ThreadData } from './messages.ts';
import { startThread } from './start-thread.ts';

/** Memory of its own, of the validation's: pages that nothing touches take none of the process's. */
export const THREAD_BYTES = 256 * 1024 * 1024;
/** Batches that it is given ahead: enough for while the other thread is at one of its own. */
const AHEAD = 2;
/** MiB: it holds few objects. */
const YOUNG_GENERATION = 4;

/** Whether a second thread has a processor to run on. */
export function hasSecondProcessor(): boolean {
  return navigator.hardwareConcurrency > 1;
}

/** What the second thread has found in a batch. */
type Found = (suspects: Uint8Array | undefined) => void;

/**
 * A second thread that checks batches, as the first one does. Both see one memory, so what is handed over is addresses. What each has
 * gathered of its rows adds up to the same, however batches are shared out.
 */
export class SecondThread {
  readonly #heap: KernelHeap;
  readonly #room: number;
  readonly #worker: Worker;
  /** Of the batches that it is at, in order. */
  readonly #underWay: Found[] = [];
  #isReady = false;
  #isUsed = false;
  #gathered: GatheredTable | undefined;
  #failure: { reason: unknown } | undefined;
  #wake: (() => void) | undefined;

  /** @param isAwaited whether it is given batches before it has started; else the other thread does them until then */
  constructor(heap: KernelHeap, isAwaited: boolean) {
    this.#heap = heap;
    this.#isReady = isAwaited;
    this.#room = heap.allocate(THREAD_BYTES);
    const workerData: ThreadData = {
      room: { memory: heap.memory, address: this.#room, size: THREAD_BYTES },
    };
    this.#worker = startThread({
      name: 'schema-validator',
      workerData,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION },
    });
    this.#worker.on('message', (message: Answer) => this.#take(message));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('the second thread has ended')));
  }

  /** Whether it would take another batch soon. */
  get isFree(): boolean {
    return this.#isReady && this.#underWay.length < AHEAD;
  }

  /** Whether there is an answer to come. */
  get isBusy(): boolean {
    return !this.#isReady || this.#underWay.length > 0;
  }

  /** Whether it has been given any batch of the table. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  /** Begins with a table. */
  open(options: SchemaValidatorOptions, labels: readonly string[]): void {
    this.#isUsed = false;
    this.#post({ kind: 'open', options, labels });
  }

  /** Hands over a batch. @param rooms where hashes of its rows go, if they are wanted */
  check({ records, columns, cells }: CellTable, rooms: readonly RowHashes[], found: Found): void {
    this.#isUsed = true;
    this.#underWay.push(found);
    this.#post({ kind: 'check', records, columns, cells, rooms });
  }

  /** Resolves once something has been heard of it. @throws as the thread failed */
  async hear(): Promise<void> {
    this.#check();
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#check();
  }

  /** What it has gathered; good until the next table. @throws as the thread failed */
  async gathered(): Promise<GatheredTable> {
    this.#gathered = undefined;
    this.#post({ kind: 'tell' });
    while (!this.#gathered) await this.hear();
    return this.#gathered;
  }

  /** Stops it, once it is done with what it is at, and gives its memory back. Never rejects. */
  async close(): Promise<void> {
    const exit = this.#worker.threadId < 0 ? undefined : once(this.#worker, 'exit').catch(() => {});
    this.#failure ??= { reason: new Error('the second thread is closed') };
    this.#post({ kind: 'close' });
    await exit;
    this.#heap.release(this.#room);
  }

  #post(order: Order): void {
    this.#worker.postMessage(order);
  }

  #take(message: Answer): void {
    switch (message.kind) {
      case 'ready':
        this.#isReady = true;
        break;
      case 'done':
        this.#underWay.shift()!(message.suspects);
        break;
      case 'gathered':
        this.#gathered = message.table;
        break;
      case 'failed':
        this.#fail(message.error);
    }
    this.#wake?.();
  }

  #fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.#wake?.();
  }

  #check(): void {
    if (this.#failure) throw this.#failure.reason;
  }
}
