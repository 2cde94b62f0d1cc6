import * as z from 'zod';
import { companionFolders } from '../places.ts';

/** Longest that S3 counts days for. */
const maxDays = 36_500;

/** No work lasts as long: see `MAX_LEGS`. */
const handoverDays = 7;

/** As an option of whoever makes buckets. */
export const quarantineDays = z.coerce
  .number()
  .int()
  .min(0)
  .max(maxDays)
  .default(90)
  .describe(
    'Days that quarantine files are kept in buckets that are made here; versions that were replaced or have expired go as many days later. 0 keeps them for ever.',
  );

/**
 * Lifecycle rules of a bucket for what belongs to outputs and need not be kept as long as they are. S3 takes prefixes as they
 * stand, so each output prefix has rules of its own.
 * @param prefixes of the outputs in the bucket
 */
export function companionLifecycle(
  prefixes: readonly string[],
  { quarantineDays }: { quarantineDays: number },
): object[] {
  const kept = { [companionFolders.rejects]: quarantineDays, [companionFolders.handovers]: handoverDays };
  return Object.entries(kept).flatMap(([folder, days]) =>
    days === 0
      ? []
      : [...new Set(prefixes)].map((prefix, index) => ({
          Id: `${folder.replaceAll(/[_/]/g, '')}-${index + 1}`,
          Status: 'Enabled',
          Prefix: prefix + folder,
          ExpirationInDays: days,
          NoncurrentVersionExpiration: { NoncurrentDays: days },
        })),
  );
}
