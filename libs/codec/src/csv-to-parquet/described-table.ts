import type { TableSchemaDescriptor } from '@tributary/table-schema';
import type { ReadColumn } from '../columns/column-reader.ts';
import { columnTypeOf } from '../columns/column-type.ts';
import type { Column } from '../parquet/column.ts';
import type { CsvToParquetOptions } from './options.ts';
import type { TableEnd } from './table-output.ts';

/** The table’s schema: what was given, with the fields as they have been settled. */
export function descriptorOf(
  columns: readonly ReadColumn[],
  { schema, missingValues }: CsvToParquetOptions,
): Record<string, unknown> {
  const rest: Omit<TableSchemaDescriptor, 'fields'> = schema ?? (missingValues ? { missingValues } : {});
  return { ...rest, fields: columns.map(({ field }) => field) };
}

/** What the output says of the table. */
export function describeTable(
  columns: readonly ReadColumn[],
  options: CsvToParquetOptions,
  metadata: Readonly<Record<string, string>> | undefined,
): TableEnd {
  return {
    columns: columns.map(
      ({ field, required }): Column => ({ name: field.name, type: columnTypeOf(field), nullable: !required }),
    ),
    metadata: { ...metadata, 'tributary.schema': JSON.stringify(descriptorOf(columns, options)) },
  };
}
