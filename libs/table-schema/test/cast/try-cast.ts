import { expect } from 'vitest';
import { type CellValue, compileCast, fieldSchema } from '../../src/index.ts';

/** What a field's cast gives for a text: the value, or `bad` with what was expected. */
export function tryCast(field: Record<string, unknown>, text: string): CellValue | { bad: string } {
  const result = compileCast(fieldSchema.parse({ name: 'x', ...field }))(text);
  return 'value' in result ? result.value : { bad: result.expected };
}

/** Equals any refusal. */
export const bad: unknown = { bad: expect.any(String) };
