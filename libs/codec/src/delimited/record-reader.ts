import * as map from '../../kernel/delimited/memory-map.ts';
import type { KernelHeap } from '../kernel/heap.ts';
import type { ByteSource } from '../ports.ts';
import type { OddityPolicies, ReadDialect, ReadingOptions } from './dialect.ts';
import { recordTooLarge, unterminatedQuote } from './faults.ts';
import { findTextEnd } from './footer.ts';
import { createKernel, type Kernel } from './kernel.ts';
import { KernelState } from './kernel-state.ts';
import { PlaceCursor } from './place-cursor.ts';
import { CELL_SIZE, readCell } from './record-batch.ts';
import type { Rejection } from './rejection.ts';
import { type Lasting, TextWindow } from './text-window.ts';

/** Where the cells of a batch stand, the list of its records, and the bytes of cells that are not in the text as they are. */
interface BatchRooms {
  cells: number;
  extents: number;
  scratch: number;
  scratchSize: number;
}

export interface ReaderSizes {
  /** Bytes of a block, and blocks to read ahead in. */
  block: number;
  blocks: number;
  /** Cells of a batch. */
  cells: number;
  /** Bytes of the start that the dialect is found in. */
  sample: number;
}

const MiB = 1024 * 1024;
export const defaultSizes: ReaderSizes = { block: MiB, blocks: 3, cells: 65_536, sample: MiB };

/** Bytes kept of a record that is over a limit. */
const HEAD = 64 * 1024;

/**
 * Reads records into cells in kernel memory: the kernel over a window that moves along the input. What a record means to
 * a table, and what its rejection means to the file, is for the caller to say.
 */
export class RecordReader {
  readonly kernel: Kernel;
  readonly state: KernelState;
  readonly window: TextWindow;
  /** Tells the places of the batch's records, for as long as their text stays where it is. */
  cursor: PlaceCursor;
  readonly #heap: KernelHeap;
  readonly #limits: ReadingOptions;
  /** As many of each as there are batches in use at a time, in turn. */
  readonly #rooms: BatchRooms[];
  #turn = 0;
  #dialect!: ReadDialect;
  /** Line of the window's `pos`. */
  #line = 1;
  /** Up to here the text is read: before the footer, and while there is more to come before what may be one. */
  #limit = 0;

