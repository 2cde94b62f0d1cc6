import { tableSchema } from '@tributary/table-schema';
import * as z from 'zod';
import { delimitedOptions } from '../delimited/dialect.ts';
import { sharedOptions } from '../options.ts';
import { parquetOptions } from '../parquet/options.ts';

const MiB = 1024 * 1024;

const output = parquetOptions.safeExtend({
  partitionBy: z
    .array(z.string().min(1))
    .min(1)
    .max(16)
    .refine((names) => new Set(names).size === names.length, 'names a column twice')
    .optional()
    .describe(
      'Columns whose values become folders, as Hive has them (`date=2024-01-26/`), outermost first; they are left out of the files.',
    ),
  maxOpenPartitions: z
    .int()
    .min(1)
    .max(256)
    .default(64)
    .describe(
      'Partitions written at a time; memory is shared among them, and of tables with hundreds of columns it allows for fewer. Where rows of more of them are mixed, the one left alone longest is closed, and its next rows start another file.',
    ),
  maxFiles: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe(
      'Refuse an input that takes more files than this (`too-many-files`): its rows are not in order of the partitions.',
    ),
  targetFileSize: z
    .int()
    .min(1 * MiB)
    .optional()
    .describe('Start another file once one has this many bytes; it may pass them by about one row group.'),
});

/** Options of `csv-to-parquet`, all of them optional. */
export const csvToParquetOptions = z
  .strictObject({
    ...delimitedOptions,
    schema: tableSchema
      .optional()
      .describe(
        'Frictionless Table Schema. Its fields are columns of the file by name, in any order unless `fieldsMatch` says `exact`; columns that it does not name are inferred, unless `fieldsMatch` forbids them. Left out: all types are inferred from every row, in a pass of their own.',
      ),
    missingValues: z
      .array(z.string().max(1024))
      .max(1024)
      .optional()
      .describe(
        'Texts that mean no value where there is no `schema`, which says so itself; the empty text if left out.',
      ),
    badCells: z
      .enum(['reject', 'null'])
      .default('reject')
      .describe(
        'A cell that is no value of its field: its row goes to quarantine, or the cell becomes null (counted as `bad-cells`). Either way a row without a value in a required field is rejected (`missing-required`).',
      ),
    ...sharedOptions,
    output: output.prefault({}),
  })
  .superRefine(({ schema, missingValues, output: { partitionBy = [], bloomFilters } }, context) => {
    const away = bloomFilters.find((name) => partitionBy.includes(name));
    if (away !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['output', 'bloomFilters'],
        message: `names ${JSON.stringify(away)}, which is in partitionBy and so in no file`,
        input: bloomFilters,
      });
    const names = new Set<string>();
    schema?.fields.forEach(({ name }, i) => {
      if (names.has(name))
        context.addIssue({
          code: 'custom',
          path: ['schema', 'fields', i, 'name'],
          message: `another field is named ${JSON.stringify(name)} too; columns of Parquet are told apart by their names`,
          input: name,
        });
      names.add(name);
    });
    if (schema && missingValues)
      context.addIssue({
        code: 'custom',
        path: ['missingValues'],
        message: 'is for files without a schema; the schema has its own',
        input: missingValues,
      });
  });

export type CsvToParquetOptions = z.output<typeof csvToParquetOptions>;
export type CsvToParquetInput = z.input<typeof csvToParquetOptions>;
