import type { Compression } from '../compression/signature.ts';
import type {
  Attachment,
  Converter,
  ConvertIo,
  ConvertReport,
  Facts,
  InputHints,
  OutputPart,
  PartSink,
} from '../converter.ts';
import { BadInput } from '../errors.ts';
import { type SharedOptions, streamCompression } from '../options.ts';
import type { ByteFile, ByteSink, ByteSource } from '../ports.ts';
import type { ConversionCheckpoint, Relay } from './checkpoint.ts';
import { Documents } from './documents.ts';
import { InputFile } from './input-file.ts';
import { InputPasses } from './input-passes.ts';
import { Outputs } from './outputs.ts';
import { Quarantine } from './quarantine.ts';
import { References } from './references.ts';
import { Threshold } from './threshold.ts';

/** The ends of a conversion. Whoever opened a sink closes it, whole or not at all. */
export interface ConversionIo {
  /** As it lies there, compressed or not. */
  source: ByteSource;
  /** Opens the same bytes from their start again; `source` is read no more then. For a converter that `readsTwice`. */
  reopen?: () => Promise<ByteSource>;
  /** The same bytes at any place. For a converter that `readsAnywhere`. */
  file?: ByteFile;
  /** Left out where the converter `writesParts` or `passesOn`. */
  sink?: ByteSink;
  /** Forgets all that was written to `sink`, so that it begins anew. */
  discard?: () => Promise<void>;
  /** For a converter that `writesParts`. */
  openPart?: (part: OutputPart) => Promise<PartSink>;
  /** What is known of the input from elsewhere. */
  hints?: InputHints;
  /** Where the output comes from, to be written into it by a format that has a place for it. */
  metadata?: Record<string, string>;
  /** Opens the place for rejected rows; called once, and only if there are any. Gzipped JSON Lines are written to it. */
  quarantine: () => Promise<ByteSink>;
  /** Takes a document that belongs beside the output, before it is known whether there will be one. */
  attach?: (document: Attachment) => void;
  /** Takes facts of the input, likewise. */
  tell?: (facts: Facts) => void;
  /** Opens the table at a place that the converter's `references` name, compressed or not. For a converter that has any. */
  openReference?: (place: string, name: string) => Promise<ByteSource>;
  /** What the last accepted file of the same source had remembered. */
  remembered?: Readonly<Record<string, unknown>>;
  /** For a converter that goes by the age of its input. */
  clock?: NonNullable<ConvertIo['clock']>;
  /** For a converter that `resumes`: when to stop before the end, and what an earlier run left. */
  relay?: Relay;
  signal?: AbortSignal;
  /** Called after each read, some hundred times a gigabyte. */
  onProgress?: (progress: ConversionProgress) => void;
}

/** All in bytes but `pass`, and of all runs so far. */
export interface ConversionProgress {
  /** Over the input, from 1. */
  pass: number;
  /** Read from the source in this pass, compressed; of what is read at any place, every time it is read. */
  bytesIn: number;
  /** Compressed bytes before the last place from which another run could begin; 0 if there is none yet. */
  splitAt: number;
  /** Read by the converter in this pass. */
  bytesInflated: number;
  /** Written by the converter. */
  bytesConverted: number;
  /** Written to the sink, compressed. */
  bytesOut: number;
}

export interface ConversionReport extends Omit<ConvertReport, 'stopped'>, ConversionProgress {
  /** There if the conversion stopped before its end. Nothing is complete then, and the report is of what has been done so far. */
  checkpoint?: ConversionCheckpoint;
  /** What was found on the way in and written on the way out; `none` where the format compresses by itself. */
  compression: { input: Compression; output: Compression };
  /** There if rows were rejected. */
  quarantine?: { rows: number; bytes: number };
  /** Names of those that were attached, if any. */
  documents?: readonly string[];
}

/**
 * Runs a converter from end to end: inflate, convert, deflate at the same time, bad rows to quarantine, thresholds.
 * Memory does not grow with the input. On `BadInput` the quarantine holds every row rejected until then.
 * @throws {BadInput} from inflating, converting or a threshold
 * @throws the signal's reason; whatever a source or sink rejects with
 * @example
 * ```ts
 * const options = parseOptions(fixedWidthToTsv, JSON.parse(text));
 * const report = await runConversion(fixedWidthToTsv, options, { source, sink, quarantine: openRejects });
 * ```
 */
