import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type { ColumnEvidence } from '@tributary/table-schema';
import type { PartSink } from '../../converter.ts';
import { BadInput } from '../../errors.ts';
import type { KernelHeap } from '../../kernel/heap.ts';
import type { TableSinks } from '../table-output.ts';
import type { Answer, Failure, Order, ThreadData } from './messages.ts';
import { startThread } from './start-thread.ts';

/** Batches that it may be behind; the text of so many stays in memory. */
export const BATCHES_BEHIND = 6;
/** Memory of its own, of the conversion's: for writers, whose share is bounded, and a batch of very long strings. */
export const THREAD_BYTES = 256 * 1024 * 1024;
/** MiB: objects of tables with many columns are collected sooner. */
const YOUNG_GENERATION = 12;

/** Whether a second thread has a processor to run on. */
export function hasSecondProcessor(): boolean {
  return navigator.hardwareConcurrency > 1;
}

/**
 * A second thread that works on batches while the conversion reads the next. Both see one memory, so what is handed over is
 * addresses; orders are carried out in turn, so results are those of one thread.
 */
export class SecondThread {
  readonly #heap: KernelHeap;
  readonly #room: number;
  readonly #worker: Worker;
  readonly #sinks: TableSinks;
  readonly #parts = new Map<number, PartSink>();
  /** Writes to the sinks, in order. */
  #writes: Promise<void> = Promise.resolve();
  #batch = 0;
  /** Batches that it has not done yet. */
  readonly #underWay: number[] = [];
  #isReady = false;
  #hasEnded = false;
  #evidence: readonly ColumnEvidence[] | undefined;
  #failure: { reason: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(heap: KernelHeap, sinks: TableSinks) {
    this.#heap = heap;
    this.#sinks = sinks;
    this.#room = heap.allocate(THREAD_BYTES);
    const workerData: ThreadData = {
      room: { memory: heap.memory, address: this.#room, size: THREAD_BYTES },
    };
    this.#worker = startThread({
      name: 'csv-to-parquet',
      workerData,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION },
    });
    this.#worker.on('message', (message: Answer) => this.#take(message));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('the second thread has ended')));
  }

  /** Whether it has little left to do. */
  get isIdle(): boolean {
    return this.#isReady && this.#underWay.length < 2;
  }

  post(order: Order): void {
    this.#worker.postMessage(order);
  }

  /** Hands over what is to be done of the batch at hand; answered by `done`. */
  postBatch(order: Order & { kind: 'look' | 'append' }): void {
    this.#underWay.push(this.#batch);
    this.post(order);
  }

  /** To be awaited before the next batch is read: then none that is further back than it may be is in use. @throws as the thread failed */
  async turn(): Promise<void> {
    this.#batch++;
    await this.#until(() => !(this.#underWay[0]! <= this.#batch - 1 - BATCHES_BEHIND));
  }

  /** Resolves when no batch is in use any more. @throws as the thread failed */
  async settle(): Promise<void> {
    await this.#until(() => this.#underWay.length === 0);
  }

  /** What it has seen of the columns it watches, in their order; it watches no more then. @throws as the thread failed */
  async evidence(): Promise<readonly ColumnEvidence[]> {
    this.post({ kind: 'tell' });
    await this.#until(() => this.#evidence !== undefined);
    return this.#evidence!;
  }

  /** Resolves when all is written and with the sinks. @throws as the thread or a sink failed */
  async end(): Promise<void> {
    this.post({ kind: 'end' });
    await this.#until(() => this.#hasEnded);
    await this.#writes;
    this.#check();
  }

  /** Stops it, whatever it is at, and gives its memory back. Never rejects. */
  async close(): Promise<void> {
    const exit = this.#worker.threadId < 0 ? undefined : once(this.#worker, 'exit').catch(() => {});
    this.#failure ??= { reason: new Error('the second thread is closed') };
    this.post({ kind: 'close' });
    await exit;
    await this.#writes;
    this.#heap.release(this.#room);
  }

  async #until(isSo: () => boolean): Promise<void> {
    this.#check();
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#check();
    }
  }

  #check(): void {
    if (this.#failure) throw this.#failure.reason;
  }

  #take(message: Answer): void {
    switch (message.kind) {
      case 'ready':
        this.#isReady = true;
        break;
      case 'done':
        this.#underWay.shift();
        break;
      case 'evidence':
        this.#evidence = message.columns;
        break;
      case 'ended':
        this.#hasEnded = true;
        break;
      case 'failed':
        this.#fail(reasonOf(message.failure));
        break;
      default:
        this.#write(message);
        return;
    }
    this.#wake?.();
  }

  #write(message: Answer & { kind: 'openPart' | 'write' | 'endPart' }): void {
    this.#writes = this.#writes
      .then(async () => {
        if (this.#failure) return;
        if (message.kind === 'openPart')
          this.#parts.set(message.file, await this.#sinks.openPart(message.part));
        else if (message.kind === 'endPart') {
          await this.#parts.get(message.file)!.end({ rows: message.rows });
          this.#parts.delete(message.file);
        } else {
          await (message.file === 0 ? this.#sinks.sink : this.#parts.get(message.file)!).write(message.bytes);
          this.post({ kind: 'written', bytes: message.bytes.length });
        }
      })
      .catch((error) => this.#fail(error));
  }

  #fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.#wake?.();
  }
}

function reasonOf(failure: Failure): unknown {
  return 'refused' in failure ? new BadInput(failure.refused) : failure.error;
}
