import { compareSequencers } from '@tributary/events';
import type { WriteCondition } from './object-sink.ts';
import type { Stamp } from './stamp.ts';

/** What stands at the output key now. */
export interface Standing {
  etag: string;
  /** Undefined for an object that none of our services wrote. */
  stamp: Stamp | undefined;
}

export type Verdict<There extends Standing = Standing> =
  | { act: 'write'; condition: WriteCondition }
  /** The same work was done before: publish its outcome again. */
  | { act: 'repeat'; of: There & { stamp: Stamp } }
  /** A newer input's output stands there. */
  | { act: 'superseded' }
  /** Another input's output stands there: writing would lose it. */
  | { act: 'refuse' };

/**
 * What to do about the output key. Whoever loses a write under the condition asks again, so it holds under races too.
 *
 * | there                                   | verdict                        |
 * | --------------------------------------- | ------------------------------ |
 * | nothing                                 | write if still absent          |
 * | an object without our stamp             | write if it is still that one  |
 * | made of another input                   | refuse                         |
 * | same fingerprint, same or newer sequencer | repeat                       |
 * | newer sequencer                         | superseded                     |
 * | older sequencer, or the same with other options, version or input version | write if it is still that one |
 *
 * The same bytes under a newer sequencer are written again, though they would be the same: an input that went from A to B
 * and back must leave a stamp that keeps B, still under way, from coming after.
 */
export function decide<There extends Standing>(standing: There | undefined, ours: Stamp): Verdict<There> {
  if (standing === undefined) return { act: 'write', condition: { absent: true } };
  const { etag, stamp } = standing;
  if (stamp === undefined) return { act: 'write', condition: { etag } };
  if (stamp.origin !== ours.origin) return { act: 'refuse' };
  const age = compareSequencers(stamp.sequencer, ours.sequencer);
  if (age >= 0 && stamp.fingerprint === ours.fingerprint) {
    return { act: 'repeat', of: { ...standing, stamp } };
  }
  return age > 0 ? { act: 'superseded' } : { act: 'write', condition: { etag } };
}
