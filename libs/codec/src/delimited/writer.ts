import { BadInput } from '../errors.ts';
import type { ByteSink } from '../ports.ts';
import { byteOrderMark, type Encode, encoderOf } from '../text/encode.ts';
import type { WrittenDialect } from './written-dialect.ts';

/** Characters gathered before they are encoded and written. */
const FLUSH_AT = 256 * 1024;

/** Why a row cannot be written in a dialect. */
export interface UnwritableCell {
  /** Index of the column. */
  column: number;
  code: 'cell-not-writable' | 'not-in-encoding';
  message: string;
}

/**
 * Writes rows as delimited text, so that our own reader, told the dialect, gives the same rows. Only what no reader could tell
 * apart is written alike: a null and an empty text, where there are no quotes or the row has one column.
 * @example
 * ```ts
 * const writer = new DelimitedWriter(io.sink, ['id', 'name'], writtenDialectSchema.parse({ delimiter: ';' }));
 * writer.add(['1', 'Ann; Bob']); // undefined: it was written
 * if (writer.isFull) await writer.flush();
 * await writer.end();
 * ```
 */
export class DelimitedWriter {
  /** Rows written, without the header. */
  rows = 0;
  readonly #sink: ByteSink;
  readonly #dialect: WrittenDialect;
  readonly #print: PrintCell;
  readonly #encode: Encode;
  #text: string;
  #mark: Uint8Array | undefined;

  /** @throws {BadInput} `header-not-writable` */
  constructor(sink: ByteSink, names: readonly string[], dialect: WrittenDialect) {
    this.#sink = sink;
    this.#dialect = dialect;
    this.#print = compilePrint(dialect);
    this.#encode = encoderOf(dialect.encoding);
    this.#text = '';
    const marked =
      dialect.encoding.startsWith('utf-16') || (dialect.encoding === 'utf-8' && dialect.byteOrderMark);
    if (marked) this.#mark = byteOrderMark(dialect.encoding);
    if (!dialect.header) return;
    const fault = this.#append(names);
    if (fault)
      throw new BadInput({
        code: 'header-not-writable',
        what: `The name of column ${fault.column + 1} cannot be written: ${fault.message}`,
        got: names[fault.column]!.slice(0, 200),
      });
  }

  /** Whether `flush` is due. */
  get isFull(): boolean {
    return this.#text.length >= FLUSH_AT;
  }

  /** Writes a row, or says why it cannot be: then nothing of it is. */
  add(cells: readonly (string | null)[]): UnwritableCell | undefined {
    const fault = this.#append(cells);
    if (!fault) this.rows++;
    return fault;
  }

  async flush(): Promise<void> {
    const mark = this.#mark;
    this.#mark = undefined;
    if (mark) await this.#sink.write(mark);
    if (this.#text === '') return;
    const bytes = this.#encode(this.#text) as Buffer;
    this.#text = '';
    await this.#sink.write(bytes);
  }

  async end(): Promise<void> {
    await this.flush();
  }

  #append(cells: readonly (string | null)[]): UnwritableCell | undefined {
    const { delimiter, lineTerminator, nullSequence, quoteChar, encoding } = this.#dialect;
    let line = '';
    for (let column = 0; column < cells.length; column++) {
      const cell = cells[column]!;
      const printed = cell === null ? nullSequence : this.#print(cell);
      if (typeof printed === 'object') return { column, ...printed };
      line += column === 0 ? printed : delimiter + printed;
    }
    // A reader passes over lines of nothing.
    if (/^[ \t]*$/.test(line) || line.charCodeAt(0) === 0xfeff) {
      if (quoteChar === '')
        return {
          column: 0,
          code: 'cell-not-writable',
          message: 'Without quotes the row would be a blank line',
        };
      const first = (cells[0] ?? '').length;
      line = `${quoteChar}${line.slice(0, first)}${quoteChar}${line.slice(first)}`;
    }
    // What cannot be encoded is found here, so that the row can be rejected.
    if (encoding !== 'utf-8' || !line.isWellFormed()) {
      const encoded = this.#encode(line);
      if ('missing' in encoded) return this.#notEncoded(cells, encoded.missing);
    }
    this.#text += line + lineTerminator;
    return undefined;
  }

  #notEncoded(cells: readonly (string | null)[], missing: string): UnwritableCell {
    const code = missing.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
    return {
      column: Math.max(
        0,
        cells.findIndex((cell) => cell?.includes(missing)),
      ),
      code: 'not-in-encoding',
      message: `${this.#dialect.encoding} has no U+${code}`,
    };
  }
}

type PrintCell = (text: string) => string | Omit<UnwritableCell, 'column'>;

function compilePrint({
  delimiter,
  quoteChar,
  doubleQuote,
  escapeChar,
  quoting,
  nullSequence,
}: WrittenDialect): PrintCell {
  const quote = escapeForSet(quoteChar);
  const escaping = escapeForSet(escapeChar);
  // Of a delimiter of several characters each is reason enough: with what follows it might make one.
  const delimiters = [...new Set(delimiter)].map(escapeForSet).join('');
  const special = new RegExp(`[\\r\\n\\u001a${delimiters}${quote}${escaping}]`);
  if (quoteChar !== '') {
    const inside = new RegExp(`[${quote}${escaping}]`, 'g');
    const escaped = (character: string) =>
      character === quoteChar && doubleQuote ? quoteChar + quoteChar : escapeChar + character;
    const simple = escapeChar === '' || doubleQuote ? quoteChar : '';
    const always = quoting === 'all';
    return (text) => {
      if (!always && text !== nullSequence && !special.test(text) && !isTakenForMore(text)) return text;
      const body = simple && !text.includes(simple) && !escapeChar ? text : text.replace(inside, escaped);
      return quoteChar + body + quoteChar;
    };
  }
  if (escapeChar === '')
    return (text) =>
      special.test(text) || (text === nullSequence && text !== '')
        ? {
            code: 'cell-not-writable',
            message: 'Without quotes and escapes the cell would be read as another',
          }
        : text;
  const letters: Record<string, string> = { '\n': 'n', '\r': 'r', '\t': 't' };
  const outside = new RegExp(`[\\r\\n\\t${delimiters}${escaping}]`, 'g');
  return (text) => {
    if (text.includes('\x1a'))
      return {
        code: 'cell-not-writable',
        message: 'Without quotes Ctrl-Z would be read as the end of the file',
      };
    if (text === nullSequence && text !== '' && !special.test(text))
      return { code: 'cell-not-writable', message: 'Without quotes the text would be read as a null' };
    if (delimiter.length > 1 && new RegExp(`[${delimiters}]`).test(text))
      return { code: 'cell-not-writable', message: 'Without quotes the cell would be read as several' };
    return text.replace(outside, (character) => escapeChar + (letters[character] ?? character));
  };
}

/**
 * Many readers take spaces around a cell for nothing and a line with # at its start for a comment; at the start of a file a byte order
 * mark or NUL tells its encoding.
 */
function isTakenForMore(text: string): boolean {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  return first === 32 || first === 9 || last === 32 || last === 9 || [35, 0xfeff, 0].includes(first);
}

function escapeForSet(text: string): string {
  return text.replaceAll(/[\\\]^-]/g, '\\$&');
}
