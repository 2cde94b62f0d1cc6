import type { Field } from '../schema/field.ts';
import { columnKeys } from './column-keys.ts';
import { compareTypes } from './compare-types.ts';
import { foldName, likeness } from './name-likeness.ts';

/** Names this much alike are taken for one. */
const ALIKE = 0.7;
/** Beyond so many pairs, names are not compared letter by letter: it is another table. */
const PAIRS = 2500;

/** A column that is gone and one that is new, by their indexes, which are taken for one. */
export interface Rename {
  from: number;
  to: number;
}

/**
 * Finds the columns that have another name now, carefully: a pair is one only if nothing else could be. In this order, each among
 * those that are left:
 *
 * 1. The names are the same but for case, spaces, signs and accents, and no other is. The type does not matter.
 * 2. The type is the same, the names are alike (`likeness` of 0.7 at least), and each is the most like the other, no tie.
 * 3. The type is the same, and the two stand alone in the same gap: the columns next to them before and after are the same, or
 *    the start or end of the table. A gap at both ends at once says nothing.
 */
export function findRenames(before: readonly Field[], after: readonly Field[]): Rename[] {
  const keysBefore = columnKeys(before);
  const keysAfter = columnKeys(after);
  const now = new Map(keysAfter.map((key, i) => [key, i]));
  const was = new Set(keysBefore);
  let gone = keysBefore.flatMap((key, i) => (now.has(key) ? [] : [i]));
  let fresh = keysAfter.flatMap((key, i) => (was.has(key) ? [] : [i]));
  const renames: Rename[] = [];
  const take = (pairs: readonly Rename[]) => {
    renames.push(...pairs);
    gone = gone.filter((i) => !pairs.some(({ from }) => from === i));
    fresh = fresh.filter((i) => !pairs.some(({ to }) => to === i));
  };
  const isSame = (from: number, to: number) => compareTypes(before[from]!, after[to]!) === 'same';
  take(pairByFold(before, after, gone, fresh));
  if (gone.length * fresh.length <= PAIRS) {
    take(
      pairMutual(gone, fresh, (from, to) =>
        isSame(from, to) ? likeness(before[from]!.name, after[to]!.name) : 0,
      ),
    );
  }
  const places = new Map(keysBefore.map((key, i) => [i, now.get(key) ?? -1]));
  for (const { from, to } of renames) places.set(from, to);
  take(
    gone.flatMap((from) => {
      const to = neighbourGap(from, places, after.length, before.length);
      return to !== undefined && fresh.includes(to) && isSame(from, to) ? [{ from, to }] : [];
    }),
  );
  return renames.sort((a, b) => a.from - b.from);
}

function pairByFold(
  before: readonly Field[],
  after: readonly Field[],
  gone: readonly number[],
  fresh: readonly number[],
): Rename[] {
  const group = (fields: readonly Field[], indexes: readonly number[]) =>
    Map.groupBy(indexes, (i) => foldName(fields[i]!.name));
  const others = group(after, fresh);
  return [...group(before, gone)].flatMap(([name, from]) => {
    const to = others.get(name);
    return name !== '' && from.length === 1 && to?.length === 1 ? [{ from: from[0]!, to: to[0]! }] : [];
  });
}

/** Pairs of which each is the best of the other, and better than any second. */
function pairMutual(
  gone: readonly number[],
  fresh: readonly number[],
  score: (from: number, to: number) => number,
): Rename[] {
  const scores = gone.map((from) => fresh.map((to) => score(from, to)));
  const isBest = (all: readonly number[], one: number) =>
    one >= ALIKE && all.filter((other) => other >= one).length === 1;
  return gone.flatMap((from, i) =>
    fresh.flatMap((to, j) => {
      const one = scores[i]![j]!;
      const column = scores.map((row) => row[j]!);
      return isBest(scores[i]!, one) && isBest(column, one) ? [{ from, to }] : [];
    }),
  );
}

/** Where a column would be that stands between the same two as before, if just one stands there. */
function neighbourGap(
  from: number,
  places: ReadonlyMap<number, number>,
  columns: number,
  columnsBefore: number,
): number | undefined {
  if (columnsBefore === 1 || columns === 1) return undefined;
  const left = from === 0 ? -1 : places.get(from - 1)!;
  const right = from === columnsBefore - 1 ? columns : places.get(from + 1)!;
  const isLeftGone = from > 0 && left < 0;
  return isLeftGone || right < 0 || right - left !== 2 ? undefined : left + 1;
}
