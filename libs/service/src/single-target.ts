import {
  type ByteSink,
  type ConversionReport,
  type SharedOptions,
  streamCompression,
} from '@tributary/codec';
import type { ObjectRef } from '@tributary/events';
import { idsBehind } from './companions.ts';
import { decideManifest, keysBehind, lookUpManifest, type StandingManifest } from './manifest.ts';
import { createObject, type HeldObject, type ObjectSink, writeDefaults } from './object-sink.ts';
import { type KeptReport, rejectsIdOf, reportMetadata, type Stamp, stampMetadata } from './stamp.ts';
import { lookUp, removeIfSame, type StandingObject, settle } from './standing-object.ts';
import {
  type ConvertTools,
  contentTypeOf,
  partBytesOf,
  removeFormer,
  type Settlement,
  type Target,
  type Work,
  type Written,
} from './target.ts';
import { decide, type Verdict } from './verdict.ts';

/** An output of one object. */
export class SingleTarget<Options extends SharedOptions> implements Target<StandingObject> {
  readonly #work: Work<Options>;
  readonly #tools: ConvertTools;
  #standing: StandingObject | undefined;
  /** Of an output of several objects, which other options have made of the same input. */
  #former: StandingManifest | undefined;
  #sink: ObjectSink | undefined;
  #stamp: Stamp;

  constructor(work: Work<Options>, tools: ConvertTools) {
    this.#work = work;
    this.#tools = tools;
    this.#stamp = work.stamp;
  }

  async judge(): Promise<Verdict<StandingObject>> {
    const { converter, places } = this.#work;
    const [standing, former] = await Promise.all([
      lookUp(this.#tools.s3, places.output, this.#tools),
      converter.writesParts && lookUpManifest(this.#tools.s3, places.manifest(), this.#tools),
    ]);
    this.#standing = standing;
    this.#former = former;
    const other = decideManifest(former, this.#stamp);
    return other.act === 'refuse' || other.act === 'superseded' ? other : decide(standing, this.#stamp);
  }

  replaced(): string | undefined {
    return this.#idsBehind()[0];
  }

  open(stamp: Stamp, held?: HeldObject): { sink: ByteSink; discard: () => Promise<void> } {
    this.#stamp = stamp;
    this.#sink = this.#create(held);
    return {
      sink: this.#tools.clock.sink({ write: (bytes) => this.#sink!.write(bytes) }),
      discard: async () => {
        await this.#sink!.abort();
        this.#sink = this.#create();
      },
    };
  }

  #create(held?: HeldObject): ObjectSink {
    const { converter, options, places } = this.#work;
    const { s3, signal, write } = this.#tools;
    const stamp = this.#stamp;
    return createObject(
      s3,
      {
        ...places.output,
        metadata: stampMetadata(stamp),
        contentType: contentTypeOf(converter, options),
      },
      {
        ...write,
        partBytes: partBytesOf(rejectsIdOf(stamp), write?.partBytes ?? writeDefaults.partBytes),
        signal,
        held,
      },
    );
  }

  hold(): Promise<HeldObject> {
    return this.#sink!.hold();
  }

  leave(): void {
    this.#sink?.leave();
  }

  async settle(report: ConversionReport): Promise<Settlement<StandingObject>> {
    const { s3, signal } = this.#tools;
    const late = reportMetadata(report);
    const standing = this.#standing;
    const settled = await settle(s3, this.#work.places.output, this.#sink!, this.#stamp, {
      standing,
      late,
      signal,
    });
    if (settled.act !== 'written') return settled;
    this.#standing = settled.replaced;
    const outdated = this.#idsBehind();
    await this.tidy();
    return { act: 'written', written: this.#describe(settled.object, report), outdated };
  }

  /** Dissolves an output of several objects that this one takes the place of. Fails the step if it cannot: a retry goes on. */
  async tidy(): Promise<void> {
    const { output } = this.#work.places;
    if (this.#former?.manifest === undefined) return;
    if (decideManifest(this.#former, this.#stamp).act !== 'write') return;
    const keys = keysBehind(this.#former.manifest).filter((key) => key !== output.key);
    await removeFormer(output.bucket, keys, this.#stamp, this.#tools);
    await removeIfSame(this.#tools.s3, this.#former.object, this.#tools.signal);
  }

  tell(there: StandingObject, report: KeptReport | undefined): Written {
    return this.#describe(there.object, report);
  }

  async abort(): Promise<void> {
    await this.#sink?.abort();
  }

  #idsBehind(): string[] {
    return [this.#standing, this.#former].flatMap((there) => (there ? idsBehind(there) : []));
  }

  #describe(object: ObjectRef, report: KeptReport | undefined): Written {
    const { converter, options } = this.#work;
    const { compression } = streamCompression(converter, options);
    const output = {
      ...object,
      ...(report && { rows: report.rows }),
      mediaType: converter.output.mediaType,
      ...(compression === 'none' ? {} : { compression }),
      ...(report?.dialect && { dialect: { ...report.dialect } }),
      ...(report?.fields && { fields: report.fields }),
    };
    return { outputs: [output] };
  }
}
