import type { FieldMatcher } from '@tributary/events/pattern';

/** The pattern of keys with a prefix and one of the suffixes; undefined if any key will do. */
export function keyPattern(prefix: string, suffixes: readonly string[]): FieldMatcher[] | undefined {
  // Prefix and suffix of one key can only be asked for together by a wildcard.
  if (suffixes.length > 0)
    return suffixes.map((suffix) => ({ wildcard: `${literal(prefix)}*${literal(suffix)}` }));
  return prefix === '' ? undefined : [{ prefix }];
}

/** Text as a wildcard takes it for itself. */
export function literal(text: string): string {
  return text.replaceAll(/[\\*]/g, (special) => `\\${special}`);
}
