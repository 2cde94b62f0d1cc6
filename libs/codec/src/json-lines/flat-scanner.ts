import { JsonCursor } from './json-cursor.ts';
import type { ScanFault } from './scan-faults.ts';

/** What stands for a column in a line: bytes of it, or a text that had to be made. */
const kind = { absent: 0, null: 1, bytes: 2, text: 3 } as const;

/** Takes cells. */
export interface CellWriter {
  putNull(): void;
  putText(text: string): void;
  putBytes(bytes: Uint8Array, from: number, to: number, checked: boolean): void;
}

/** A key under others, and what it leads to. */
interface KeyNode {
  key: Uint8Array;
  name: string;
  /** Its column; `UNKNOWN` until it is needed. */
  column: number;
  /** The lines in which it last led to a value of its own, and to an object that lies flat. */
  valueIn: number;
  objectIn: number;
  children: KeyNode[];
  byKey: Map<string, KeyNode>;
}

/** Objects that lie deeper in each other stay JSON. */
const MAX_DEPTH = 32;

/** Keys remembered; those beyond are looked up each time. */
const MAX_NODES = 65_536;
const UNKNOWN = -1;
const LEFT_OUT = -2;

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN = 123;
const CLOSE = 125;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;

/**
 * Takes lines of JSON apart into columns without making values of them: nested objects flat (`a.b`), arrays as their JSON, numbers as they
 * stand. Keys of a line are looked for first where those of the line before were.
 */
export class FlatScanner extends JsonCursor {
  /** Names of the columns: those that were given, or of those seen in good lines, in the order in which they came. */
  readonly columns: string[] = [];
  /** Values of keys that are not among the given columns, in all lines. */
  leftOut = 0;
  /** Of the line scanned last, by column. */
  #kinds = new Uint8Array(64);
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  readonly #texts: string[] = [];
  readonly #seen: number[] = [];
  readonly #separator: string;
  readonly #root = nodeOf(new Uint8Array(0), '');
  readonly #byName = new Map<string, number>();
  readonly #isClosed: boolean;
  readonly #maxColumns: number;
  #nodes = 0;
  /** Lines so far. */
  #line = 0;
  /** Which key each column of the line has come by. */
  readonly #owners: KeyNode[] = [];
  /** Keys of this line that made a column. */
  #made: KeyNode[] = [];
  #fault: ScanFault | undefined;

  /**
   * @param columns those that are wanted; all that come, if left out
   * @param maxColumns a line that would make more is bad
   */
  constructor(
    separator: string,
    {
      columns,
      maxColumns = Number.POSITIVE_INFINITY,
    }: { columns?: readonly string[] | undefined; maxColumns?: number } = {},
  ) {
    super();
    this.#separator = separator;
    this.#maxColumns = maxColumns;
    for (const name of columns ?? []) this.#addColumn(name);
    this.#isClosed = columns !== undefined;
  }

