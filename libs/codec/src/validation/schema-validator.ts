import type { Converter } from '../converter.ts';
import { formOfRead } from '../delimited/dialect.ts';
import { type SchemaValidatorOptions, schemaValidatorOptions } from './options.ts';
import { hasKeys } from './table-rules.ts';
import { validate } from './validate.ts';

export {
  type SchemaValidatorInput,
  type SchemaValidatorOptions,
  schemaValidatorOptions,
} from './options.ts';

/** Checks delimited text or Parquet against a Table Schema: what is valid goes on, what is not does not. */
export const schemaValidator: Converter<SchemaValidatorOptions> = {
  name: 'schema-validator',
  summary: 'Tables checked against a Table Schema: valid rows go on, the others to quarantine',
  options: schemaValidatorOptions,
  input: { mediaTypes: ['text/csv', 'text/tab-separated-values', 'application/vnd.apache.parquet'] },
  output: { extension: '.csv', mediaType: 'text/csv' },
  inputForm: ({ dialect, schema: { fields, fieldsMatch } }) =>
    formOfRead(
      dialect,
      fieldsMatch === 'superset' || fieldsMatch === 'partial' ? undefined : fields.map(({ name }) => name),
    ),
  outputForm: (_options, input) => input,
  readsTwice: hasKeys,
  // Parquet is.
  readsAnywhere: () => true,
  passesOn: ({ mode }) => mode === 'gate',
  documents: ['report.json', 'report.html'],
  references: ({ references }) => references,
  remembers: () => true,
  convert: (io, options) => validate(io, options),
};
