import * as z from 'zod';

/**
 * - `running`: a step has started and not ended.
 * - `stuck`: the same, and silent for longer than any attempt may take.
 * - `completed`: all that was begun has its outputs, whole.
 * - `partly-rejected`: the same, but some rows are in quarantine.
 * - `rejected`: an input can never pass; a report says why.
 * - `failed`: Lambda has given up on a step.
 * - `superseded`: a newer input's output stands there.
 * - `skipped`: there was nothing to do, for instance a folder marker.
 */
export const runStates = [
  'running',
  'stuck',
  'completed',
  'partly-rejected',
  'rejected',
  'failed',
  'superseded',
  'skipped',
] as const;

export const runState = z.enum(runStates);
export type RunState = z.output<typeof runState>;

/** What a run is called if its steps differ: the first of these that any of them is in. */
const precedence: readonly RunState[] = [
  'failed',
  'stuck',
  'running',
  'rejected',
  'partly-rejected',
  'superseded',
  'completed',
  'skipped',
];

/** The state of a run out of those of its steps. */
export function worstState(states: Iterable<RunState>): RunState {
  const found = new Set(states);
  return precedence.find((state) => found.has(state)) ?? 'running';
}
