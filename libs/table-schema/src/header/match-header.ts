import type { Field } from '../schema/field.ts';
import type { TableSchema } from '../schema/table-schema.ts';

export type FieldsMatch = NonNullable<TableSchema['fieldsMatch']>;

/** Something wrong with the header, by Frictionless's codes. */
export interface HeaderError {
  type:
    | 'blank-header'
    | 'unmatched-header'
    | 'blank-label'
    | 'duplicate-label'
    | 'incorrect-label'
    | 'extra-label'
    | 'missing-label';
  /** As it stands in the file; empty for a missing one. */
  label: string;
  /** Empty where no field goes with the label. */
  fieldName: string;
  /** Counts from 1; labels that are missing come after all others. 0 for the header as a whole. */
  fieldNumber: number;
  note: string;
}

/** Which column holds which field. */
export interface HeaderMatch {
  /** For each column the index of its field in the schema; undefined for one that the schema does not know. */
  columns: readonly (number | undefined)[];
  /** Indexes of the fields that no column holds. */
  absent: readonly number[];
  errors: readonly HeaderError[];
}

/**
 * Matches the labels of a file with the fields of a schema, by its `fieldsMatch`: in `exact` by order, else by name.
 * Space around labels does not count, and line breaks within are spaces. A required field (or one of the primary key) must
 * have a column whatever `fieldsMatch`; two labels of one name are an error always, even of columns that the schema does not know.
 * @param fieldsMatch in place of the schema's own
 * @example
 * ```ts
 * const schema = tableSchema.parse({ fields: [{ name: 'id' }, { name: 'price' }], fieldsMatch: 'subset' });
 * matchHeader(['price', 'id', 'note'], schema); // { columns: [1, 0, undefined], absent: [], errors: [] }
 * ```
 */
export function matchHeader(
  labels: readonly string[],
  schema: TableSchema,
  fieldsMatch: FieldsMatch = schema.fieldsMatch ?? 'exact',
): HeaderMatch {
  const names = labels.map(nameOf);
  const { fields } = schema;
  if (names.every((name) => name === '')) {
    const note = labels.length === 0 ? 'the file has no labels' : `all ${labels.length} labels are blank`;
    const error: HeaderError = { type: 'blank-header', label: '', fieldName: '', fieldNumber: 0, note };
    const columns = labels.map((_, i) => (fieldsMatch === 'exact' && i < fields.length ? i : undefined));
    return { columns, absent: absentOf(fields, columns), errors: [error] };
  }
  const repeats = repeatsOf(names);
  return fieldsMatch === 'exact'
    ? matchByOrder(labels, names, repeats, fields)
    : matchByName(labels, names, repeats, schema, fieldsMatch);
}

function nameOf(label: string): string {
  return label.replaceAll(/\r\n?|\n/g, ' ').trim();
}

/** For each label the number of the first column of that name, if that is another. */
function repeatsOf(names: readonly string[]): (number | undefined)[] {
  const first = new Map<string, number>();
  return names.map((name, i) => {
    if (name === '') return undefined;
    const before = first.get(name);
    if (before === undefined) first.set(name, i + 1);
    return before;
  });
}

function matchByOrder(
  labels: readonly string[],
  names: readonly string[],
  repeats: readonly (number | undefined)[],
  fields: readonly Field[],
): HeaderMatch {
  const errors: HeaderError[] = [];
  labels.forEach((label, i) => {
    const field = fields[i];
    const at = { label, fieldName: field?.name ?? '', fieldNumber: i + 1 };
    if (names[i] === '' && field) errors.push({ type: 'blank-label', ...at, note: '' });
    else if (!field) errors.push({ type: 'extra-label', ...at, note: beyond(fields) });
    else if (repeats[i] !== undefined && !isShared(fields, repeats[i]! - 1, i))
      errors.push({ type: 'duplicate-label', ...at, note: sameAs(repeats[i]) });
    else if (names[i] !== nameOf(field.name)) {
      errors.push({
        type: 'incorrect-label',
        ...at,
        note: `the schema has ${JSON.stringify(field.name)} here`,
      });
    }
  });
  for (const [i, { name }] of fields.entries()) {
    if (i >= labels.length) errors.push(missingLabel(name, i + 1));
  }
  const columns = labels.map((_, i) => (i < fields.length ? i : undefined));
  return { columns, absent: absentOf(fields, columns), errors };
}

/** Whether two fields have one name, so that their labels are the same rightly. */
function isShared(fields: readonly Field[], before: number, i: number): boolean {
  return nameOf(fields[before]!.name) === nameOf(fields[i]!.name);
}

function matchByName(
  labels: readonly string[],
  names: readonly string[],
  repeats: readonly (number | undefined)[],
  schema: TableSchema,
  fieldsMatch: FieldsMatch,
): HeaderMatch {
  const { fields, primaryKey = [] } = schema;
  const mayHaveMore = fieldsMatch === 'subset' || fieldsMatch === 'partial';
  const mayLack = fieldsMatch === 'superset' || fieldsMatch === 'partial';
  const indexOf = new Map(fields.map(({ name }, i) => [nameOf(name), i]));
  // Of two labels of one name the first holds the field, and a blank one holds none.
  const columns = names.map((name, i) =>
    repeats[i] === undefined && name !== '' ? indexOf.get(name) : undefined,
  );
  const absent = absentOf(fields, columns);
  const errors: HeaderError[] = [];
  labels.forEach((label, i) => {
    const at = { label, fieldName: '', fieldNumber: i + 1 };
    if (repeats[i] !== undefined) errors.push({ type: 'duplicate-label', ...at, note: sameAs(repeats[i]) });
    else if (columns[i] === undefined && !mayHaveMore) {
      errors.push({ type: names[i] === '' ? 'blank-label' : 'extra-label', ...at, note: '' });
    }
  });
  if (fieldsMatch === 'partial' && absent.length === fields.length) {
    const note = 'none of the labels is a field of the schema';
    errors.push({ type: 'unmatched-header', label: '', fieldName: '', fieldNumber: 0, note });
  }
  let number = labels.length;
  for (const i of absent) {
    const { name, constraints } = fields[i]!;
    const isRequired = constraints?.required === true || primaryKey.includes(name);
    if (!mayLack || isRequired) errors.push(missingLabel(name, ++number));
  }
  return { columns, absent, errors };
}

function absentOf(fields: readonly Field[], columns: readonly (number | undefined)[]): number[] {
  const held = new Set(columns);
  return fields.flatMap((_, i) => (held.has(i) ? [] : [i]));
}

function missingLabel(fieldName: string, fieldNumber: number): HeaderError {
  return { type: 'missing-label', label: '', fieldName, fieldNumber, note: '' };
}

function beyond(fields: readonly Field[]): string {
  return `the schema has ${fields.length} fields`;
}

function sameAs(column: number | undefined): string {
  return `the same as at position ${column}`;
}
