import type { CellTable } from '../../delimited/record-batch.ts';
import type { KernelHeap } from '../../kernel/heap.ts';
import { HelperThread } from '../../threads/helper-thread.ts';
import type { RowHashes } from '../hash-table.ts';
import type { SchemaValidatorOptions } from '../options.ts';
import type { GatheredTable } from '../table-check.ts';
import type { Answer, Order } from './messages.ts';
import { startThread } from './start-thread.ts';

/** Memory of its own, of the validation's: pages that nothing touches take none of the process's. */
export const THREAD_BYTES = 256 * 1024 * 1024;
/** Batches that it is given ahead: enough for while the other thread is at one of its own. */
const AHEAD = 4;
/** MiB: it holds few objects. */
const YOUNG_GENERATION = 4;

/** What the second thread has found in a batch. */
type Found = (suspects: Uint8Array | undefined) => void;

/**
 * A second thread that checks batches, as the first one does. Both see one memory, so what is handed over is addresses. What each has
 * gathered of its rows adds up to the same, however batches are shared out.
 */
export class SecondThread {
  readonly #helper: HelperThread<Order, Answer>;
  /** Of the batches that it is at, in order. */
  readonly #underWay: Found[] = [];
  readonly #isAwaited: boolean;
  /** Whether it has a table; undefined while that is open. */
  #isAble: boolean | undefined;
  #isUsed = false;
  #gathered: GatheredTable | undefined;

  /** @param isAwaited whether nothing is done before it has started; else the other thread does all until then */
  constructor(heap: KernelHeap, isAwaited: boolean, bytes = THREAD_BYTES) {
    this.#isAwaited = isAwaited;
    this.#helper = new HelperThread(
      heap,
      startThread,
      { name: 'schema-validator', bytes, youngGeneration: YOUNG_GENERATION },
      (message: Answer) => this.#take(message),
    );
  }

  /** Whether it would take another batch soon. */
  get isFree(): boolean {
    return this.#isAble === true && this.#underWay.length < AHEAD;
  }

  /** Whether there is an answer to come. */
  get isBusy(): boolean {
    return this.#isAble === undefined || this.#underWay.length > 0;
  }

  /** Whether it has been given any batch of the table. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  /** Begins with a table. @throws as the thread failed */
  async open(options: SchemaValidatorOptions, labels: readonly string[]): Promise<void> {
    this.#isUsed = false;
    this.#isAble = undefined;
    this.#helper.post({ kind: 'open', options, labels });
    if (this.#isAwaited) await this.#helper.until(() => this.#isAble !== undefined);
  }

  /** Hands over a batch. @param rooms where hashes of its rows go, if they are wanted */
  check({ records, columns, cells }: CellTable, rooms: readonly RowHashes[], found: Found): void {
    this.#isUsed = true;
    this.#underWay.push(found);
    this.#helper.post({ kind: 'check', records, columns, cells, rooms });
  }

  /** Resolves once something has been heard of it. @throws as the thread failed */
  hear(): Promise<void> {
    return this.#helper.hear();
  }

  /** What it has gathered; good until the next table. @throws as the thread failed */
  async gathered(): Promise<GatheredTable> {
    this.#gathered = undefined;
    this.#helper.post({ kind: 'tell' });
    await this.#helper.until(() => this.#gathered !== undefined);
    return this.#gathered!;
  }

  /** Stops it, once it is done with what it is at, and gives its memory back. Never rejects. */
  close(): Promise<void> {
    return this.#helper.close({ kind: 'close' });
  }

  #take(message: Answer): void {
    switch (message.kind) {
      case 'ready':
      case 'unable':
        this.#isAble = message.kind === 'ready';
        break;
      case 'done':
        this.#underWay.shift()!(message.suspects);
        break;
      case 'gathered':
        this.#gathered = message.table;
        break;
      case 'failed':
        this.#helper.fail(message.error);
    }
  }
}
