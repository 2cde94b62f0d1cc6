import { compareSequencers } from '@tributary/events';
import type { WriteCondition } from './object-sink.ts';
import type { Stamp } from './stamp.ts';

/** What stands at the output key now. */
export interface Standing {
  etag: string;
  /** Undefined for an object that none of our services wrote. */
  stamp: Stamp | undefined;
}

export type Verdict =
  | { act: 'write'; condition: WriteCondition }
  /** The same work was done before: publish its outcome again. */
  | { act: 'repeat' }
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
 * | same fingerprint                        | repeat                         |
 * | newer sequencer                         | superseded                     |
 * | older or same sequencer, other options, version or input version | write if it is still that one |
 */
export function decide(standing: Standing | undefined, ours: Stamp): Verdict {
  if (standing === undefined) return { act: 'write', condition: { absent: true } };
  const { etag, stamp } = standing;
  if (stamp === undefined) return { act: 'write', condition: { etag } };
  if (stamp.origin !== ours.origin) return { act: 'refuse' };
  if (stamp.fingerprint === ours.fingerprint) return { act: 'repeat' };
  if (compareSequencers(stamp.sequencer, ours.sequencer) > 0) return { act: 'superseded' };
  return { act: 'write', condition: { etag } };
}
