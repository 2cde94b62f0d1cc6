import * as z from 'zod';
import type { Converter } from './converter.ts';
import { BadOptions } from './errors.ts';

const MiB = 1024 * 1024;
const GiB = 1024 * MiB;

/** How the input is read, whatever the converter. Parsed from `options.input`. */
export const inputOptions = z
  .strictObject({
    compression: z
      .enum(['auto', 'none', 'gzip', 'zstd'])
      .default('auto')
      .describe('How the input is compressed; `auto` goes by its first bytes, never by its name.'),
    maxInflatedBytes: z
      .int()
      .positive()
      .default(256 * GiB)
      .describe('Reject a compressed input that inflates to more bytes than this.'),
    maxInflateRatio: z
      .number()
      .min(1)
      .default(400)
      .describe(
        'Reject a compressed input whose inflated size is more than this many times its compressed size; judged from 64 MiB inflated on.',
      ),
  })
  .describe('How the input is read.');

/**
 * How the output is written, whatever the converter; a converter extends it. Parsed from `options.output`. A format that
 * compresses by itself (`packed: 'inside'`) brings a schema of its own instead, in which `compression` may say more.
 */
export const outputOptions = z
  .strictObject({
    compression: z
      .enum(['gzip', 'zstd', 'none'])
      .default('gzip')
      .describe(
        'How the output is compressed. The command line goes by the name of OUT where this is left out.',
      ),
    level: z
      .int()
      .min(1)
      .max(9)
      .optional()
      .describe('Effort of the compression, 1 (fast) to 9 (small); a fast one if left out.'),
  })
  .describe('How the output is written.');

/** When bad rows make a bad file, whatever the converter. Parsed from `options.rejects`. */
export const rejectOptions = z
  .strictObject({
    maxRejects: z
      .int()
      .nonnegative()
      .optional()
      .describe('Reject the whole file once more rows than this are bad; no limit if left out.'),
    maxRejectRatio: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .describe('Reject the whole file if more than this share of its rows are bad; 1 turns it off.'),
  })
  .describe('When bad rows make a bad file.');

/**
 * What every converter's options hold beside its own; the options file of the command and the envelope's `options`
 * are this one shape.
 * @example
 * ```ts
 * const options = z.strictObject({ ...sharedOptions, output: outputOptions.extend({ header: z.boolean().default(true) }).prefault({}) });
 * ```
 */
export const sharedOptions = {
  input: inputOptions.prefault({}),
  output: outputOptions.prefault({}),
  rejects: rejectOptions.prefault({}),
};

export type InputOptions = z.output<typeof inputOptions>;
export type OutputOptions = z.output<typeof outputOptions>;
export type RejectOptions = z.output<typeof rejectOptions>;

/** The least a converter's parsed options hold. */
export interface SharedOptions {
  input: InputOptions;
  /** Those of `OutputOptions`, unless the format compresses by itself. */
  output: { compression: string; level?: number | undefined };
  rejects: RejectOptions;
}

/** How the stream of bytes that a converter writes is compressed: not at all where its format does so by itself. */
export function streamCompression<Options extends SharedOptions>(
  { output }: Pick<Converter<Options>, 'output'>,
  { output: { compression, level } }: Pick<Options, 'output'>,
): OutputOptions {
  if (output.packed === 'inside') return { compression: 'none' };
  return { compression: outputOptions.shape.compression.parse(compression), level };
}

/**
 * Parses `value` as the converter's options, with defaults filled in.
 * @throws {BadOptions} `invalid-options`, with the JSON Pointer of the first fault and every fault in the message.
 */
export function parseOptions<Options>(converter: Converter<Options>, value: unknown): Options {
  const result = converter.options.safeParse(value, { jitless: true }); // parsed once: compiling would not pay
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${pointer(issue.path) || '/'}: ${issue.message}`);
  throw new BadOptions({
    code: 'invalid-options',
    what: `Options of ${converter.name} do not fit: ${faults.join('; ')}`,
    where: { pointer: pointer(result.error.issues[0]?.path ?? []) || '/' },
  });
}

function pointer(path: PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Whether the converter has an option of that name, on the first level. */
export function hasOption({ options }: Pick<Converter, 'options'>, name: string): boolean {
  let type: unknown = options;
  while (type instanceof z.ZodPipe) type = type.in;
  return type instanceof z.ZodObject && Object.hasOwn(type.shape, name);
}

/**
 * The JSON Schema of what a person writes as the converter's options (defaults may be left out).
 * @example `optionsJsonSchema(fixedWidthToTsv).properties.layout`
 */
export function optionsJsonSchema(converter: Converter): Record<string, unknown> {
  return z.toJSONSchema(converter.options, { io: 'input' }) as Record<string, unknown>;
}
