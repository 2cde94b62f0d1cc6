import type { S3Client } from '@aws-sdk/client-s3';
import {
  BadInput,
  type BadOptions,
  type ConversionReport,
  type Converter,
  runConversion,
  type SharedOptions,
} from '@tributary/codec';
import type { ObjectRef, StepOutput } from '@tributary/events';
import { InputReplaced, isPermanent } from './errors.ts';
import { createObject, type WriteSettings } from './object-sink.ts';
import { openObject, type ReadSettings } from './object-source.ts';
import { type KeptReport, reportMetadata, type Stamp, stampMetadata } from './stamp.ts';
import { lookUp, type Place, removeIfSame, type StandingObject, settle } from './standing-object.ts';
import type { StepClock } from './step-clock.ts';
import { decide } from './verdict.ts';

/** One object to convert, and where to. */
export interface Work<Options extends SharedOptions> {
  converter: Converter<Options>;
  options: Options;
  input: ObjectRef;
  output: Place;
  quarantine: Place;
  stamp: Stamp;
}

export interface ConvertTools {
  s3: S3Client;
  signal: AbortSignal;
  clock: StepClock;
  read?: Partial<ReadSettings>;
  write?: Partial<WriteSettings>;
}

export type Rejects = ObjectRef & { rows: number };

export type Conversion =
  | {
      outcome: 'completed' | 'repeated';
      output: StepOutput;
      report: KeptReport;
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
 * so that an output never stands without its rejects.
 * @throws {Transient} what a retry may mend; nothing is left behind then
 */
export async function convertObject<Options extends SharedOptions>(
  work: Work<Options>,
  tools: ConvertTools,
): Promise<Conversion> {
  const { s3, signal } = tools;
  if (work.output.bucket === work.input.bucket && work.output.key === work.input.key) {
    return refused(
      'output-is-input',
      `The output would overwrite its input s3://${work.output.bucket}/${work.output.key}`,
    );
  }
  const [standing, oldRejects] = await Promise.all([
    lookUp(s3, work.output, signal),
    lookUp(s3, work.quarantine, signal),
  ]);
  const verdict = decide(standing, work.stamp);
  if (verdict.act === 'superseded') return { outcome: 'superseded', reason: 'newer-output' };
  if (verdict.act === 'refuse') return outputTaken(work.output);
  if (verdict.act === 'repeat' && standing) {
    return repeat(work, standing, standing.report ?? (await recount(work, tools)), oldRejects?.object);
  }
  return await convertAndWrite(work, tools, standing, oldRejects);
}

async function convertAndWrite<Options extends SharedOptions>(
  work: Work<Options>,
  tools: ConvertTools,
  standing: StandingObject | undefined,
  oldRejects: StandingObject | undefined,
): Promise<Conversion> {
  const { s3, signal, clock } = tools;
  const { converter, options, stamp } = work;
  const compression = options.output.compression;
  const metadata = stampMetadata(stamp);
  const source = openObject(s3, work.input, { ...tools.read, signal });
  const sink = createObject(
    s3,
    { ...work.output, metadata, contentType: contentTypes[compression] ?? converter.output.mediaType },
    { ...tools.write, signal },
  );
  // Rejects are few and come slowly: small parts, one at a time.
  const rejects = createObject(
    s3,
    { ...work.quarantine, metadata, contentType: 'application/gzip' },
    { partBytes: 5 * 1024 * 1024, parallel: 1, signal },
  );

  async function settleRejects(
    rows: number,
  ): Promise<{ refused: boolean; object: Rejects | undefined; ours: boolean }> {
    if (rejects.bytes === 0) return { refused: false, object: undefined, ours: false };
    const settled = await settle(s3, work.quarantine, rejects, stamp, { standing: oldRejects, signal });
    switch (settled.act) {
      case 'written':
        return { refused: false, object: { ...settled.object, rows }, ours: true };
      case 'repeat':
        return { refused: false, object: { ...settled.standing.object, rows }, ours: false };
      default:
        return { refused: true, object: undefined, ours: false };
    }
  }

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
    const quarantine = await settleRejects(report.rejected);
    if (quarantine.refused) return { outcome: 'superseded', reason: 'newer-output' };
    const settled = await clock.completing(() =>
      settle(s3, work.output, sink, stamp, { standing, late: reportMetadata(report), signal }),
    );
    switch (settled.act) {
      case 'written':
        if (quarantine.object === undefined && isOlderOf(oldRejects, stamp)) {
          await removeIfSame(s3, oldRejects.object);
        }
        return {
          outcome: 'completed',
          output: describeOutput(work, settled.object, report),
          report,
          quarantine: quarantine.object,
        };
      case 'repeat':
        return {
          outcome: 'repeated',
          output: describeOutput(work, settled.standing.object, report),
          report,
          quarantine: quarantine.object,
        };
      case 'superseded':
      case 'refuse':
        if (quarantine.ours && quarantine.object) await removeIfSame(s3, quarantine.object);
        return settled.act === 'refuse'
          ? outputTaken(work.output)
          : { outcome: 'superseded', reason: 'newer-output' };
    }
  } catch (error) {
    if (error instanceof InputReplaced) return { outcome: 'superseded', reason: 'newer-input' };
    if (!isPermanent(error)) throw error;
    await sink.abort();
    const quarantine = (await settleRejects(rejectedRows)).object;
    if (quarantine === undefined && isOlderOf(oldRejects, stamp)) await removeIfSame(s3, oldRejects.object);
    return { outcome: 'rejected', error, quarantine, rejectedRows };
  } finally {
    await Promise.all([source.close(), sink.abort(), rejects.abort()]);
  }
}

/** The outcome of work that was done before. */
function repeat<Options extends SharedOptions>(
  work: Work<Options>,
  standing: StandingObject,
  report: KeptReport,
  oldRejects: ObjectRef | undefined,
): Conversion {
  return {
    outcome: 'repeated',
    output: describeOutput(work, standing.object, report),
    report,
    quarantine: report.rejected > 0 && oldRejects ? { ...oldRejects, rows: report.rejected } : undefined,
  };
}

/**
 * Counts again what an output too large to carry its report holds: converts without writing. S3 takes metadata only when
 * an upload begins, when there is nothing to report yet.
 */
async function recount<Options extends SharedOptions>(
  { converter, options, input }: Work<Options>,
  { s3, signal, clock, read }: ConvertTools,
): Promise<ConversionReport> {
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
  } finally {
    await source.close();
  }
}

const contentTypes: Record<string, string> = { gzip: 'application/gzip', zstd: 'application/zstd' };

function describeOutput<Options extends SharedOptions>(
  { converter, options }: Work<Options>,
  object: ObjectRef,
  { rows, dialect, fields }: KeptReport,
): StepOutput {
  const { compression } = options.output;
  return {
    ...object,
    rows,
    mediaType: converter.output.mediaType,
    ...(compression === 'none' ? {} : { compression }),
    ...(dialect === undefined ? {} : { dialect: { ...dialect } }),
    ...(fields === undefined ? {} : { fields }),
  };
}

/** True for a quarantine file that an earlier run over the same input left, and that no longer tells the truth. */
function isOlderOf(rejects: StandingObject | undefined, stamp: Stamp): rejects is StandingObject {
  return rejects?.stamp !== undefined && decide(rejects, stamp).act === 'write';
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
