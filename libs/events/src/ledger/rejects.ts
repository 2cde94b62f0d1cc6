import * as z from 'zod';

/** One line of a quarantine file. */
export const rejectedRow = z.object({
  /** From 1. */
  line: z.number(),
  /** From 0, in the inflated input. */
  byte: z.number(),
  column: z.string().optional(),
  code: z.string(),
  message: z.string(),
  record: z.string().optional(),
  /** Instead of `record` where it is not valid UTF-8. */
  recordBase64: z.string().optional(),
});
export type RejectedRow = z.output<typeof rejectedRow>;

/** `GET /v1/runs/{id}/steps/{step}/rejects` */
export const rejectsQuery = z.object({
  code: z.string().optional().describe('Only rows rejected with this code.'),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().optional().describe('`next` of the page before.'),
});
export type RejectsQuery = z.output<typeof rejectsQuery>;

export const rejectsPage = z.object({
  rows: z.array(rejectedRow),
  next: z.string().optional(),
  /** Of the whole quarantine file, as the step has told. */
  total: z.number().optional(),
  /** Rows by code: of the whole file, or of its first 100,000 rows. */
  codes: z.record(z.string(), z.number()),
  /** Where the file lies. */
  quarantine: z.object({ bucket: z.string(), key: z.string() }),
});
export type RejectsPage = z.output<typeof rejectsPage>;
