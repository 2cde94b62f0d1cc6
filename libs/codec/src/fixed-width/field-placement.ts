import type { LayoutField } from './layout.ts';

/** A column of the output with its place in the record: [start, end), in the layout's unit. */
export interface PlacedField {
  name: string;
  /** Of the field in the layout. */
  index: number;
  start: number;
  /** null: to the end of the record. */
  end: number | null;
  trim?: LayoutField['trim'];
  pad?: string | undefined;
}

/** Works out where each named field lies; fields by `width` follow one another. */
export function placeFields(fields: LayoutField[]): PlacedField[] {
  const placed: PlacedField[] = [];
  let next = 0;
  fields.forEach(({ name, start, end, width, trim, pad }, index) => {
    const from = width === undefined ? (start ?? 0) : next;
    const to = width === undefined ? (end ?? null) : from + width;
    if (to !== null) next = to;
    if (name !== undefined) placed.push({ name, index, start: from, end: to, trim, pad });
  });
  return placed;
}
