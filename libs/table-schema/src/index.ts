export { compileCast } from './cast/compile-cast.ts';
export type { BadCell, Cast, CellValue } from './cell-value.ts';
export { addCell, classifyCell } from './inference/classify-cell.ts';
export { type ColumnEvidence, emptyEvidence, mark, mergeEvidence } from './inference/evidence.ts';
export { fieldOf } from './inference/field-of.ts';
export { type Field, type FieldOf, type FieldType, fieldSchema } from './schema/field.ts';
export { compileIsMissing, missingTexts } from './schema/missing-values.ts';
export { type TableSchema, type TableSchemaDescriptor, tableSchema } from './schema/table-schema.ts';
export { isUtc, settleTimezone } from './schema/timezone.ts';
