import { readFile } from 'node:fs/promises';
import type { Converter } from '@tributary/codec';
import { BadOptions } from '@tributary/codec/errors';
import { describeFileError } from './failure.ts';

/** Reads an options file: a JSON object. @throws {BadOptions} `options-not-json`, {UsageError} `file-not-usable` */
export async function readOptionsFile(path: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw describeFileError(error, 'an options file', path);
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\u{feff}/u, ''));
  } catch (error) {
    throw notJson(path, (error as Error).message, error);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw notJson(path, Array.isArray(value) ? 'an array' : String(value));
}

function notJson(path: string, got: string, cause?: unknown): BadOptions {
  return new BadOptions(
    { code: 'options-not-json', what: `${path} is not an options file`, expected: 'a JSON object', got },
    { cause },
  );
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
