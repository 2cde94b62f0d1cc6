import type { ByteSink, ConversionIo, Converter, SharedOptions } from '@tributary/codec';
import { BadOptions } from '@tributary/codec/errors';
import { type FileSource, openSource } from './file-source.ts';
import { nameOf } from './file-stem.ts';
import { Spool } from './spool.ts';

const copyBytes = 1024 * 1024;

/** All that a converter reads: its input, as often and wherever it wants, and the tables that its options refer to. */
export class ConverterInput {
  /** Bytes as they lie there; unknown for a pipe. */
  readonly size: number | undefined;
  readonly identity: string | undefined;
  readonly #from: string;
  readonly #source: FileSource;
  readonly #anywhere: boolean;
  readonly #references: FileSource[] = [];

  private constructor(from: string, source: FileSource, anywhere: boolean) {
    this.#from = from;
    this.#source = source;
    this.#anywhere = anywhere;
    this.size = source.size;
    this.identity = source.identity;
  }

  /** What comes but once is kept if need be. @throws {UsageError} `file-not-usable` */
  static async open(
    from: string,
    converter: Converter<SharedOptions>,
    options: SharedOptions,
  ): Promise<ConverterInput> {
    const source = await openSource(from);
    const anywhere = converter.readsAnywhere?.(options) ?? false;
    const again = converter.readsTwice?.(options) || converter.passesOn?.(options);
    const comesOnce = (again && !source.reopen) || (anywhere && !source.openFile);
    return new ConverterInput(from, comesOnce ? new Spool(source) : source, anywhere);
  }

  async io(): Promise<
    Pick<ConversionIo, 'source' | 'file' | 'reopen' | 'metadata' | 'openReference' | 'clock'>
  > {
    const source = this.#source;
    const name = nameOf(this.#from);
    return {
      source,
      ...(this.#anywhere && { file: await source.openFile!() }),
      ...(source.reopen && { reopen: () => source.reopen!() }),
      ...(name !== 'stdin' && { metadata: { 'tributary.source': name } }),
      openReference: async (place, reference) => {
        if (/^s3:\/\//i.test(place))
          throw new BadOptions({
            code: 'reference-unusable',
            what: `The reference ${reference} cannot be read by the command`,
            expected: 'a path',
            got: place,
            where: { pointer: `/references/${reference}` },
          });
        const opened = await openSource(place);
        this.#references.push(opened);
        return opened;
      },
      clock: { now: Date.now, arrived: source.modified ?? Date.now() },
    };
  }

  /** Copies the input as it lies there. Only for a converter that passes it on. */
  async copyTo(sink: ByteSink): Promise<void> {
    const source = await this.#source.reopen!();
    const piece = new Uint8Array(copyBytes);
    for (let count = await source.read(piece); count > 0; count = await source.read(piece))
      await sink.write(piece.subarray(0, count));
  }

  /** Not waited for: a read from a pipe may still be under way. */
  close(): void {
    for (const source of [this.#source, ...this.#references]) void source.close().catch(() => {});
  }
}
