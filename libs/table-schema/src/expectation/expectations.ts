import * as z from 'zod';
import { limit } from '../schema/limits.ts';

const fieldName = z.string().min(1).max(limit.name);
const ratio = z.number().min(0).max(1);
const count = z.int().min(0);

const range = z
  .strictObject({ minimum: count.optional(), maximum: count.optional() })
  .refine(({ minimum = 0, maximum }) => maximum === undefined || minimum <= maximum, {
    path: ['maximum'],
    message: 'must not be less than the minimum',
  });

/** A duration that is the same on every day: of days, hours, minutes and seconds. */
const span = z
  .string()
  .max(64)
  .regex(
    /^P(?=.)(?:[0-9]+D)?(?:T(?=.)(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?$/,
    'must be a duration of days, hours, minutes and seconds like P1DT12H',
  );

const controlTotal = z.strictObject({
  of: z
    .union([z.literal('rows'), z.strictObject({ sum: fieldName })])
    .describe('What is totalled: rows, or the numbers of a column.'),
  equals: z
    .union([
      z.number(),
      z.string().max(limit.name),
      z.strictObject({ trailer: z.int().min(1).describe('Cell of the trailer row, from 1.') }),
    ])
    .describe(
      'The total stated: a number, a text for all its digits, or the cell of the trailer row that states it.',
    ),
  tolerance: z.number().min(0).default(0).describe('How far the total may be off, either way.'),
});

/** What is expected of a file as a whole. Everything is optional. */
export const expectationsSchema = z.strictObject({
  rowCount: range.optional().describe('Least and greatest number of rows.'),
  freshness: z
    .strictObject({
      maxAge: span.describe('Greatest age, as a duration of days, hours, minutes and seconds.'),
      of: z
        .union([z.literal('arrival'), z.strictObject({ maximumOf: fieldName })])
        .default('arrival')
        .describe('What must be so fresh: when the file has arrived, or the latest date in a column.'),
    })
    .optional(),
  nullRatio: z
    .record(fieldName, z.strictObject({ maximum: ratio }))
    .optional()
    .describe('Greatest share of missing values, by field.'),
  allowedValues: z
    .record(
      fieldName,
      z.strictObject({
        values: z.array(z.unknown()).min(1).max(limit.listed),
        minimumRatio: ratio
          .default(1)
          .describe('Least share of the values that is among them, missing ones aside.'),
      }),
    )
    .optional()
    .describe('Values that a field should have, as JSON values or texts that the field reads.'),
  labels: z
    .strictObject({
      pattern: z.string().max(limit.text).optional().describe('Regular expression that every label matches.'),
      maxLength: z.int().min(1).optional().describe('Most characters of a label.'),
      noOuterSpace: z.boolean().default(false).describe('No label starts or ends with white space.'),
    })
    .optional()
    .describe('Rules for the labels of the header.'),
  controlTotals: z.array(controlTotal).max(100).optional().describe('Totals that the file must come to.'),
});

export type Expectations = z.output<typeof expectationsSchema>;
export type ExpectationsInput = z.input<typeof expectationsSchema>;
export type ControlTotal = z.output<typeof controlTotal>;
