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

type MissingValues = z.output<typeof missingValuesSchema>;

/** Texts of missing values of a field: its own, else those of its schema, else only the empty text. */
export function missingTexts(
  schema: { missingValues?: MissingValues | undefined },
  field: { missingValues?: MissingValues | undefined } = {},
): string[] {
  const values = field.missingValues ?? schema.missingValues ?? [''];
  return values.map((value) => (typeof value === 'string' ? value : value.value));
}

/**
 * Tells missing values from others, by the whole text before any cast.
 * @example `compileIsMissing({ missingValues: ['', 'NA'] })('NA')` is true
 */
export function compileIsMissing(
  schema: { missingValues?: MissingValues | undefined },
  field: { missingValues?: MissingValues | undefined } = {},
): (text: string) => boolean {
  const texts = new Set(missingTexts(schema, field));
  return (text) => texts.has(text);
}
