import type { ByteFile, ByteSink, ByteSource } from '@tributary/codec';
import type { StepTimings } from '@tributary/events';

/**
 * Times one step, in milliseconds: waiting for bytes to come (`read`), for bytes to go (`write`), and what is left of
 * the conversion (`convert`).
 */
export class StepClock {
  readonly #start = performance.now();
  #startedAt = Date.now();
  #queued: number | undefined;
  /** From the start of the first invocation to that of this one. */
  #earlier = 0;
  #before: StepTimings | undefined;
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

  /** The work began in an earlier invocation, at this time: RFC 3339. */
  since(startedAt: string): void {
    const earlier = this.#startedAt - Date.parse(startedAt);
    if (!(earlier > 0)) return;
    this.#startedAt -= earlier;
    this.#earlier = earlier;
  }

  /** Adds the times of earlier invocations. */
  carryOn(before: StepTimings | undefined): void {
    this.#before = before;
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
    const convert = Math.max(0, this.#conversion - this.#read - this.#write);
    const { read = 0, convert: converted = 0, write = 0 } = this.#before ?? {};
    return {
      ...(this.#queued === undefined ? {} : { queued: this.#queued }),
      read: Math.round(read + this.#read),
      convert: Math.round(converted + convert),
      write: Math.round(write + this.#write),
      total: Math.round(this.#earlier + performance.now() - this.#start),
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
