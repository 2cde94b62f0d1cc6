import type { ConversionReport, SharedOptions } from '@tributary/codec';
import type { ObjectRef, StepOutput } from '@tributary/events';
import * as z from 'zod';
import { idsBehind } from './companions.ts';
import { putText, readText } from './small-object.ts';
import { type KeptReport, type Stamp, stampMetadata } from './stamp.ts';
import { type Place, whileContended } from './standing-object.ts';
import type { ConvertTools, Settlement, Target, Work, Written } from './target.ts';
import { decide, type Standing, type Verdict } from './verdict.ts';

const pass = z.object({
  version: z.literal(1),
  stamp: z.object({
    fingerprint: z.string(),
    sequencer: z.string(),
    origin: z.string(),
    run: z.string(),
    replaced: z.string().optional(),
  }),
  report: z.custom<KeptReport>((value) => typeof value === 'object' && value !== null),
  /** The input, as the step's event tells it. */
  output: z.custom<StepOutput>((value) => typeof value === 'object' && value !== null),
});

interface StandingPass extends Standing {
  object: ObjectRef;
  report: KeptReport | undefined;
  /** Undefined, as is the stamp, if none of our services wrote it. */
  output: StepOutput | undefined;
}

/**
 * The output of a step that only judges is its input, where it lies. That it has passed is said by a small object under
 * `_passed/`, which is to it what its metadata is to an output that is written: stamp and report.
 */
export class PassedTarget<Options extends SharedOptions> implements Target<StandingPass> {
  readonly #work: Work<Options>;
  readonly #tools: ConvertTools;
  readonly #place: Place;
  #standing: StandingPass | undefined;
  #stamp: Stamp;

  constructor(work: Work<Options>, tools: ConvertTools) {
    this.#work = work;
    this.#tools = tools;
    this.#place = work.places.passed();
    this.#stamp = work.stamp;
  }

  async judge(): Promise<Verdict<StandingPass>> {
    this.#standing = await this.#lookUp();
    return this.#placed(decide(this.#standing, this.#stamp));
  }

  replaced(): string | undefined {
    return this.#standing && idsBehind(this.#standing)[0];
  }

  open(stamp: Stamp): object {
    this.#stamp = stamp;
    return {};
  }

  async settle(report: ConversionReport): Promise<Settlement<StandingPass>> {
    const { s3, signal } = this.#tools;
    const output = this.#describe(report);
    const text = `${JSON.stringify({ version: 1, stamp: this.#stamp, report: keptOf(report), output }, null, 1)}\n`;
    return await whileContended<Settlement<StandingPass>>(this.#place, signal, async (sure) => {
      if (sure !== undefined) this.#standing = await this.#lookUp(sure);
      const verdict = decide(this.#standing, this.#stamp);
      if (verdict.act !== 'write') return this.#placed(verdict);
      await putText(s3, this.#place, text, verdict.condition, stampMetadata(this.#stamp), signal);
      const outdated = this.#standing ? idsBehind(this.#standing) : [];
      return { act: 'written', written: this.#written(output), outdated };
    });
  }

  async tidy(): Promise<void> {}

  tell({ output }: StandingPass): Written {
    return this.#written(output!);
  }

  async abort(): Promise<void> {}

  #written(output: StepOutput): Written {
    const { bucket } = this.#work.input;
    return { outputs: [output], output: { bucket, prefix: this.#work.sourcePrefix } };
  }

  #describe(report: ConversionReport): StepOutput {
    const { input } = report.compression;
    return {
      ...this.#work.input,
      rows: report.rows,
      mediaType: report.passed!.mediaType,
      ...(input === 'none' ? {} : { compression: input }),
      ...(report.dialect && { dialect: { ...report.dialect } }),
      ...(report.fields && { fields: report.fields }),
    };
  }

  /** The same, with the object that it is about: what stands there is not at the place of an output. */
  #placed<Judged extends Verdict<StandingPass>>(verdict: Judged): Judged & { at: Place } {
    return { ...verdict, at: this.#place };
  }

  async #lookUp(sure?: boolean): Promise<StandingPass | undefined> {
    const { s3, signal } = this.#tools;
    const found = await readText(s3, this.#place, { signal, sure });
    if (found === undefined) return undefined;
    const { object } = found;
    const read = readPass(found.text);
    const { stamp, report, output } = read ?? {};
    return { etag: object.etag, object, stamp: stamp as Stamp | undefined, report, output };
  }
}

function keptOf({
  rows,
  rejected,
  dialect,
  fields,
  notices,
  schema,
  documents,
  facts,
}: KeptReport): KeptReport {
  return {
    rows,
    rejected,
    notices,
    ...(dialect && { dialect }),
    ...(fields && { fields }),
    ...(schema && { schema }),
    ...(documents && { documents }),
    ...(facts && { facts }),
  };
}

function readPass(text: string): z.output<typeof pass> | undefined {
  try {
    return pass.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
