import * as z from 'zod';
import { defineKind, flag, integer, tags, text } from '../resource-kind.ts';

const lifecycleRule = z
  .strictObject({
    Id: text().optional(),
    Status: z.enum(['Enabled', 'Disabled']),
    Prefix: text().optional(),
    AbortIncompleteMultipartUpload: z.strictObject({ DaysAfterInitiation: integer(1, 36_500) }).optional(),
    /** Accepted without effect: nothing lies here for so long. */
    ExpirationInDays: integer(1, 36_500).optional(),
    NoncurrentVersionExpiration: z
      .strictObject({
        NoncurrentDays: integer(1, 36_500),
        NewerNoncurrentVersions: integer(1, 100).optional(),
      })
      .optional(),
  })
  .refine(
    (rule) =>
      (rule.AbortIncompleteMultipartUpload ?? rule.ExpirationInDays ?? rule.NoncurrentVersionExpiration) !==
      undefined,
    {
      message: 'A rule needs AbortIncompleteMultipartUpload, ExpirationInDays or NoncurrentVersionExpiration',
    },
  );

const properties = z.strictObject({
  BucketName: text()
    .pipe(
      z
        .string()
        .regex(
          /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
          'Must be 3 to 63 lower-case letters, digits, dots and hyphens',
        ),
    )
    .optional(),
  NotificationConfiguration: z
    .strictObject({
      EventBridgeConfiguration: z.strictObject({ EventBridgeEnabled: flag().default(true) }).optional(),
    })
    .optional(),
  VersioningConfiguration: z.strictObject({ Status: z.enum(['Enabled', 'Suspended']) }).optional(),
  LifecycleConfiguration: z.strictObject({ Rules: z.array(lifecycleRule).min(1) }).optional(),
  Tags: tags(),
  // Accepted without effect: everything here is one person's, on one disk.
  BucketEncryption: z.unknown().optional(),
  PublicAccessBlockConfiguration: z.unknown().optional(),
  OwnershipControls: z.unknown().optional(),
  AccessControl: z.enum(['Private', 'BucketOwnerFullControl']).optional(),
});

export const s3Bucket = defineKind<z.infer<typeof properties>>({
  type: 'AWS::S3::Bucket',
  properties,
  identify({ BucketName }, { place, generate }) {
    const name = BucketName ?? generate(63).toLowerCase();
    return {
      ref: name,
      attributes: {
        Arn: `arn:${place.partition}:s3:::${name}`,
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.${place.region}.amazonaws.com`,
      },
    };
  },
  async put(
    { ref, properties: { LifecycleConfiguration, NotificationConfiguration, VersioningConfiguration, Tags } },
    { s3 },
  ) {
    const lifecycle = LifecycleConfiguration?.Rules.flatMap(
      ({ Status, Prefix, AbortIncompleteMultipartUpload: abort }) =>
        Status !== 'Enabled' || abort === undefined
          ? []
          : [
              {
                ...(Prefix !== undefined && { prefix: Prefix }),
                abortIncompleteMultipartUploadDays: abort.DaysAfterInitiation,
              },
            ],
    );
    await s3.createBucket(ref, {
      eventBridge: NotificationConfiguration?.EventBridgeConfiguration?.EventBridgeEnabled ?? false,
      ...(VersioningConfiguration && { versioning: VersioningConfiguration.Status === 'Enabled' }),
      ...(lifecycle && { lifecycle }),
      ...(Array.isArray(Tags) && { tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) }),
    });
  },
  remove({ ref }, { s3 }) {
    return s3.removeBucket(ref);
  },
});
