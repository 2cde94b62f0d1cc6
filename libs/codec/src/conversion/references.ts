import { type InflatedSource, inflate } from '../compression/inflate.ts';
import type { InputOptions } from '../options.ts';
import type { ByteSource } from '../ports.ts';

/** Other tables that a conversion reads, by name; inflated under the limits of the input. */
export class References {
  readonly #places: Readonly<Record<string, string>>;
  readonly #open: ((place: string, name: string) => Promise<ByteSource>) | undefined;
  readonly #limits: InputOptions;
  readonly #opened: InflatedSource[] = [];

  constructor(
    places: Readonly<Record<string, string>>,
    open: ((place: string, name: string) => Promise<ByteSource>) | undefined,
    options: InputOptions,
  ) {
    this.#places = places;
    this.#open = open;
    // That of the input says nothing of another file.
    this.#limits = { ...options, compression: 'auto' };
  }

  async open(name: string): Promise<ByteSource> {
    if (!Object.hasOwn(this.#places, name)) throw new Error(`There is no reference ${name}`);
    if (!this.#open) throw new Error('This conversion was opened to read no references');
    const source = inflate(await this.#open(this.#places[name]!, name), this.#limits);
    this.#opened.push(source);
    return source;
  }

  close(): void {
    for (const source of this.#opened) source.close();
  }
}
