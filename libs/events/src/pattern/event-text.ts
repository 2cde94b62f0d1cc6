import { InvalidEvent } from '../errors.ts';
import { comparableNumber } from './comparable-number.ts';
import { MAX_DEPTH } from './json-reader.ts';

/** A number of an event that no 64-bit float holds exactly: it is compared as it is written. */
export class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** The values of a name that an object holds more than once: a pattern sees all of them. */
export class Repeated {
  readonly values: unknown[];
  constructor(values: unknown[]) {
    this.values = values;
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const BACKSLASH = 0x5c;
const numberForm = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * Parses an event's JSON text, keeping numbers beyond a float (`NumberText`) and repeated names (`Repeated`).
 * Throws `InvalidEvent` if it is no JSON or nested too deeply.
 */
export function readEventText(text: string): unknown {
  let offset = 0;

  function fail(what = 'Event is not valid JSON'): never {
    throw new InvalidEvent({
      code: 'invalid-event',
      what,
      got: `${text.slice(offset, offset + 20)} at offset ${offset}`,
    });
  }

  function skipSpace(): void {
    for (let code = text.charCodeAt(offset); ; code = text.charCodeAt(++offset)) {
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    }
  }

  function readString(): string {
    const start = offset;
    for (let index = offset + 1; ; index++) {
      const code = text.charCodeAt(index);
      if (code === QUOTE) {
        offset = index + 1;
        return text.slice(start + 1, index);
      }
      if (code === BACKSLASH) return readEscapedString(start, index);
      // NaN, at the end of the text, is caught here too.
      if (!(code >= 0x20)) fail();
    }
  }

  function readEscapedString(start: number, from: number): string {
    let end = from;
    while (end < text.length && text.charCodeAt(end) !== QUOTE)
      end += text.charCodeAt(end) === BACKSLASH ? 2 : 1;
    try {
      const value = JSON.parse(text.slice(start, end + 1)) as string;
      offset = end + 1;
      return value;
    } catch {
      return fail();
    }
  }

  function readNumber(): number | NumberText {
    const small = readSmallInteger();
    if (small !== undefined) return small;
    numberForm.lastIndex = offset;
    const lexeme = numberForm.exec(text)?.[0];
    if (lexeme === undefined) return fail();
    offset += lexeme.length;
    return comparableNumber(lexeme) ?? new NumberText(lexeme);
  }

  /** The common case: up to 15 digits and nothing else, which any float holds. */
  function readSmallInteger(): number | undefined {
    let value = 0;
    let index = offset;
    for (let code = text.charCodeAt(index); code >= 0x30 && code <= 0x39; code = text.charCodeAt(++index)) {
      value = value * 10 + code - 0x30;
    }
    const digits = index - offset;
    const after = text.charCodeAt(index);
    // A point or an exponent goes on; a zero may not lead.
    if (digits === 0 || digits > 15 || after === 0x2e || (after | 0x20) === 0x65) return undefined;
    if (digits > 1 && text.charCodeAt(offset) === 0x30) return undefined;
    offset = index;
    return value;
  }

  function readWord<Value>(word: string, value: Value): Value {
    if (!text.startsWith(word, offset)) fail();
    offset += word.length;
    return value;
  }

  /** Steps past a comma; false at the end of the list. */
  function more(close: number): boolean {
    skipSpace();
    const code = text.charCodeAt(offset);
    if (code !== COMMA && code !== close) fail();
    offset++;
    return code === COMMA;
  }

  function isEmpty(close: number): boolean {
    offset++;
    skipSpace();
    if (text.charCodeAt(offset) !== close) return false;
    offset++;
    return true;
  }

  function readObject(depth: number): unknown {
    const object: Record<string, unknown> = {};
    if (isEmpty(CLOSE_OBJECT)) return object;
    do {
      skipSpace();
      if (text.charCodeAt(offset) !== QUOTE) fail();
      const name = readString();
      skipSpace();
      if (text.charCodeAt(offset) !== COLON) fail();
      offset++;
      put(object, name, readValue(depth + 1));
    } while (more(CLOSE_OBJECT));
    return object;
  }

  function readArray(depth: number): unknown[] {
    const array: unknown[] = [];
    if (isEmpty(CLOSE_LIST)) return array;
    do array.push(readValue(depth + 1));
    while (more(CLOSE_LIST));
    return array;
  }

  function readValue(depth: number): unknown {
    if (depth > MAX_DEPTH) fail(`Event is nested deeper than ${MAX_DEPTH} levels`);
    skipSpace();
    switch (text.charCodeAt(offset)) {
      case OPEN_OBJECT:
        return readObject(depth);
      case OPEN_LIST:
        return readArray(depth);
      case QUOTE:
        return readString();
      case 0x74:
        return readWord('true', true);
      case 0x66:
        return readWord('false', false);
      case 0x6e:
        return readWord('null', null);
      default:
        return readNumber();
    }
  }

  const value = readValue(0);
  skipSpace();
  if (offset < text.length) fail();
  return value;
}

function put(object: Record<string, unknown>, name: string, value: unknown): void {
  if (object[name] === undefined || !Object.hasOwn(object, name)) {
    // Assigning to `__proto__` would not make a property.
    if (name === '__proto__')
      Object.defineProperty(object, name, { value, writable: true, enumerable: true });
    else object[name] = value;
    return;
  }
  const held = object[name];
  if (held instanceof Repeated) held.values.push(value);
  else object[name] = new Repeated([held, value]);
}
