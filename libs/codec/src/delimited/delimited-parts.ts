import type { ConvertIo, OutputPart, PartSink } from '../converter.ts';
import { BadInput } from '../errors.ts';
import { describeUnwritable } from './convert-rows.ts';
import type { RowFault } from './text-rows.ts';
import { DelimitedWriter } from './writer.ts';
import type { WrittenDialect } from './written-dialect.ts';

interface OpenPart {
  writer: DelimitedWriter;
  /** Opened with the first bytes. */
  sink: PartSink | undefined;
}

/**
 * Writes rows to several files, a few of them open at a time: the one left alone longest is closed, and its next rows start
 * another of the same name but for its number.
 */
export class DelimitedParts {
  readonly #io: ConvertIo;
  readonly #columns: readonly string[];
  readonly #dialect: WrittenDialect;
  readonly #limits: { maxOpenFiles: number; maxFiles: number };
  /** Left alone longest first. */
  readonly #open = new Map<string, OpenPart>();
  /** How many files each key has had. */
  readonly #numbers = new Map<string, number>();
  #last: string | undefined;
  #files = 0;
  #rows = 0;

  constructor(
    io: ConvertIo,
    columns: readonly string[],
    dialect: WrittenDialect,
    limits: { maxOpenFiles: number; maxFiles: number },
  ) {
    this.#io = io;
    this.#columns = columns;
    this.#dialect = dialect;
    this.#limits = limits;
  }

  /**
   * Puts a row into the file of a key, or says why it goes to quarantine.
   * @param name called for a new file
   * @param put puts the cells of the row
   * @throws {BadInput} `too-many-files`
   */
  add(
    key: string,
    name: () => Omit<OutputPart, 'number'>,
    put: (writer: DelimitedWriter) => void,
  ): RowFault | undefined {
    const part = this.#open.get(key) ?? this.#start(key, name);
    if (key !== this.#last) {
      this.#open.delete(key);
      this.#open.set(key, part);
      this.#last = key;
    }
    put(part.writer);
    const unwritable = part.writer.endRow();
    return unwritable && describeUnwritable(unwritable, this.#columns);
  }

  /** Writes what has been gathered, and closes files beyond those that may be open. */
  async settle(): Promise<void> {
    for (const [key, part] of this.#open) {
      if (this.#open.size > this.#limits.maxOpenFiles) await this.#close(key, part);
      else if (part.writer.isFull) await part.writer.flush();
    }
  }

  /** Resolves to the rows of all files. */
  async end(): Promise<number> {
    for (const [key, part] of this.#open) await this.#close(key, part);
    return this.#rows;
  }

  #start(key: string, name: () => Omit<OutputPart, 'number'>): OpenPart {
    const { maxFiles } = this.#limits;
    if (++this.#files > maxFiles)
      throw new BadInput({
        code: 'too-many-files',
        what: 'The rows would make too many files: there are too many values, or their rows are too mixed',
        expected: `<= ${maxFiles} (maxFiles)`,
      });
    const number = (this.#numbers.get(key) ?? 0) + 1;
    this.#numbers.set(key, number);
    const write = async (bytes: Uint8Array) => {
      part.sink ??= await this.#io.openPart({ ...name(), number });
      await part.sink.write(bytes);
    };
    const part: OpenPart = {
      sink: undefined,
      writer: new DelimitedWriter({ write }, this.#columns, this.#dialect),
    };
    return part;
  }

  async #close(key: string, part: OpenPart): Promise<void> {
    // All of its rows may have been refused.
    if (part.writer.rows > 0 || part.sink) await part.writer.end();
    await part.sink?.end({ rows: part.writer.rows });
    this.#open.delete(key);
    if (this.#last === key) this.#last = undefined;
    this.#rows += part.writer.rows;
  }
}
