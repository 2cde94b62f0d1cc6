import { readFile } from 'node:fs/promises';
import { type Converter, hasOption, type SharedOptions } from '@tributary/codec';
import { BadOptions } from '@tributary/codec/errors';
import { describeFileError, UsageError } from './failure.ts';

/**
 * Reads an options file, or another kind of file that holds a JSON object.
 * @throws {BadOptions} `options-not-json`, {UsageError} `file-not-usable`
 */
export async function readOptionsFile(
  path: string,
  what = 'an options file',
): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw describeFileError(error, what, path);
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\u{feff}/u, ''));
  } catch (error) {
    throw notJson(path, what, (error as Error).message, error);
  }
  if (isObject(value)) return value as Record<string, unknown>;
  throw notJson(path, what, Array.isArray(value) ? 'an array' : String(value));
}

function notJson(path: string, what: string, got: string, cause?: unknown): BadOptions {
  return new BadOptions(
    { code: 'options-not-json', what: `${path} is not ${what}`, expected: 'a JSON object', got },
    { cause },
  );
}

/**
 * Options with the Table Schema in a file of its own, as `convert` leaves it beside an output.
 * @throws {UsageError} `no-schema-option`, `two-schemas`; as `readOptionsFile`
 */
export async function addSchema<Options extends SharedOptions>(
  converter: Converter<Options>,
  options: Record<string, unknown>,
  file: string,
): Promise<Record<string, unknown>> {
  if (!hasOption(converter, 'schema'))
    throw new UsageError({
      code: 'no-schema-option',
      what: `${converter.name} takes no schema`,
      expected: 'no --schema',
    });
  if ('schema' in options)
    throw new UsageError({
      code: 'two-schemas',
      what: 'The options have a schema, and --schema gives another',
      expected: 'one of them',
    });
  const schema = await readOptionsFile(file, 'a Table Schema');
  if (!Array.isArray(schema.fields))
    throw new BadOptions({
      code: 'not-a-schema',
      what: `${file} is not a Table Schema`,
      expected: 'a list of `fields`',
      got: isObject(schema.schema) ? 'options, which go to --options' : 'none',
    });
  return { ...options, schema };
}

/** Whether what was given as options is a Table Schema by itself. */
export function isBareSchema<Options extends SharedOptions>(
  converter: Converter<Options>,
  options: Record<string, unknown>,
): boolean {
  return Array.isArray(options.fields) && !('schema' in options) && hasOption(converter, 'schema');
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Where options leave the output's compression open, the name of the output tells: `.gz`, `.zst`, else none. Not for a
 * format that compresses by itself.
 */
export function compressByName(
  { output: { packed } }: Pick<Converter, 'output'>,
  options: Record<string, unknown>,
  out: string,
): Record<string, unknown> {
  const output = options.output ?? {};
  if (packed || typeof output !== 'object' || Array.isArray(output) || 'compression' in output)
    return options;
  const compression = /\.gz$/i.test(out) ? 'gzip' : /\.zstd?$/i.test(out) ? 'zstd' : 'none';
  return { ...options, output: { ...output, compression } };
}
