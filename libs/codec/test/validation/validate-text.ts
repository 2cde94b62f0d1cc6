import type { ValidationReport } from '@tributary/table-schema';
import { sourceOf } from '../../src/byte-source.ts';
import type { ConvertReport, Facts, InputHints, RejectedRow } from '../../src/converter.ts';
import { BadInput } from '../../src/errors.ts';
import { parseOptions } from '../../src/options.ts';
import { schemaValidator } from '../../src/validation/schema-validator.ts';
import { type ValidateSizes, validate } from '../../src/validation/validate.ts';
import { memoryIo } from '../fixed-width/memory-io.ts';

export interface Validated {
  /** Undefined where the file was rejected. */
  report: ConvertReport | undefined;
  refusal: BadInput | undefined;
  /** What was written. */
  text: string;
  rejects: (Omit<RejectedRow, 'record'> & { record: string })[];
  task: ValidationReport['tasks'][number];
  page: string;
  facts: Facts;
  restarts: number;
}

/** Validates a text from one end to the other. */
export async function validateText(
  input: string | Uint8Array,
  value: object,
  {
    chunk,
    hints = {},
    references = {},
    remembered,
    clock,
    ...sizes
  }: ValidateSizes & {
    chunk?: number;
    hints?: InputHints;
    references?: Record<string, string>;
    remembered?: Record<string, unknown>;
    clock?: { now(): number; arrived: number };
  } = {},
): Promise<Validated> {
  const { io, rejects, text } = memoryIo(input, chunk);
  const documents = new Map<string, string>();
  let facts: Facts = {};
  let restarts = 0;
  const { restart } = io;
  Object.assign(io, {
    hints,
    file: {
      size: input.length,
      async read(offset: number, into: Uint8Array) {
        const part = Buffer.from(input).subarray(offset, offset + into.length);
        into.set(part);
        return part.length;
      },
    },
    restart: () => {
      restarts++;
      return restart();
    },
    attach: ({ name, bytes }: { name: string; bytes: Uint8Array }) =>
      void documents.set(name, Buffer.from(bytes).toString()),
    tell: (told: Facts) => {
      facts = { ...facts, ...told };
    },
    openReference: async (name: string) => sourceOf(Buffer.from(references[name]!)),
    ...(remembered && { remembered }),
    ...(clock && { clock }),
  });
  let report: ConvertReport | undefined;
  let refusal: BadInput | undefined;
  const places = Object.fromEntries(Object.keys(references).map((name) => [name, `${name}.csv`]));
  try {
    report = await validate(io, parseOptions(schemaValidator, { references: places, ...value }), sizes);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    refusal = error;
  }
  const [task] = documents.has('report.json')
    ? (JSON.parse(documents.get('report.json')!) as ValidationReport).tasks
    : [];
  return {
    report,
    refusal,
    text: text(),
    rejects: rejects.map((row) => ({ ...row, record: Buffer.from(row.record).toString() })),
    task: task!,
    page: documents.get('report.html') ?? '',
    facts,
    restarts,
  };
}
