import * as z from 'zod';
import { fieldSchema } from './field.ts';
import { limit } from './limits.ts';
import { missingValuesSchema } from './missing-values.ts';

const name = z.string().min(1).max(limit.name);

/** Field names; v1 also has a single name as it is. */
const fieldNames = z
  .union([name, z.array(name).min(1).max(limit.keys)])
  .transform((names) => (typeof names === 'string' ? [names] : names));

const foreignKey = z
  .looseObject({
    fields: fieldNames.describe('Fields of this table that make up the key.'),
    reference: z.looseObject({
      resource: z
        .string()
        .max(limit.text)
        .optional()
        .describe('The table referred to; left out or empty: this one.'),
      fields: fieldNames.describe('Fields of the table referred to, in the same order.'),
    }),
  })
  .describe('A reference from fields of this table to fields of another or of itself.');

const descriptor = z.looseObject({
  $schema: z.string().max(limit.text).optional().describe('URL of the profile, which tells v1 from v2.'),
  name: z.string().max(limit.text).optional().describe('Name of the schema.'),
  title: z.string().max(limit.text).optional().describe('A name for people.'),
  description: z.string().max(limit.text).optional().describe('What the table is about.'),
  fields: z.array(fieldSchema).min(1).max(limit.fields).describe('The fields, in the order of the columns.'),
  fieldsMatch: z
    // frictionless-py and the profile of v2 have a list of one.
    .union([fieldsMatchName(), z.tuple([fieldsMatchName()])])
    .transform((match) => (typeof match === 'string' ? match : match[0]))
    .optional()
    .describe(
      'How fields and columns correspond: `exact`, by order, or by name. Left out, it is up to the reader: csv-to-parquet takes `subset`, the specification `exact`.',
    ),
  missingValues: missingValuesSchema
    .optional()
    .describe(
      'Texts that stand for a missing value, each as it is or with a label; the empty text if left out.',
    ),
  primaryKey: fieldNames.optional().describe('Fields that together are unique and never missing.'),
  uniqueKeys: z
    .array(fieldNames)
    .min(1)
    .max(limit.keys)
    .optional()
    .describe('Groups of fields that together are unique, rows with a missing value aside.'),
  foreignKeys: z.array(foreignKey).max(limit.keys).optional().describe('References to other tables.'),
});

/**
 * A descriptor of Frictionless Table Schema, v1 or v2, with our extensions (see the README). Parsing fills in the type of
 * fields that have none and writes keys as lists; everything else stays as it was, unknown properties too, so that what
 * comes out can be parsed again.
 * @example `tableSchema.parse({ fields: [{ name: 'price', type: 'number', precision: 15, scale: 2 }] })`
 */
export const tableSchema = descriptor
  // A transform and not a refinement: it only sees descriptors without faults, their keys made lists.
  .transform((schema, context) => {
    const names = new Set<string>();
    const shared = new Set<string>();
    const { fieldsMatch = 'exact' } = schema;
    schema.fields.forEach(({ name }, i) => {
      if (names.has(name)) {
        shared.add(name);
        // v1 had such fields, and v2 wants them borne: by order each has its column.
        if (fieldsMatch !== 'exact')
          addFault(
            ['fields', i, 'name'],
            `another field is named ${JSON.stringify(name)} too, and they are matched by name`,
          );
      }
      names.add(name);
    });
    checkNames(schema.primaryKey, ['primaryKey']);
    schema.uniqueKeys?.forEach((key, i) => {
      checkNames(key, ['uniqueKeys', i]);
    });
    schema.foreignKeys?.forEach(({ fields, reference }, i) => {
      checkNames(fields, ['foreignKeys', i, 'fields']);
      if (reference.fields.length !== fields.length) {
        addFault(
          ['foreignKeys', i, 'reference', 'fields'],
          `must be as many as the key’s own ${fields.length}`,
        );
      }
      if (!reference.resource) checkNames(reference.fields, ['foreignKeys', i, 'reference', 'fields']);
    });
    return schema;

    function checkNames(key: readonly string[] | undefined, path: PropertyKey[]): void {
      const seen = new Set<string>();
      key?.forEach((name, i) => {
        if (!names.has(name)) addFault([...path, i], `there is no field ${JSON.stringify(name)}`);
        if (shared.has(name)) addFault([...path, i], `several fields are named ${JSON.stringify(name)}`);
        if (seen.has(name)) addFault([...path, i], `${JSON.stringify(name)} is in the key already`);
        seen.add(name);
      });
    }
    function addFault(path: PropertyKey[], message: string): void {
      context.addIssue({ code: 'custom', path, message });
    }
  })
  .describe('Frictionless Table Schema of the table.');

function fieldsMatchName() {
  return z.enum(['exact', 'equal', 'subset', 'superset', 'partial']);
}

/** What a person writes. */
export type TableSchemaDescriptor = z.input<typeof tableSchema>;
/** What `tableSchema` gives. */
export type TableSchema = z.output<typeof tableSchema>;
