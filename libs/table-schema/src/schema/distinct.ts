import type * as z from 'zod';

/** Items of a list that are a value by itself or an object of it, with a label or without. */
type Item = string | number | { value: string | number; label?: string | undefined };

/** Refuses a value that stands in the list before, where the standard wants each once, and a label of two values. */
export function refuseRepeats(items: readonly Item[], context: z.RefinementCtx): void {
  const values = new Set<string>();
  const labels = new Set<string>();
  items.forEach((item, i) => {
    const { value, label } = typeof item === 'object' ? item : { value: item };
    const path = typeof item === 'object' ? [i, 'value'] : [i];
    if (values.has(String(value))) refuse(path, `${JSON.stringify(value)} is in the list already`);
    values.add(String(value));
    if (label === undefined) return;
    if (labels.has(label)) refuse([i, 'label'], `${JSON.stringify(label)} is the label of another value`);
    labels.add(label);
  });
  function refuse(path: PropertyKey[], message: string): void {
    context.addIssue({ code: 'custom', path, message });
  }
}
