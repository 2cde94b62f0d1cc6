import {
  BadInput,
  type BadOptions,
  type ConversionReport,
  type Converter,
  runConversion,
  type SharedOptions,
  streamCompression,
} from '@tributary/codec';
import type { ObjectRef, StepOutput } from '@tributary/events';
import { InputReplaced, isInputLost, isPermanent } from './errors.ts';
import { createObject, type WriteSettings, writeDefaults } from './object-sink.ts';
import { openObject, type ReadSettings } from './object-source.ts';
import {
  findRejects,
  keepRejects,
  type Rejects,
  type RejectsTools,
  rejectsBehind,
  removeRejects,
} from './rejects.ts';
import { type KeptReport, rejectsIdOf, reportMetadata, type Stamp, stampMetadata } from './stamp.ts';
import { lookUp, type Place, type StandingObject, settle } from './standing-object.ts';
import type { StepClock } from './step-clock.ts';
import { decide, type Verdict } from './verdict.ts';

/** One object to convert, and where to. */
export interface Work<Options extends SharedOptions> {
  converter: Converter<Options>;
  options: Options;
  input: ObjectRef;
  output: Place;
  /** Where the quarantine file goes that is called by an id: see `rejectsIdOf`. */
  rejects: (id: string) => Place;
  stamp: Stamp;
}

export interface ConvertTools extends RejectsTools {
  clock: StepClock;
  read?: Partial<ReadSettings>;
  write?: Partial<WriteSettings>;
}

export type Conversion =
  | {
      outcome: 'completed' | 'repeated';
      output: StepOutput;
      /** Undefined if the work was done before, and what came of it cannot be counted any more. */
      report: KeptReport | undefined;
      quarantine: Rejects | undefined;
    }
  | { outcome: 'superseded'; reason: 'newer-input' | 'newer-output' }
  | {
      outcome: 'rejected';
      error: BadInput | BadOptions;
      quarantine: Rejects | undefined;
      rejectedRows: number;
    };

/**
 * Converts one object into another, once: however often and in whatever order it is asked to, by however many at a time,
 * the output ends as that of the newest input, whole or not at all. The quarantine file is written before the output,
 * so that an output never stands without its rejects; that of the output before is removed after.
 * @throws {Transient} what a retry may mend. There is no new output then; a quarantine file may be there, and the retry
 * takes it for its own
 */
export async function convertObject<Options extends SharedOptions>(
  work: Work<Options>,
  tools: ConvertTools,
): Promise<Conversion> {
  const { input, output, stamp } = work;
  if (output.bucket === input.bucket && output.key === input.key) {
    return refused(
      'output-is-input',
      `The output would overwrite its input s3://${output.bucket}/${output.key}`,
    );
  }
  const standing = await lookUp(tools.s3, output, tools);
  const verdict = decide(standing, stamp);
  if (verdict.act !== 'write') return await giveWay(verdict, work, tools);
  return await convertAndWrite(work, tools, standing);
}

async function convertAndWrite<Options extends SharedOptions>(
  work: Work<Options>,
  tools: ConvertTools,
  standing: StandingObject | undefined,
): Promise<Conversion> {
  const { s3, signal, clock } = tools;
  const { converter, options, stamp } = work;
  const { compression } = streamCompression(converter, options);
  const rejectsId = rejectsIdOf(stamp);
  const rejectsPlace = work.rejects(rejectsId);
  const replaced = standing && rejectsBehind(standing)[0];
  const source = openObject(s3, work.input, { ...tools.read, signal });
  const sink = createObject(
    s3,
    {
      ...work.output,
      metadata: stampMetadata(replaced === undefined ? stamp : { ...stamp, replaced }),
      contentType: contentTypes[compression] ?? converter.output.mediaType,
    },
    { ...tools.write, partBytes: partBytesOf(rejectsId, tools.write?.partBytes), signal },
  );
  // Rejects are few and come slowly: small parts, one at a time.
  const rejects = createObject(
    s3,
    { ...rejectsPlace, metadata: stampMetadata(stamp), contentType: 'application/gzip' },
    { partBytes: 5 * 1024 * 1024, parallel: 1, signal },
  );

  let rejectedRows = 0;
  const counting: Converter<Options> = {
    ...converter,
    convert: (io, given) => {
      const reject: typeof io.reject = (row) => {
        rejectedRows++;
        io.reject(row);
      };
      return converter.convert({ ...io, reject }, given);
    },
  };

  try {
    const report = await clock.converting(() =>
      runConversion(counting, options, {
        source: clock.source(source),
        sink: clock.sink(sink),
        quarantine: async () => rejects,
        signal,
      }),
    );
    const quarantine = await keepRejects(rejectsPlace, rejects, report.rejected, stamp, tools);
    const settled = await clock.completing(() =>
      settle(s3, work.output, sink, stamp, { standing, late: reportMetadata(report), signal }),
    );
    if (settled.act !== 'written') {
      if (settled.act === 'refuse') await removeRejects([rejectsPlace], tools);
      return await giveWay(settled, work, tools, report);
    }
    const outdated = settled.replaced ? rejectsBehind(settled.replaced) : [];
    await removeRejects(outdated.filter((id) => id !== rejectsId).map(work.rejects), tools);
    return {
      outcome: 'completed',
      output: describeOutput(work, settled.object, report),
      report,
      quarantine,
    };
  } catch (error) {
    if (error instanceof InputReplaced) return { outcome: 'superseded', reason: 'newer-input' };
    if (!isPermanent(error)) throw error;
    await sink.abort();
    // Meanwhile another delivery may have come through, or a newer input: then this one's faults are nobody's concern.
    const verdict = decide(await lookUp(s3, work.output, tools), stamp);
    if (verdict.act === 'repeat' || verdict.act === 'superseded') return await giveWay(verdict, work, tools);
    // Of an input that went away half read, another delivery may yet have them all.
    const quarantine = isInputLost(error)
      ? undefined
      : await keepRejects(rejectsPlace, rejects, rejectedRows, stamp, tools);
    return { outcome: 'rejected', error, quarantine, rejectedRows };
  } finally {
    await Promise.all([source.close(), sink.abort(), rejects.abort()]);
  }
}

