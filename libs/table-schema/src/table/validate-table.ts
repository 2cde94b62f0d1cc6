import { BadSchema } from '../errors.ts';
import { type FieldsMatch, type HeaderError, matchHeader } from '../header/match-header.ts';
import { type ForeignKey, foreignKeysOf, foreignViolations } from '../key/foreign-keys.ts';
import {
  type KeyStore,
  MemoryKeyStore,
  MemoryReferenceStore,
  type ReferenceStore,
} from '../key/key-store.ts';
import type { KeyPart, KeyRow } from '../key/row-key.ts';
import { uniqueKeysOf, uniqueViolations } from '../key/unique-keys.ts';
import type { TableSchema } from '../schema/table-schema.ts';
import { compileRowCheck, type RowError } from './check-row.ts';
import { duplicateRowError, foreignError, uniqueError } from './key-errors.ts';

/** A table as texts. */
export interface TextTable {
  labels: readonly string[];
  rows: readonly (readonly string[])[];
}

export interface TableOptions {
  fieldsMatch?: FieldsMatch;
  /** Number of the first row of data; 2 where the header is one row. */
  firstRow?: number;
  /** Whether a row with the cells of one before it is an error. */
  uniqueRows?: boolean;
  /** Gives a table that foreign keys refer to, and its schema if it has one. */
  resolve?: (resource: string) => (TextTable & { schema?: TableSchema }) | undefined;
  keyStore?: () => KeyStore;
  referenceStore?: () => ReferenceStore;
}

/** All errors of a table: those of the header, and those of rows in order of their numbers. */
export interface TableErrors {
  header: readonly HeaderError[];
  rows: RowError[];
}

/**
 * The definition of a valid table: every rule of a schema, applied row by row. It is what a faster validator must agree with;
 * for itself it keeps the whole table in memory.
 * @throws {BadSchema} before any row is read
 * @example
 * ```ts
 * const schema = tableSchema.parse({ fields: [{ name: 'id', type: 'integer' }], primaryKey: 'id' });
 * validateTable(schema, { labels: ['id'], rows: [['1'], ['x'], ['1']] }).rows.map(({ type, rowNumber }) => [type, rowNumber]);
 * // [['type-error', 3], ['primary-key', 4]]
 * ```
 */
export function validateTable(
  schema: TableSchema,
  table: TextTable,
  options: TableOptions = {},
): TableErrors {
  const { firstRow = 2, uniqueRows = false, resolve = () => undefined } = options;
  const newStore = options.keyStore ?? (() => new MemoryKeyStore());
  const match = matchHeader(table.labels, schema, options.fieldsMatch);
  const check = compileRowCheck(schema, match, table.labels);
  // A key of a column that is not there is a missing label, and not an error of every row.
  const uniqueKeys = uniqueKeysOf(schema).filter(
    ({ fields }) => !fields.some((field) => match.absent.includes(field)),
  );
  const foreignKeys = foreignKeysOf(schema, (resource) => {
    const found = resolve(resource);
    return found && (found.schema ?? 'untyped');
  });
  const referredTables = foreignKeys.map((key) =>
    key.resource === undefined ? undefined : resolve(key.resource),
  );
  const errors: RowError[] = [];
  const keyRows: KeyRow[] = [];
  const rowStore = newStore();
  table.rows.forEach((cells, i) => {
    const checked = check(cells, firstRow + i);
    errors.push(...checked.errors);
    if (checked.errors[0]?.type === 'blank-row') return;
    keyRows.push({ row: firstRow + i, values: checked.values });
    if (uniqueRows) rowStore.add(JSON.stringify(cells), firstRow + i);
  });
  for (const key of uniqueKeys) {
    for (const violation of uniqueViolations(key, keyRows, newStore()))
      errors.push(uniqueError(key, violation, match));
  }
  foreignKeys.forEach((key, i) => {
    const references =
      key.resource === undefined
        ? ownReferences(schema, key, keyRows)
        : readReferences(schema, key, referredTables[i]!);
    const store = options.referenceStore?.() ?? new MemoryReferenceStore();
    for (const { row } of foreignViolations(key, keyRows, references, store)) {
      errors.push(foreignError(key, row, match));
    }
  });
  for (const repeat of rowStore.repeats()) errors.push(duplicateRowError(repeat));
  return { header: match.errors, rows: errors.toSorted((a, b) => a.rowNumber - b.rowNumber) };
}

function ownReferences(schema: TableSchema, { reference }: ForeignKey, rows: readonly KeyRow[]): KeyPart[][] {
  const indexes = reference.map(({ name }) => schema.fields.findIndex((field) => field.name === name));
  return rows.map(({ values }) => indexes.map((index) => values[index]));
}

/** The values of a table referred to, by its own schema or, without one, by the fields of the key. */
function readReferences(
  schema: TableSchema,
  { reference, pointer }: ForeignKey,
  table: TextTable & { schema?: TableSchema },
): KeyPart[][] {
  const missing = table.schema ? table.schema.missingValues : schema.missingValues;
  const fields = { fields: [...reference], ...(missing ? { missingValues: missing } : {}) } as TableSchema;
  const match = matchHeader(table.labels, fields, 'subset');
  const absent = match.absent[0];
  if (absent !== undefined) {
    throw new BadSchema({
      code: 'bad-reference',
      what: 'Foreign key refers to a column that the table has not',
      expected: `one of ${table.labels.slice(0, 8).join(', ')}`,
      got: reference[absent]!.name,
      where: { pointer: `${pointer}/reference/fields/${absent}` },
    });
  }
  // What the other table's own constraints say of its values is not this table's affair.
  const plain = { ...fields, fields: reference.map(({ constraints: _, ...field }) => field) } as TableSchema;
  const check = compileRowCheck(plain, match, table.labels);
  return table.rows.map((cells, i) => check(cells, i).values);
}
