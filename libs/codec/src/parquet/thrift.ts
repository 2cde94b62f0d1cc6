/** Types of the compact protocol, as list elements name them. */
export const thriftType = { bool: 1, i32: 5, i64: 6, binary: 8, struct: 12 } as const;

const utf8 = new TextEncoder();

/**
 * Writes structs in Thrift's compact protocol (apache/thrift, doc/specs/thrift-compact-protocol.md). Fields are written in
 * ascending order of their ids; integers are safe ones.
 * @example `new ThriftWriter().i32(1, 7).text(4, 'name').stop().take()`
 */
export class ThriftWriter {
  #bytes = new Uint8Array(256);
  #length = 0;
  /** Id of the last field of the struct at hand and of those around it. */
  #last = 0;
  readonly #outer: number[] = [];

  get length(): number {
    return this.#length;
  }

  bool(id: number, value: boolean): this {
    this.#field(id, value ? 1 : 2);
    return this;
  }

  /** A byte. */
  i8(id: number, value: number): this {
    this.#field(id, 3);
    this.#byte(value & 0xff);
    return this;
  }

  i16(id: number, value: number): this {
    return this.#integer(id, 4, value);
  }

  i32(id: number, value: number): this {
    return this.#integer(id, thriftType.i32, value);
  }

  i64(id: number, value: number): this {
    return this.#integer(id, thriftType.i64, value);
  }

  binary(id: number, value: Uint8Array): this {
    this.#field(id, thriftType.binary);
    return this.binaryElement(value);
  }

  text(id: number, value: string): this {
    return this.binary(id, utf8.encode(value));
  }

  /** Opens a struct as a field; `stop` closes it. */
  open(id: number): this {
    this.#field(id, thriftType.struct);
    return this.openElement();
  }

  /** A field that is a struct of no fields. */
  empty(id: number): this {
    return this.open(id).stop();
  }

  /** A field that is a struct written before. */
  raw(id: number, struct: Uint8Array): this {
    this.#field(id, thriftType.struct);
    return this.rawElement(struct);
  }

  /** A list as a field; its elements follow. */
  list(id: number, type: number, length: number): this {
    this.#field(id, 9);
    if (length < 15) this.#byte((length << 4) | type);
    else {
      this.#byte(0xf0 | type);
      this.#varint(length);
    }
    return this;
  }

  boolElement(value: boolean): this {
    this.#byte(value ? 1 : 2);
    return this;
  }

  /** An i16, i32 or i64. */
  integerElement(value: number): this {
    this.#varint(value < 0 ? -2 * value - 1 : 2 * value);
    return this;
  }

  binaryElement(value: Uint8Array): this {
    this.#varint(value.length);
    return this.rawElement(value);
  }

  textElement(value: string): this {
    return this.binaryElement(utf8.encode(value));
  }

  openElement(): this {
    this.#outer.push(this.#last);
    this.#last = 0;
    return this;
  }

  rawElement(struct: Uint8Array): this {
    this.#room(struct.length);
    this.#bytes.set(struct, this.#length);
    this.#length += struct.length;
    return this;
  }

  /** Closes the struct at hand, at last the outermost. */
  stop(): this {
    this.#byte(0);
    this.#last = this.#outer.pop() ?? 0;
    return this;
  }

  /** A copy of what was written; the writer starts anew. */
  take(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    this.#last = 0;
    return bytes;
  }

  #integer(id: number, type: number, value: number): this {
    this.#field(id, type);
    return this.integerElement(value);
  }

  #field(id: number, type: number): void {
    const step = id - this.#last;
    if (step > 0 && step < 16) this.#byte((step << 4) | type);
    else {
      this.#byte(type);
      this.integerElement(id);
    }
    this.#last = id;
  }

  #varint(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) this.#byte((rest % 128) | 0x80);
    this.#byte(rest);
  }

  #byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#room(1);
    this.#bytes[this.#length++] = value;
  }

  #room(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + size));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
