import * as z from 'zod';
import { writtenDialectSchema } from '../delimited/written-dialect.ts';
import { outputOptions, sharedOptions } from '../options.ts';

/** Options of `parquet-to-csv`. */
export const parquetToCsvOptions = z
  .strictObject({
    ...sharedOptions,
    columns: z
      .array(z.string().min(1))
      .min(1)
      .max(16_384)
      .optional()
      .describe(
        'Columns to write, in this order, fields of structs as `place.city`; all if left out. Others are not read from the file at all.',
      ),
    output: outputOptions.extend({ dialect: writtenDialectSchema.prefault({}) }).prefault({}),
  })
  .describe('Options of parquet-to-csv.');

export type ParquetToCsvOptions = z.output<typeof parquetToCsvOptions>;
