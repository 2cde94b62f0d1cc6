import { gunzipSync } from 'node:zlib';
import { fileOf } from '../../src/byte-source.ts';
import { type ConversionReport, runConversion } from '../../src/conversion/conversion.ts';
import type { Converter, OutputPart } from '../../src/converter.ts';
import { parseOptions, type SharedOptions } from '../../src/options.ts';
import { cut, memorySink, sourceOf } from '../compression/memory.ts';

export interface ConvertedAll {
  report: ConversionReport;
  bytes: Buffer;
  /** As UTF-8. */
  text: string;
  /** Where the output consists of several files. */
  parts: { part: OutputPart; rows: number; text: string }[];
  /** As they stand in the quarantine file. */
  rejects: { line: number; byte: number; column?: string; code: string; message: string; record?: string }[];
  /** Most parts open at once. */
  mostOpen: number;
}

/** Runs a converter from end to end, in memory; the output is not compressed unless options say so. */
export async function convertAll<Options extends SharedOptions>(
  converter: Converter<Options>,
  input: string | Uint8Array,
  given: Record<string, unknown> = {},
  { chunk = 64 * 1024 }: { chunk?: number } = {},
): Promise<ConvertedAll> {
  const bytes = typeof input === 'string' ? Buffer.from(input) : input;
  const output = { compression: 'none', ...(given.output as object) };
  const options = parseOptions(converter, { ...given, ...(converter.output.packed ? {} : { output }) });
  const sink = memorySink();
  const quarantine = memorySink();
  const parts: ConvertedAll['parts'] = [];
  let open = 0;
  let mostOpen = 0;
  const report = await runConversion(converter, options, {
    source: sourceOf(...cut(bytes, chunk)),
    reopen: async () => sourceOf(...cut(bytes, chunk)),
    file: fileOf(bytes),
    ...(converter.writesParts?.(options)
      ? {
          openPart: async (part: OutputPart) => {
            mostOpen = Math.max(mostOpen, ++open);
            const into = memorySink();
            return {
              write: (piece: Uint8Array) => into.write(piece),
              end: async ({ rows }: { rows: number }) => {
                open--;
                parts.push({ part, rows, text: into.bytes().toString() });
              },
            };
          },
        }
      : { sink }),
    quarantine: async () => quarantine,
  });
  const lines =
    quarantine.bytes().length > 0 ? gunzipSync(quarantine.bytes()).toString().trim().split('\n') : [];
  return {
    report,
    bytes: sink.bytes(),
    text: sink.bytes().toString(),
    parts,
    rejects: lines.map((line) => JSON.parse(line)),
    mostOpen,
  };
}
