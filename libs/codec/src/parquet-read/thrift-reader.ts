import { corruptParquet } from './faults.ts';

const kind = {
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  map: 11,
  struct: 12,
};
const MAX_DEPTH = 24;

/** The bytes at hand end within a value: more may help. */
export class ThriftCutShort extends Error {}

/** Reads the fields of a struct that there are readers for; the others are passed over. */
export type FieldReaders = Readonly<Record<number, (type: number) => void>>;

/**
 * Pulls values out of Thrift's compact protocol. Nothing is allocated by what the bytes claim: every element of a list takes
 * at least one of them.
 */
export class ThriftReader {
  at: number;
  readonly #bytes: Uint8Array;
  /** Place in the file of the first byte, for errors. */
  readonly #base: number;
  #depth = 0;

  constructor(bytes: Uint8Array, at = 0, base = 0) {
    this.#bytes = bytes;
    this.at = at;
    this.#base = base;
  }

  struct(readers: FieldReaders): void {
    if (++this.#depth > MAX_DEPTH) throw this.#corrupt('structures lie too deep in each other');
    for (let id = 0; ; ) {
      const head = this.#byte();
      const type = head & 15;
      if (type === 0) break;
      id = head >> 4 ? id + (head >> 4) : this.#zigzag();
      const read = readers[id];
      if (read) read(type);
      else this.#skip(type);
    }
    this.#depth--;
  }

  /** For a field that is a struct. */
  open(type: number, readers: FieldReaders): void {
    this.#expect(type, kind.struct);
    this.struct(readers);
  }

  list<Item>(type: number, readItem: (type: number) => Item): Item[] {
    this.#expect(type, kind.list);
    const [size, itemType] = this.#listHead();
    const items: Item[] = [];
    for (let i = 0; i < size; i++) items.push(readItem(itemType));
    return items;
  }

  int(type: number): number {
    if (type === kind.byte) return (this.#byte() << 24) >> 24;
    if (type < kind.i16 || type > kind.i64) throw this.#corrupt('a number is of another type');
    return this.#zigzag();
  }

  bool(type: number): boolean {
    if (type !== kind.true && type !== kind.false) throw this.#corrupt('a truth value is of another type');
    return type === kind.true;
  }

  /** Borrowed. */
  binary(type: number): Uint8Array {
    this.#expect(type, kind.binary);
    const length = this.#varint();
    if (length > this.#bytes.length - this.at) throw new ThriftCutShort();
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  text(type: number): string {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.binary(type));
  }

  #skip(type: number): void {
    switch (type) {
      case kind.true:
      case kind.false:
        return;
      case kind.byte:
        this.#byte();
        return;
      case kind.i16:
      case kind.i32:
      case kind.i64:
        for (let i = 0; this.#byte() >= 128; i++) if (i === 9) throw this.#corrupt('a number is too long');
        return;
      case kind.double:
        this.#need(8);
        this.at += 8;
        return;
      case kind.binary:
        this.binary(type);
        return;
      case kind.list:
      case kind.set: {
        const [size, itemType] = this.#listHead();
        if (itemType === kind.true || itemType === kind.false) {
          this.#need(size);
          this.at += size;
        } else for (let i = 0; i < size; i++) this.#skip(itemType);
        return;
      }
      case kind.struct:
        this.struct({});
        return;
      default:
        throw this.#corrupt(`Thrift type ${type}`);
    }
  }

  #listHead(): [size: number, itemType: number] {
    const head = this.#byte();
    const size = head >> 4 === 15 ? this.#varint() : head >> 4;
    this.#need(size);
    return [size, head & 15];
  }

  #zigzag(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Up to 2^53. */
  #varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * factor;
      if (byte < 128) break;
      if (factor > 2 ** 63) throw this.#corrupt('a number is too long');
    }
    if (value > Number.MAX_SAFE_INTEGER) throw this.#corrupt('a number is beyond all sense');
    return value;
  }

  #byte(): number {
    this.#need(1);
    return this.#bytes[this.at++]!;
  }

  #need(bytes: number): void {
    if (bytes > this.#bytes.length - this.at) throw new ThriftCutShort();
  }

  #expect(type: number, wanted: number): void {
    if (type !== wanted) throw this.#corrupt('a field is of another type');
  }

  #corrupt(what: string): Error {
    return corruptParquet(what, this.#base + this.at);
  }
}
