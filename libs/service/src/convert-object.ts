import { BadInput, type BadOptions, type Facts, runConversion, type SharedOptions } from '@tributary/codec';
import type { StepDocument, StepSchema } from '@tributary/events';
import {
  findRejects,
  findSchema,
  keepRejects,
  keepSchema,
  type Rejects,
  removeCompanions,
} from './companions.ts';
import { findReport, openEnds } from './conversion-ends.ts';
import { findDocuments, keepDocuments } from './documents.ts';
import { InputReplaced, isInputLost, isPermanent } from './errors.ts';
import { Findings } from './findings.ts';
import { createObject } from './object-sink.ts';
import { PartsTarget } from './parts-target.ts';
import { PassedTarget } from './passed-target.ts';
import { SingleTarget } from './single-target.ts';
import { type KeptReport, rejectsIdOf, stampMetadata } from './stamp.ts';
import type { Place } from './standing-object.ts';
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
      documents: StepDocument[];
    } & Written)
  | { outcome: 'superseded'; reason: 'newer-input' | 'newer-output' }
  | {
      outcome: 'rejected';
      error: BadInput | BadOptions;
      quarantine: Rejects | undefined;
      rejectedRows: number;
      documents: StepDocument[];
      facts: Facts | undefined;
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
  const { converter, options, input, places } = work;
  if (converter.passesOn?.(options)) return await convertInto(new PassedTarget(work, tools), work, tools);
  if (places.output.bucket === input.bucket && places.output.key === input.key) {
    return refuse(
      'output-is-input',
      `The output would overwrite its input s3://${places.output.bucket}/${places.output.key}`,
    );
  }
  return converter.writesParts?.(options)
    ? await convertInto(new PartsTarget(work, tools), work, tools)
    : await convertInto(new SingleTarget(work, tools), work, tools);
}

async function convertInto<Options extends SharedOptions, Standing extends There>(
  target: Target<Standing>,
  work: Work<Options>,
  tools: ConvertTools,
): Promise<Conversion> {
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
  const ends = await openEnds(work, tools);
  // Rejects are few and come slowly: small parts, one at a time.
  const rejects = createObject(
    s3,
    { ...rejectsPlace, metadata: stampMetadata(work.stamp), contentType: 'application/gzip' },
    { partBytes: 5 * 1024 * 1024, parallel: 1, signal },
  );

  const findings = new Findings();
  try {
    const converted = await clock.converting(() =>
      runConversion(findings.watch(converter), options, {
        ...ends.io,
        ...findings.io,
        ...target.open(stamp),
        quarantine: async () => rejects,
        signal,
      }),
    );
    const report = { ...converted, ...(findings.facts && { facts: findings.facts }) };
    const quarantine = await keepRejects(rejectsPlace, rejects, report.rejected, work.stamp, tools);
    const schema = await keepSchema(() => places.schema(id), report, work.stamp, tools);
    const documents = await keepDocuments(findings.documents, places, report, work.stamp, tools);
    // Before the output: who comes after a fall in between finds it done, or does it again.
    if (report.remember) await ends.remember(report.remember);
    const settled = await clock.completing(() => target.settle(report));
    if (settled.act !== 'written') {
      if (settled.act === 'refuse') await removeCompanions([id], work, tools);
      return await giveWay(settled, target, work, tools, report);
    }
    await removeCompanions(
      settled.outdated.filter((outdated) => outdated !== id),
      work,
      tools,
    );
    return { outcome: 'completed', ...settled.written, report, quarantine, schema, documents };
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
    const lost = isInputLost(error);
    const { rejectedRows, facts } = findings;
    const quarantine = lost
      ? undefined
      : await keepRejects(rejectsPlace, rejects, rejectedRows, work.stamp, tools);
    const documents = lost
      ? []
      : await keepDocuments(findings.documents, places, undefined, work.stamp, tools);
    return { outcome: 'rejected', error, quarantine, rejectedRows, documents, facts };
  } finally {
    await Promise.all([ends.close(), target.abort(), rejects.abort()]);
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
      await removeCompanions([ours], work, tools);
      return { outcome: 'superseded', reason: 'newer-output' };
    case 'repeat': {
      const { stamp, report: kept } = verdict.of;
      const theirs = rejectsIdOf(stamp);
      const others = stamp.replaced === undefined ? [ours] : [ours, stamp.replaced];
      await target.tidy();
      await removeCompanions(
        others.filter((id) => id !== theirs),
        work,
        tools,
      );
      const report = counted ?? kept ?? (await findReport(theirs, work, tools));
      return {
        outcome: 'repeated',
        ...target.tell(verdict.of, report),
        report,
        quarantine: await findRejects(places.rejects(theirs), report?.rejected, tools),
        schema: await findSchema(() => places.schema(theirs), report, tools),
        documents: await findDocuments(stamp, report?.documents ?? [], places, tools),
      };
    }
  }
}

function outputTaken({ bucket, key }: Place): Conversion {
  return refuse(
    'output-taken',
    `s3://${bucket}/${key} is the output of another input, which writing would lose`,
  );
}

function refuse(code: string, what: string): Conversion {
  return refused(new BadInput({ code, what }));
}

/** The outcome of a file that was rejected before anything was read. */
export function refused(error: BadInput | BadOptions): Conversion {
  return {
    outcome: 'rejected',
    error,
    quarantine: undefined,
    rejectedRows: 0,
    documents: [],
    facts: undefined,
  };
}
