import * as z from 'zod';
import type { Dialect, TableForm } from '../converter.ts';

/** Encodings of delimited text; cells are always UTF-8. */
const textEncodings = ['utf-8', 'utf-16le', 'utf-16be', 'iso-8859-1', 'windows-1252'] as const;
export type TextEncoding = (typeof textEncodings)[number];

/** As `delimiter`: any run of spaces and tabs, as in tables aligned for the eye; those at a record's ends mean nothing. */
export const MULTI_SPACE = 'multi-space';

/** Longest delimiter, comment prefix and the like, in bytes of UTF-8. */
const MAX_MARK_BYTES = 16;
const MAX_LINES = 1_000_000;

const bytes = (text: string) => new TextEncoder().encode(text).length;
const mark = z
  .string()
  .min(1)
  .refine((text) => !text.includes('\x1a'), 'must not hold Ctrl-Z, which ends a file')
  .refine((text) => bytes(text) <= MAX_MARK_BYTES, `must not take more than ${MAX_MARK_BYTES} bytes`);
const noLineEnd = (text: string) => !/[\r\n]/.test(text);
const character = z
  .string()
  .refine((text) => [...text].length <= 1, 'must be one character, or empty for none')
  .refine(noLineEnd, 'must not be a line end')
  .refine((text) => ![' ', '\t', '\x1a'].includes(text), 'must not be a space, a tab or Ctrl-Z')
  .nullable()
  .transform((text) => text ?? '');

/**
 * How a delimited file is written, in the terms of Frictionless' CSV Dialect (v1) and Table Dialect (v2). Every part is
 * optional: what is not given is taken from the event of the step before, or found in the start of the file.
 * @example `{ delimiter: ';', quoteChar: "'", header: false, encoding: 'windows-1252' }`
 */
export const dialectSchema = z
  .strictObject({
    delimiter: mark
      .refine(noLineEnd, 'must not hold a line end')
      .optional()
      .describe(
        'Text between cells, one or more characters. `multi-space`: any run of spaces and tabs; those at the ends of a record mean nothing.',
      ),
    lineTerminator: mark
      .refine((text) => !/[ \t]/.test(text), 'must not hold a space or tab')
      .optional()
      .describe(
        'What ends a record: `auto` takes LF, CRLF and CR, mixed or not; anything else is taken as it is, so that after `\\n` a CR is data.',
      ),
    quoteChar: character
      .optional()
      .describe('Character around cells; empty or null: there is none, and quotes are data.'),
    doubleQuote: z
      .boolean()
      .optional()
      .describe(
        'Whether two quotes inside a quoted cell stand for one; true unless there is an `escapeChar`.',
      ),
    escapeChar: character
      .optional()
      .describe(
        'Character that makes a delimiter, quote, line end or itself after it data; before anything else it is data itself. Where there is no `quoteChar`, \\n, \\r and \\t stand for the control characters, as PostgreSQL and MySQL write them. Empty or null: none.',
      ),
    nullSequence: z
      .string()
      .refine((text) => bytes(text) <= 64, 'must not take more than 64 bytes')
      .optional()
      .describe('A cell of just this text, without quotes, is missing; for instance `\\N`.'),
    skipInitialSpace: z
      .boolean()
      .optional()
      .describe('Whether spaces before a cell mean nothing; so a quote after them opens a quoted cell.'),
    header: z
      .boolean()
      .optional()
      .describe('Whether there are names of columns; if not they are column_1, column_2 ...'),
    headerRows: z
      .array(z.int().min(1).max(MAX_LINES))
      .min(1)
      .max(16)
      .refine((rows) => rows.every((row, i) => i === 0 || row > rows[i - 1]!), 'must ascend')
      .optional()
      .describe(
        'Which rows hold the names, from 1 after `skipLines`, blank and comment lines not counted; the parts of a name are joined by `headerJoin`. Rows before and between them are passed over; data starts after the last one. [1] if left out.',
      ),
    headerJoin: z
      .string()
      .max(16)
      .optional()
      .describe('What joins the names of several header rows; a space.'),
    commentChar: mark
      .refine(noLineEnd, 'must not hold a line end')
      .optional()
      .describe('Lines that start with this text are passed over and counted as `comment-lines`.'),
    skipLines: z
      .int()
      .min(0)
      .max(MAX_LINES)
      .optional()
      .describe('Lines at the start of the file (a preamble) to pass over, whatever they hold.'),
    footerLines: z
      .int()
      .min(0)
      .max(1000)
      .optional()
      .describe('Lines at the end of the file to pass over, blank ones not counted.'),
    encoding: z
      .enum(textEncodings)
      .optional()
      .describe(
        'Encoding of the file; a byte order mark goes before it. `iso-8859-1` is the ISO standard, not what browsers make of it.',
      ),
    caseSensitiveHeader: z
      .boolean()
      .optional()
      .describe('Known to CSV Dialect; names are always taken as they are.'),
    csvddfVersion: z.union([z.number(), z.string()]).optional().describe('Known to CSV Dialect; no effect.'),
    $schema: z.string().optional().describe('Known to Table Dialect; no effect.'),
  })
  .superRefine((dialect, context) => {
    for (const { part, message } of findConflicts(dialect))
      context.addIssue({ code: 'custom', path: [part], message, input: dialect });
  })
  .describe(
    'How the file is written, in the terms of Frictionless CSV Dialect. What is left out is found in the file.',
  );

