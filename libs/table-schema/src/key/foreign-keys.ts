import { BadSchema, pointerOf } from '../errors.ts';
import type { Field } from '../schema/field.ts';
import type { TableSchema } from '../schema/table-schema.ts';
import type { ReferenceStore } from './key-store.ts';
import { compileRowKey, type KeyPart, type KeyRow, type RowKey } from './row-key.ts';

/** Fields whose values together some row of a table has. */
export interface ForeignKey {
  pointer: string;
  /** Indexes of its fields in the schema. */
  fields: readonly number[];
  names: readonly string[];
  /** The table referred to; undefined for this one, which may also be called `self` if no other table is. */
  resource: string | undefined;
  /** Fields of the table referred to, by which its cells are read, in the order of the key. */
  reference: readonly Field[];
  keyOf: (values: readonly KeyPart[]) => RowKey;
  /** The key that a row of the table referred to has; its values are those of `reference`, in that order. */
  referenceOf: (values: readonly KeyPart[]) => RowKey;
}

/**
 * The foreign keys of a schema.
 * @param resolve gives the schema of a table referred to; `untyped` where there is the table and no schema of it: its
 * cells are then read by the fields of the key; undefined where there is no such table
 * @throws {BadSchema} `bad-reference` to no table or no field, or to fields whose values are never equal
 */
export function foreignKeysOf(
  schema: TableSchema,
  resolve: (resource: string) => TableSchema | 'untyped' | undefined,
): ForeignKey[] {
  return (schema.foreignKeys ?? []).map(({ fields: names, reference }, i) => {
    const indexes = names.map((name) => schema.fields.findIndex((field) => field.name === name));
    const own = indexes.map((index) => schema.fields[index]!);
    const at = ['foreignKeys', i, 'reference'];
    const named = reference.resource || undefined;
    const found = named === undefined ? schema : resolve(named);
    // Before v1 the table itself was called `self`.
    const resource = named === 'self' && !found ? undefined : named;
    const table = resource === undefined ? schema : found;
    if (!table) {
      throw badReference('Foreign key refers to a table that is not there', 'a table', resource!, [
        ...at,
        'resource',
      ]);
    }
    const referred = reference.fields.map((name, part) => {
      const field =
        table === 'untyped' ? { ...own[part]!, name } : table.fields.find((field) => field.name === name);
      if (!field) {
        const known = table === 'untyped' ? [] : table.fields.slice(0, 8).map((field) => field.name);
        throw badReference(
          'Foreign key refers to a field that is not there',
          `one of ${known.join(', ')}`,
          name,
          [...at, 'fields', part],
        );
      }
      const [kind, other] = [kindOf(own[part]!), kindOf(field)];
      if (kind !== other) {
        const what = 'Foreign key refers to a field whose values are never equal to its own';
        throw badReference(what, `a field of ${kind}`, `${name} of type ${field.type}`, [
          ...at,
          'fields',
          part,
        ]);
      }
      return field;
    });
    return {
      pointer: pointerOf(['foreignKeys', i]),
      fields: indexes,
      names,
      resource,
      reference: referred,
      keyOf: compileRowKey(own, indexes),
      referenceOf: compileRowKey(
        referred,
        referred.map((_, part) => part),
      ),
    };
  });
}

function badReference(what: string, expected: string, got: string, path: PropertyKey[]): BadSchema {
  return new BadSchema({ code: 'bad-reference', what, expected, got, where: { pointer: pointerOf(path) } });
}

/** Fields of one kind have values that can be equal: see `compileValueKey`. */
function kindOf({ type, ...field }: Field): string {
  switch (type) {
    case 'integer':
    case 'year':
    case 'number':
      return 'numbers';
    case 'any':
      return 'strings';
    case 'string':
      return field.format === 'uuid' || field.format === 'binary' ? 'bytes' : 'strings';
    case 'object':
    case 'array':
    case 'list':
    case 'geopoint':
    case 'geojson':
      return 'JSON';
    default:
      return `${type}s`;
  }
}

/**
 * The rows whose key no row of the table referred to has. A row with a missing value in the key refers to nothing, as in SQL
 * (MATCH SIMPLE), and one with a bad cell is an error already.
 * @param references rows of the table referred to, with the values of `key.reference`
 */
export function* foreignViolations(
  key: ForeignKey,
  rows: Iterable<KeyRow>,
  references: Iterable<readonly KeyPart[]>,
  store: ReferenceStore,
): Generator<{ row: number }> {
  for (const values of references) {
    const found = key.referenceOf(values);
    if (found && 'key' in found) store.addReference(found.key);
  }
  for (const { row, values } of rows) {
    const found = key.keyOf(values);
    if (found && 'key' in found) store.addRow(found.key, row);
  }
  for (const row of store.strays()) yield { row };
}
