import { bloomFilterOf } from './bloom-filter.ts';
import { orderOf } from './bounds.ts';
import { ChunkEncoder } from './chunk-encoder.ts';
import { type Column, type ColumnVector, slotKindOf, slotSize } from './column.ts';
import { type ChunkTools, ColumnChunk } from './column-chunk.ts';
import type { PageStream } from './page-stream.ts';

const chunksAtOnce = 32;

/** Rows being gathered in kernel memory. */
export class RowGroup {
  rows = 0;
  readonly #tools: ChunkTools;
  readonly #chunks: ColumnChunk[];

  /** `last`: the row group before; memory is laid out for as much as that had, and without it for a guess; next to none if `small`. */
  constructor(columns: readonly Column[], tools: ChunkTools, last?: RowGroup | 'small') {
    this.#tools = tools;
    const { share } = tools;
    const isSmall = last === 'small';
    const before = isSmall ? undefined : last;
    const guess = isSmall ? 64 : Math.floor(share / 16);
    const rows = Math.max(64, Math.min(tools.options.rowGroupRows, before?.rows ?? guess));
    this.#chunks = columns.map((column, i) => {
      const bytes = before ? before.#chunks[i]!.plainStringBytes : isSmall ? 0 : share / 2;
      return new ColumnChunk(column, tools, { rows, stringBytes: Math.ceil(1.1 * bytes) });
    });
  }

  /** Bytes of memory in use, about; it depends on nothing but the values. */
  get used(): number {
    let used = 0;
    for (const chunk of this.#chunks) used += chunk.used;
    return used;
  }

  /** Takes up to `longestPiece` rows of vectors, from row `first` on. */
  append(first: number, rows: number, vectors: readonly ColumnVector[]): void {
    this.#chunks.forEach((chunk, i) => {
      const { slots, present } = vectors[i]!;
      const size = slotSize(chunk.physical.slot);
      chunk.append(rows, slots + first * size, present === 0 ? 0 : present + first);
    });
    this.rows += rows;
  }

  /** Encodes column by column, each column's memory being free again once its pages are. */
  async encode(stream: PageStream): Promise<void> {
    const { options } = this.#tools;
    stream.startRowGroup();
    for (const [i, chunk] of this.#chunks.entries()) {
      // Small pages are packed at once and without a pause would all be waiting to be written.
      if (i % chunksAtOnce === chunksAtOnce - 1) await new Promise((resolve) => setImmediate(resolve));
      const { column } = chunk;
      const encoder = new ChunkEncoder(chunk, this.#tools);
      const bloomFilter = options.bloomFilters.includes(column.name)
        ? bloomFilterOf(chunk, this.#tools)
        : undefined;
      for (const page of encoder.pages()) await stream.put(page);
      stream.endChunk({
        encoding: encoder.encoding,
        rows: chunk.rows,
        distinct: encoder.distinct,
        stringBytes: chunk.physical.name === 'BYTE_ARRAY' ? chunk.stringBytes : undefined,
        bloomFilter,
        order: orderOf(column.type),
      });
      chunk.release();
    }
  }

  release(): void {
    for (const chunk of this.#chunks) chunk.release();
  }
}

/** Bytes of strings in rows of vectors. */
export function stringBytes(
  columns: readonly Column[],
  { kernel }: ChunkTools,
  first: number,
  rows: number,
  vectors: readonly ColumnVector[],
): number {
  let sum = 0;
  columns.forEach(({ type }, i) => {
    if (slotKindOf(type) !== 'bytes') return;
    const { slots, present } = vectors[i]!;
    sum += kernel.sumLengths(slots + 8 * first, present === 0 ? 0 : present + first, rows);
  });
  return sum;
}
