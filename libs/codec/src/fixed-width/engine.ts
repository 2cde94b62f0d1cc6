import * as map from '../../kernel/fixed-width/memory-map.ts';
import type { Checkpoint, ConvertReport, RejectedRow } from '../converter.ts';
import type { Place } from '../errors.ts';
import { looksLikeUtf16, UTF_16_SAMPLE } from '../text/utf-16.ts';
import { noFinalNewline, recordTooLong, rowTooLong, utf16Input } from './faults.ts';
import { createKernel, type Kernel } from './kernel.ts';
import { type KernelMemory, layOutMemory, type SlotSizes } from './kernel-memory.ts';
import type { Layout } from './layout.ts';
import type { FixedWidthToTsvOptions } from './options.ts';
import { describeRejection } from './rejection.ts';
import { describeDialect, escapeCell } from './tsv.ts';

export const defaultSizes: SlotSizes = { slots: 3, block: 1024 * 1024, flush: 1024 * 1024 };

const CTRL_Z = 0x1a;

/** What one run tells the next, at a record boundary. */
interface EngineState extends Pick<ConvertReport, 'rows' | 'rejected' | 'notices'> {
  line: number;
  /** Header lines yet to be passed over. */
  skip: number;
  begun: boolean;
}

/** Counters of the kernel and the notices they become. */
const notices: [number, string][] = [
  [map.BLANK, 'blank-lines'],
  [map.COMMENTS, 'comment-lines'],
  [map.SHORT, 'short-records'],
  [map.LONG, 'long-records'],
  [map.NUL_CELLS, 'nul-cells'],
  [map.REPLACED_CELLS, 'replaced-cells'],
  [map.ESCAPED_CELLS, 'escaped-cells'],
  [map.CTRL_Z, 'ctrl-z'],
];

/**
 * The synchronous core: fixed-width records in input slots become TSV rows in output slots, all inside the kernel's memory.
 * One input slot is worked on at a time: `carryTo(slot)`, fill it, `accept(slot, length)`, then `run(output)` until it
 * says 'input'; after the last block `finish()` and `run` once more. Most callers want `FixedWidthPush` or `convertFixedWidth`.
 */
export class FixedWidthEngine {
  readonly report: ConvertReport;
  /** Where input goes. */
  readonly inputs: Uint8Array[];
  readonly #memory: KernelMemory;
  readonly #kernel: Kernel;
  readonly #layout: Layout;
  readonly #reject: (row: RejectedRow) => void;
  readonly #extent: string;
  /** The part of the input in memory that is yet to be converted, as addresses. */
  #pos = 0;
  #end = 0;
  /** Offset in the input of address 0. */
  #origin = 0;
  #received = 0;
  #line = 0;
  #begun = false;
  #skip: number;
  /** No more input comes; and the last record has been given its end. */
  #ending = false;
  #closed = false;
  /** Next free address of each output slot. */
  readonly #written: number[];

  constructor(
    options: Pick<FixedWidthToTsvOptions, 'layout'> & {
      output: Pick<FixedWidthToTsvOptions['output'], 'header' | 'escape'>;
    },
    reject: (row: RejectedRow) => void,
    sizes: SlotSizes = defaultSizes,
    from?: Checkpoint,
  ) {
    const { layout, output } = options;
    const names = layout.fields.flatMap(({ name }) => name ?? []);
    const before = from?.state as EngineState | undefined;
    const header =
      output.header && !before ? `${names.map((name) => escapeCell(name, output.escape)).join('\t')}\n` : '';
    const headerBytes = new TextEncoder().encode(header);
    this.#layout = layout;
    this.#reject = reject;
    this.#skip = before?.skip ?? layout.skip;
    this.#line = before?.line ?? 0;
    this.#begun = before?.begun ?? false;
    this.#received = from?.byte ?? 0;
    this.#memory = layOutMemory(layout, output.escape, headerBytes.length, sizes);
    this.#kernel = createKernel(this.#memory.memory);
    this.#extent = `${this.#memory.words[map.EXTENT >> 2]} ${layout.unit}`;
    const { bytes, inputs, outputs } = this.#memory;
    this.inputs = inputs.map((address) => bytes.subarray(address, address + sizes.block));
    this.#written = outputs.map(({ start }) => start);
    bytes.set(headerBytes, outputs[0]!.start);
    this.#written[0] = outputs[0]!.start + headerBytes.length;
    this.report = {
      rows: before?.rows ?? 0,
      rejected: before?.rejected ?? 0,
      dialect: describeDialect(output.escape, output.header),
      fields: names,
      notices: { ...before?.notices },
    };
  }

