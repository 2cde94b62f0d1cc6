import type { HeldOutput } from '../compression/deflate.ts';
import type { InflateStart } from '../compression/inflate.ts';
import type { Checkpoint } from '../converter.ts';
import type { HeldRejects } from './quarantine.ts';
import type { HeldCounts } from './threshold.ts';

/** All that one run of a conversion leaves to the next: JSON, but for the bytes held. */
export interface ConversionCheckpoint {
  converter: Checkpoint;
  /** Where the source of the next run has to begin. */
  input: InflateStart;
  output: HeldOutput;
  rejects: HeldRejects;
  counts: HeldCounts;
}

/** A conversion in several runs, whose outputs together are, byte for byte, that of a single one. For a converter that `resumes`. */
export interface Relay {
  /** Whether to stop at the next record boundary; asked often. */
  due(): boolean;
  /** What the run before left; the sources then begin at `from.input.bytesIn`. */
  from?: ConversionCheckpoint;
  /** Compressed bytes between places where a run may begin. */
  splitEvery?: number;
}

/** Going back to such a place costs inflating less than this once more. */
export const defaultSplitEvery = 16 * 1024 * 1024;
