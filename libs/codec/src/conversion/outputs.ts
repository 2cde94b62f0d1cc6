import { deflate, type EndingSink, type HeldOutput } from '../compression/deflate.ts';
import type { OutputPart, PartSink } from '../converter.ts';
import type { OutputOptions } from '../options.ts';
import type { ByteSink } from '../ports.ts';

/** All that a conversion writes: one sink, or parts that come and go. Each is compressed by itself. */
export class Outputs {
  readonly #options: OutputOptions;
  readonly #openPart: ((part: OutputPart) => Promise<PartSink>) | undefined;
  readonly #sink: ByteSink | undefined;
  #single: EndingSink | undefined;
  readonly #open = new Set<EndingSink>();
  readonly #ending = new Set<Promise<void>>();
  /** Of parts that have ended. */
  readonly #ended = { bytesIn: 0, bytesOut: 0 };

  constructor(
    sink: ByteSink | undefined,
    openPart: ((part: OutputPart) => Promise<PartSink>) | undefined,
    options: OutputOptions,
    held?: HeldOutput,
  ) {
    this.#options = options;
    this.#openPart = openPart;
    this.#sink = sink;
    this.#single = sink && deflate(sink, options, held);
    if (this.#single) this.#open.add(this.#single);
  }

  /** Bytes taken, before compression. */
  get bytesIn(): number {
    return this.#sum('bytesIn');
  }

  /** Bytes handed on. */
  get bytesOut(): number {
    return this.#sum('bytesOut');
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#single)
      throw new Error('This output consists of parts, or is the input itself: there is no single sink');
    await this.#single.write(bytes);
  }

  /** Begins the single sink anew, once no write is under way any more. */
  async beginAnew(): Promise<void> {
    if (!this.#single || !this.#sink) throw new Error('Only an output of one file can begin anew');
    await this.#single.settle();
    this.#open.delete(this.#single);
    this.#single = deflate(this.#sink, this.#options);
    this.#open.add(this.#single);
  }

  async openPart(part: OutputPart): Promise<PartSink> {
    if (!this.#openPart) throw new Error('This output was not opened to consist of parts');
    const inner = await this.#openPart(part);
    const outer = deflate(inner, this.#options);
    this.#open.add(outer);
    return {
      write: (bytes) => outer.write(bytes),
      end: async (about) => {
        const ending = outer.end().then(() => inner.end(about));
        this.#ending.add(ending);
        await ending;
        this.#ending.delete(ending);
        this.#ended.bytesIn += outer.bytesIn;
        this.#ended.bytesOut += outer.bytesOut;
        this.#open.delete(outer);
      },
    };
  }

  async end(): Promise<void> {
    await this.#single?.end();
    if (this.#open.size > (this.#single ? 1 : 0)) throw new Error('A part of the output was never ended');
  }

  /** For another run, which goes on with the single sink. */
  async hold(): Promise<HeldOutput> {
    if (!this.#single) throw new Error('Only an output of one file can be gone on with');
    return await this.#single.hold();
  }

  /** Resolves when no write is under way any more. Never rejects. */
  async settle(): Promise<void> {
    await Promise.all([...this.#open].map((sink) => sink.settle()));
    await Promise.allSettled(this.#ending);
  }

  #sum(side: 'bytesIn' | 'bytesOut'): number {
    let sum = this.#ended[side];
    for (const sink of this.#open) sum += sink[side];
    return sum;
  }
}
