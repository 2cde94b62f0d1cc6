import * as z from 'zod';
import { refuseRepeats } from './distinct.ts';
import { limit } from './limits.ts';

const text = z.string().max(limit.name);

/** Texts that stand for a missing value, each as it is or with a label. */
export const missingValuesSchema = z
  .array(z.union([text, z.looseObject({ value: text, label: z.string().max(limit.name).optional() })]))
  .max(limit.missingValues)
  // Of texts by themselves v1 did not say that each must stand there once.
  .superRefine((values, context) => {
    if (values.some((value) => typeof value === 'object')) refuseRepeats(values, context);
  });

export type MissingValues = z.output<typeof missingValuesSchema>;
