/** Deeper JSON is refused, as by Jackson: recursion over it must not exhaust the stack. */
export const MAX_DEPTH = 1000;

export type Token = '{' | '}' | '[' | ']' | 'name' | 'string' | 'number' | 'true' | 'false' | 'null' | 'end';

/** Where a reader stands; line and column count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** What a reader throws at text that is no JSON. */
export class JsonFault extends Error {
  readonly at: Position;

  constructor(what: string, at: Position) {
    super(what);
    this.at = at;
  }
}

const numberForm = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const plainString = /[^"\\]*/y;
const literals = ['true', 'false', 'null'] as const;
const escapes: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

interface Lexeme {
  token: Token;
  /** `undefined` while a string has been read up to its opening quote only. */
  text: string | undefined;
}

/**
 * Reads JSON text token by token, keeping what `JSON.parse` loses: how a number is written, repeated names, and where
 * in the text things stand. Places are those Jackson reports, so that messages read like AWS's: after a name it
 * already stands past the first character of the value, and inside a string until its text is asked for.
 */
export class JsonReader {
  readonly source: string;
  #offset = 0;
  #current: Lexeme | undefined;
  #afterName: Lexeme | undefined;
  #open: ('{' | '[')[] = [];
  #first = true;

  constructor(source: string) {
    this.source = source;
  }

  /** Text of the current token: the string or name itself, the number as written. */
  get text(): string {
    const current = this.#current;
    if (current === undefined) return '';
    current.text ??= this.#readString();
    return current.text;
  }

  get position(): Position {
    const before = this.source.slice(0, this.#offset);
    const lineStart = before.lastIndexOf('\n') + 1;
    return { line: before.split('\n').length, column: this.#offset - lineStart + 1 };
  }

  /** Steps to the next token; `end` once the value is complete. Throws `JsonFault`. */
  next(): Token {
    // A string that nobody asked for still has to be passed.
    if (this.#current?.token === 'string') this.text;
    const next = this.#afterName ?? this.#advance();
    if (next !== this.#afterName && next.token === 'name') this.#afterName = this.#value();
    else this.#afterName = undefined;
    this.#current = next;
    return next.token;
  }

  #advance(): Lexeme {
    this.#skipSpace();
    const inside = this.#open.at(-1);
    const char = this.source[this.#offset];
    if (char === undefined) {
      if (inside === undefined) return { token: 'end', text: '' };
      throw this.#fault(
        `Unexpected end-of-input: expected close marker for ${inside === '{' ? 'Object' : 'Array'}`,
      );
    }
    if (char === '}' || char === ']') {
      if (inside !== (char === '}' ? '{' : '[')) throw this.#unexpected('a valid value');
      this.#offset++;
      this.#open.pop();
      this.#first = false;
      return { token: char, text: char };
    }
    if (!this.#first) {
      if (inside === undefined) throw this.#unexpected('end of input');
      if (char !== ',')
        throw this.#unexpected(`comma to separate ${inside === '{' ? 'Object' : 'Array'} entries`);
      this.#offset++;
      this.#skipSpace();
    }
    if (inside !== '{') return this.#value();
    if (this.source[this.#offset] !== '"') throw this.#unexpected('double-quote to start field name');
    this.#offset++;
    const name = this.#readString();
    this.#skipSpace();
    if (this.source[this.#offset] !== ':') throw this.#unexpected('a colon to separate field name and value');
    this.#offset++;
    this.#skipSpace();
    return { token: 'name', text: name };
  }

  #value(): Lexeme {
    this.#first = false;
    const char = this.source[this.#offset];
    if (char === '{' || char === '[') {
      if (this.#open.length >= MAX_DEPTH) {
        throw this.#fault(
          `Document nesting depth (${this.#open.length + 1}) exceeds the maximum allowed (${MAX_DEPTH})`,
        );
      }
      this.#offset++;
      this.#open.push(char);
      this.#first = true;
      return { token: char, text: char };
    }
    if (char === '"') {
      this.#offset++;
      return { token: 'string', text: undefined };
    }
    numberForm.lastIndex = this.#offset;
    const number = numberForm.exec(this.source)?.[0];
    if (number !== undefined) return this.#scalar('number', number);
    const literal = literals.find((word) => this.source.startsWith(word, this.#offset));
    if (literal !== undefined) return this.#scalar(literal, literal);
    throw this.#unexpected(
      "a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    );
  }

  #scalar(token: Token, text: string): Lexeme {
    this.#offset += text.length;
    const after = this.source[this.#offset];
    if (after !== undefined && !/[ \t\r\n,\]}]/.test(after))
      throw this.#unexpected('space or a comma after a value');
    return { token, text };
  }

  #readString(): string {
    let text = '';
    while (true) {
      plainString.lastIndex = this.#offset;
      const run = plainString.exec(this.source)![0];
      for (let index = 0; index < run.length; index++) {
        if (run.charCodeAt(index) < 0x20) throw this.#controlCharacter(this.#offset + index);
      }
      text += run;
      this.#offset += run.length;
      const char = this.source[this.#offset];
      if (char === '"') {
        this.#offset++;
        return text;
      }
      if (char === undefined) {
        throw this.#fault('Unexpected end-of-input: was expecting closing quote for a string value');
      }
      text += this.#readEscape();
    }
  }

  #controlCharacter(offset: number): JsonFault {
    this.#offset = offset + 1;
    const code = this.source.charCodeAt(offset);
    return this.#fault(
      `Illegal unquoted character ((CTRL-CHAR, code ${code})): has to be escaped using backslash to be included in string value`,
    );
  }

  #readEscape(): string {
    const kind = this.source[this.#offset + 1] ?? '';
    const plain = escapes[kind];
    if (plain !== undefined) {
      this.#offset += 2;
      return plain;
    }
    const digits = this.source.slice(this.#offset + 2, this.#offset + 6);
    if (kind !== 'u' || !/^[\da-fA-F]{4}$/.test(digits)) {
      this.#offset += 2;
      throw this.#fault(`Unrecognized character escape '${kind}' (code ${kind.codePointAt(0) ?? 0})`);
    }
    this.#offset += 6;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #skipSpace(): void {
    while (/[ \t\r\n]/.test(this.source[this.#offset] ?? '')) this.#offset++;
  }

  #unexpected(expected: string): JsonFault {
    const char = this.source[this.#offset];
    if (char === undefined) return this.#fault(`Unexpected end-of-input: was expecting ${expected}`);
    this.#offset++;
    return this.#fault(
      `Unexpected character ('${char}' (code ${char.codePointAt(0)})): was expecting ${expected}`,
    );
  }

  #fault(what: string): JsonFault {
    return new JsonFault(what, this.position);
  }
}
