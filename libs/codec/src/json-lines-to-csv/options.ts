import * as z from 'zod';
import { writtenDialectSchema } from '../delimited/written-dialect.ts';
import { lineOptions } from '../json-lines/line-reader.ts';
import { outputOptions, sharedOptions } from '../options.ts';

/** Options of `json-lines-to-csv`. */
export const jsonLinesToCsvOptions = z
  .strictObject({
    ...sharedOptions,
    columns: z
      .array(z.string().min(1).max(1000))
      .min(1)
      .max(16_384)
      .optional()
      .describe(
        'Columns to write, in this order; keys that are not among them are left out (counted as `keys-left-out`). If left out, a first pass finds all keys, in the order in which they first come.',
      ),
    separator: z
      .string()
      .max(8)
      .default('.')
      .describe(
        'Between the keys of nested objects: `{"a":{"b":1}}` has the column `a.b`. Arrays are written as JSON.',
      ),
    ...lineOptions,
    maxColumns: z
      .int()
      .min(1)
      .max(16_384)
      .default(4096)
      .describe('Refuse an input with more different keys: `too-many-columns`.'),
    output: outputOptions.extend({ dialect: writtenDialectSchema.prefault({}) }).prefault({}),
  })
  .describe('Options of json-lines-to-csv.');

export type JsonLinesToCsvOptions = z.output<typeof jsonLinesToCsvOptions>;
