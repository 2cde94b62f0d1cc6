/** A CloudFormation resource. */
export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
  DependsOn?: string | string[];
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}

/** How a bucket is kept. */
export interface Keeping {
  /** ARN of the KMS key that it is encrypted under; S3's own key if left out. */
  kmsKey?: string;
  /** What goes by itself, besides unfinished uploads. */
  lifecycleRules?: readonly object[];
}

/**
 * A bucket for data and its policy: closed, versioned and telling EventBridge of each new object.
 * @example `Object.assign(resources, bucketResources('SourceBucket', 'landing'))`
 */
export function bucketResources(
  logicalId: string,
  name: string,
  keeping: Keeping = {},
): Record<string, Resource> {
  return closedBucket(logicalId, name, {
    ...keeping,
    properties: {
      VersioningConfiguration: { Status: 'Enabled' },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    },
  });
}

/**
 * A bucket and its policy: encrypted, TLS only, closed to the public, and free of unfinished uploads after a day. It is kept when
 * the stack goes, unless the deployment that made it fails: the next one could not make it again.
 * @param name as CloudFormation takes it
 */
export function closedBucket(
  logicalId: string,
  name: unknown,
  { properties = {}, lifecycleRules = [], kmsKey }: Keeping & { properties?: Record<string, unknown> } = {},
): Record<string, Resource> {
  const arn = { 'Fn::GetAtt': [logicalId, 'Arn'] };
  return {
    [logicalId]: {
      Type: 'AWS::S3::Bucket',
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BucketName: name,
        BucketEncryption: { ServerSideEncryptionConfiguration: [encryption(kmsKey)] },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        ...properties,
        LifecycleConfiguration: {
          Rules: [
            {
              Id: 'unfinished-uploads',
              Status: 'Enabled',
              AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
            },
            ...lifecycleRules,
          ],
        },
      },
    },
    [`${logicalId}Policy`]: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: { Ref: logicalId },
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'TlsOnly',
              Effect: 'Deny',
              Principal: '*',
              Action: 's3:*',
              Resource: [arn, { 'Fn::Join': ['', [arn, '/*']] }],
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
          ],
        },
      },
    },
  };
}

/** By default, so whoever writes need not say so. The bucket key spares a call of KMS for each object. */
function encryption(kmsKey: string | undefined): object {
  if (kmsKey === undefined) return { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } };
  return {
    ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: kmsKey },
    BucketKeyEnabled: true,
  };
}
