import * as z from 'zod';

const count = z.int().min(0);

/** What is in a column, as a report, a metric and an event have it. */
export const columnProfileSchema = z.object({
  name: z.string(),
  type: z.string().describe('Type of the field.'),
  rows: count.describe('Cells seen, missing and bad ones too.'),
  nulls: count.describe('Missing values.'),
  bad: count.describe('Cells that are no value of the field; they count nowhere else.'),
  distinct: count.describe('About how many values (of strings, texts) differ; the standard error is 1.6 %.'),
  min: z
    .string()
    .optional()
    .describe('Least value, where the type has an order; strings cut to 256 characters.'),
  max: z.string().optional(),
  meanLength: z.number().optional().describe('Mean length of the texts, in characters.'),
  sum: z.string().optional().describe('Exact sum of the numbers, NaN and infinities left out.'),
  top: z
    .array(z.object({ value: z.string(), count }))
    .describe('Most frequent texts with their counts, cut to 256 characters.'),
  topShortfall: count.describe('How much too low the counts of `top` may be.'),
  sampled: count
    .optional()
    .describe(
      'How many of the values `top` and `meanLength` were gathered from, where that is not all of them; counts are of those.',
    ),
});

export type ColumnProfile = z.output<typeof columnProfileSchema>;
