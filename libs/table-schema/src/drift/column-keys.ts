import type { Field } from '../schema/field.ts';

/** For each column what tells it from all others: its name and, where several have that, which of them it is. */
export function columnKeys(columns: readonly Field[]): string[] {
  const seen = new Map<string, number>();
  return columns.map(({ name }) => {
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return `${before} ${name}`;
  });
}
