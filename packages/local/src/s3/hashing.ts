import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { createDigest, type DigestName } from './checksums.ts';
import type { HashOrder, HashReport } from './hash-worker.ts';

export type Digests = ReadonlyMap<DigestName, Buffer>;

/** Hashes one stream of blocks off the main thread. */
export interface Hashing {
  /** Resolves once the block may be written over. */
  update(block: SharedArrayBuffer, length: number): Promise<void>;
  digest(): Promise<Digests>;
  /** For a stream that broke off. */
  forget(): void;
}

/** Hashes a few bytes at once. */
export function hashBytes(names: readonly DigestName[], bytes: Uint8Array): Digests {
  return new Map(
    names.map((name) => {
      const digest = createDigest(name);
      digest.update(bytes);
      return [name, digest.digest()];
    }),
  );
}

/**
 * A few threads that hash: MD5 alone takes longer than all else that happens to a byte, so it goes beside the rest. Threads start
 * with the first large body and do not keep the process alive.
 */
export class HashPool {
  #lanes: Lane[] = [];
  #next = 0;
  #size = Math.min(8, Math.max(2, availableParallelism()));

  begin(names: readonly DigestName[]): Hashing {
    const md5 = names.filter((name) => name === 'MD5');
    const rest = names.filter((name) => name !== 'MD5');
    const shares = [md5, rest].filter((share) => share.length > 0).map((share) => this.#lane().begin(share));
    return {
      update: async (block, length) => {
        await Promise.all(shares.map((share) => share.update(block, length)));
      },
      digest: async () =>
        new Map((await Promise.all(shares.map((share) => share.digest()))).flatMap((one) => [...one])),
      forget: () => {
        for (const share of shares) share.forget();
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()));
    this.#lanes = [];
  }

  #lane(): Lane {
    const index = this.#next++ % this.#size;
    this.#lanes[index] ??= new Lane();
    return this.#lanes[index];
  }
}

interface Waiting {
  resolve(report: HashReport): void;
  reject(error: Error): void;
}

/** One thread, and whoever waits for its answers: those of one stream come in order. */
class Lane {
  #worker: Worker;
  #streams = new Map<number, Waiting[]>();
  #count = 0;
  #broken: Error | undefined;

  constructor() {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    this.#worker = new Worker(new URL(`./hash-worker.${extension}`, import.meta.url), { name: 's3-hash' });
    this.#worker.unref();
    this.#worker.on('message', (report: HashReport) =>
      this.#streams.get(report.stream)?.shift()?.resolve(report),
    );
    this.#worker.on('error', (error: Error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('The hashing thread ended')));
  }

  begin(names: DigestName[]): Hashing {
    const stream = this.#count++;
    this.#streams.set(stream, []);
    this.#order({ stream, begin: names });
    return {
      update: async (block, length) => {
        await this.#ask({ stream, block, length });
      },
      digest: async () => {
        const { digests = {} } = await this.#ask({ stream, end: 'digest' });
        this.#streams.delete(stream);
        return new Map(
          Object.entries(digests).map(([name, bytes]) => [name as DigestName, Buffer.from(bytes)]),
        );
      },
      forget: () => {
        this.#streams.delete(stream);
        this.#order({ stream, end: 'forget' });
      },
    };
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(order: HashOrder): Promise<HashReport> {
    if (this.#broken) return Promise.reject(this.#broken);
    return new Promise((resolve, reject) => {
      this.#streams.get(order.stream)?.push({ resolve, reject });
      this.#order(order);
    });
  }

  #order(order: HashOrder): void {
    this.#worker.postMessage(order);
  }

  #fail(error: Error): void {
    this.#broken = error;
    for (const waiting of this.#streams.values()) for (const { reject } of waiting) reject(error);
    this.#streams.clear();
  }
}
