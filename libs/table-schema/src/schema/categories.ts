import * as z from 'zod';
import { refuseRepeats } from './distinct.ts';
import { limit } from './limits.ts';

const category = z.looseObject({
  value: z.union([z.string().max(limit.text), z.number()]),
  label: z.string().max(limit.text).optional(),
});

/** What fields of strings and integers may say of their values. */
export const categories = {
  categories: z
    .array(z.union([z.string().max(limit.text), z.number(), category]))
    .min(1)
    .max(limit.listed)
    .superRefine(refuseRepeats)
    .optional()
    .describe('The finite set of values, each as it is or with a label.'),
  categoriesOrdered: z.boolean().optional().describe('Whether the categories stand in their natural order.'),
};
