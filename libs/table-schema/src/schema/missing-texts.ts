import type { MissingValues } from './missing-values.ts';

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
