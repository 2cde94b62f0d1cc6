import type { Attachment, Converter } from '../converter.ts';

/** They are held in memory, and not read by anybody if longer. */
const maxBytes = 16 * 1024 * 1024;

/** The documents of one conversion, checked against what the converter has announced: who cleans up goes by that. */
export class Documents {
  readonly names: string[] = [];
  readonly #converter: Pick<Converter, 'name' | 'documents'>;
  readonly #attach: ((document: Attachment) => void) | undefined;
  #bytes = 0;

  constructor(
    converter: Pick<Converter, 'name' | 'documents'>,
    attach: ((document: Attachment) => void) | undefined,
  ) {
    this.#converter = converter;
    this.#attach = attach;
  }

  add(document: Attachment): void {
    const { name, documents = [] } = this.#converter;
    if (!documents.includes(document.name) || this.names.includes(document.name))
      throw new Error(`${name} attaches ${document.name} unannounced, or twice`);
    this.#bytes += document.bytes.length;
    if (this.#bytes > maxBytes) throw new Error(`${name} attaches more than ${maxBytes} bytes`);
    this.names.push(document.name);
    this.#attach?.(document);
  }
}
