import {
  BadInput,
  type ConversionReport,
  MAX_PARTS,
  type OutputPart,
  type PartSink,
  partNamer,
  type SharedOptions,
  streamCompression,
} from '@tributary/codec';
import type { StepOutput } from '@tributary/events';
import { commitParts, type PendingPart } from './commit-parts.ts';
import { idsBehind } from './companions.ts';
import { decideManifest, lookUpManifest, type ManifestFile, type StandingManifest } from './manifest.ts';
import { createObject } from './object-sink.ts';
import { isSameWork, rejectsIdOf, type Stamp, stampMetadata } from './stamp.ts';
import { lookUp } from './standing-object.ts';
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
import type { Verdict } from './verdict.ts';
import { mapLimited } from './waiting.ts';

/** Many are open at once: the least that S3 takes, so that memory is this for each of them. */
const partBytes = 5 * 1024 * 1024;

/** An output of several objects, under a manifest. */
export class PartsTarget<Options extends SharedOptions> implements Target<StandingManifest> {
  readonly #work: Work<Options>;
  readonly #tools: ConvertTools;
  readonly #parts: PendingPart[] = [];
  #standing: StandingManifest | undefined;
  #stamp: Stamp;

  constructor(work: Work<Options>, tools: ConvertTools) {
    this.#work = work;
    this.#tools = tools;
    this.#stamp = work.stamp;
  }

  async judge(): Promise<Verdict<StandingManifest>> {
    this.#standing = await lookUpManifest(this.#tools.s3, this.#work.places.manifest(), this.#tools);
    const verdict = decideManifest(this.#standing, this.#stamp);
    // Files that were taken away or damaged since are made again, as a single output would be.
    return verdict.act === 'repeat' && !(await this.#isWhole(verdict.of))
      ? { act: 'write', condition: { etag: verdict.of.etag } }
      : verdict;
  }

  replaced(): string | undefined {
    const standing = this.#standing;
    // Begun before by this very work: what that took the place of.
    if (isSameWork(standing?.stamp, this.#stamp)) return standing?.stamp?.replaced;
    return standing && idsBehind(standing)[0];
  }

  open(stamp: Stamp): { openPart: (part: OutputPart) => Promise<PartSink> } {
    this.#stamp = stamp;
    const { places } = this.#work;
    const nameOf = partNamer(places.stem, places.extension);
    return { openPart: async (part) => this.#openPart(part, places.part(nameOf(part))) };
  }

  async settle(report: ConversionReport): Promise<Settlement<StandingManifest>> {
    const { places } = this.#work;
    const single = await lookUp(this.#tools.s3, places.output, this.#tools);
    const committed = await commitParts({
      place: places.manifest(),
      stamp: this.#stamp,
      report,
      parts: this.#parts,
      standing: this.#standing,
      single,
      tools: this.#tools,
    });
    if (committed.act !== 'written') return committed;
    return {
      act: 'written',
      written: this.#describe(committed.manifest),
      outdated: [
        ...[committed.replaced, single].flatMap((there) => (there ? idsBehind(there) : [])),
        ...(this.#stamp.replaced === undefined ? [] : [this.#stamp.replaced]),
      ],
    };
  }

  /** Removes what a writer has left who was overtaken as it committed. What cannot be removed is told, and tried again. */
  async tidy(): Promise<void> {
    const { manifest, stamp } = this.#standing ?? {};
    if (manifest?.state !== 'done' || stamp?.origin !== this.#stamp.origin) return;
    try {
      await removeFormer(this.#work.places.output.bucket, manifest.former, manifest.stamp, this.#tools);
    } catch (error) {
      this.#tools.warn('Files of an earlier output stay behind', { error });
    }
  }

  tell(there: StandingManifest): Written {
    return this.#describe(there);
  }

  async abort(): Promise<void> {
    await mapLimited(this.#parts, 8, ({ sink }) => sink.abort());
  }

  async #openPart(part: OutputPart, place: { bucket: string; key: string }): Promise<PartSink> {
    const { converter, options, input } = this.#work;
    const { s3, signal, clock } = this.#tools;
    if (place.bucket === input.bucket && place.key === input.key) {
      throw new BadInput({
        code: 'output-is-input',
        what: `The output would overwrite its input s3://${place.bucket}/${place.key}`,
      });
    }
    if (this.#parts.length === MAX_PARTS) {
      throw new BadInput({
        code: 'too-many-parts',
        what: 'The options make too many files of one input',
        expected: `<= ${MAX_PARTS} files`,
      });
    }
    const sink = createObject(
      s3,
      {
        ...place,
        metadata: stampMetadata(this.#stamp),
        contentType: contentTypeOf(converter, options),
      },
      { partBytes: partBytesOf(rejectsIdOf(this.#stamp), partBytes), parallel: 1, signal },
    );
    const pending: PendingPart = { place, sink, rows: 0, partition: Object.fromEntries(part.partition) };
    this.#parts.push(pending);
    return {
      write: clock.sink(sink).write,
      async end({ rows }) {
        pending.rows = rows;
        await clock.completing(() => sink.seal());
      },
    };
  }

  async #isWhole({ manifest }: StandingManifest): Promise<boolean> {
    const { bucket } = this.#work.places.output;
    const same = await mapLimited(manifest?.files ?? [], 8, async ({ key, etag }) => {
      const there = await lookUp(this.#tools.s3, { bucket, key }, this.#tools);
      return there?.etag === etag;
    });
    return !same.includes(false);
  }

  #describe({ manifest, object }: StandingManifest): Written {
    const files = manifest?.files ?? [];
    const outputs = files.map((file) => this.#describeFile(file));
    return { outputs, manifest: { ...object, files: files.length } };
  }

  #describeFile({ key, etag = '', bytes, versionId, rows, partition }: ManifestFile): StepOutput {
    const { converter, options, places } = this.#work;
    const { compression } = streamCompression(converter, options);
    return {
      bucket: places.output.bucket,
      key,
      etag,
      bytes,
      ...(versionId !== undefined && { versionId }),
      rows,
      mediaType: converter.output.mediaType,
      ...(compression === 'none' ? {} : { compression }),
      ...(partition && { partition }),
    };
  }
}