export type DialectOptions = z.output<typeof dialectSchema>;

/** What tables these options are for, as far as the step before can tell. @param fields names that there must be */
export function formOfRead(
  { delimiter, header, quoteChar }: DialectOptions,
  fields?: readonly string[],
): TableForm {
  return { dialect: { delimiter, header, quoteChar }, ...(fields && { fields }) };
}

/** Parts of a dialect that cannot be told from one another in a file. */
export function findConflicts(
  dialect: Pick<DialectOptions, 'delimiter' | 'quoteChar' | 'escapeChar' | 'lineTerminator' | 'commentChar'>,
): { part: string; message: string }[] {
  const { delimiter, quoteChar, escapeChar, commentChar } = dialect;
  const lineTerminator = dialect.lineTerminator === 'auto' ? undefined : dialect.lineTerminator;
  const holds = (text: string | undefined, part: string | undefined) =>
    part !== undefined && part !== '' && text?.includes(part);
  const conflicts: [boolean | undefined, string, string][] = [
    [holds(delimiter, quoteChar), 'delimiter', 'must not hold the quote character'],
    [holds(delimiter, escapeChar), 'delimiter', 'must not hold the escape character'],
    [holds(delimiter, lineTerminator), 'delimiter', 'must not hold the line terminator'],
    [holds(lineTerminator, quoteChar), 'lineTerminator', 'must not hold the quote character'],
    [holds(lineTerminator, escapeChar), 'lineTerminator', 'must not hold the escape character'],
    [
      delimiter !== undefined && lineTerminator?.startsWith(delimiter),
      'lineTerminator',
      'must not start with the delimiter',
    ],
    [commentChar !== undefined && commentChar === quoteChar, 'commentChar', 'is the quote character'],
  ];
  return conflicts.flatMap(([found, part, message]) => (found ? [{ part, message }] : []));
}

/** A dialect with nothing left open: what a file is read by. `dialectSchema` takes it, to read another file alike. */
export interface ReadDialect extends Required<Dialect> {
  /** 'multi-space', or the text between cells. */
  delimiter: string;
  /** 'auto', or the text after a record. */
  lineTerminator: string;
  /** Empty: none. */
  quoteChar: string;
  /** Empty: none. */
  escapeChar: string;
  nullSequence?: string;
  skipInitialSpace: boolean;
  headerRows: number[];
  headerJoin: string;
  commentChar?: string;
  skipLines: number;
  footerLines: number;
  encoding: TextEncoding;
}

const policy = <const Outcomes extends readonly [string, ...string[]]>(outcomes: Outcomes, about: string) =>
  z.enum(outcomes).optional().describe(about);

/**
 * What becomes of each oddity. `mode` sets all of them; each may be set by itself.
 * @example `{ mode: 'strict', shortRows: 'pad' }`
 */
