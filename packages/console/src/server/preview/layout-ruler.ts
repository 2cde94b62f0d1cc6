import type { StepRule } from '@tributary/events/ledger';
import type { RulerField } from '../../local-api.ts';

interface LayoutField {
  name?: string;
  start?: number;
  end?: number | null;
  width?: number;
}

/** Where the columns of `bucket/key` are, if a step that takes it in has a layout. */
export function rulerOf(place: string, steps: readonly StepRule[]): RulerField[] | undefined {
  for (const { sources, options } of steps) {
    const { fields } = (options.layout ?? {}) as { fields?: LayoutField[] };
    if (Array.isArray(fields) && sources.some((source) => place.startsWith(source)))
      return placeFields(fields);
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
