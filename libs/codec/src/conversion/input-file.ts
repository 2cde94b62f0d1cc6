import { type Compression, recogniseCompression, signatureBytes } from '../compression/signature.ts';
import { BadInput } from '../errors.ts';
import type { InputOptions } from '../options.ts';
import type { ByteFile } from '../ports.ts';

/** An input at any place. What is compressed as a whole has no places: it can only be inflated from its start. */
export class InputFile implements ByteFile {
  readonly size: number;
  /** Bytes read so far. */
  bytesIn = 0;
  readonly #file: ByteFile;
  readonly #options: InputOptions;
  #checked: Promise<void> | undefined;

  constructor(file: ByteFile, options: InputOptions) {
    this.size = file.size;
    this.#file = file;
    this.#options = options;
  }

  async read(offset: number, into: Uint8Array): Promise<number> {
    this.#checked ??= this.#refuseCompressed();
    await this.#checked;
    const count = await this.#file.read(offset, into);
    this.bytesIn += count;
    return count;
  }

  async #refuseCompressed(): Promise<void> {
    const { compression: wanted } = this.#options;
    if (wanted === 'none') return;
    const head = new Uint8Array(signatureBytes);
    const found = recogniseCompression(head.subarray(0, await this.#file.read(0, head)));
    if (found !== 'none' || wanted !== 'auto') throw compressedAsAWhole(found === 'none' ? wanted : found);
  }
}

function compressedAsAWhole(compression: Compression | 'auto'): BadInput {
  return new BadInput({
    code: 'compressed-as-a-whole',
    what: 'A file that is read at any place must not be compressed as a whole',
    expected: 'the file as its format has it, compressed inside if at all',
    got: `${compression} around it`,
    where: { compressedByte: 0 },
  });
}
