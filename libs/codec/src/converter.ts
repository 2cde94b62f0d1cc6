import type { ColumnProfile, Drift } from '@tributary/table-schema';
import type { ZodType } from 'zod';
import type { ByteFile, ByteSink, ByteSource } from './ports.ts';

/** How the text of an output is written, in Frictionless CSV Dialect terms; travels in the step's event. */
export interface Dialect {
  delimiter: string;
  header: boolean;
  lineTerminator: string;
  quoteChar?: string;
  doubleQuote?: boolean;
  escapeChar?: string;
}

/** One of several files that an output is made of. */
export interface OutputPart {
  /** Hive partition, outermost column first; values as they are, not yet escaped for a key. Empty if there is none. */
  partition: readonly (readonly [column: string, value: string | null])[];
  /** Goes into the file's name, before its extension: `orders.north.csv`; as it is, not yet escaped for a key. */
  label?: string;
  /** From 1, among the parts of this partition and label. */
  number: number;
}

/** A file being written; it is seen by others only once the whole conversion has succeeded. */
export interface PartSink extends ByteSink {
  /** Says that the part is complete. */
  end(about: { rows: number }): Promise<void>;
}

/** What is known of the input from whoever made it: the event of the step before. */
export interface InputHints {
  mediaType?: string;
  dialect?: Dialect;
}

/** One rejected row, as it stands in the quarantine file. */
export interface RejectedRow {
  /** Of the record, from 1. */
  line: number;
  /** Of the record's first byte in the inflated input. */
  byte: number;
  /** Name of the field at fault, if one is. */
  column?: string;
  code: string;
  message: string;
  /** The record's bytes without its line end; borrowed. */
  record: Uint8Array;
}

/** A small file for people or programs that stands beside the output, such as a report. */
export interface Attachment {
  /** One of the converter's `documents`. */
  name: string;
  mediaType: string;
  bytes: Uint8Array;
}

/** What was found out about the input, for the step's event and its metrics. */
export interface Facts {
  /** How its columns have changed; an item for each thing they were compared with. */
  drift?: readonly Drift[];
  /** What is in its columns. */
  profile?: readonly ColumnProfile[];
}

/** Where a convert function stopped before the end of its input, at a record boundary, and all that it has to know to go on. */
export interface Checkpoint {
  /** Of the first record that is not converted: where `source` begins next time. */
  byte: number;
  /** JSON, for the converter itself. */
  state: unknown;
}

/** What a convert function works with: inflated bytes in, uncompressed bytes out, bad rows aside. */
export interface ConvertIo {
  source: ByteSource;
  /**
   * Gives up `source` and reads the input from its start again; no row may have been rejected until then. Only for a
   * converter that says `readsTwice`.
   */
  restart(): Promise<ByteSource>;
  /**
   * The input at any place; the bytes are those of `source`, which need not be read then. A read rejects with `BadInput`
   * `compressed-as-a-whole` if the input is. There if the converter says `readsAnywhere`.
   */
  file?: ByteFile;
  hints: InputHints;
  /** Where the output comes from, as keys and values, for a format that has a place for it. Rows never depend on it. */
  metadata?: Record<string, string>;
  /** The output, where there is one file. */
  sink: ByteSink;
  /**
   * Forgets all that was written to `sink`, which begins anew; no write may be under way. There where the output is not in
   * anybody's hands yet.
   */
  discard?(): Promise<void>;
  /** Opens one more file of an output of several. Only for a converter that says `writesParts`. */
  openPart(part: OutputPart): Promise<PartSink>;
  /** Puts one row into quarantine; throws `BadInput` once a threshold is crossed. */
  reject(row: RejectedRow): void;
  /**
   * Puts a document beside the output, also where the file is rejected afterwards. Each of the converter's `documents` once
   * at most, 16 MiB in all.
   */
  attach(document: Attachment): void;
  /** Tells facts of the input, also where the file is rejected afterwards; a later call adds to an earlier one. */
  tell(facts: Facts): void;
  /**
   * Opens another table, one of the converter's `references`, from its start: inflated, as often as asked.
   * @throws {BadOptions} `reference-unusable`
   */
  openReference(name: string): Promise<ByteSource>;
  /** What the last accepted file of the same source had its report `remember`; undefined if there was none. */
  remembered?: Readonly<Record<string, unknown>>;
  /** For what depends on time, in milliseconds since 1970-01-01 UTC; without it nothing can be judged by its age. */
  clock?: {
    now(): number;
    /** When the input came to be where it is. */
    arrived: number;
  };
  /** What an earlier run of the converter reported as `stopped`: `source` begins there, and its rows are counted on. */
  from?: Checkpoint;
  /**
   * Whether to stop at the next record boundary and report so: another run goes on. May be asked for every block. There if the
   * converter says that it `resumes` and whoever runs it wants so.
   */
  due?(): boolean;
  signal?: AbortSignal;
}

