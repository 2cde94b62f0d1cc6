export { FIRST_DAY, isoDate, isoTime, LAST_DAY } from './calendar.ts';
export { compileCast } from './cast/compile-cast.ts';
export type { BadCell, Cast, CellValue } from './cell-value.ts';
export { type Bound, describeBound } from './constraint/bound.ts';
export {
  type ConstraintCheck,
  compileConstraints,
  type Violation,
} from './constraint/compile-constraints.ts';
export { countCharacters, type Lengths, readLengths } from './constraint/length.ts';
export { type ListedValue, readListedValues } from './constraint/listed-values.ts';
export { rangeOf, readBounds } from './constraint/range.ts';
export { compareColumns } from './drift/compare-columns.ts';
export { compareTypes, describeType, type TypeChange } from './drift/compare-types.ts';
export {
  type Drift,
  type DriftChange,
  type DriftPolicy,
  type DriftPolicyInput,
  driftPolicySchema,
  driftSchema,
} from './drift/drift.ts';
export { BadSchema, pointerOf, type SchemaFault, type SchemaFaultCode, type SchemaPlace } from './errors.ts';
export { compileExpectations, type ExpectationPlan } from './expectation/compile-expectations.ts';
export { type Expectations, type ExpectationsInput, expectationsSchema } from './expectation/expectations.ts';
export type { ColumnFacts, ExpectationFailure, TableFacts } from './expectation/judge-expectations.ts';
export { type FieldsMatch, type HeaderError, type HeaderMatch, matchHeader } from './header/match-header.ts';
export { addCell, classifyCell } from './inference/classify-cell.ts';
export { type ColumnEvidence, emptyEvidence, mark, mergeEvidence } from './inference/evidence.ts';
export { fieldOf } from './inference/field-of.ts';
export { type ForeignKey, foreignKeysOf, foreignViolations } from './key/foreign-keys.ts';
export { type KeyStore, MemoryKeyStore, MemoryReferenceStore, type ReferenceStore } from './key/key-store.ts';
export { compileRowKey, type KeyPart, type KeyRow, type RowKey } from './key/row-key.ts';
export { type UniqueKey, type UniqueViolation, uniqueKeysOf, uniqueViolations } from './key/unique-keys.ts';
export { type ColumnProfile, columnProfileSchema } from './profile/column-profile-schema.ts';
export { ColumnProfiler } from './profile/column-profiler.ts';
export { DistinctCount } from './profile/distinct-count.ts';
export { TopValues } from './profile/top-values.ts';
export { compileRegex } from './regex/compile-regex.ts';
export { buildReport, type TaskFacts } from './report/build-report.ts';
export { type ErrorType, errorCatalogue, errorTypes } from './report/error-catalogue.ts';
export { ErrorLog } from './report/error-log.ts';
export { type ErrorDetails, makeError } from './report/report-error.ts';
export { printReportPage } from './report/report-page.ts';
export {
  type ErrorCount,
  type ReportError,
  type ReportTask,
  type ValidationReport,
  validationReportSchema,
} from './report/validation-report.ts';
export { type Field, type FieldOf, type FieldType, fieldSchema } from './schema/field.ts';
export { compileIsMissing, missingTexts } from './schema/missing-texts.ts';
export { type TableSchema, type TableSchemaDescriptor, tableSchema } from './schema/table-schema.ts';
export { isUtc, settleTimezone } from './schema/timezone.ts';
export { type CheckedRow, compileRowCheck, type RowError } from './table/check-row.ts';
export { duplicateRowError, foreignError, uniqueError } from './table/key-errors.ts';
export {
  type TableErrors,
  type TableOptions,
  type TextTable,
  validateTable,
} from './table/validate-table.ts';
export { compilePrint } from './value/print-value.ts';
export { compileValueKey } from './value/value-key.ts';
