import { addCell, emptyEvidence, fieldOf } from '@tributary/table-schema';
import type { ColumnSketch } from '../../local-api.ts';

const BINS = 12;
const TOP = 5;
const LONGEST = 80;

type Rows = readonly (readonly (string | null)[])[];

/** What columns of text look like in some rows, with the types these rows show where none are known. */
export function sketchColumns(
  names: readonly string[],
  rows: Rows,
  types?: readonly string[],
): ColumnSketch[] {
  return names.map((name, column) => {
    const cells = rows.map((row) => row[column] ?? null);
    const texts = cells.filter((cell) => cell !== null && cell !== '') as string[];
    const type = types?.[column] ?? typeOf(name, texts);
    const counts = new Map<string, number>();
    for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
    const top = [...counts]
      .sort(([, a], [, b]) => b - a)
      .slice(0, TOP)
      .map(([value, count]) => ({ value: value.slice(0, LONGEST), count }));
    return {
      name,
      type,
      rows: cells.length,
      nulls: cells.length - texts.length,
      distinct: counts.size,
      ...spreadOf(texts),
      top,
    };
  });
}

function typeOf(name: string, texts: readonly string[]): string {
  const evidence = emptyEvidence();
  for (const text of texts) addCell(evidence, text.trim());
  return fieldOf(name, evidence).type ?? 'string';
}

/** Least and greatest, as numbers if all are, and how numbers are spread. */
function spreadOf(texts: readonly string[]): Pick<ColumnSketch, 'min' | 'max' | 'bins'> {
  if (texts.length === 0) return {};
  const numbers = texts.map((text) => (text.trim() === '' ? Number.NaN : Number(text)));
  if (numbers.some((number) => !Number.isFinite(number))) {
    const sorted = [...texts].sort();
    return { min: sorted[0]!.slice(0, LONGEST), max: sorted.at(-1)!.slice(0, LONGEST) };
  }
  const min = numbers.reduce((a, b) => Math.min(a, b));
  const max = numbers.reduce((a, b) => Math.max(a, b));
  const bins: number[] = new Array(BINS).fill(0);
  for (const number of numbers)
    bins[max === min ? 0 : Math.min(BINS - 1, Math.floor(((number - min) / (max - min)) * BINS))]! += 1;
  return { min: String(min), max: String(max), bins };
}
