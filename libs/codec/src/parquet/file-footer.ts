import { orderOf } from './bounds.ts';
import type { Column } from './column.ts';
import { columnIndex, columnMetaData, offsetIndex, type RowGroupMeta, writeSchema } from './metadata.ts';
import type { ParquetOptions } from './options.ts';
import { ThriftWriter, thriftType } from './thrift.ts';

/** First and last bytes of a file. */
export const magic = new TextEncoder().encode('PAR1');

const createdBy = 'tributary version 0.1.0';

/** The same of each chunk of a row group, in one piece: a table may have thousands of columns. */
interface Joined {
  bytes: Uint8Array;
  /** 0 where a chunk has none. */
  lengths: Uint32Array;
}

interface WrittenRowGroup {
  rows: number;
  start: number;
  uncompressedSize: number;
  compressedSize: number;
  metaData: Joined;
  columnIndex: Joined;
  offsetIndex: Joined;
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
    const columns = this.#columns;
    const { compression, pageIndex } = this.#options;
    this.rows += rows;
    this.#rowGroups.push({
      rows,
      start,
      uncompressedSize: sum(chunks.map(({ uncompressedSize }) => uncompressedSize)),
      compressedSize: sum(chunks.map(({ compressedSize }) => compressedSize)),
      metaData: join(
        chunks.map((chunk, i) => columnMetaData(thrift, columns[i]!, chunk, start, compression)),
      ),
      columnIndex: join(
        chunks.map((chunk, i) =>
          pageIndex ? columnIndex(thrift, chunk, orderOf(columns[i]!.type)) : undefined,
        ),
      ),
      offsetIndex: join(chunks.map((chunk) => (pageIndex ? offsetIndex(thrift, chunk, start) : undefined))),
    });
  }

  /** The end of a file that is `at` bytes long so far, in pieces. `columns`: as they are described, if that was not known before. */
  finish(
    at: number,
    metadata: Readonly<Record<string, string>>,
    columns: readonly Column[] = this.#columns,
  ): Uint8Array[] {
    const groups = this.#rowGroups;
    const columnIndexes = groups.map((group) => group.columnIndex.bytes);
    const offsetIndexes = groups.map((group) => group.offsetIndex.bytes);
    let columnIndexAt = at;
    let offsetIndexAt = at + sum(columnIndexes.map(({ length }) => length));

    const thrift = this.#thrift;
    // Both versions are read alike; parquet.thrift asks for 1.
    thrift.i32(1, 1);
    writeSchema(thrift, 2, columns);
    thrift.i64(3, this.rows).list(4, thriftType.struct, groups.length);
    groups.forEach((group, ordinal) => {
      const { metaData, columnIndex, offsetIndex } = group;
      thrift.openElement().list(1, thriftType.struct, metaData.lengths.length);
      let metaDataAt = 0;
      metaData.lengths.forEach((length, i) => {
        thrift
          .openElement()
          .i64(2, 0)
          .raw(3, metaData.bytes.subarray(metaDataAt, metaDataAt + length));
        metaDataAt += length;
        const offsets = offsetIndex.lengths[i]!;
        const bounds = columnIndex.lengths[i]!;
        if (offsets > 0) thrift.i64(4, offsetIndexAt).i32(5, offsets);
        if (bounds > 0) thrift.i64(6, columnIndexAt).i32(7, bounds);
        offsetIndexAt += offsets;
        columnIndexAt += bounds;
        thrift.stop();
      });
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
    return [...columnIndexes, ...offsetIndexes, footer, length, magic];
  }
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

function join(parts: readonly (Uint8Array | undefined)[]): Joined {
  const lengths = Uint32Array.from(parts, (part) => part?.length ?? 0);
  const bytes = new Uint8Array(sum([...lengths]));
  let at = 0;
  for (const part of parts) {
    if (part) bytes.set(part, at);
    at += part?.length ?? 0;
  }
  return { bytes, lengths };
}
