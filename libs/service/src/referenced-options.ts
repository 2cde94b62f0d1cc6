import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { BadOptions } from '@tributary/codec';
import type { Envelope } from '@tributary/events';
import { Transient } from './errors.ts';
import { readText } from './small-object.ts';

/** By digest: the same options come with every event, and a function's process sees many. */
const known = new Map<string, Record<string, unknown>>();
const maxKnown = 16;

/**
 * The options of a step: those of its envelope over those of the object that it refers to, if it does.
 * @throws {BadOptions} `options-changed`, `options-not-json`; {Transient} `options-unreadable`,
 *   `s3-failed`: not there yet, or not granted yet
 */
export async function readOptions(
  { options, optionsRef }: Pick<Envelope, 'options' | 'optionsRef'>,
  { s3, signal }: { s3: S3Client; signal?: AbortSignal | undefined },
): Promise<Record<string, unknown>> {
  if (optionsRef === undefined) return options;
  let referred = known.get(optionsRef.digest);
  if (referred === undefined) {
    referred = await fetchOptions(optionsRef, s3, signal);
    const [oldest] = known.keys();
    if (oldest !== undefined && known.size >= maxKnown) known.delete(oldest);
    known.set(optionsRef.digest, referred);
  }
  return { ...referred, ...options };
}

async function fetchOptions(
  { bucket, key, digest }: NonNullable<Envelope['optionsRef']>,
  s3: S3Client,
  signal: AbortSignal | undefined,
): Promise<Record<string, unknown>> {
  const at = `s3://${bucket}/${key}`;
  const found = await readText(s3, { bucket, key }, { signal });
  if (found === undefined)
    throw new Transient({ code: 'options-unreadable', what: `${at} is not there, or may not be read` });
  const { text } = found;
  const got = createHash('sha256').update(text).digest('hex');
  if (got !== digest)
    throw new BadOptions({
      code: 'options-changed',
      what: `${at} holds other options than the chain was deployed with`,
      expected: digest,
      got,
    });
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Told below: the digest says that it was published so.
  }
  throw new BadOptions({ code: 'options-not-json', what: `${at} is no JSON object` });
}
