import { once } from 'node:events';
import type { Worker, WorkerOptions } from 'node:worker_threads';
import type { KernelHeap, MemoryBlock } from '../kernel/heap.ts';

/** What a thread is started with. */
export interface ThreadData {
  /** Of the first thread's memory, for this one to deal out. */
  room: MemoryBlock;
}

/** What a thread is given. */
export interface ThreadNeeds {
  name: string;
  /** Memory of its own. */
  bytes: number;
  /** MiB that its young objects may take. */
  youngGeneration: number;
}

/** Whether there may be a second thread: as `threads` says or, left out, where it has a processor to run on. */
export function mayHelp(threads: 1 | 2 | undefined): boolean {
  return threads === undefined ? navigator.hardwareConcurrency > 1 : threads === 2;
}

/**
 * A thread that works for this one. Both see one memory, so what is handed over is addresses. It fails once: with the first
 * reason there is, which is thrown wherever something is awaited of it.
 */
export class HelperThread<Order, Answer> {
  readonly #heap: KernelHeap;
  readonly #room: number;
  readonly #worker: Worker;
  #failure: { reason: unknown } | undefined;
  #wake: (() => void) | undefined;

  /** @param take is told of each answer, before who waits for it goes on */
  constructor(
    heap: KernelHeap,
    start: (options: WorkerOptions) => Worker,
    { name, bytes, youngGeneration }: ThreadNeeds,
    take: (answer: Answer) => void,
  ) {
    this.#heap = heap;
    this.#room = heap.allocate(bytes);
    const workerData: ThreadData = { room: { memory: heap.memory, address: this.#room, size: bytes } };
    this.#worker = start({
      name,
      workerData,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: youngGeneration },
    });
    this.#worker.on('message', (answer: Answer) => {
      take(answer);
      this.#wake?.();
    });
    this.#worker.on('error', (error) => this.fail(error));
    this.#worker.on('exit', () => this.fail(new Error('the second thread has ended')));
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  post(order: Order): void {
    this.#worker.postMessage(order);
  }

  fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.#wake?.();
  }

  /** @throws as it failed */
  check(): void {
    if (this.#failure) throw this.#failure.reason;
  }

  /** Resolves once something has been heard of it. @throws as it failed */
  async hear(): Promise<void> {
    this.check();
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.check();
  }

  /** Resolves when that is so, which answers bring about. @throws as it failed */
  async until(isSo: () => boolean): Promise<void> {
    this.check();
    while (!isSo()) await this.hear();
  }

  /** Gives the order to stop, and its memory back once it has. Never rejects. */
  async close(order: Order): Promise<void> {
    const exit = this.#worker.threadId < 0 ? undefined : once(this.#worker, 'exit').catch(() => {});
    this.#failure ??= { reason: new Error('the second thread is closed') };
    this.post(order);
    await exit;
    this.#heap.release(this.#room);
  }
}
