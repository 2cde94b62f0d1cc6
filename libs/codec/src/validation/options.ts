import {
  BadSchema,
  compileConstraints,
  compileExpectations,
  driftPolicySchema,
  expectationsSchema,
  foreignKeysOf,
  pointerOf,
  tableSchema,
} from '@tributary/table-schema';
import * as z from 'zod';
import { delimitedOptions } from '../delimited/dialect.ts';
import { sharedOptions } from '../options.ts';

const MiB = 1024 * 1024;

const report = z
  .strictObject({
    maxErrors: z.int().min(0).max(100_000).default(1000).describe('Errors that are listed; all are counted.'),
    maxErrorsPerKind: z
      .int()
      .min(0)
      .max(100_000)
      .default(20)
      .describe('Errors that are listed of one code in one column.'),
    profile: z
      .boolean()
      .default(true)
      .describe(
        'Whether what is in each column is gathered: missing values, distinct ones, least, greatest ...',
      ),
  })
  .describe('What the report holds.');

/** Options of `schema-validator`; only `schema` must be given. */
export const schemaValidatorOptions = z
  .strictObject({
    ...delimitedOptions,
    schema: tableSchema.describe(
      'Frictionless Table Schema that the table is held to. `fieldsMatch` says how its fields and the columns correspond; left out it is `exact`, by order.',
    ),
    mode: z
      .enum(['split', 'gate'])
      .default('split')
      .describe(
        '`split`: valid rows go on as they stand in the file, the others to quarantine. `gate`: the file goes on untouched, or is rejected (`not-valid`) for its first error.',
      ),
    uniqueRows: z
      .boolean()
      .default(false)
      .describe('Whether a row with the cells of one before it is an error (`duplicate-row`).'),
    expectations: expectationsSchema
      .optional()
      .describe(
        'What is expected of the file as a whole; a file that does not hold it is rejected (`not-valid`).',
      ),
    drift: driftPolicySchema
      .optional()
      .describe(
        'What becomes of a file whose columns are not those of the schema, or of the last accepted file of the same source. Left out: changes are reported, and none rejects the file.',
      ),
    references: z
      .record(z.string().min(1).max(1024), z.string().min(1).max(4096))
      .default({})
      .describe(
        'Where the tables are that foreign keys refer to, by their `resource`: `s3://bucket/key` or, for the command, a path. Delimited text with a header, gzipped or not.',
      ),
    maxKeyBytes: z
      .int()
      .min(1 * MiB)
      .max(2048 * MiB)
      .default(512 * MiB)
      .describe(
        'Memory for keys (unique, primaryKey, uniqueKeys, foreignKeys, uniqueRows); a file that takes more is rejected (`too-many-keys`). A row takes 8 bytes for each key, of a table that is referred to 10 to 20.',
      ),
    report: report.prefault({}),
    ...sharedOptions,
  })
  .superRefine(({ schema, expectations, references }, context) => {
    const add = (error: unknown, at: string) => {
      if (!(error instanceof BadSchema)) throw error;
      const path = `${at}${error.fault.where?.pointer ?? ''}`
        .split('/')
        .slice(1)
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
      context.addIssue({ code: 'custom', path, message: `${error.message} [${error.code}]` });
    };
    const attempt = (work: () => unknown, at: string) => {
      try {
        work();
      } catch (error) {
        add(error, at);
      }
    };
    schema.fields.forEach((field, i) => {
      attempt(() => compileConstraints(field, pointerOf(['fields', i])), '/schema');
    });
    attempt(
      () =>
        foreignKeysOf(schema, (resource) => (Object.hasOwn(references, resource) ? 'untyped' : undefined)),
      '/schema',
    );
    if (expectations) attempt(() => compileExpectations(expectations, schema), '/expectations');
  });

export type SchemaValidatorOptions = z.output<typeof schemaValidatorOptions>;
export type SchemaValidatorInput = z.input<typeof schemaValidatorOptions>;