/**
 * A little more than asked for, another little for each piece of work. The ETag of a multipart upload follows from its
 * bytes and its part size: so the same bytes under a newer sequencer have another, and an older writer that saw the first
 * loses its condition.
 */
function partBytesOf(id: string, least = writeDefaults.partBytes): number {
  return least + 256 * Number.parseInt(id.slice(0, 2), 16);
}

/**
 * The outcome where what stands at the output key leaves nothing to write.
 * @param counted the report, if the work was done in vain
 */
async function giveWay<Options extends SharedOptions>(
  verdict: Exclude<Verdict<StandingObject>, { act: 'write' }>,
  work: Work<Options>,
  tools: ConvertTools,
  counted?: KeptReport,
): Promise<Conversion> {
  const ours = rejectsIdOf(work.stamp);
  switch (verdict.act) {
    case 'refuse':
      return outputTaken(work.output);
    case 'superseded':
      await removeRejects([work.rejects(ours)], tools);
      return { outcome: 'superseded', reason: 'newer-output' };
    case 'repeat': {
      const { object, stamp, report: kept } = verdict.of;
      const theirs = rejectsIdOf(stamp);
      const others = stamp.replaced === undefined ? [ours] : [ours, stamp.replaced];
      await removeRejects(others.filter((id) => id !== theirs).map(work.rejects), tools);
      const report = counted ?? kept ?? (await recount(work, tools));
      return {
        outcome: 'repeated',
        output: describeOutput(work, object, report),
        report,
        quarantine: await findRejects(work.rejects(theirs), report?.rejected, tools),
      };
    }
  }
}

/**
 * Counts again what an output too large to carry its report holds: converts without writing. S3 takes metadata only when
 * an upload begins, when there is nothing to report yet. Undefined if the input is no longer there: the output still is.
 */
async function recount<Options extends SharedOptions>(
  { converter, options, input }: Work<Options>,
  { s3, signal, clock, read }: ConvertTools,
): Promise<ConversionReport | undefined> {
  const source = openObject(s3, input, { ...read, signal });
  const nowhere = { async write() {} };
  try {
    return await clock.converting(() =>
      runConversion(
        converter,
        { ...options, output: { ...options.output, compression: 'none' } },
        { source: clock.source(source), sink: nowhere, quarantine: async () => nowhere, signal },
      ),
    );
  } catch (error) {
    if (isInputLost(error)) return undefined;
    throw error;
  } finally {
    await source.close();
  }
}

const contentTypes: Record<string, string> = { gzip: 'application/gzip', zstd: 'application/zstd' };

function describeOutput<Options extends SharedOptions>(
  { converter, options }: Work<Options>,
  object: ObjectRef,
  report: KeptReport | undefined,
): StepOutput {
  const { compression } = streamCompression(converter, options);
  return {
    ...object,
    ...(report && { rows: report.rows }),
    mediaType: converter.output.mediaType,
    ...(compression === 'none' ? {} : { compression }),
    ...(report?.dialect && { dialect: { ...report.dialect } }),
    ...(report?.fields && { fields: report.fields }),
  };
}

function outputTaken({ bucket, key }: Place): Conversion {
  return refused(
    'output-taken',
    `s3://${bucket}/${key} is the output of another input, which writing would lose`,
  );
}

function refused(code: string, what: string): Conversion {
  return { outcome: 'rejected', error: new BadInput({ code, what }), quarantine: undefined, rejectedRows: 0 };
}
