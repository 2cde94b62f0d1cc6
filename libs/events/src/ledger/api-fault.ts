import * as z from 'zod';

/** Every answer of the ledger's API that is no success: 400, 403, 404, 405, 409, 500. */
export const apiFault = z.object({
  /** Stable, kebab-case. */
  code: z.string(),
  message: z.string(),
  expected: z.string().optional(),
  got: z.string().optional(),
});
export type ApiFault = z.output<typeof apiFault>;
