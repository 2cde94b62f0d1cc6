import {
  BadInput,
  type BadOptions,
  type ConversionIo,
  type ConversionReport,
  type Converter,
  runConversion,
  type SharedOptions,
} from '@tributary/codec';
import type { StepSchema } from '@tributary/events';
import {
  findRejects,
  findSchema,
  keepRejects,
  keepSchema,
  type Rejects,
  removeCompanions,
} from './companions.ts';
import { InputReplaced, isInputLost, isPermanent } from './errors.ts';
import { openObjectFile } from './object-file.ts';
import { createObject } from './object-sink.ts';
import { openObject } from './object-source.ts';
import { PartsTarget } from './parts-target.ts';
import { SingleTarget } from './single-target.ts';
import { type KeptReport, rejectsIdOf, stampMetadata } from './stamp.ts';
import { lookUp, type Place } from './standing-object.ts';
import type { ConvertTools, Target, There, Work, Written } from './target.ts';
import type { Verdict } from './verdict.ts';

export type { ConvertTools, Work } from './target.ts';

export type Conversion =
  | ({
      outcome: 'completed' | 'repeated';
      /** Undefined if the work was done before, and what came of it cannot be counted any more. */
      report: KeptReport | undefined;
      quarantine: Rejects | undefined;
      schema: StepSchema | undefined;
    } & Written)
  | { outcome: 'superseded'; reason: 'newer-input' | 'newer-output' }
  | {
      outcome: 'rejected';
      error: BadInput | BadOptions;
      quarantine: Rejects | undefined;
      rejectedRows: number;
    };

/**
 * Converts one object into another, or into several, once: however often and in whatever order it is asked to, by however
 * many at a time, the output ends as that of the newest input, whole or not at all. The quarantine file and the schema
 * are written before the output, so that an output never stands without them; those of the output before are removed after.
 * @throws {Transient} what a retry may mend. There is no new output then, or one of several objects whose manifest says
 * that it is not whole; a quarantine file may be there, and the retry takes it for its own
 */
export async function convertObject<Options extends SharedOptions>(
  work: Work<Options>,
  tools: ConvertTools,
): Promise<Conversion> {
  return work.converter.writesParts?.(work.options)
    ? await convertInto(new PartsTarget(work, tools), work, tools)
    : await convertInto(new SingleTarget(work, tools), work, tools);
}

async function convertInto<Options extends SharedOptions, Standing extends There>(
  target: Target<Standing>,
  work: Work<Options>,
  tools: ConvertTools,
): Promise<Conversion> {
  const { input, places } = work;
  if (places.output.bucket === input.bucket && places.output.key === input.key) {
    return refused(
      'output-is-input',
      `The output would overwrite its input s3://${places.output.bucket}/${places.output.key}`,
    );
  }
  const verdict = await target.judge();
  if (verdict.act !== 'write') return await giveWay(verdict, target, work, tools);
  return await convertAndWrite(target, work, tools);
}

async function convertAndWrite<Options extends SharedOptions, Standing extends There>(
  target: Target<Standing>,
  work: Work<Options>,
  tools: ConvertTools,
): Promise<Conversion> {
  const { s3, signal, clock } = tools;
  const { converter, options, places } = work;
  const replaced = target.replaced();
  const stamp = replaced === undefined ? work.stamp : { ...work.stamp, replaced };
  const id = rejectsIdOf(stamp);
  const rejectsPlace = places.rejects(id);
  const input = openInput(work, tools);
  // Rejects are few and come slowly: small parts, one at a time.
  const rejects = createObject(
    s3,
    { ...rejectsPlace, metadata: stampMetadata(work.stamp), contentType: 'application/gzip' },
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
        ...input.io,
        ...target.open(stamp),
        quarantine: async () => rejects,
        signal,
      }),
    );
    const quarantine = await keepRejects(rejectsPlace, rejects, report.rejected, work.stamp, tools);
    const schema = await keepSchema(() => places.schema(id), report, work.stamp, tools);
    const settled = await clock.completing(() => target.settle(report));
    if (settled.act !== 'written') {
      if (settled.act === 'refuse') await removeCompanions([id], places, tools);
      return await giveWay(settled, target, work, tools, report);
    }
    await removeCompanions(
      settled.outdated.filter((outdated) => outdated !== id),
      places,
      tools,
    );
    return { outcome: 'completed', ...settled.written, report, quarantine, schema };
  } catch (error) {
    if (error instanceof InputReplaced) return { outcome: 'superseded', reason: 'newer-input' };
    if (!isPermanent(error)) throw error;
    await target.abort();
    // Meanwhile another delivery may have come through, or a newer input: then this one's faults are nobody's concern.
    const verdict = await target.judge();
    if (verdict.act === 'repeat' || verdict.act === 'superseded') {
      return await giveWay(verdict, target, work, tools);
    }
    // Of an input that went away half read, another delivery may yet have them all.
    const quarantine = isInputLost(error)
      ? undefined
      : await keepRejects(rejectsPlace, rejects, rejectedRows, work.stamp, tools);
    return { outcome: 'rejected', error, quarantine, rejectedRows };
  } finally {
    await Promise.all([input.close(), target.abort(), rejects.abort()]);
  }
}

