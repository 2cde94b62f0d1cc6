import { orderOf } from './bounds.ts';
import type { Column } from './column.ts';
import { columnIndex, columnMetaData, offsetIndex, type RowGroupMeta, writeSchema } from './metadata.ts';
import type { ParquetOptions } from './options.ts';
import { ThriftWriter, thriftType } from './thrift.ts';

/** First and last bytes of a file. */
export const magic = new TextEncoder().encode('PAR1');

const createdBy = 'tributary version 0.1.0';

interface WrittenChunk {
  metaData: Uint8Array;
  columnIndex: Uint8Array | undefined;
  offsetIndex: Uint8Array | undefined;
}

interface WrittenRowGroup {
  rows: number;
  start: number;
  uncompressedSize: number;
  compressedSize: number;
  chunks: WrittenChunk[];
}

/**
 * What stands at the end of a file: page indexes and the footer. Row groups are added as they are written, wherever they were
 * encoded. Keeps what it must in its final form: about 200 bytes a chunk, and 50 a page if there is a page index.
 */
export class FileFooter {
  rows = 0;
  readonly #columns: readonly Column[];
  readonly #options: ParquetOptions;
  readonly #thrift = new ThriftWriter();
  readonly #rowGroups: WrittenRowGroup[] = [];

  constructor(columns: readonly Column[], options: ParquetOptions) {
    this.#columns = columns;
    this.#options = options;
  }

  get rowGroups(): number {
    return this.#rowGroups.length;
  }

  /** Notes a row group that starts at byte `start` of the file. */
  add({ rows, chunks }: RowGroupMeta, start: number): void {
    const thrift = this.#thrift;
    this.rows += rows;
    this.#rowGroups.push({
      rows,
      start,
      uncompressedSize: sum(chunks.map(({ uncompressedSize }) => uncompressedSize)),
      compressedSize: sum(chunks.map(({ compressedSize }) => compressedSize)),
      chunks: chunks.map((chunk, i) => {
        const column = this.#columns[i]!;
        const index = this.#options.pageIndex;
        return {
          metaData: columnMetaData(thrift, column, chunk, start, this.#options.compression),
          columnIndex: index ? columnIndex(thrift, chunk, orderOf(column.type)) : undefined,
          offsetIndex: index ? offsetIndex(thrift, chunk, start) : undefined,
        };
      }),
    });
  }

  /** The end of a file that is `at` bytes long so far, in pieces. */
  finish(at: number, metadata: Readonly<Record<string, string>>): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    const chunks = this.#rowGroups.flatMap((group) => group.chunks);
    let end = at;
    const place = (index: Uint8Array | undefined) => {
      if (!index) return undefined;
      pieces.push(index);
      end += index.length;
      return { offset: end - index.length, size: index.length };
    };
    const columnIndexes = chunks.map((chunk) => place(chunk.columnIndex));
    const offsetIndexes = chunks.map((chunk) => place(chunk.offsetIndex));

    const thrift = this.#thrift;
    // Both versions are read alike; parquet.thrift asks for 1.
    thrift.i32(1, 1);
    writeSchema(thrift, 2, this.#columns);
    thrift.i64(3, this.rows).list(4, thriftType.struct, this.#rowGroups.length);
    let next = 0;
    this.#rowGroups.forEach((group, ordinal) => {
      thrift.openElement().list(1, thriftType.struct, group.chunks.length);
      for (const { metaData } of group.chunks) {
        const offsets = offsetIndexes[next];
        const bounds = columnIndexes[next];
        next++;
        thrift.openElement().i64(2, 0).raw(3, metaData);
        if (offsets) thrift.i64(4, offsets.offset).i32(5, offsets.size);
        if (bounds) thrift.i64(6, bounds.offset).i32(7, bounds.size);
        thrift.stop();
      }
      thrift.i64(2, group.uncompressedSize).i64(3, group.rows);
      thrift.i64(5, group.start).i64(6, group.compressedSize);
      if (ordinal < 32768) thrift.i16(7, ordinal);
      thrift.stop();
    });
    const pairs = Object.entries(metadata);
    if (pairs.length > 0) {
      thrift.list(5, thriftType.struct, pairs.length);
      for (const [key, value] of pairs) thrift.openElement().text(1, key).text(2, value).stop();
    }
    thrift.text(6, createdBy).list(7, thriftType.struct, this.#columns.length);
    for (const _ of this.#columns) thrift.openElement().empty(1).stop(); // TYPE_ORDER
    const footer = thrift.stop().take();
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, footer.length, true);
    return [...pieces, footer, length, magic];
  }
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