/** What a convert function reports: rows in = rows + rejected. */
export interface ConvertReport {
  /** Rows written, without the header. */
  rows: number;
  rejected: number;
  dialect?: Dialect;
  /** How the text of the input was read, as the options would say it, where that may be found in the input itself; `guessed` names what nobody stated. */
  inputDialect?: Readonly<Record<string, unknown>> & { guessed: readonly string[] };
  /** Names of the output's fields in order, where there are such. */
  fields?: string[];
  /** Table Schema of the output; `inferred` if the converter found it, and it is worth a file of its own beside the output. */
  schema?: { descriptor: Record<string, unknown>; inferred: boolean };
  /** Given where the end of the input was not reached, for `due` said so; all else is then of what has been converted so far. */
  stopped?: Checkpoint;
  /** Things worth a look that did not stop a row, for instance `short-records: 12`. Rejected rows add none. */
  notices: Record<string, number>;
  /**
   * Given where the converter `passesOn`, and only there: nothing was written, and the input goes on as it is. `mediaType`:
   * of its content, inflated.
   */
  passed?: { mediaType: string };
  /**
   * JSON that the next file of the same source is told as `remembered`, 256 KiB at most. Only for a converter that
   * `remembers`.
   */
  remember?: Readonly<Record<string, unknown>>;
}

/** What options alone say of a table, before there is a file. What they leave open is left out. */
export interface TableForm {
  dialect?: { [Term in keyof Dialect]?: Dialect[Term] | undefined };
  /** Names of its columns: all of them for what is written, those that must be there for what is read. */
  fields?: readonly string[];
}

/**
 * A converter is an options schema and one pure convert function; the rest (source, sink, compression, quarantine,
 * thresholds, events, command line) is the framework's.
 */
export interface Converter<Options = unknown> {
  name: string;
  summary: string;
  /** Parses `unknown` into complete options; throws nothing but zod's own error. */
  options: ZodType<Options>;
  /** What it reads, as the step before names what it writes; a chain is checked by it. */
  input: { mediaTypes: readonly string[] };
  /** `packed: 'inside'`: the format compresses by itself, so the output is written as it is and its name says nothing of it. */
  output: { extension: string; mediaType: string; packed?: 'inside' };
  /** The inputs that these options are for: a chain is checked by it, as the step before must write such. */
  inputForm?(options: Options): TableForm;
  /** What it writes under these options, of an input of which so much is known. */
  outputForm?(options: Options, input: TableForm): TableForm;
  /** Whether it may call `restart` under these options: an input that comes but once is then kept. */
  readsTwice?(options: Options): boolean;
  /** Whether it may read at any place (`io.file`) under these options: an input that comes but once is then kept. */
  readsAnywhere?(options: Options): boolean;
  /** Whether it writes by `openPart` and not to `sink` under these options. */
  writesParts?(options: Options): boolean;
  /**
   * Whether it judges its input under these options and writes no output: the input itself goes on, or the file is rejected
   * by `BadInput`.
   */
  passesOn?(options: Options): boolean;
  /** Names of all documents that it may `attach`, for instance `report.json`. */
  documents?: readonly string[];
  /** Other tables that it may open under these options: name to place, which is `s3://bucket/key` or, for the command, a path. */
  references?(options: Options): Readonly<Record<string, string>>;
  /** Whether it goes by what it `remembered` under these options. */
  remembers?(options: Options): boolean;
  /**
   * Whether it can stop at a record boundary (`io.due`) and go on from there (`io.from`) under these options: what does not fit into
   * one run of a function is then done in several. It attaches, tells and remembers nothing, and writes to `sink`.
   */
  resumes?(options: Options): boolean;
  convert(io: ConvertIo, options: Options): Promise<ConvertReport>;
}
