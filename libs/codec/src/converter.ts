import type { ZodType } from 'zod';
import type { ByteSink, ByteSource } from './ports.ts';

/** How the text of an output is written, in Frictionless CSV Dialect terms; travels in the step's event. */
export interface Dialect {
  delimiter: string;
  header: boolean;
  lineTerminator: string;
  quoteChar?: string;
  doubleQuote?: boolean;
  escapeChar?: string;
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

/** What a convert function works with: inflated bytes in, uncompressed bytes out, bad rows aside. */
export interface ConvertIo {
  source: ByteSource;
  sink: ByteSink;
  /** Puts one row into quarantine; throws `BadInput` once a threshold is crossed. */
  reject(row: RejectedRow): void;
  signal?: AbortSignal;
}

/** What a convert function reports: rows in = rows + rejected. */
export interface ConvertReport {
  /** Rows written, without the header. */
  rows: number;
  rejected: number;
  dialect?: Dialect;
  /** Names of the output's fields in order, where there are such. */
  fields?: string[];
  /** Things worth a look that did not stop a row, for instance `short-records: 12`. Rejected rows add none. */
  notices: Record<string, number>;
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
  output: { extension: string; mediaType: string };
  convert(io: ConvertIo, options: Options): Promise<ConvertReport>;
}
