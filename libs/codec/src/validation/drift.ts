import {
  compareColumns,
  type Drift,
  type DriftPolicy,
  driftPolicySchema,
  type Field,
  fieldSchema,
  type TableSchema,
} from '@tributary/table-schema';
import * as z from 'zod';

/** Columns of an accepted file, as the next file of the same source is told of them. */
const rememberedSchema = z.object({ columns: z.array(fieldSchema).max(65_536) });
/** What is remembered of more columns would be too long. */
const MOST_REMEMBERED = 1024;

/** Where nobody has said what is to become of a change, it is told and stops nothing. */
const tellAll = driftPolicySchema.parse({ removed: 'warn', renamed: 'warn', retyped: { changed: 'warn' } });

/**
 * How the columns of a file differ from the schema and, if there was one, from the last accepted file.
 * @param columns of the file, with the types that they have been seen to have
 */
export function findDrift(
  schema: TableSchema,
  remembered: unknown,
  columns: readonly Field[],
  policy: DriftPolicy = tellAll,
): Drift[] {
  const drifts = [compareColumns(schema.fields, columns, policy, 'schema')];
  const last = rememberedSchema.safeParse(remembered, { jitless: true });
  if (last.success) drifts.push(compareColumns(last.data.columns, columns, policy, 'accepted'));
  return drifts;
}

/** What is to be remembered of an accepted file; undefined if it has too many columns for that. */
export function rememberColumns(columns: readonly Field[]): { columns: Field[] } | undefined {
  if (columns.length > MOST_REMEMBERED) return undefined;
  // What else a schema says of a field is the same for every file.
  return {
    columns: columns.map((field) => {
      const {
        constraints: _,
        title: __,
        description: ___,
        ...rest
      } = field as Field & Record<string, unknown>;
      return rest as Field;
    }),
  };
}

/** What to say of each change that is not simply allowed. */
export function describeChanges({ against, changes }: Drift): { policy: 'warn' | 'reject'; text: string }[] {
  const than = against === 'schema' ? 'the schema' : 'the last accepted file';
  return changes.flatMap(({ kind, name, from, to, policy }) => {
    if (policy === 'allow') return [];
    const change = [from === undefined ? '' : ` from ${from}`, to === undefined ? '' : ` to ${to}`].join('');
    return [{ policy, text: `column ${JSON.stringify(name)} is ${kind}${change}, compared with ${than}` }];
  });
}
