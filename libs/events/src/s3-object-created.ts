import * as z from 'zod';
import { defineEvent } from './event-contract.ts';

/** The API that created the object, as S3 writes it in `detail.reason`. */
export const creationReasons = ['PutObject', 'POST Object', 'CopyObject', 'CompleteMultipartUpload'] as const;
export type CreationReason = (typeof creationReasons)[number];

/**
 * S3's "Object Created" as it arrives on the default bus
 * (Amazon S3 User Guide, "EventBridge event message structure").
 * Unlike in S3's older notifications, `object.key` is the key itself: it is not URL-encoded.
 * Only what a step works with must be there: a file is not lost the day AWS, or whoever stands in for it, leaves out the rest.
 * @example objectCreated.pattern({ detail: { bucket: { name: ['landing'] }, object: { key: [{ prefix: 'in/' }] } } })
 */
export const objectCreated = defineEvent({
  source: 'aws.s3',
  detailType: 'Object Created',
  detail: z.object({
    version: z.string().optional(),
    bucket: z.object({ name: z.string().min(1) }),
    object: z.object({
      key: z.string().min(1),
      /** Bytes. */
      size: z.number().int().nonnegative(),
      /** Without quotes; multipart ETags end in `-<parts>`. */
      etag: z.string(),
      /** Only where the bucket keeps versions; `null` for what is written while it has stopped to. */
      'version-id': z.string().optional(),
      /** Hexadecimal; orders the events of one key: see `compareSequencers`. */
      sequencer: z.string(),
    }),
    'request-id': z.string().optional(),
    /** Account id or AWS service principal. */
    requester: z.string().optional(),
    /** Absent where an AWS service made the request. */
    'source-ip-address': z.string().optional(),
    /** One of `creationReasons` today; open, as AWS may add one. */
    reason: z.string().optional(),
  }),
});

export type ObjectCreatedEvent = z.output<typeof objectCreated.schema>;

/** Consoles and sync tools make empty objects whose key ends in "/" to show a folder: there is nothing to read in them. */
export function isFolderMarker({ key, bytes }: { key: string; bytes: number }): boolean {
  return bytes === 0 && key.endsWith('/');
}

/**
 * Orders two sequencers of the same key: below 0 if `a` is older. The shorter one counts as if padded with zeros on
 * the right (S3 User Guide, "Event message structure").
 */
export function compareSequencers(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  const left = a.toUpperCase().padEnd(length, '0');
  const right = b.toUpperCase().padEnd(length, '0');
  return left < right ? -1 : left > right ? 1 : 0;
}