  /** Takes a line of UTF-8 apart; what was found is asked for by `put`. */
  scan(line: Buffer): ScanFault | undefined {
    const columns = this.columns.length;
    this.#made = [];
    const fault = this.#scan(line);
    if (!fault) return undefined;
    // A bad line makes no columns.
    for (const node of this.#made) node.column = UNKNOWN;
    for (const name of this.columns.splice(columns)) this.#byName.delete(name);
    return fault;
  }

  #scan(line: Buffer): ScanFault | undefined {
    for (const column of this.#seen) this.#kinds[column] = kind.absent;
    this.#seen.length = 0;
    this.bytes = line;
    this.at = 0;
    this.#line++;
    this.#fault = undefined;
    this.space();
    if (this.bytes[this.at] !== OPEN) return this.isJson() ? 'not-an-object' : 'bad-json';
    if (this.#object(this.#root, 1)) {
      this.space();
      if (this.at === this.bytes.length) return this.#fault;
    }
    return this.#fault === 'too-deep' ? this.#fault : 'bad-json';
  }

  /** Writes the cell of a column. */
  put(column: number, writer: CellWriter): void {
    switch (this.#kinds[column]) {
      case kind.bytes:
        writer.putBytes(this.bytes, this.#starts[column]!, this.#ends[column]!, true);
        return;
      case kind.text:
        writer.putText(this.#texts[column]!);
        return;
      default:
        writer.putNull();
    }
  }

  #columnOf(node: KeyNode): number {
    const known = this.#byName.get(node.name);
    if (known !== undefined) return known;
    if (this.#isClosed) return LEFT_OUT;
    this.#made.push(node);
    if (this.columns.length < this.#maxColumns) return this.#addColumn(node.name);
    // The rest of the line is read without room for it: whether it is JSON is not known yet.
    this.#fault ??= 'too-many-columns';
    return LEFT_OUT;
  }

  #addColumn(name: string): number {
    const column = this.columns.push(name) - 1;
    this.#byName.set(name, column);
    if (column >= this.#kinds.length) {
      const more = 2 * this.#kinds.length;
      this.#kinds = grow(this.#kinds, new Uint8Array(more));
      this.#starts = grow(this.#starts, new Int32Array(more));
      this.#ends = grow(this.#ends, new Int32Array(more));
    }
    return column;
  }

  #object(node: KeyNode, depth: number): boolean {
    const bytes = this.bytes;
    this.at++;
    this.space();
    if (bytes[this.at] === CLOSE) {
      this.at++;
      return true;
    }
    for (let next = 0; ; next++) {
      if (bytes[this.at] !== QUOTE) return false;
      const child = this.#key(node, next);
      if (!child) return false;
      this.space();
      if (bytes[this.at++] !== COLON) return false;
      this.space();
      if (!this.#value(child, depth)) return false;
      this.space();
      const byte = bytes[this.at++];
      if (byte === CLOSE) return true;
      if (byte !== COMMA) return false;
      this.space();
    }
  }

  /** The node of the key that stands here; most likely the `next` one. */
  #key(node: KeyNode, next: number): KeyNode | undefined {
    const bytes = this.bytes;
    const start = this.at + 1;
    const likely = node.children[next];
    if (likely) {
      const { key } = likely;
      const end = start + key.length;
      if (bytes[end] === QUOTE) {
        let i = 0;
        while (i < key.length && bytes[start + i] === key[i]) i++;
        if (i === key.length) {
          this.at = end + 1;
          return likely;
        }
      }
    }
    const hasEscapes = this.string();
    if (hasEscapes === undefined) return undefined;
    const key = bytes.subarray(start, this.at - 1);
    const text = hasEscapes ? this.unescape(start - 1, this.at) : key.toString();
    if (text === undefined) return undefined;
    let child = node.byKey.get(text);
    if (!child) {
      const name = node === this.#root ? text : node.name + this.#separator + text;
      child = nodeOf(Uint8Array.from(key), name);
      if (this.#nodes++ < MAX_NODES) {
        node.byKey.set(text, child);
        // A key with escapes may be spelt otherwise the next time; it is always looked up.
        if (!hasEscapes) node.children.push(child);
      }
    }
    return child;
  }

  #value(node: KeyNode, depth: number): boolean {
    const bytes = this.bytes;
    const start = this.at;
    switch (bytes[start]) {
      case QUOTE: {
        const hasEscapes = this.string();
        if (hasEscapes === undefined) return false;
        if (!hasEscapes) return this.#found(node, kind.bytes, start + 1, this.at - 1);
        const text = this.unescape(start, this.at);
        return text !== undefined && this.#foundText(node, text);
      }
      case OPEN:
        if (depth >= MAX_DEPTH) return this.#json(node);
        if (node.valueIn === this.#line || node.objectIn === this.#line) this.#fault = 'duplicate-key';
        node.objectIn = this.#line;
        return this.#object(node, depth + 1);
      case OPEN_LIST:
        return this.#json(node);
      case 116: // true
        return this.word('true') && this.#found(node, kind.bytes, start, this.at);
      case 102: // false
        return this.word('false') && this.#found(node, kind.bytes, start, this.at);
      case 110: // null
        return this.word('null') && this.#found(node, kind.null, start, this.at);
      default:
        return this.number() && this.#found(node, kind.bytes, start, this.at);
    }
  }

  #found(node: KeyNode, what: number, start: number, end: number): boolean {
    if (node.column === UNKNOWN) node.column = this.#columnOf(node);
    if (node.objectIn === this.#line) this.#fault = 'duplicate-key';
    node.valueIn = this.#line;
    const { column } = node;
    if (column === LEFT_OUT) {
      this.leftOut++;
      return true;
    }
    // Of a key that comes twice the last value counts, as in JSON. Where one of them is an object, columns of both would be mixed;
    // and for two keys that make one column there is no rule.
    if (this.#kinds[column] === kind.absent) this.#seen.push(column);
    else if (this.#owners[column] !== node) this.#fault = 'duplicate-column';
    this.#owners[column] = node;
    this.#kinds[column] = what;
    this.#starts[column] = start;
    this.#ends[column] = end;
    return true;
  }

  #foundText(node: KeyNode, text: string): boolean {
    this.#found(node, kind.text, 0, 0);
    if (node.column >= 0) this.#texts[node.column] = text;
    return true;
  }

  /** An array, or an object deep down: its JSON, as it stands. */
  #json(node: KeyNode): boolean {
    const bytes = this.bytes;
    const start = this.at;
    let open = 0;
    do {
      const byte = bytes[this.at];
      if (byte === undefined) return false;
      if (byte === QUOTE) {
        if (this.string() === undefined) return false;
        continue;
      }
      if (byte === OPEN || byte === OPEN_LIST) open++;
      else if (byte === CLOSE || byte === CLOSE_LIST) open--;
      this.at++;
    } while (open > 0);
    try {
      JSON.parse(bytes.toString('utf8', start, this.at));
    } catch (error) {
      if (error instanceof RangeError) this.#fault = 'too-deep';
      return false;
    }
    return this.#found(node, kind.bytes, start, this.at);
  }
}

function grow<Numbers extends Uint8Array | Int32Array>(old: Numbers, larger: Numbers): Numbers {
  larger.set(old);
  return larger;
}

function nodeOf(key: Uint8Array, name: string): KeyNode {
  return { key, name, column: UNKNOWN, valueIn: 0, objectIn: 0, children: [], byKey: new Map() };
}
