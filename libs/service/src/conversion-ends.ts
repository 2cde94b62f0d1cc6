import { type ConversionIo, runConversion, type SharedOptions } from '@tributary/codec';
import { isInputLost } from './errors.ts';
import { Findings } from './findings.ts';
import { recall, remember } from './memory.ts';
import { openObjectFile } from './object-file.ts';
import { openObject } from './object-source.ts';
import { openReference } from './references.ts';
import type { KeptReport } from './stamp.ts';
import { lookUp } from './standing-object.ts';
import type { ConvertTools, Work } from './target.ts';

/** What a conversion reads, and what it leaves for later ones: the input, references, what is remembered. */
export interface Ends {
  io: Pick<
    ConversionIo,
    'source' | 'reopen' | 'file' | 'hints' | 'metadata' | 'openReference' | 'remembered' | 'clock'
  >;
  remember(value: Readonly<Record<string, unknown>>): Promise<void>;
  close(): Promise<void>;
}

/**
 * The input as it was at its event, as often as it is asked for, and the rest.
 * @param first byte of the input that is read
 */
export async function openEnds<Options extends SharedOptions>(
  work: Work<Options>,
  tools: Omit<ConvertTools, 'leg' | 'progress'>,
  first = 0,
): Promise<Ends> {
  const { converter, options, input, hints, metadata, places, references, moment } = work;
  const { s3, read, signal, clock } = tools;
  const recollection = converter.remembers?.(options)
    ? await recall(places.memory(), moment, tools)
    : undefined;
  const open = () => openObject(s3, input, { ...read, signal, first });
  let current = open();
  const file = converter.readsAnywhere?.(options)
    ? openObjectFile(s3, input, { ...(read?.stallMs && { stallMs: read.stallMs }), signal })
    : undefined;
  const others: { close(): Promise<void> }[] = [];
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
      async openReference(_place, name) {
        const reference = openReference(s3, references[name]!, { ...read, signal });
        others.push(reference);
        return reference;
      },
      // By the root's: the age of a file does not grow by the steps it has been through.
      clock: { now: Date.now, arrived: Date.parse(moment.time) },
      ...(recollection?.value && { remembered: recollection.value }),
    },
    async remember(value) {
      if (recollection) await remember(places.memory(), moment, value, recollection, tools);
    },
    close: async () => {
      await Promise.all([current.close(), file?.close(), ...others.map((other) => other.close())]);
    },
  };
}

/**
 * The report of an output too large to carry it: the inferred schema or a document beside it does, or the rows are counted
 * again.
 * @param id of what lies beside it
 */
export async function findReport<Options extends SharedOptions>(
  id: string,
  work: Work<Options>,
  tools: ConvertTools,
): Promise<KeptReport | undefined> {
  const { converter, options, places } = work;
  const beside = [
    ...(converter.readsTwice?.(options) ? [() => places.schema(id)] : []),
    ...(converter.documents ?? []).map((name) => () => places.document(id, name)),
  ];
  for (const place of beside) {
    const there = await lookUp(tools.s3, place(), tools);
    if (there?.report) return there.report;
  }
  return await recount(work, tools);
}

/**
 * Counts again what an output too large to carry its report holds: converts without writing. S3 takes metadata only when
 * an upload begins, when there is nothing to report yet. Undefined if the input is no longer there: the output still is.
 */
async function recount<Options extends SharedOptions>(
  work: Work<Options>,
  tools: ConvertTools,
): Promise<KeptReport | undefined> {
  const { converter, options } = work;
  const ends = await openEnds(work, tools);
  const findings = new Findings();
  const nowhere = { async write() {}, async end() {} };
  try {
    const report = await tools.clock.converting(() =>
      runConversion(
        converter,
        { ...options, output: { ...options.output, compression: 'none' } },
        {
          ...ends.io,
          ...findings.io,
          sink: nowhere,
          openPart: async () => nowhere,
          quarantine: async () => nowhere,
          signal: tools.signal,
        },
      ),
    );
    return { ...report, ...(findings.facts && { facts: findings.facts }) };
  } catch (error) {
    if (isInputLost(error)) return undefined;
    throw error;
  } finally {
    await ends.close();
  }
}
