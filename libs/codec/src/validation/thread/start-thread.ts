import { Worker, type WorkerOptions } from 'node:worker_threads';

/** Starts the second thread. In a bundle this file is replaced: see libs/codec/bundling/inline-threads.ts. */
export function startThread(options: WorkerOptions): Worker {
  return new Worker(new URL('./second-thread.worker.ts', import.meta.url), options);
}