/**
 * The outcome where what stands at the output key leaves nothing to write.
 * @param counted the report, if the work was done in vain
 */
async function giveWay<Options extends SharedOptions, Standing extends There>(
  verdict: Exclude<Verdict<Standing>, { act: 'write' }> & { at?: Place },
  target: Target<Standing>,
  work: Work<Options>,
  tools: ConvertTools,
  counted?: KeptReport,
): Promise<Conversion> {
  const { places } = work;
  const ours = rejectsIdOf(work.stamp);
  switch (verdict.act) {
    case 'refuse':
      return outputTaken(verdict.at ?? places.output);
    case 'superseded':
      await target.tidy();
      await removeCompanions([ours], places, tools);
      return { outcome: 'superseded', reason: 'newer-output' };
    case 'repeat': {
      const { stamp, report: kept } = verdict.of;
      const theirs = rejectsIdOf(stamp);
      const others = stamp.replaced === undefined ? [ours] : [ours, stamp.replaced];
      await target.tidy();
      await removeCompanions(
        others.filter((id) => id !== theirs),
        places,
        tools,
      );
      const report = counted ?? kept ?? (await findReport(() => places.schema(theirs), work, tools));
      return {
        outcome: 'repeated',
        ...target.tell(verdict.of, report),
        report,
        quarantine: await findRejects(places.rejects(theirs), report?.rejected, tools),
        schema: await findSchema(() => places.schema(theirs), report, tools),
      };
    }
  }
}

/** The report of an output too large to carry it: the inferred schema beside it does, or the rows are counted again. */
async function findReport<Options extends SharedOptions>(
  schema: () => Place,
  work: Work<Options>,
  tools: ConvertTools,
): Promise<KeptReport | undefined> {
  const beside = work.converter.readsTwice?.(work.options)
    ? await lookUp(tools.s3, schema(), tools)
    : undefined;
  return beside?.report ?? (await recount(work, tools));
}

/**
 * Counts again what an output too large to carry its report holds: converts without writing. S3 takes metadata only when
 * an upload begins, when there is nothing to report yet. Undefined if the input is no longer there: the output still is.
 */
async function recount<Options extends SharedOptions>(
  work: Work<Options>,
  tools: ConvertTools,
): Promise<ConversionReport | undefined> {
  const { converter, options } = work;
  const input = openInput(work, tools);
  const nowhere = { async write() {}, async end() {} };
  try {
    return await tools.clock.converting(() =>
      runConversion(
        converter,
        { ...options, output: { ...options.output, compression: 'none' } },
        {
          ...input.io,
          sink: nowhere,
          openPart: async () => nowhere,
          quarantine: async () => nowhere,
          signal: tools.signal,
        },
      ),
    );
  } catch (error) {
    if (isInputLost(error)) return undefined;
    throw error;
  } finally {
    await input.close();
  }
}

/** The input as it was at its event, as often as it is asked for. */
function openInput<Options extends SharedOptions>(
  { converter, options, input, hints, metadata }: Work<Options>,
  { s3, read, signal, clock }: ConvertTools,
): {
  io: Pick<ConversionIo, 'source' | 'reopen' | 'file' | 'hints' | 'metadata'> & { source: object };
  close(): Promise<void>;
} {
  const open = () => openObject(s3, input, { ...read, signal });
  let current = open();
  const file = converter.readsAnywhere?.(options)
    ? openObjectFile(s3, input, { ...(read?.stallMs && { stallMs: read.stallMs }), signal })
    : undefined;
  return {
    io: {
      source: clock.source(current),
      ...(file && { file: clock.file(file) }),
      hints,
      metadata,
      async reopen() {
        await current.close();
        current = open();
        return clock.source(current);
      },
    },
    close: async () => {
      await Promise.all([current.close(), file?.close()]);
    },
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
