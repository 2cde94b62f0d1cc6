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
import { Legs } from './legs.ts';
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
  /** No outcome yet: another invocation goes on with the work. */
  | { outcome: 'handed-over'; leg: number; bytesIn: number }
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
  const [verdict, legs] = await Promise.all([target.judge(), Legs.open(tools.leg, work, tools)]);
  if (verdict.act === 'write') return await convertAndWrite(target, legs, work, tools);
  const conversion = await giveWay(verdict, target, work, tools);
  await legs.end(true);
  return conversion;
}

async function convertAndWrite<Options extends SharedOptions, Standing extends There>(
  target: Target<Standing>,
  legs: Legs,
  work: Work<Options>,
  tools: ConvertTools,
): Promise<Conversion> {
  const { s3, signal, clock, leg, splitEvery } = tools;
  const { converter, options, places } = work;
  const { earlier } = legs;
  const replaced = target.replaced();
  const stamp = earlier?.stamp ?? (replaced === undefined ? work.stamp : { ...work.stamp, replaced });
  const id = rejectsIdOf(stamp);
  const rejectsPlace = places.rejects(id);
  const from = earlier?.conversion;
  const first = from?.input.bytesIn ?? 0;
  const ends = await openEnds(work, tools, first);
  clock.carryOn(earlier?.timings);
  leg.budget.goOnFrom(first);
  // Rejects are few and come slowly: small parts, one at a time.
  const rejects = createObject(
    s3,
    { ...rejectsPlace, metadata: stampMetadata(work.stamp), contentType: 'application/gzip' },
    { partBytes: 5 * 1024 * 1024, parallel: 1, signal, held: earlier?.rejects },
  );

  const findings = new Findings(from?.rejects.rows);
  const resumes = legs.goOn && (converter.resumes?.(options) ?? false);
  const relay = {
    due: () => leg.budget.isDue(),
    ...(from && { from }),
    ...(splitEvery && { splitEvery }),
  };
  try {
    const converted = await clock.converting(() =>
      runConversion(findings.watch(converter), options, {
        ...ends.io,
        ...findings.io,
        ...target.open(stamp, earlier?.output),
        quarantine: async () => rejects,
        ...((resumes || from) && { relay }),
        signal,
        onProgress(progress) {
          tools.progress.update(progress);
          leg.budget.watch(progress, !resumes ? 'never' : progress.splitAt > first ? 'now' : 'perhaps');
        },
      }),
    );
    const { checkpoint } = converted;
    if (checkpoint && target.hold) {
      const [output, held] = await Promise.all([target.hold(), rejects.hold()]);
      const done = { conversion: checkpoint, output, rejects: held, stamp, timings: clock.read() };
      const next = await legs.handOver(done);
      target.leave?.();
      rejects.leave();
      return { outcome: 'handed-over', leg: next.leg, bytesIn: checkpoint.input.bytesIn };
    }
    const report = { ...converted, ...(findings.facts && { facts: findings.facts }) };
    const quarantine = await keepRejects(rejectsPlace, rejects, report.rejected, work.stamp, tools);
    const schema = await keepSchema(() => places.schema(id), report, work.stamp, tools);
    const documents = await keepDocuments(findings.documents, places, report, work.stamp, tools);
    // Before the output: who comes after a fall in between finds it done, or does it again.
    if (report.remember) await ends.remember(report.remember);
    const settled = await clock.completing(() => target.settle(report));
    if (settled.act !== 'written') {
      if (settled.act === 'refuse') await removeCompanions([id], work, tools);
      const conversion = await giveWay(settled, target, work, tools, report);
      await legs.end(false);
      return conversion;
    }
    await legs.end(false);
    await removeCompanions(
      settled.outdated.filter((outdated) => outdated !== id),
      work,
      tools,
    );
    return { outcome: 'completed', ...settled.written, report, quarantine, schema, documents };
  } catch (error) {
    if (error instanceof InputReplaced) {
      await legs.end(false);
      return { outcome: 'superseded', reason: 'newer-input' };
    }
    if (!isPermanent(error)) {
      await legs.forgetIfGone(error);
      // A retry goes on from where this invocation did.
      if (legs.earlier) {
        target.leave?.();
        rejects.leave();
      }
      throw error;
    }
    await target.abort();
    await legs.end(false);
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