export async function runConversion<Options extends SharedOptions>(
  converter: Converter<Options>,
  options: Options,
  {
    source,
    reopen,
    file: given,
    sink,
    discard,
    openPart,
    hints = {},
    metadata,
    quarantine: open,
    attach,
    tell,
    openReference,
    remembered,
    clock,
    relay,
    signal,
    onProgress,
  }: ConversionIo,
): Promise<ConversionReport> {
  const compression = streamCompression(converter, options);
  const from = relay?.from;
  const input = new InputPasses(source, reopen, options.input, relay);
  const file = given && new InputFile(given, options.input);
  const outputs = new Outputs(sink, openPart, compression, from?.output);
  const quarantine = new Quarantine(open, from?.rejects);
  const threshold = new Threshold(options.rejects, from?.counts);
  const documents = new Documents(converter, attach);
  const references = new References(converter.references?.(options) ?? {}, openReference, options.input);
  const progress = (): ConversionProgress => ({
    pass: input.pass,
    bytesIn: input.bytesIn + (file?.bytesIn ?? 0),
    splitAt: input.splitAt,
    bytesInflated: input.bytesInflated + (file?.bytesIn ?? 0),
    bytesConverted: outputs.bytesIn,
    bytesOut: outputs.bytesOut,
  });
  const watched = (inflated: ByteSource): ByteSource => ({
    async read(into) {
      signal?.throwIfAborted();
      await quarantine.drain();
      const count = await inflated.read(into);
      onProgress?.(progress());
      return count;
    },
  });
  const anywhere = file && {
    size: file.size,
    async read(offset: number, into: Uint8Array) {
      signal?.throwIfAborted();
      await quarantine.drain();
      const count = await file.read(offset, into);
      onProgress?.(progress());
      return count;
    },
  };
  try {
    if (from) await input.skipTo(from.converter.byte);
    const { stopped, ...report } = await converter.convert(
      {
        source: watched(input.source()),
        async restart() {
          signal?.throwIfAborted();
          // Its rows would come to quarantine once more.
          if (quarantine.rows > 0) throw new Error(`${converter.name} starts again after it rejected a row`);
          return watched(await input.restart());
        },
        ...(anywhere && { file: anywhere }),
        hints,
        ...(metadata && { metadata }),
        sink: {
          async write(bytes) {
            signal?.throwIfAborted();
            await outputs.write(bytes);
          },
        },
        ...(discard && {
          async discard() {
            signal?.throwIfAborted();
            await outputs.beginAnew();
            await discard();
          },
        }),
        async openPart(part) {
          signal?.throwIfAborted();
          return await outputs.openPart(part);
        },
        reject(row) {
          quarantine.add(row);
          threshold.count(row);
        },
        attach: (document) => documents.add(document),
        tell: (facts) => tell?.(facts),
        openReference: (name) => references.open(name),
        ...(remembered && { remembered }),
        ...(clock && { clock }),
        ...(from && { from: from.converter }),
        ...(relay && { due: () => input.splitAt > (from?.input.bytesIn ?? 0) && relay.due() }),
        ...(signal ? { signal } : {}),
      },
      options,
    );
    if (report.rejected !== threshold.rejected)
      throw new Error(
        `${converter.name} reports ${report.rejected} rejected rows but put ${threshold.rejected} into quarantine`,
      );
    if ((report.passed !== undefined) !== (converter.passesOn?.(options) ?? false))
      throw new Error(
        `${converter.name} reports \`passed\` where it writes an output, or the other way round`,
      );
    const checkpoint = stopped && {
      converter: stopped,
      input: input.startBefore(stopped.byte),
      output: await outputs.hold(),
      rejects: await quarantine.hold(),
      counts: threshold.hold(),
    };
    if (!checkpoint) {
      threshold.judge(report.rows + report.rejected);
      await outputs.end();
      await quarantine.end();
    }
    return {
      ...report,
      ...progress(),
      ...(checkpoint && { checkpoint }),
      compression: { input: input.compression, output: compression.compression },
      ...(quarantine.rows > 0 ? { quarantine: { rows: quarantine.rows, bytes: quarantine.bytes } } : {}),
      ...(documents.names.length > 0 && { documents: documents.names }),
    };
  } catch (error) {
    if (error instanceof BadInput) await quarantine.end();
    throw error;
  } finally {
    input.close();
    references.close();
    await Promise.all([outputs.settle(), quarantine.settle()]); // the caller may close the sinks now
  }
}
