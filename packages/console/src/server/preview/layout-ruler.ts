import type { StepRule } from '@tributary/events/ledger';
import type { RulerField } from '../../local-api.ts';

interface LayoutField {
  name?: string;
  start?: number;
  end?: number | null;
  width?: number;
}

/**
 * Where the columns of `bucket/key` are, if a step that takes it in has a layout.
 * @param readOptions reads options that lie in an object of their own
 */
export async function rulerOf(
  place: string,
  steps: readonly StepRule[],
  readOptions: (at: { bucket: string; key: string }) => Promise<unknown>,
): Promise<RulerField[] | undefined> {
  for (const { sources, options, optionsRef } of steps) {
    if (!sources.some((source) => place.startsWith(source))) continue;
    const referenced = optionsRef === undefined ? {} : ((await readOptions(optionsRef)) as object);
    const { layout } = { ...referenced, ...options } as { layout?: { fields?: LayoutField[] } };
    if (Array.isArray(layout?.fields)) return placeFields(layout.fields);
  }
  return undefined;
}

function placeFields(fields: readonly LayoutField[]): RulerField[] {
  let at = 0;
  const placed: RulerField[] = [];
  for (const { name, start = at, end, width } of fields) {
    const to = width === undefined ? (end ?? start + 40) : start + width;
    if (name !== undefined) placed.push({ name, start, end: to });
    at = to;
  }
  return placed;
}