  constructor(
    heap: KernelHeap,
    source: ByteSource,
    sizes: ReaderSizes,
    limits: ReadingOptions,
    lasting: Lasting,
  ) {
    this.#heap = heap;
    this.#limits = limits;
    this.kernel = createKernel(heap.memory);
    this.state = new KernelState(heap);
    this.kernel.attach(this.state.address);
    const scratchSize = Math.min(MiB, sizes.block);
    this.#rooms = Array.from({ length: 1 + lasting.batches }, () => ({
      cells: heap.allocate((Math.max(sizes.cells, limits.maxColumns) + map.CELL_SLACK) * CELL_SIZE),
      extents: heap.allocate(sizes.cells * map.RECORD_SIZE),
      scratch: heap.allocate(scratchSize),
      scratchSize,
    }));
    this.window = new TextWindow(heap, this.kernel, source, sizes, this.state.address + map.AT, lasting);
    this.cursor = new PlaceCursor(this.kernel, this.window, 1);
  }

  /** Says how the text at the window's `pos`, the start of the file or of that `line`, is to be read. */
  configure(dialect: ReadDialect, policies: OddityPolicies, line = 1): void {
    this.#dialect = dialect;
    this.#line = line;
    this.state.configure(dialect, policies, this.#limits);
    this.#begin();
  }

  close(): void {
    if (this.#rooms.length === 0) return;
    this.window.close();
    const rooms = this.#rooms.splice(0).flatMap(({ cells, extents, scratch }) => [cells, extents, scratch]);
    for (const block of [this.state.address, ...rooms]) this.#heap.release(block);
  }

  /** Address of the cells of the batch. */
  get cells(): number {
    return this.#room.cells;
  }

  /** Address of the list of the batch's records. */
  get extents(): number {
    return this.#room.extents;
  }

  get #room(): BatchRooms {
    return this.#rooms[this.#turn]!;
  }

  /** Line and byte of an address among the records of the batch. */
  place(address: number): { line: number; byte: number } {
    return this.cursor.of(address);
  }

  /** Addresses of the start and the end of a record in a batch's list. */
  extent(record: number, extents = this.extents): [start: number, end: number] {
    const at = extents + record * map.RECORD_SIZE;
    return [this.#heap.view.getUint32(at, true), this.#heap.view.getUint32(at + 4, true)];
  }

  /** Gets ready for the next batch, in a room of its own. */
  startBatch(): void {
    this.#turn = (this.#turn + 1) % this.#rooms.length;
    this.window.startBatch();
    this.#leaveBehind();
  }

  /** Leaves what has been read behind, and gets ready for what comes after it. */
  #leaveBehind(): void {
    this.window.advance(this.state.address32(map.AT));
    this.#line += this.state.get(map.LINES);
    this.#begin();
  }

  /** Reads on until the batch has `most` records or there are no more in the window: how many it has, 0 at the end; or a rejection. */
  async read(most: number): Promise<number | Rejection> {
    for (;;) {
      const stop = this.#run(most);
      const records = this.state.get(map.RECORDS);
      if (stop === map.STOP_REJECT) return this.#describeRejected();
      if (records > 0) return records;
      if (stop === map.STOP_LONG) return await this.#passLong();
      if (stop === map.STOP_SCRATCH) this.#growScratch();
      else if (!(await this.more())) return 0;
    }
  }

  /**
   * Looks at up to `most` records of the window from `pos` on, which stay unread: how many cells they have, and how many
   * up to the last that is filled. `long`: one over a limit stopped it.
   */
  survey(most: number): { rows: { cells: number; filled: number }[]; long: boolean } {
    const rows: { cells: number; filled: number }[] = [];
    let stop = map.STOP_FULL;
    while (rows.length < most && (stop === map.STOP_FULL || stop === map.STOP_REJECT)) {
      this.state.set(map.RECORDS, 0);
      this.state.set(map.CELLS, 0);
      this.state.set(map.SCRATCH, this.#room.scratch);
      stop = this.#run(1);
      if (stop === map.STOP_SCRATCH) {
        this.#growScratch();
        stop = map.STOP_FULL;
      }
      const cells = this.state.get(map.CELLS);
      let filled = Math.min(cells, this.#limits.maxColumns);
      const length = (cell: number) => this.#heap.view.getUint32(this.cells + cell * CELL_SIZE + 4, true);
      while (filled > 0 && length(filled - 1) === 0) filled--;
      // A row that is rejected tells its length too.
      if (cells > 0) rows.push({ cells, filled });
    }
    this.#begin();
    return { rows, long: stop === map.STOP_LONG };
  }

  /** Passes over lines of a preamble, whatever they hold and however long they are; returns how many there were. */
  async skipLines(wanted: number): Promise<number> {
    const { window } = this;
    let passed = 0;
    while (passed < wanted) {
      const at = this.kernel.findTerminator(window.pos, window.end);
      if (at + map.MARGIN > window.end && !window.ended) {
        window.advance(Math.max(window.pos, Math.min(at, window.end - map.MARGIN)));
        await window.more();
        continue;
      }
      if (window.pos === window.end) break;
      window.advance(at + this.kernel.terminatorLength(at, window.end));
      passed++;
    }
    this.#line += passed;
    this.#begin();
    return passed;
  }

  /**
   * The cells of the record that was just rejected, as many as it has; undefined if it cannot be cut into cells, or is over
   * a limit.
   */
  rejectedCells(): (string | undefined)[] | undefined {
    const [start, end] = [this.state.address32(map.BAD_RECORD), this.state.address32(map.BAD_END)];
    return start === end ? undefined : this.#aside(() => this.#cut(start, end));
  }

  /** The cells of the footer's lines, blank ones left out. To be asked at the end of the input. */
  footerCells(): (string | undefined)[][] {
    const { end } = this.leftover();
    return this.#aside(() => {
      const rows: (string | undefined)[][] = [];
      for (let at = end; at < this.window.end; ) {
        const lineEnd = this.kernel.findTerminator(at, this.window.end);
        const cells = lineEnd > at ? this.#cut(at, lineEnd) : undefined;
        if (cells) rows.push(cells);
        at = Math.max(at + 1, lineEnd + this.kernel.terminatorLength(lineEnd, this.window.end));
      }
      return rows;
    });
  }

  /** How much of the end of the file was left aside. */
  leftover(): ReturnType<typeof findTextEnd> {
    return findTextEnd(this.#heap.bytes, this.window, this.#dialect);
  }

  #run(most: number): number {
    const from = this.state.address32(map.AT);
    return this.kernel.readBatch(from, this.#limit, this.window.ended, this.cells, this.extents, most);
  }

  /** Runs what reads text beside the batch, and forgets what that has done to the state. */
  #aside<Result>(run: () => Result): Result {
    const state = this.#heap.at(this.state.address, map.STATE_SIZE);
    const saved = state.slice();
    try {
      return run();
    } finally {
      state.set(saved);
    }
  }

  /** Cuts one whole record into its cells, whatever their number and however odd they are. */
  #cut(start: number, end: number): (string | undefined)[] | undefined {
    for (const policy of [map.ON_BARE_QUOTE, map.ON_TEXT_AFTER, map.ON_NUL, map.ON_BLANK])
      this.state.set(policy, map.POLICY_ACCEPT);
    this.state.set(map.ON_INVALID, map.POLICY_MEND);
    this.state.set(map.COLUMNS, 0);
    this.state.set(map.RECORDS, 0);
    const { maxColumns } = this.#limits;
    const cells = this.#heap.allocate((maxColumns + map.CELL_SLACK) * CELL_SIZE + map.RECORD_SIZE);
    const record = cells + (maxColumns + map.CELL_SLACK) * CELL_SIZE;
    try {
      this.kernel.readBatch(start, end, true, cells, record, 1);
      if (this.state.get(map.RECORDS) !== 1) return undefined;
      const count = Math.min(this.state.get(map.CELLS), maxColumns);
      return Array.from({ length: count }, (_, i) => readCell(this.#heap, cells + i * CELL_SIZE));
    } finally {
      this.#heap.release(cells);
    }
  }

  /** Gets ready for a batch of what stands at the window's `pos`. */
  #begin(): void {
    this.cursor = new PlaceCursor(this.kernel, this.window, this.#line);
    this.#limit = findTextEnd(this.#heap.bytes, this.window, this.#dialect).end;
    this.state.set(map.AT, this.window.pos);
    this.state.set(map.RECORDS, 0);
    this.state.set(map.LINES, 0);
    const { scratch, scratchSize } = this.#room;
    this.state.set(map.SCRATCH, scratch);
    this.state.set(map.SCRATCH_END, scratch + scratchSize);
  }

  /** Gets more text; false at the end. A record that is open is gone over again, each time with twice as much of it. */
  async more(): Promise<boolean> {
    this.#leaveBehind();
    const { window } = this;
    if (window.ended) return false;
    const open = window.end - window.pos;
    await window.more(Math.max(1, Math.min(open, this.#limits.maxRecordBytes + map.MARGIN - open)));
    this.#begin();
    return true;
  }

  #growScratch(): void {
    const room = this.#room;
    const { scratchSize } = room;
    // The cells of a record take at most three times its bytes: where each becomes U+FFFD.
    const size = scratchSize + Math.max(MiB, Math.min(scratchSize, 3 * (this.#limit - this.window.pos)));
    const address = this.state.address32(map.AT);
    try {
      this.#heap.release(room.scratch);
      room.scratch = this.#heap.allocate(size);
    } catch (cause) {
      room.scratch = this.#heap.allocate(scratchSize);
      if (cause instanceof RangeError) throw recordTooLarge(this.#limit - address, this.place(address));
      throw cause;
    }
    room.scratchSize = size;
    this.state.set(map.SCRATCH, room.scratch);
    this.state.set(map.SCRATCH_END, room.scratch + size);
  }

  #describeRejected(): Rejection {
    const start = this.state.address32(map.BAD_RECORD);
    const end = this.state.address32(map.BAD_END);
    return {
      ...this.place(start),
      code: this.state.get(map.BAD_CODE),
      cell: this.state.get(map.BAD_CELL),
      cells: this.state.get(map.CELLS),
      record: this.#heap.at(start, end - start),
      bytes: end - start,
    };
  }

  /** Passes over a record that is over a limit, without holding more than its start. */
  async #passLong(): Promise<Rejection> {
    this.#leaveBehind();
    const { window, state } = this;
    const place = { line: this.#line, byte: window.byte };
    const code = state.get(map.BAD_CODE);
    const cell = state.get(map.BAD_CELL);
    const head = new Uint8Array(HEAD);
    let bytes = 0;
    state.set(map.SKIP_STATE, state.get(map.BAD_COMMENT) === 1 ? map.SKIP_COMMENT : map.SKIP_CELL);
    for (;;) {
      this.kernel.skipRecord(window.pos, this.#limit, window.ended);
      const at = state.address32(map.AT);
      if (bytes < HEAD) head.set(this.#heap.at(window.pos, Math.min(HEAD - bytes, at - window.pos)), bytes);
      bytes += at - window.pos;
      this.#line += this.kernel.countLines(window.pos, at);
      window.advance(at);
      if (state.get(map.SKIP_STATE) === map.SKIP_DONE) break;
      if (window.ended) throw unterminatedQuote(this.#limits, place);
      await window.more();
      this.#limit = findTextEnd(this.#heap.bytes, window, this.#dialect).end;
    }
    const terminator = this.kernel.terminatorLength(window.pos, this.#limit);
    if (terminator > 0) this.#line++;
    window.advance(window.pos + terminator);
    this.#begin();
    return { ...place, code, cell, cells: 0, record: head.subarray(0, Math.min(bytes, HEAD)), bytes };
  }
}
