import type { Run, StepRun } from '@tributary/events/ledger';
import type { ColumnSketch } from '../../local-api.ts';

/** A step's profile of all rows, as far as its event had room for it; undefined if it has made none. */
export function profileOf({ facts }: StepRun): ColumnSketch[] | undefined {
  const columns = (facts?.profile ?? []) as (Partial<ColumnSketch> & { name: string })[];
  if (columns.length === 0) return undefined;
  return columns.map((column) => ({ type: '', rows: 0, nulls: 0, distinct: 0, top: [], ...column }));
}

/** The step of a run that has profiled an object, which it took in or wrote. */
export function profilerOf({ steps }: Run, bucket: string, key: string): StepRun | undefined {
  return steps.find(
    ({ facts, input, outputs }) =>
      facts?.profile !== undefined &&
      [input, ...outputs].some((object) => object?.bucket === bucket && object.key === key),
  );
}
