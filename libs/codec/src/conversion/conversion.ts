import { deflate } from '../compression/deflate.ts';
import { inflate } from '../compression/inflate.ts';
import type { Compression } from '../compression/signature.ts';
import type { Converter, ConvertReport } from '../converter.ts';
import { BadInput } from '../errors.ts';
import type { SharedOptions } from '../options.ts';
import type { ByteSink, ByteSource } from '../ports.ts';
import { Quarantine } from './quarantine.ts';
import { Threshold } from './threshold.ts';

/** The ends of a conversion. Whoever opened a sink closes it, whole or not at all. */
export interface ConversionIo {
  /** As it lies there, compressed or not. */
  source: ByteSource;
  sink: ByteSink;
  /** Opens the place for rejected rows; called once, and only if there are any. Gzipped JSON Lines are written to it. */
  quarantine: () => Promise<ByteSink>;
  signal?: AbortSignal;
  /** Called after each read, some hundred times a gigabyte. */
  onProgress?: (progress: ConversionProgress) => void;
}

/** All in bytes. */
export interface ConversionProgress {
  /** Read from the source, compressed. */
  bytesIn: number;
  /** Read by the converter. */
  bytesInflated: number;
  /** Written by the converter. */
  bytesConverted: number;
  /** Written to the sink, compressed. */
  bytesOut: number;
}

export interface ConversionReport extends ConvertReport, ConversionProgress {
  /** What was found on the way in and written on the way out. */
  compression: { input: Compression; output: Compression };
  /** There if rows were rejected. */
  quarantine?: { rows: number; bytes: number };
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
  { source, sink, quarantine: open, signal, onProgress }: ConversionIo,
): Promise<ConversionReport> {
  const input = inflate(source, options.input);
  const output = deflate(sink, options.output);
  const quarantine = new Quarantine(open);
  const threshold = new Threshold(options.rejects);
  const progress = (): ConversionProgress => ({
    bytesIn: input.bytesIn,
    bytesInflated: input.bytesInflated,
    bytesConverted: output.bytesIn,
    bytesOut: output.bytesOut,
  });
  try {
    const report = await converter.convert(
      {
        source: {
          async read(into) {
            signal?.throwIfAborted();
            await quarantine.drain();
            const count = await input.read(into);
            onProgress?.(progress());
            return count;
          },
        },
        sink: {
          async write(bytes) {
            signal?.throwIfAborted();
            await output.write(bytes);
          },
        },
        reject(row) {
          quarantine.add(row);
          threshold.count(row);
        },
        ...(signal ? { signal } : {}),
      },
      options,
    );
    if (report.rejected !== threshold.rejected)
      throw new Error(
        `${converter.name} reports ${report.rejected} rejected rows but put ${threshold.rejected} into quarantine`,
      );
    threshold.judge(report.rows + report.rejected);
    await output.end();
    await quarantine.end();
    return {
      ...report,
      ...progress(),
      compression: { input: input.compression ?? 'none', output: options.output.compression },
      ...(quarantine.rows > 0 ? { quarantine: { rows: quarantine.rows, bytes: quarantine.bytes } } : {}),
    };
  } catch (error) {
    if (error instanceof BadInput) await quarantine.end();
    throw error;
  } finally {
    input.close();
    await Promise.all([output.settle(), quarantine.settle()]); // the caller may close the sinks now
  }
}
