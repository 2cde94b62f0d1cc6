import type { ConversionCheckpoint, Relay } from '../../src/conversion/checkpoint.ts';
import { type ConversionReport, runConversion } from '../../src/conversion/conversion.ts';
import type { Converter } from '../../src/converter.ts';
import { BadInput, type Fault } from '../../src/errors.ts';
import type { SharedOptions } from '../../src/options.ts';
import { cut, memorySink, sourceOf } from '../compression/memory.ts';

/** What came of a conversion, in one run or several; or the error. */
export interface Converted {
  output: Buffer;
  rejects: Buffer;
  report: Omit<ConversionReport, 'splitAt'> | undefined;
  /** Without what was got: that goes by how far the input had been read. */
  error: Pick<Fault, 'code' | 'where'> | undefined;
  runs: number;
}

/** A checkpoint as it comes out of a store: JSON but for the bytes. */
function stored({ output, rejects, ...rest }: ConversionCheckpoint): ConversionCheckpoint {
  return { ...(JSON.parse(JSON.stringify(rest)) as typeof rest), output, rejects };
}

/**
 * Converts in runs, each of which is told to stop after it was asked so many times.
 * @param patience of each run; the run after the last goes to the end
 */
export async function convertInRuns<Options extends SharedOptions>(
  converter: Converter<Options>,
  options: Options,
  input: Uint8Array,
  patience: readonly number[],
  splitEvery?: number,
): Promise<Converted> {
  const output = memorySink();
  const rejects = memorySink();
  const done = (rest: Pick<Converted, 'report' | 'error' | 'runs'>) => ({
    output: output.bytes(),
    rejects: rejects.bytes(),
    ...rest,
  });
  let from: ConversionCheckpoint | undefined;
  for (let run = 0; ; run++) {
    let left = patience[run] ?? Number.POSITIVE_INFINITY;
    const relay: Relay = {
      due: () => left-- <= 0,
      ...(from && { from }),
      ...(splitEvery && { splitEvery }),
    };
    try {
      const { splitAt: _, ...report } = await runConversion(converter, options, {
        source: sourceOf(...cut(input.subarray(from?.input.bytesIn ?? 0), 50_000)),
        sink: output,
        quarantine: async () => rejects,
        ...(patience.length > 0 && { relay }),
      });
      if (!report.checkpoint) return done({ report, error: undefined, runs: run + 1 });
      from = stored(report.checkpoint);
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      const { code, where } = error.fault;
      return done({ report: undefined, error: { code, ...(where && { where }) }, runs: run + 1 });
    }
  }
}