export const readingSchema = z
  .strictObject({
    mode: z
      .enum(['lenient', 'strict'])
      .default('lenient')
      .describe(
        'Preset of all that follows: `lenient` takes what can be made sense of and counts it, `strict` rejects what RFC 4180 does not know.',
      ),
    shortRows: policy(
      ['pad', 'reject'],
      'A row with too few cells: the missing ones are null (counted as `short-rows`; lenient), or the row is rejected (`short-row`; strict).',
    ),
    longRows: policy(
      ['ignore', 'reject'],
      'A row with too many cells: the rest is left out (counted as `long-rows`; lenient), or the row is rejected (`long-row`; strict).',
    ),
    trailingDelimiters: policy(
      ['ignore', 'reject'],
      'A row whose cells too many are all empty: they are left out (counted as `trailing-delimiters`; lenient), or the row is rejected (`long-row`; strict).',
    ),
    blankLines: policy(
      ['skip', 'row', 'reject'],
      'A line of nothing, or of spaces and tabs where there are several columns: passed over (counted as `blank-lines`; lenient), a row with its one cell, or a rejected row (`blank-line`; strict).',
    ),
    bareQuotes: policy(
      ['keep', 'reject'],
      'A quote inside a cell that has no quotes around it: data (counted as `bare-quotes`; lenient), or the row is rejected (`bare-quote`; strict).',
    ),
    textAfterQuote: policy(
      ['append', 'reject'],
      'Text between a closing quote and the next delimiter: spaces are dropped, all else belongs to the cell (counted as `text-after-quote`; lenient), or the row is rejected (`text-after-quote`; strict).',
    ),
    nul: policy(
      ['keep', 'reject'],
      'A cell with a NUL byte: kept as it is (counted as `nul-cells`; lenient), or the row is rejected (`nul-byte`; strict).',
    ),
    invalidUtf8: policy(
      ['reject', 'replace'],
      'A cell that is not in the encoding: the row is rejected (`invalid-utf-8`; lenient and strict), or each malformed part becomes U+FFFD (counted as `replaced-cells`).',
    ),
    headerNames: policy(
      ['mend', 'reject'],
      'Columns without a name, or with the name of another: called column_3 or name_2 (counted as `empty-names`, `duplicate-names`; lenient), or the file is refused (`empty-name`, `duplicate-name`; strict).',
    ),
    shortHeader: policy(
      ['extend', 'keep'],
      'A header with fewer names than most of the first rows have cells: they are called column_4 and so on (counted as `unnamed-columns`; lenient), or the header stands and the rows are too long (strict).',
    ),
    absentDelimiter: policy(
      ['refuse', 'accept'],
      'A delimiter that is given but not in the start of the file, where another cuts all rows alike: the file is refused (`wrong-delimiter`; lenient and strict), or it has one column.',
    ),
    maxFieldBytes: z
      .int()
      .min(1)
      .max(64 * 1024 * 1024)
      .default(16 * 1024 * 1024)
      .describe(
        'Reject a row with a longer cell (`field-too-long`); it is passed over without being held in memory.',
      ),
    maxRecordBytes: z
      .int()
      .min(1)
      .max(64 * 1024 * 1024)
      .default(32 * 1024 * 1024)
      .describe(
        'Reject a longer row (`record-too-long`), likewise. Memory grows up to this for the longest record.',
      ),
    maxColumns: z
      .int()
      .min(1)
      .max(65_536)
      .default(16_384)
      .describe('Refuse a file with more columns: `too-many-columns`.'),
  })
  .describe('What becomes of rows that are not as they should be.');

export type ReadingOptions = z.output<typeof readingSchema>;
/** The outcome of each oddity. */
export type OddityPolicies = {
  [Oddity in Exclude<keyof ReadingOptions, 'mode' | `max${string}`>]-?: NonNullable<ReadingOptions[Oddity]>;
};

const presets: Record<ReadingOptions['mode'], OddityPolicies> = {
  lenient: {
    shortRows: 'pad',
    longRows: 'ignore',
    trailingDelimiters: 'ignore',
    blankLines: 'skip',
    bareQuotes: 'keep',
    textAfterQuote: 'append',
    nul: 'keep',
    invalidUtf8: 'reject',
    headerNames: 'mend',
    shortHeader: 'extend',
    absentDelimiter: 'refuse',
  },
  strict: {
    shortRows: 'reject',
    longRows: 'reject',
    trailingDelimiters: 'reject',
    blankLines: 'reject',
    bareQuotes: 'reject',
    textAfterQuote: 'reject',
    nul: 'reject',
    invalidUtf8: 'reject',
    headerNames: 'reject',
    shortHeader: 'keep',
    absentDelimiter: 'refuse',
  },
};

/** The preset of `mode`, with what was set by itself. */
export function resolvePolicies(reading: ReadingOptions): OddityPolicies {
  const given = Object.entries(reading).filter(([, value]) => value !== undefined);
  return { ...presets[reading.mode], ...Object.fromEntries(given) };
}

/** The parts of a converter's options that say how delimited text is read. */
export const delimitedOptions = {
  dialect: dialectSchema.prefault({}),
  reading: readingSchema.prefault({}),
};

export interface DelimitedOptions {
  dialect: DialectOptions;
  reading: ReadingOptions;
}
