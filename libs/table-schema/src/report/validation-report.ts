import * as z from 'zod';
import { driftSchema } from '../drift/drift.ts';
import { columnProfileSchema } from '../profile/column-profile-schema.ts';

const count = z.int().min(0);

/** One error, in the shape of Frictionless v5. */
export const reportErrorSchema = z.looseObject({
  type: z.string().describe('Stable code; see `errorCatalogue`.'),
  title: z.string(),
  description: z.string(),
  message: z.string().describe('The error as one sentence.'),
  tags: z.array(z.string()),
  note: z.string().describe('What was expected, or what it has to do with.'),
  rowNumber: count.optional().describe('Counts from 1, header rows included.'),
  rowNumbers: z.array(count).optional().describe('Rows of the header.'),
  cells: z.array(z.string()).optional(),
  cell: z.string().optional(),
  fieldName: z.string().optional(),
  fieldNumber: count.optional().describe('Counts from 1.'),
  label: z.string().optional(),
  labels: z.array(z.string()).optional(),
});

const taskStats = z.looseObject({
  errors: count.describe('All of them, listed or not.'),
  warnings: count,
  seconds: z.number().min(0),
  bytes: count.optional(),
  fields: count.optional(),
  rows: count.optional(),
  invalidRows: count.optional().describe('Rows with an error at least.'),
  md5: z.string().optional(),
  sha256: z.string().optional(),
});

export const errorCountSchema = z.object({
  type: z.string(),
  fieldName: z.string().optional(),
  fieldNumber: count.optional(),
  count,
});

export const reportTaskSchema = z.looseObject({
  name: z.string(),
  type: z.literal('table'),
  valid: z.boolean(),
  place: z.string(),
  labels: z.array(z.string()),
  stats: taskStats,
  warnings: z.array(z.string()),
  errors: z
    .array(reportErrorSchema)
    .describe('The first of each type and column: `stats.errors` counts all.'),
  errorCounts: z
    .array(errorCountSchema)
    .describe('Ours: how many errors of each type each column has, the most first.'),
  profile: z.array(columnProfileSchema).optional().describe('Ours.'),
  drift: driftSchema.optional().describe('Ours.'),
});

/** A report in the shape of Frictionless v5, with what is ours besides. */
export const validationReportSchema = z.looseObject({
  valid: z.boolean(),
  stats: z.looseObject({ tasks: count, errors: count, warnings: count, seconds: z.number().min(0) }),
  warnings: z.array(z.string()),
  errors: z.array(reportErrorSchema),
  tasks: z.array(reportTaskSchema),
});

export type ReportError = z.output<typeof reportErrorSchema>;
export type ErrorCount = z.output<typeof errorCountSchema>;
export type ReportTask = z.output<typeof reportTaskSchema>;
export type ValidationReport = z.output<typeof validationReportSchema>;
