import { type CellKind, isTyped, kindOf } from './cell-kind.ts';
import type { SampleRow } from './cut-rows.ts';

/** Rows of the body whose kinds are looked at. */
export const LOOKED_AT = 300;

export const kindsOf = ({ cells }: SampleRow): CellKind[] => cells.map(kindOf);

/** The kind that nearly all filled cells of a column have, unless they are just text. */
function typeOf(column: readonly CellKind[]): CellKind | undefined {
  const present = column.filter((kind) => kind !== 'empty');
  const counts = new Map<CellKind, number>();
  for (const kind of present) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const [kind, count] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? ['text' as const, 0];
  return isTyped(kind) && count >= 0.8 * present.length ? kind : undefined;
}

/** What the columns of a table hold, those that hold something other than text. */
export function columnTypes(body: readonly SampleRow[], length: number): (CellKind | undefined)[] {
  const rows = body.filter(({ cells }) => cells.length >= length).map(kindsOf);
  return Array.from({ length }, (_, column) => typeOf(rows.map((row) => row[column]!)));
}
