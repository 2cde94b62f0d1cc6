import type { StepFacts } from '../step-events.ts';

type Profile = NonNullable<StepFacts['profile']>;

/** Columns that are told of: the emptiest. */
const mostColumns = 30;

/** What of a profile null ratios are made of: for the journal, which keeps nothing that makes events large. */
export function slimProfile(profile: Profile): Profile {
  const counted = profile.flatMap(({ name, rows, nulls }) =>
    typeof rows === 'number' && rows > 0 && typeof nulls === 'number' ? [{ name, rows, nulls }] : [],
  );
  const withNulls = counted.filter(({ nulls }) => nulls > 0);
  // One column without nulls still says that they were counted.
  if (withNulls.length === 0) return counted.slice(0, 1);
  return withNulls.sort((a, b) => b.nulls / b.rows - a.nulls / a.rows).slice(0, mostColumns);
}

/** Empty cells as a share of all, by column; without the columns that have none. Undefined if nothing was counted. */
export function nullRatiosOf(profile: Profile): Record<string, number> | undefined {
  const columns = slimProfile(profile) as { name: string; rows: number; nulls: number }[];
  if (columns.length === 0) return undefined;
  const ratios = columns
    .filter(({ nulls }) => nulls > 0)
    .map(({ name, rows, nulls }): [string, number] => [name, Math.round((nulls / rows) * 10_000) / 10_000]);
  return Object.fromEntries(ratios);
}
