import * as z from 'zod';
import type { Dialect, TableForm } from '../converter.ts';
import { findConflicts } from './dialect.ts';

/** Encodings of delimited text that is written. */
const writtenEncodings = ['utf-8', 'utf-16le', 'utf-16be', 'iso-8859-1', 'windows-1252'] as const;
export type WrittenEncoding = (typeof writtenEncodings)[number];

const character = z
  .string()
  .refine(
    (text) => /^[!-~]?$/.test(text),
    'must be one character of ASCII that can be seen, or empty for none',
  );

/** How delimited text is written, in the terms of Frictionless' CSV Dialect. With defaults it is CSV as RFC 4180 has it, but for LF. */
export const writtenDialectSchema = z
  .strictObject({
    delimiter: z
      .string()
      .min(1)
      .max(8)
      .refine((text) => /^[\t -~]+$/.test(text), 'must be of ASCII, without line ends')
      .default(',')
      .describe('Text between cells.'),
    lineTerminator: z.enum(['\n', '\r\n']).default('\n').describe('What ends a record.'),
    quoteChar: character
      .default('"')
      .describe(
        'Character around cells that need it; empty: none, so a cell that needs it is escaped or its row rejected.',
      ),
    doubleQuote: z
      .boolean()
      .default(true)
      .describe('Whether a quote inside a quoted cell is written twice; else there must be an `escapeChar`.'),
    escapeChar: character
      .default('')
      .describe(
        'Character before a quote or itself in quoted cells. Where there is no `quoteChar`: before delimiters and itself, and \\n, \\r, \\t stand for the control characters.',
      ),
    quoting: z
      .enum(['minimal', 'all'])
      .default('minimal')
      .describe('Which cells are quoted: those that need it, or all but nulls.'),
    nullSequence: z
      .string()
      .max(64)
      .refine((text) => /^(?:[!-~](?:[ -~]*[!-~])?)?$/.test(text), 'must be of ASCII, without spaces around')
      .default('')
      .describe('How a missing value is written; a text that looks so is quoted.'),
    header: z.boolean().default(true).describe('Whether the first record holds the names of the columns.'),
    encoding: z
      .enum(writtenEncodings)
      .default('utf-8')
      .describe(
        'Encoding; a row with characters that it does not have is rejected. UTF-16 starts with a byte order mark.',
      ),
    byteOrderMark: z
      .boolean()
      .default(false)
      .describe('Whether UTF-8 starts with a byte order mark, as Excel wants it.'),
  })
  .superRefine((dialect, context) => {
    const { quoteChar, doubleQuote, escapeChar, delimiter, nullSequence } = dialect;
    const conflicts = findConflicts(dialect);
    if (quoteChar !== '' && !doubleQuote && escapeChar === '')
      conflicts.push({ part: 'doubleQuote', message: 'must be true where there is no escapeChar' });
    if (quoteChar !== '' && quoteChar === escapeChar)
      conflicts.push({
        part: 'escapeChar',
        message: 'is the quote character: that is what doubleQuote says',
      });
    if (nullSequence.includes(delimiter) || (quoteChar !== '' && nullSequence.includes(quoteChar)))
      conflicts.push({
        part: 'nullSequence',
        message: 'must hold neither the delimiter nor the quote character',
      });
    for (const { part, message } of conflicts)
      context.addIssue({ code: 'custom', path: [part], message, input: dialect });
  })
  .describe('How the text is written, in the terms of Frictionless CSV Dialect.');

export type WrittenDialect = z.output<typeof writtenDialectSchema>;

/** What a reader has to know. An empty `quoteChar` says that quotes mean nothing. */
export function describeWritten({
  delimiter,
  lineTerminator,
  quoteChar,
  doubleQuote,
  escapeChar,
  header,
}: WrittenDialect): Dialect {
  return {
    delimiter,
    header,
    lineTerminator,
    quoteChar,
    ...(quoteChar !== '' && { doubleQuote }),
    ...(escapeChar !== '' && { escapeChar }),
  };
}

/** What is known beforehand of a table that is written so. Without a header its names are not told. */
export function formOfWritten(dialect: WrittenDialect, fields?: readonly string[]): TableForm {
  return { dialect: describeWritten(dialect), ...(fields && dialect.header && { fields }) };
}
