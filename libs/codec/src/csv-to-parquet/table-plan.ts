import { type Field, missingTexts, type TableSchema } from '@tributary/table-schema';
import { headerMismatch, listNames, nameTooLong } from './faults.ts';

/** Characters of a name; a Table Schema takes no more. */
const LONGEST_NAME = 1024;

/** One column of the output. */
export interface PlannedColumn {
  name: string;
  /** Of the column in the file; undefined if the file has none and all of it is null. */
  index: number | undefined;
  /** Undefined if it is yet to be inferred. */
  field: Field | undefined;
  missing: readonly string[];
  required: boolean;
}

/**
 * Matches the file's columns with the schema's fields, by name. The output has the file's columns in the file's order,
 * then fields that the file has no column for (where `fieldsMatch` allows it).
 * @throws {BadInput} `header-mismatch`, `name-too-long`
 */
export function planTable(
  columns: readonly string[],
  schema: TableSchema | undefined,
  missingValues: readonly string[] = [''],
): PlannedColumn[] {
  const fields = new Map((schema?.fields ?? []).map((field) => [field.name, field]));
  const long = columns.findIndex((name) => name.length > LONGEST_NAME);
  if (long >= 0) throw nameTooLong(long + 1, columns[long]!, LONGEST_NAME);
  if (schema) checkHeader(columns, schema);
  const keys = new Set(schema?.primaryKey);
  const plan = (name: string, index: number | undefined): PlannedColumn => {
    const field = fields.get(name);
    return {
      name,
      index,
      field,
      missing: schema ? missingTexts(schema, field) : missingValues,
      required: field !== undefined && isRequired(field, keys),
    };
  };
  const inFile = new Set(columns);
  const absent = [...fields.keys()].filter((name) => !inFile.has(name));
  return [...columns.map(plan), ...absent.map((name) => plan(name, undefined))];
}

function isRequired({ name, constraints }: Field, keys: ReadonlySet<string>): boolean {
  return constraints?.required === true || keys.has(name);
}

function checkHeader(columns: readonly string[], schema: TableSchema): void {
  const { fields, fieldsMatch = 'subset' } = schema;
  const names = fields.map(({ name }) => name);
  const [inFile, known, keys] = [new Set(columns), new Set(names), new Set(schema.primaryKey)];
  const absent = fields.filter(({ name }) => !inFile.has(name));
  const extra = columns.filter((name) => !known.has(name));
  const mayLack = fieldsMatch === 'superset' || fieldsMatch === 'partial';
  const lacking = mayLack ? absent.filter((field) => isRequired(field, keys)) : absent;
  const hint = delimiterHint(columns, names);
  if (lacking.length > 0 || absent.length === fields.length) {
    const some = lacking.length > 0 ? lacking : absent;
    const headerHint =
      absent.length === fields.length ? '; if it has no header, set dialect.header to false' : '';
    throw headerMismatch(
      `The file has no column for ${some.length} of ${fields.length} fields of the schema${hint || headerHint}`,
      listNames(some.map(({ name }) => name)),
      listNames(columns),
    );
  }
  if (extra.length > 0 && fieldsMatch !== 'subset' && fieldsMatch !== 'partial') {
    throw headerMismatch(
      `The file has columns that the schema does not know, and its fieldsMatch is \`${fieldsMatch}\``,
      listNames(names),
      listNames(extra),
    );
  }
  const astray = columns.findIndex((name, i) => name !== names[i]);
  if (fieldsMatch === 'exact' && astray >= 0) {
    throw headerMismatch(
      `Column ${astray + 1} is not the schema’s, and its fieldsMatch is \`exact\``,
      listNames([names[astray]!]),
      listNames([columns[astray]!]),
    );
  }
}

/** Where a header in one piece falls into the schema's names by another delimiter, that is most likely the right one. */
function delimiterHint(columns: readonly string[], names: readonly string[]): string {
  if (columns.length !== 1) return '';
  const wanted = new Set(names);
  const known = (delimiter: string) =>
    columns[0]!.split(delimiter).filter((part) => wanted.has(part.trim().replace(/^(["'])(.*)\1$/, '$2')))
      .length;
  const likely = [',', ';', '\t', '|', ':', ' ']
    .map((delimiter) => ({ delimiter, known: known(delimiter) }))
    .sort((a, b) => b.known - a.known)[0]!;
  if (likely.known === 0 || names.length < 2) return '';
  return `; its header is a single column, but the delimiter ${JSON.stringify(likely.delimiter)} (dialect.delimiter) would find ${likely.known} of them`;
}
