import { AbortMultipartUploadCommand } from '@aws-sdk/client-s3';
import type { ConversionCheckpoint } from '@tributary/codec';
import { type Handover, MAX_LEGS, type StepTimings } from '@tributary/events';
import type { CompanionTools } from './companions.ts';
import { Transient } from './errors.ts';
import { type LegState, readLegState, removeLegState, writeLegState } from './leg-state.ts';
import type { HeldObject } from './object-sink.ts';
import { handoverExtension, type Places } from './places.ts';
import { digest, isSameWork, rejectsIdOf, type Stamp } from './stamp.ts';
import type { Place } from './standing-object.ts';
import type { TimeBudget } from './time-budget.ts';

/** Where an invocation stands among those that share the work of one step, and how it wakes the next. */
export interface Leg {
  given: Handover | undefined;
  /** Id of the invocation: a retry by Lambda has the same, and leaves its state in the same place. */
  invocation: string;
  budget: TimeBudget;
  /** Wakes the next one. @throws {Transient} `events-not-put` */
  publish(handover: Omit<Handover, 'invocation'>, progress: { bytesIn: number }): Promise<void>;
}

/**
 * What an invocation has from those before it, and what it leaves to the next. Everything follows from input, options and code,
 * so a state is right however often it is gone on from, and by however many: the parts that two of them send are the same, and which of
 * them ends the upload does not matter.
 */
export class Legs {
  readonly #leg: Leg;
  readonly #places: Places;
  readonly #stamp: Stamp;
  readonly #tools: CompanionTools;
  #earlier: LegState | undefined;
  #states: Place[] = [];

  private constructor(leg: Leg, { places, stamp }: { places: Places; stamp: Stamp }, tools: CompanionTools) {
    this.#leg = leg;
    this.#places = places;
    this.#stamp = stamp;
    this.#tools = tools;
  }

  /** With what there is of earlier work. None is there if it has ended meanwhile, or was another version's. */
  static async open(leg: Leg, work: { places: Places; stamp: Stamp }, tools: CompanionTools): Promise<Legs> {
    const legs = new Legs(leg, work, tools);
    if (leg.given === undefined) return legs;
    const state = await readLegState(leg.given.state, tools);
    if (state === undefined) return legs;
    legs.#earlier = state;
    legs.#states = [...state.former, leg.given.state];
    if (isSameWork(state.stamp, work.stamp)) return legs;
    await legs.end(true);
    legs.#earlier = undefined;
    return legs;
  }

  get earlier(): LegState | undefined {
    return this.#earlier;
  }

  /** Whether there may be another after this one. */
  get goOn(): boolean {
    return this.#number < MAX_LEGS;
  }

  get #number(): number {
    return this.#leg.given?.leg ?? 1;
  }

  /**
   * Leaves the work to another invocation.
   * @throws {Transient} `s3-failed`, `events-not-put`: then nobody else goes on with it, or in vain
   */
  async handOver(done: {
    conversion: ConversionCheckpoint;
    output: HeldObject;
    rejects: HeldObject;
    stamp: Stamp;
    timings: StepTimings;
  }): Promise<{ leg: number }> {
    const leg = this.#number + 1;
    const name = `${leg}-${digest([this.#leg.invocation]).slice(0, 12)}${handoverExtension}`;
    const state = this.#places.handover(rejectsIdOf(this.#stamp), name);
    await writeLegState(state, { ...done, former: this.#states }, this.#tools);
    await this.#leg.publish({ leg, state }, { bytesIn: done.conversion.input.bytesIn });
    return { leg };
  }

  /**
   * Removes what was left for this invocation and those before. The step is done by then, so it does not fail for that.
   * @param unfinished also the uploads that it was to go on with
   */
  async end(unfinished: boolean): Promise<void> {
    const { s3, warn } = this.#tools;
    const removals = this.#states.map((place) => removeLegState(place, this.#tools));
    const uploads = unfinished && this.#earlier ? [this.#earlier.output, this.#earlier.rejects] : [];
    const { output, rejects } = this.#places;
    const at = [output, rejects(rejectsIdOf(this.#earlier?.stamp ?? this.#stamp))];
    const aborts = uploads.map(async ({ uploadId }, index) => {
      const { bucket, key } = at[index]!;
      if (uploadId === undefined) return;
      await s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId }));
    });
    for (const { reason } of (await Promise.allSettled([...removals, ...aborts])).filter(
      (one) => one.status === 'rejected',
    ))
      if ((reason as Error).name !== 'NoSuchUpload')
        warn('What was left for this invocation stays behind', { error: reason });
    this.#states = [];
  }

  /** An upload that is no more cannot be gone on with: a retry finds nothing of it, and begins anew. */
  async forgetIfGone(error: unknown): Promise<void> {
    if (error instanceof Transient && error.code === 'upload-gone') await this.end(true);
  }
}
