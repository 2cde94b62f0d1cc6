import type { Field } from '../schema/field.ts';
import { columnKeys } from './column-keys.ts';
import { compareTypes, describeType } from './compare-types.ts';
import type { Drift, DriftChange, DriftPolicy } from './drift.ts';
import { findRenames } from './rename.ts';

/** Changes that are listed; an event holds two lists of them. */
const LISTED = 20;
const SHOWN = 100;
const STRICTNESS = ['allow', 'warn', 'reject'] as const;

/**
 * Compares the columns that were with those that are.
 *
 * - **renamed**: of the columns that are gone and those that are new, the pairs that `findRenames` makes.
 * - **added**, **removed**: those of no pair.
 * - **reordered**: the fewest columns that must move to bring those that are left (renamed ones too) into their new order.
 * - **retyped**: a column, renamed or not, whose field is of another type; see `compareTypes`. Compared with a schema, a narrower
 *   type is none: the values that one file happens to have are always few.
 *
 * @param against what `before` is: the schema, or the columns of the last accepted file
 */
export function compareColumns(
  before: readonly Field[],
  after: readonly Field[],
  policy: DriftPolicy,
  against: Drift['against'],
): Drift {
  const changes: DriftChange[] = [];
  const keysBefore = columnKeys(before);
  const keysAfter = columnKeys(after);
  const now = new Map(keysAfter.map((key, i) => [key, i]));
  const was = new Set(keysBefore);
  /** For each column before, where it is now. */
  const places = keysBefore.map((key) => now.get(key));
  for (const { from, to } of findRenames(before, after)) {
    places[from] = to;
    changes.push(change('renamed', after[to]!.name, before[from]!.name, after[to]!.name));
  }
  before.forEach((field, i) => {
    if (places[i] === undefined) changes.push(change('removed', field.name, describeType(field), undefined));
  });
  const kept = new Set(places);
  after.forEach((field, i) => {
    if (!was.has(keysAfter[i]!) && !kept.has(i))
      changes.push(change('added', field.name, undefined, describeType(field)));
  });
  for (const [from, to] of moved(places)) {
    changes.push(change('reordered', after[to]!.name, `column ${from + 1}`, `column ${to + 1}`));
  }
  before.forEach((field, i) => {
    const to = places[i];
    const effect = to === undefined ? 'same' : compareTypes(field, after[to]!);
    if (to === undefined || effect === 'same' || (effect === 'narrowed' && against === 'schema')) return;
    const types = [describeType(field), describeType(after[to]!)] as const;
    changes.push({ ...change('retyped', after[to]!.name, ...types), effect, policy: policy.retyped[effect] });
  });
  return summarise(changes, against);

  function change(kind: DriftChange['kind'], name: string, from?: string, to?: string): DriftChange {
    const entry: DriftChange = { kind, name: cut(name), policy: kind === 'retyped' ? 'allow' : policy[kind] };
    if (from !== undefined) entry.from = cut(from);
    if (to !== undefined) entry.to = cut(to);
    return entry;
  }
}

function summarise(changes: DriftChange[], against: Drift['against']): Drift {
  const counts: Drift['counts'] = {};
  for (const { kind } of changes) counts[kind] = (counts[kind] ?? 0) + 1;
  const strictness = (change: DriftChange) => STRICTNESS.indexOf(change.policy);
  const sorted = changes.toSorted((a, b) => strictness(b) - strictness(a));
  return {
    against,
    verdict: sorted[0]?.policy ?? 'allow',
    total: changes.length,
    counts,
    changes: sorted.slice(0, LISTED),
  };
}

function cut(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN).toWellFormed()}…` : text;
}

/** The columns outside of a longest run of those that keep their order, as places before and now. */
function moved(places: readonly (number | undefined)[]): [from: number, to: number][] {
  const pairs = places.flatMap((to, from) => (to === undefined ? [] : [[from, to] as [number, number]]));
  // Patience sorting: the last of each pile is the least end of a run of that length.
  const ends: number[] = [];
  const previous: number[] = [];
  pairs.forEach(([, to], i) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[ends[middle]!]![1] < to) low = middle + 1;
      else high = middle;
    }
    previous[i] = low > 0 ? ends[low - 1]! : -1;
    ends[low] = i;
  });
  const stay = new Set<number>();
  for (let i = ends.at(-1) ?? -1; i >= 0; i = previous[i]!) stay.add(i);
  return pairs.filter((_, i) => !stay.has(i));
}
