import {
  BadSchema,
  type CheckedRow,
  compileExpectations,
  compileRowCheck,
  type ExpectationPlan,
  type Field,
  type ForeignKey,
  foreignKeysOf,
  type HeaderMatch,
  matchHeader,
  type TableSchema,
  type UniqueKey,
  uniqueKeysOf,
} from '@tributary/table-schema';
import { BadOptions } from '../errors.ts';
import type { SchemaValidatorOptions } from './options.ts';

/** What a row has in a column; undefined: there is no cell, or the dialect's null sequence. */
export type Cell = string | undefined;

/** All that one table is held to, compiled for its header. */
export interface TableRules {
  schema: TableSchema;
  labels: readonly string[];
  match: HeaderMatch;
  /** The whole check of a row by itself, and the only one that finds errors. */
  checkRow: (cells: readonly Cell[], rowNumber: number) => CheckedRow;
  /** Without those of a column that the file lacks. */
  uniqueKeys: readonly UniqueKey[];
  foreignKeys: readonly ForeignKey[];
  expectations: ExpectationPlan;
}

/** @throws {BadOptions} with the JSON Pointer of what can never work; parsing the options has refused most of it */
export function compileRules(options: SchemaValidatorOptions, labels: readonly string[]): TableRules {
  const { schema, references, expectations = {} } = options;
  const match = matchHeader(labels, schema);
  try {
    return {
      schema,
      labels,
      match,
      checkRow: compileRowCheck(schema, match, labels),
      uniqueKeys: uniqueKeysOf(schema).filter(
        ({ fields }) => !fields.some((field) => match.absent.includes(field)),
      ),
      foreignKeys: foreignKeysOf(schema, (resource) =>
        Object.hasOwn(references, resource) ? 'untyped' : undefined,
      ),
      expectations: compileExpectations(expectations, schema),
    };
  } catch (error) {
    throw error instanceof BadSchema ? badSchema(error) : error;
  }
}

/** Whether there is anything that takes more than one row to judge. */
export function hasKeys({
  schema,
  uniqueRows,
}: Pick<SchemaValidatorOptions, 'schema' | 'uniqueRows'>): boolean {
  return (
    uniqueRows ||
    schema.primaryKey !== undefined ||
    (schema.uniqueKeys ?? []).length > 0 ||
    (schema.foreignKeys ?? []).length > 0 ||
    schema.fields.some(({ constraints }: Field) => constraints?.unique)
  );
}

export function badSchema({ code, fault }: BadSchema): BadOptions {
  const { where, ...rest } = fault;
  return new BadOptions({ ...rest, code, where: { pointer: `/schema${where?.pointer ?? ''}` } });
}
