import type { ByteFile, ByteSink, ByteSource } from '@tributary/codec';
import type { StepTimings } from '@tributary/events';

/**
 * Times one step, in milliseconds: waiting for bytes to come (`read`), for bytes to go (`write`), and what is left of
 * the conversion (`convert`).
 */
export class StepClock {
  readonly #start = performance.now();
  readonly #startedAt = Date.now();
  #queued: number | undefined;
  #read = 0;
  #write = 0;
  #conversion = 0;
  #tellFirstBytes = () => {};
  /** Resolves when the first bytes of the input are there; never, if none are read. */
  readonly firstBytes = new Promise<void>((resolve) => {
    this.#tellFirstBytes = resolve;
  });

  /** RFC 3339 with milliseconds. */
  get startedAt(): string {
    return new Date(this.#startedAt).toISOString();
  }

  /** `time` is the event's, RFC 3339, in whole seconds: a little less than nothing counts as nothing. */
  queuedSince(time: string): void {
    const queued = this.#startedAt - Date.parse(time);
    if (Number.isFinite(queued)) this.#queued = Math.max(0, queued);
  }

  source(inner: ByteSource): ByteSource {
    return {
      read: async (into) => {
        const count = await this.#add('read', () => inner.read(into));
        this.#tellFirstBytes();
        return count;
      },
    };
  }

  file(inner: ByteFile): ByteFile {
    return {
      size: inner.size,
      read: async (offset, into) => {
        const count = await this.#add('read', () => inner.read(offset, into));
        this.#tellFirstBytes();
        return count;
      },
    };
  }

  sink(inner: ByteSink): ByteSink {
    return { write: (bytes) => this.#add('write', () => inner.write(bytes)) };
  }

  /** Times completing an upload. */
  completing<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#add('write', work);
  }

  /** Times a conversion as a whole. */
  converting<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#add('conversion', work);
  }

  read(): StepTimings {
    const convert = this.#conversion - this.#read - this.#write;
    return {
      ...(this.#queued === undefined ? {} : { queued: this.#queued }),
      read: Math.round(this.#read),
      convert: Math.max(0, Math.round(convert)),
      write: Math.round(this.#write),
      total: Math.round(performance.now() - this.#start),
    };
  }

  async #add<Result>(phase: 'read' | 'write' | 'conversion', work: () => Promise<Result>): Promise<Result> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      const spent = performance.now() - start;
      if (phase === 'read') this.#read += spent;
      else if (phase === 'write') this.#write += spent;
      else this.#conversion += spent;
    }
  }
}
