import * as z from 'zod';
import { MAX_PARTS } from '../conversion/part-path.ts';
import { delimitedOptions } from '../delimited/dialect.ts';
import { writtenDialectSchema } from '../delimited/written-dialect.ts';
import { outputOptions, sharedOptions } from '../options.ts';

/** Options of `split-by-column`. */
export const splitByColumnOptions = z
  .strictObject({
    ...sharedOptions,
    ...delimitedOptions,
    by: z
      .array(z.string().min(1).max(1000))
      .min(1)
      .max(16)
      .describe('Columns whose values tell the file of a row, the outermost first.'),
    keys: z
      .enum(['hive', 'named'])
      .default('hive')
      .describe(
        'Where the files go: `hive`: folders, `region=north/orders.csv`, without the columns; `named`: values in the name, `orders.north.csv`, with them.',
      ),
    maxOpenFiles: z
      .int()
      .min(1)
      .max(256)
      .default(32)
      .describe(
        'Files written at a time. Where rows of more of them are mixed, the one left alone longest is closed, and its next rows start another.',
      ),
    maxFiles: z
      .int()
      .min(1)
      .max(MAX_PARTS)
      .default(1000)
      .describe('Refuse an input that takes more files than this: `too-many-files`.'),
    output: outputOptions.extend({ dialect: writtenDialectSchema.prefault({}) }).prefault({}),
  })
  .describe('Options of split-by-column.');

export type SplitByColumnOptions = z.output<typeof splitByColumnOptions>;