  /** Where it stands when it wants input: what is left of the input is no whole record. */
  checkpoint(): Checkpoint {
    const { rows, rejected, notices } = this.report;
    const state: EngineState = {
      rows,
      rejected,
      notices,
      line: this.#line,
      skip: this.#skip,
      begun: this.#begun,
    };
    return { byte: this.#origin + this.#pos, state };
  }

  /** Moves what is left of the current input to just before `slot`, so that the current slot can be filled again. */
  carryTo(slot: number): void {
    const { bytes, inputs } = this.#memory;
    const address = inputs[slot]!;
    const left = this.#end - this.#pos;
    bytes.copyWithin(address - left, this.#pos, this.#end);
    this.#pos = address - left;
    this.#end = address;
    this.#origin = this.#received - address;
  }

  /** Takes the first `length` bytes of the slot last carried to. */
  accept(slot: number, length: number): void {
    this.#end = this.#memory.inputs[slot]! + length;
    this.#received += length;
  }

  /** Says that no more input comes. */
  finish(): void {
    this.#ending = true;
  }

  /** Makes a whole record of what stands after the last line end, if it is data. */
  #closeLast(): void {
    this.#closed = true;
    const { bytes, words } = this.#memory;
    const all = bytes.subarray(this.#pos, this.#end);
    let length = all.length;
    const fixed = this.#layout.recordLength !== undefined;
    if (this.#layout.ctrlZ === 'strip') {
      while (length > 0 && all[length - 1] === CTRL_Z) length--;
      if (length < all.length) this.#notice('ctrl-z');
    }
    if (fixed && length > 0 && all.subarray(0, length).every((byte) => byte === 13 || byte === 10)) {
      length = 0;
      this.#notice('trailing-line-end');
    }
    this.#end = this.#pos + length;
    if (length === 0) return;
    if (fixed) {
      this.#notice('partial-record');
      words[map.RECORD_LENGTH >> 2] = length;
      // Where every record has one length, a shorter one was cut off: its last cell may be half a number.
      words[map.ON_SHORT >> 2] = map.POLICY_REJECT;
      return;
    }
    if (this.#layout.finalNewline === 'required') {
      throw noFinalNewline(this.#place(this.#line + 1));
    }
    this.#notice('no-final-newline');
    bytes[this.#end++] = words[map.NEWLINE >> 2]!;
  }

  /** Converts until it needs input or the output slot is full. */
  run(slot: number): 'input' | 'output' {
    let wanted = this.#convert(slot);
    if (wanted === 'input' && this.#ending && !this.#closed) {
      this.#closeLast();
      wanted = this.#convert(slot);
    }
    return wanted;
  }

  #convert(slot: number): 'input' | 'output' {
    if (!this.#begin() || !this.#passHeader()) return this.#wantInput();
    const { words, outputs } = this.#memory;
    const output = outputs[slot]!;
    for (;;) {
      const stop = this.#kernel.convertRecords(
        this.#pos,
        this.#end,
        this.#written[slot]!,
        output.soft,
        output.limit,
      );
      this.#pos = words[map.AT_INPUT >> 2]!;
      this.#written[slot] = words[map.AT_OUTPUT >> 2]!;
      this.#line += words[map.LINES >> 2]!;
      this.report.rows += words[map.ROWS >> 2]!;
      if (stop === map.STOP_REJECT) {
        this.#rejectRecord();
      } else if (stop === map.STOP_TOO_LONG) {
        throw recordTooLong(
          this.#layout.maxRecordBytes,
          `${words[map.BAD_LENGTH >> 2]} bytes`,
          this.#place(this.#line),
        );
      } else {
        this.#takeCounters();
        if (stop === map.STOP_INPUT) return this.#wantInput();
        if (words[map.AT_OUTPUT >> 2] === output.start)
          throw rowTooLong(output.limit - output.start, this.#place(this.#line + 1));
        return 'output';
      }
    }
  }

  /** What the output slot holds; a view, good until the slot is emptied. */
  output(slot: number): Uint8Array {
    return this.#memory.bytes.subarray(this.#memory.outputs[slot]!.start, this.#written[slot]);
  }

  /** Makes the slot free for other rows. */
  empty(slot: number): void {
    this.#written[slot] = this.#memory.outputs[slot]!.start;
  }

  #wantInput(): 'input' {
    // One byte more may be the CR of a line end that is still to come.
    if (this.#begun && !this.#closed && this.#end - this.#pos > this.#layout.maxRecordBytes + 1) {
      const got = `over ${this.#layout.maxRecordBytes} bytes`;
      throw recordTooLong(this.#layout.maxRecordBytes, got, this.#place(this.#line + 1));
    }
    return 'input';
  }

  /** Looks at the first bytes; false if more of them are needed. */
  #begin(): boolean {
    this.#begun ||= this.#layout.bom === 'keep';
    if (this.#begun) return true;
    const start = this.#memory.bytes.subarray(this.#pos, Math.min(this.#end, this.#pos + UTF_16_SAMPLE));
    if (start.length < UTF_16_SAMPLE && !this.#ending) return false;
    this.#begun = true;
    if (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf) {
      this.#pos += 3;
      this.#notice('byte-order-mark');
    } else if (looksLikeUtf16(start)) {
      throw utf16Input(this.#layout.encoding);
    }
    return true;
  }

  /** Passes over header lines; false if more input is needed. */
  #passHeader(): boolean {
    if (this.#skip === 0) return true;
    const passed = this.#kernel.skipRecords(this.#pos, this.#end, this.#skip);
    this.#pos = this.#memory.words[map.AT_INPUT >> 2]!;
    this.#skip -= passed;
    this.#line += passed;
    if (passed > 0) this.#notice('header-lines', passed);
    return this.#skip === 0;
  }

  #rejectRecord(): void {
    const { bytes, words, fields } = this.#memory;
    const address = words[map.BAD_RECORD >> 2]!;
    const field = words[map.BAD_FIELD >> 2]!;
    this.report.rejected++;
    this.#reject(
      describeRejection(
        words[map.BAD_CODE >> 2]!,
        { line: this.#line, byte: this.#origin + address, column: fields[field]?.name },
        bytes.subarray(address, address + words[map.BAD_LENGTH >> 2]!),
        this.#extent,
      ),
    );
  }

  #takeCounters(): void {
    const { words } = this.#memory;
    for (const [address, name] of notices) {
      const value = words[address >> 2]!;
      if (value === 0) continue;
      words[address >> 2] = 0;
      this.#notice(name, value);
    }
  }

  #notice(name: string, count = 1): void {
    this.report.notices[name] = (this.report.notices[name] ?? 0) + count;
  }

  #place(line: number): Place {
    return { line, byte: this.#origin + this.#pos };
  }
}
