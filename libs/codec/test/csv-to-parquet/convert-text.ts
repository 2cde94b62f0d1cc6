import type { ConvertReport, InputHints, OutputPart, RejectedRow } from '../../src/converter.ts';
import { type ConvertSizes, convertCsvToParquet } from '../../src/csv-to-parquet/convert.ts';
import { csvToParquet } from '../../src/csv-to-parquet/csv-to-parquet.ts';
import { parseOptions } from '../../src/options.ts';
import { memoryIo } from '../fixed-width/memory-io.ts';

export interface Converted {
  report: ConvertReport;
  /** The one file. */
  file: Buffer;
  files: { part: OutputPart; rows: number; file: Buffer }[];
  rejects: (Omit<RejectedRow, 'record'> & { record: string })[];
  restarts: number;
  /** Of the output, given up. */
  discards: number;
  /** Most files open at once. */
  mostOpen: number;
}

/** Converts a text from one end to the other. */
export async function convertText(
  input: string | Uint8Array,
  value: object = {},
  {
    chunk,
    hints = {},
    metadata = {},
    onOpenPart = async () => {},
    ...sizes
  }: ConvertSizes & {
    chunk?: number;
    hints?: InputHints;
    metadata?: Record<string, string>;
    onOpenPart?: () => Promise<void>;
  } = {},
): Promise<Converted> {
  const { io, rejects, discard, bytes } = memoryIo(input, chunk);
  const files: Converted['files'] = [];
  const { restart } = io;
  let restarts = 0;
  let discards = 0;
  if (sizes.guess !== undefined)
    io.discard = () => {
      discards++;
      return discard();
    };
  let open = 0;
  let mostOpen = 0;
  io.hints = hints;
  io.metadata = metadata;
  io.restart = () => {
    restarts++;
    return restart();
  };
  io.openPart = async (part) => {
    await onOpenPart();
    mostOpen = Math.max(mostOpen, ++open);
    const written: Uint8Array[] = [];
    return {
      write: async (lent) => {
        await new Promise((resolve) => setImmediate(resolve));
        written.push(lent.slice());
      },
      end: async ({ rows }) => {
        open--;
        files.push({ part, rows, file: Buffer.concat(written) });
      },
    };
  };
  const report = await convertCsvToParquet(io, parseOptions(csvToParquet, value), sizes);
  return {
    report,
    file: bytes(),
    files,
    rejects: rejects.map((row) => ({ ...row, record: Buffer.from(row.record).toString() })),
    restarts,
    discards,
    mostOpen,
  };
}
