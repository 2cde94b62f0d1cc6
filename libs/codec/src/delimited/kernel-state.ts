import * as map from '../../kernel/delimited/memory-map.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import { upperHalf } from '../text/encoding.ts';
import { MULTI_SPACE, type OddityPolicies, type ReadDialect, type ReadingOptions } from './dialect.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

/** The block of memory in which a reader and its kernel tell each other things. */
export class KernelState {
  readonly address: number;
  readonly #heap: KernelHeap;

  constructor(heap: KernelHeap) {
    this.#heap = heap;
    this.address = heap.allocate(map.STATE_SIZE);
    heap.at(this.address, map.STATE_SIZE).fill(0);
  }

  get(offset: number): number {
    return this.#heap.view.getInt32(this.address + offset, true);
  }

  set(offset: number, value: number): void {
    this.#heap.view.setInt32(this.address + offset, value, true);
  }

  /** An address that the kernel left. */
  address32(offset: number): number {
    return this.#heap.view.getUint32(this.address + offset, true);
  }

  /** The value of a counter, which starts anew. */
  take(offset: number): number {
    const value = this.get(offset);
    if (value !== 0) this.set(offset, 0);
    return value;
  }

  configure(dialect: ReadDialect, policies: OddityPolicies, limits: ReadingOptions): void {
    const multi = dialect.delimiter === MULTI_SPACE;
    const special = this.#heap.at(this.address + map.SPECIAL, 256).fill(0);
    const mark = (text: string, length: number, at: number) => {
      const bytes = utf8(text);
      this.set(length, bytes.length);
      this.#heap.bytes.set(bytes, this.address + at);
      return bytes;
    };
    /** Takes note of a byte that a mark starts with. */
    const open = (bytes: Uint8Array) => {
      if (bytes.length > 0) special[bytes[0]!] = 1;
    };
    open(mark(multi ? ' ' : dialect.delimiter, map.DELIMITER_LENGTH, map.DELIMITER));
    open(mark(dialect.quoteChar, map.QUOTE_LENGTH, map.QUOTE));
    // An escape that is the quote is the doubling of quotes by another name.
    const escapeChar = dialect.escapeChar === dialect.quoteChar ? '' : dialect.escapeChar;
    open(mark(escapeChar, map.ESCAPE_LENGTH, map.ESCAPE));
    const auto = dialect.lineTerminator === 'auto';
    open(mark(auto ? '' : dialect.lineTerminator, map.TERMINATOR_LENGTH, map.TERMINATOR));
    if (auto) open(utf8('\n'));
    if (auto) open(utf8('\r'));
    if (multi) open(utf8('\t'));
    mark(dialect.commentChar ?? '', map.COMMENT_LENGTH, map.COMMENT);
    mark(dialect.nullSequence ?? '', map.NULL_LENGTH, map.NULL_SEQUENCE);
    if (dialect.nullSequence === undefined) this.set(map.NULL_LENGTH, -1);
    this.set(map.MULTI_SPACE, Number(multi));
    this.set(
      map.DOUBLE_QUOTE,
      Number(dialect.doubleQuote || (escapeChar === '' && dialect.escapeChar !== '')),
    );
    this.set(map.SKIP_SPACE, Number(dialect.skipInitialSpace));
    this.set(map.LETTERS, Number(escapeChar !== '' && dialect.quoteChar === ''));
    this.set(map.MAX_COLUMNS, limits.maxColumns);
    this.set(map.MAX_FIELD, limits.maxFieldBytes);
    this.set(map.MAX_RECORD, limits.maxRecordBytes);
    const rejects = (policy: string) => (policy === 'reject' ? map.POLICY_REJECT : map.POLICY_ACCEPT);
    this.set(map.ON_SHORT, rejects(policies.shortRows));
    this.set(map.ON_LONG, rejects(policies.longRows));
    this.set(map.ON_TRAILING, rejects(policies.trailingDelimiters));
    this.set(map.ON_BLANK, policies.blankLines === 'skip' ? map.POLICY_MEND : rejects(policies.blankLines));
    this.set(map.ON_BARE_QUOTE, rejects(policies.bareQuotes));
    this.set(map.ON_TEXT_AFTER, rejects(policies.textAfterQuote));
    this.set(map.ON_NUL, rejects(policies.nul));
    this.set(
      map.ON_INVALID,
      policies.invalidUtf8 === 'replace' ? map.POLICY_MEND : rejects(policies.invalidUtf8),
    );
    const single = (text: string) => text.length <= 1 && text < '\x80';
    this.set(
      map.FAST,
      Number(
        !multi &&
          single(dialect.delimiter) &&
          single(dialect.quoteChar) &&
          single(escapeChar) &&
          (auto || dialect.lineTerminator === '\n'),
      ),
    );
    this.set(map.CR_ENDS, Number(auto));
  }

  /** Sets the table that `decodeEightBit` reads. */
  setEncoding(encoding: 'iso-8859-1' | 'windows-1252'): void {
    upperHalf(encoding).forEach((code, i) => {
      const bytes = utf8(String.fromCodePoint(code));
      this.#heap.bytes.set(bytes, this.address + map.ENCODING + 4 * i);
      this.#heap.bytes[this.address + map.ENCODING + 4 * i + 3] = bytes.length;
    });
  }
}
