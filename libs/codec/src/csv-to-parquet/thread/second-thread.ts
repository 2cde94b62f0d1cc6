import type { ColumnEvidence } from '@tributary/table-schema';
import type { PartSink } from '../../converter.ts';
import { BadInput } from '../../errors.ts';
import type { KernelHeap } from '../../kernel/heap.ts';
import { HelperThread } from '../../threads/helper-thread.ts';
import type { TableEnd, TableSinks } from '../table-output.ts';
import type { Answer, Failure, Order } from './messages.ts';
import { startThread } from './start-thread.ts';

/** Batches that it may be behind; the text of so many stays in memory. */
export const BATCHES_BEHIND = 6;
/** Memory of its own, of the conversion's: for writers, whose share is bounded, and a batch of very long strings. */
export const THREAD_BYTES = 256 * 1024 * 1024;
/** MiB: objects of tables with many columns are collected sooner. */
const YOUNG_GENERATION = 12;

/**
 * A second thread that works on batches while the conversion reads the next. Both see one memory, so what is handed over is
 * addresses; orders are carried out in turn, so results are those of one thread.
 */
export class SecondThread {
  readonly #helper: HelperThread<Order, Answer>;
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

  constructor(heap: KernelHeap, sinks: TableSinks) {
    this.#sinks = sinks;
    this.#helper = new HelperThread(
      heap,
      startThread,
      { name: 'csv-to-parquet', bytes: THREAD_BYTES, youngGeneration: YOUNG_GENERATION },
      (message: Answer) => this.#take(message),
    );
  }

  /** Whether it has little left to do. */
  get isIdle(): boolean {
    return this.#isReady && this.#underWay.length < 2;
  }

  post(order: Order): void {
    this.#helper.post(order);
  }

  /** Hands over what is to be done of the batch at hand; answered by `done`. */
  postBatch(order: Order & { kind: 'look' | 'append' }): void {
    this.#underWay.push(this.#batch);
    this.post(order);
  }

  /** To be awaited before the next batch is read: then none that is further back than it may be is in use. @throws as the thread failed */
  async turn(): Promise<void> {
    this.#batch++;
    await this.#helper.until(() => !(this.#underWay[0]! <= this.#batch - 1 - BATCHES_BEHIND));
  }

  /** Resolves when no batch is in use any more. @throws as the thread failed */
  async settle(): Promise<void> {
    await this.#helper.until(() => this.#underWay.length === 0);
  }

  /** What it has seen of the columns it watches, in their order; it watches no more then. @throws as the thread failed */
  async evidence(): Promise<readonly ColumnEvidence[]> {
    this.post({ kind: 'tell' });
    await this.#helper.until(() => this.#evidence !== undefined);
    return this.#evidence!;
  }

  /** Resolves when all is written and with the sinks. @throws as the thread or a sink failed */
  async end(end: TableEnd | undefined): Promise<void> {
    this.post({ kind: 'end', end });
    await this.#helper.until(() => this.#hasEnded);
    await this.#writes;
    this.#helper.check();
  }

  /** Stops it, whatever it is at, and gives its memory back. Never rejects. */
  async close(): Promise<void> {
    await this.#helper.close({ kind: 'close' });
    await this.#writes;
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
        this.#helper.fail(reasonOf(message.failure));
        break;
      default:
        this.#write(message);
    }
  }

  #write(message: Answer & { kind: 'openPart' | 'write' | 'endPart' }): void {
    this.#writes = this.#writes
      .then(async () => {
        if (this.#helper.hasFailed) return;
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
      .catch((error) => this.#helper.fail(error));
  }
}

function reasonOf(failure: Failure): unknown {
  return 'refused' in failure ? new BadInput(failure.refused) : failure.error;
}
