import {
  type ConversionIo,
  type ConversionReport,
  type Converter,
  type SharedOptions,
  streamCompression,
} from '@tributary/codec';
import { compareSequencers, type ObjectRef, type StepManifest, type StepOutput } from '@tributary/events';
import type { CompanionTools } from './companions.ts';
import type { Leg } from './legs.ts';
import type { Moment } from './memory.ts';
import type { ReadSettings } from './object-range.ts';
import type { HeldObject, WriteSettings } from './object-sink.ts';
import type { Places } from './places.ts';
import type { ProgressLog } from './progress-log.ts';
import type { References } from './references.ts';
import type { KeptReport, Stamp } from './stamp.ts';
import { lookUp, type Place, removeIfSame } from './standing-object.ts';
import type { StepClock } from './step-clock.ts';
import type { Standing, Verdict } from './verdict.ts';
import { mapLimited } from './waiting.ts';

/** One object to convert, and where to. */
export interface Work<Options extends SharedOptions> {
  converter: Converter<Options>;
  options: Options;
  input: ObjectRef;
  /** What the converter is told of the input. */
  hints: NonNullable<ConversionIo['hints']>;
  /** What the converter writes of it into the output, where the format has a place for it. */
  metadata: Record<string, string>;
  places: Places;
  stamp: Stamp;
  /** Other objects that the converter may read, by name. */
  references: References;
  /** When the input came, for what is remembered of earlier ones. */
  moment: Moment;
  /** What the key of the input is taken relative to. */
  sourcePrefix: string;
}

export interface ConvertTools extends CompanionTools {
  clock: StepClock;
  leg: Leg;
  progress: ProgressLog;
  read?: Partial<ReadSettings>;
  write?: Partial<WriteSettings>;
  /** See `Relay.splitEvery`. */
  splitEvery?: number;
}

/** What stands where the output goes. */
export interface There extends Standing {
  report: KeptReport | undefined;
}

/** An output as the step's event tells it. */
export interface Written {
  outputs: StepOutput[];
  manifest?: StepManifest;
  /** Where the outputs lie if not where the step writes. */
  output?: { bucket: string; prefix: string };
}

export type Settlement<Standing extends There> =
  /** `outdated`: ids of companions of outputs that are no more. */
  | { act: 'written'; written: Written; outdated: string[] }
  | (Exclude<Verdict<Standing>, { act: 'write' }> & { at?: Place });

/**
 * Where an output goes, one object or several: there whole in the end, or not at all.
 *
 * `judge` first; if it says `write`: `open`, write, `settle`; `abort` in any case.
 */
export interface Target<Standing extends There> {
  /** What is to be done, going by what stands there now. */
  judge(): Promise<Verdict<Standing>>;
  /** Which ids of companions an output made now takes the place of; known once it was judged. */
  replaced(): string | undefined;
  /** @param held by an earlier invocation; only where the converter `resumes` */
  open(stamp: Stamp, held?: HeldObject): Pick<ConversionIo, 'sink' | 'discard' | 'openPart'>;
  /** For another invocation: what it needs to go on; and to leave it what there is. Only where the converter `resumes`. */
  hold?(): Promise<HeldObject>;
  leave?(): void;
  settle(report: ConversionReport): Promise<Settlement<Standing>>;
  /** Clears away what may have been left by others, where nothing is to be written. */
  tidy(): Promise<void>;
  tell(there: Standing, report: KeptReport | undefined): Written;
  /** Leaves nothing behind that was not settled. Safe to call at any time. */
  abort(): Promise<void>;
}

const contentTypes: Record<string, string> = { gzip: 'application/gzip', zstd: 'application/zstd' };

/** That of the compression, where there is one around the output. */
export function contentTypeOf<Options extends SharedOptions>(
  converter: Converter<Options>,
  options: Options,
): string {
  return contentTypes[streamCompression(converter, options).compression] ?? converter.output.mediaType;
}

/**
 * Parts of uploads differ a little in size from one piece of work to the next. The ETag of a multipart upload follows from its
 * bytes and its part size: so the same bytes under a newer sequencer have another, and an older writer that saw the first
 * loses its condition.
 */
export function partBytesOf(id: string, least: number): number {
  return least + 256 * Number.parseInt(id.slice(0, 2), 16);
}

/**
 * Removes objects that outputs of the same input have left, unless they are of a newer one or of this very work.
 * @throws {Transient} `s3-failed`, `output-unreadable`
 */
export async function removeFormer(
  bucket: string,
  keys: Iterable<string>,
  ours: Stamp,
  { s3, signal }: Pick<CompanionTools, 's3' | 'signal'>,
): Promise<void> {
  await mapLimited([...keys], 8, async (key) => {
    const there = await lookUp(s3, { bucket, key }, { signal });
    if (there?.stamp?.origin !== ours.origin) return;
    const age = compareSequencers(there.stamp.sequencer, ours.sequencer);
    if (age > 0 || (age === 0 && there.stamp.fingerprint === ours.fingerprint)) return;
    await removeIfSame(s3, there.object, signal);
  });
}
