import { pointerOf } from '../errors.ts';
import type { TableSchema } from '../schema/table-schema.ts';
import type { KeyStore } from './key-store.ts';
import { compileRowKey, type KeyPart, type KeyRow, type RowKey } from './row-key.ts';

/** Fields whose values together no two rows share. */
export interface UniqueKey {
  kind: 'unique' | 'uniqueKeys' | 'primaryKey';
  /** JSON Pointer of the key in the schema. */
  pointer: string;
  /** Indexes of its fields in the schema. */
  fields: readonly number[];
  names: readonly string[];
  keyOf: (values: readonly KeyPart[]) => RowKey;
}

/**
 * All that a schema says must be unique: fields with the constraint `unique`, `uniqueKeys`, `primaryKey`. Each is judged by
 * itself, even where two of them are the same fields.
 */
export function uniqueKeysOf(schema: TableSchema): UniqueKey[] {
  const indexOf = new Map(schema.fields.map(({ name }, i) => [name, i]));
  const plan = (
    kind: UniqueKey['kind'],
    names: readonly string[],
    path: PropertyKey[],
    indexes = names.map((name) => indexOf.get(name)!),
  ): UniqueKey => {
    const fields = indexes.map((index) => schema.fields[index]!);
    return { kind, pointer: pointerOf(path), fields: indexes, names, keyOf: compileRowKey(fields, indexes) };
  };
  return [
    ...schema.fields.flatMap(({ name, constraints }, i) =>
      constraints?.unique ? [plan('unique', [name], ['fields', i, 'constraints', 'unique'], [i])] : [],
    ),
    ...(schema.uniqueKeys ?? []).map((names, i) => plan('uniqueKeys', names, ['uniqueKeys', i])),
    ...(schema.primaryKey ? [plan('primaryKey', schema.primaryKey, ['primaryKey'])] : []),
  ];
}

/** A row that breaks a unique key: another row has had its key, or a field of a primary key is missing. */
export type UniqueViolation = { row: number; first: number } | { row: number; missing: readonly string[] };

/**
 * The rows that break a unique key: of rows that share one, all but the first. Rows with a missing value are not compared,
 * as in SQL, but break a primary key. Rows with a bad cell are not compared: the cell is an error already.
 */
export function* uniqueViolations(
  key: UniqueKey,
  rows: Iterable<KeyRow>,
  store: KeyStore,
): Generator<UniqueViolation> {
  for (const { row, values } of rows) {
    const found = key.keyOf(values);
    if (found === undefined) continue;
    if ('key' in found) store.add(found.key, row);
    else if (key.kind === 'primaryKey') {
      yield { row, missing: key.names.filter((_, i) => found.missing.includes(key.fields[i]!)) };
    }
  }
  yield* store.repeats();
}
