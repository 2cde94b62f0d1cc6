import * as z from 'zod';
import { delimitedOptions } from '../delimited/dialect.ts';
import { writtenDialectSchema } from '../delimited/written-dialect.ts';
import { outputOptions, sharedOptions } from '../options.ts';

const name = z.string().min(1).max(1000);

/** Options of `csv-to-csv`. */
export const csvToCsvOptions = z
  .strictObject({
    ...sharedOptions,
    ...delimitedOptions,
    columns: z
      .array(name)
      .min(1)
      .max(16_384)
      .optional()
      .describe('Columns to write, in this order, by their names in the input; all of them if left out.'),
    rename: z
      .record(name, name)
      .default({})
      .describe('New names, by the names in the input; they go before `headerNames`.'),
    headerNames: z
      .enum(['keep', 'snake'])
      .default('keep')
      .describe(
        'Names in the output: as they are, or `snake`: lower case, letters, digits and single underscores, without accents (`Größe (cm)` is `grosse_cm`).',
      ),
    trim: z.boolean().default(false).describe('Whether spaces and tabs around cells are removed.'),
    output: outputOptions.extend({ dialect: writtenDialectSchema.prefault({}) }).prefault({}),
  })
  .describe('Options of csv-to-csv.');

export type CsvToCsvOptions = z.output<typeof csvToCsvOptions>;
