import type { Address } from './address.ts';
import { deleteObjects } from './batch-operations.ts';
import * as buckets from './bucket-operations.ts';
import { copyObject, uploadPartCopy } from './copy-operations.ts';
import { notImplemented, S3Error } from './errors.ts';
import type { Exchange } from './exchange.ts';
import * as listings from './listing-operations.ts';
import * as objects from './object-operations.ts';
import * as tagging from './tag-operations.ts';
import * as uploads from './upload-operations.ts';

export interface Operation {
  name: string;
  /** IAM action; absent where the operation asks for each key itself. */
  action?: string;
  run(exchange: Exchange): Promise<void>;
}

/** Query parameters that make another operation of a request. */
const subresources = [
  'abac',
  'accelerate',
  'acl',
  'analytics',
  'attributes',
  'cors',
  'delete',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'lifecycle',
  'location',
  'logging',
  'metadataConfiguration',
  'metadataInventoryTable',
  'metadataJournalTable',
  'metadataTable',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'renameObject',
  'replication',
  'requestPayment',
  'restore',
  'retention',
  'select',
  'session',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versioning',
  'versions',
  'website',
];

/** By method, what the request is about, and its subresource. */
const operations: Record<string, Operation> = {
  'GET service': { name: 'ListBuckets', action: 's3:ListAllMyBuckets', run: buckets.listBuckets },
  'PUT bucket': { name: 'CreateBucket', action: 's3:CreateBucket', run: buckets.createBucket },
  'DELETE bucket': { name: 'DeleteBucket', action: 's3:DeleteBucket', run: buckets.deleteBucket },
  'HEAD bucket': { name: 'HeadBucket', action: 's3:ListBucket', run: buckets.headBucket },
  'GET bucket': { name: 'ListObjects', action: 's3:ListBucket', run: listings.listObjectsV1 },
  'GET bucket list-type': { name: 'ListObjectsV2', action: 's3:ListBucket', run: listings.listObjectsV2 },
  'GET bucket versions': {
    name: 'ListObjectVersions',
    action: 's3:ListBucketVersions',
    run: listings.listObjectVersions,
  },
  'GET bucket uploads': {
    name: 'ListMultipartUploads',
    action: 's3:ListBucketMultipartUploads',
    run: listings.listMultipartUploads,
  },
  'GET bucket location': {
    name: 'GetBucketLocation',
    action: 's3:GetBucketLocation',
    run: buckets.getBucketLocation,
  },
  'GET bucket versioning': {
    name: 'GetBucketVersioning',
    action: 's3:GetBucketVersioning',
    run: buckets.getBucketVersioning,
  },
  'PUT bucket versioning': {
    name: 'PutBucketVersioning',
    action: 's3:PutBucketVersioning',
    run: buckets.putBucketVersioning,
  },
  'GET bucket policy': {
    name: 'GetBucketPolicy',
    action: 's3:GetBucketPolicy',
    run: buckets.getBucketPolicy,
  },
  'PUT bucket policy': {
    name: 'PutBucketPolicy',
    action: 's3:PutBucketPolicy',
    run: buckets.putBucketPolicy,
  },
  'DELETE bucket policy': {
    name: 'DeleteBucketPolicy',
    action: 's3:DeleteBucketPolicy',
    run: buckets.deleteBucketPolicy,
  },
  'GET bucket notification': {
    name: 'GetBucketNotificationConfiguration',
    action: 's3:GetBucketNotification',
    run: buckets.getBucketNotification,
  },
  'PUT bucket notification': {
    name: 'PutBucketNotificationConfiguration',
    action: 's3:PutBucketNotification',
    run: buckets.putBucketNotification,
  },
  'GET bucket lifecycle': {
    name: 'GetBucketLifecycleConfiguration',
    action: 's3:GetLifecycleConfiguration',
    run: buckets.getBucketLifecycle,
  },
  'PUT bucket lifecycle': {
    name: 'PutBucketLifecycleConfiguration',
    action: 's3:PutLifecycleConfiguration',
    run: buckets.putBucketLifecycle,
  },
  'DELETE bucket lifecycle': {
    name: 'DeleteBucketLifecycle',
    action: 's3:PutLifecycleConfiguration',
    run: buckets.deleteBucketLifecycle,
  },
  'GET bucket tagging': {
    name: 'GetBucketTagging',
    action: 's3:GetBucketTagging',
    run: buckets.getBucketTagging,
  },
  'PUT bucket tagging': {
    name: 'PutBucketTagging',
    action: 's3:PutBucketTagging',
    run: buckets.putBucketTagging,
  },
  'DELETE bucket tagging': {
    name: 'DeleteBucketTagging',
    action: 's3:PutBucketTagging',
    run: buckets.deleteBucketTagging,
  },
  'POST bucket delete': { name: 'DeleteObjects', run: deleteObjects },
  'GET object': { name: 'GetObject', action: 's3:GetObject', run: objects.getObject },
  'HEAD object': { name: 'HeadObject', action: 's3:GetObject', run: objects.headObject },
  'PUT object': { name: 'PutObject', action: 's3:PutObject', run: objects.putObject },
  'PUT object copy': { name: 'CopyObject', action: 's3:PutObject', run: copyObject },
  'DELETE object': { name: 'DeleteObject', action: 's3:DeleteObject', run: objects.deleteObject },
  'GET object attributes': {
    name: 'GetObjectAttributes',
    action: 's3:GetObject',
    run: objects.getObjectAttributes,
  },
  'GET object tagging': {
    name: 'GetObjectTagging',
    action: 's3:GetObjectTagging',
    run: tagging.getObjectTagging,
  },
  'PUT object tagging': {
    name: 'PutObjectTagging',
    action: 's3:PutObjectTagging',
    run: tagging.putObjectTagging,
  },
  'DELETE object tagging': {
    name: 'DeleteObjectTagging',
    action: 's3:DeleteObjectTagging',
    run: tagging.deleteObjectTagging,
  },
  'POST object uploads': {
    name: 'CreateMultipartUpload',
    action: 's3:PutObject',
    run: uploads.createMultipartUpload,
  },
  'PUT object uploadId': { name: 'UploadPart', action: 's3:PutObject', run: uploads.uploadPart },
  'PUT object uploadId copy': { name: 'UploadPartCopy', action: 's3:PutObject', run: uploadPartCopy },
  'POST object uploadId': {
    name: 'CompleteMultipartUpload',
    action: 's3:PutObject',
    run: uploads.completeMultipartUpload,
  },
  'DELETE object uploadId': {
    name: 'AbortMultipartUpload',
    action: 's3:AbortMultipartUpload',
    run: uploads.abortMultipartUpload,
  },
  'GET object uploadId': { name: 'ListParts', action: 's3:ListMultipartUploadParts', run: uploads.listParts },
};

/**
 * The operation a request asks for.
 * @throws S3Error NotImplemented by name for what S3 has and this has not, MethodNotAllowed for what S3 has not either
 */
export function findOperation(
  method: string,
  { bucket, key, query }: Address,
  headers: NodeJS.Dict<string | string[]>,
): Operation {
  const about = bucket === undefined ? 'service' : key === undefined ? 'bucket' : 'object';
  const named = subresources.filter((name) => query.has(name));
  const [subresource] =
    about === 'bucket' && named.length === 0 && query.get('list-type') === '2' ? ['list-type'] : named;
  const words = [method, about, subresource, headers['x-amz-copy-source'] === undefined ? undefined : 'copy'];
  const found = operations[words.filter((word) => word !== undefined).join(' ')];
  if (!found) {
    if (subresource !== undefined) throw notImplemented(`${method} ${about}?${subresource}`);
    if (method === 'POST' && about === 'bucket') throw notImplemented('PostObject (uploads by HTML form)');
    throw new S3Error('MethodNotAllowed', { Method: method, ResourceType: about.toUpperCase() });
  }
  const versioned = [
    'GetObject',
    'HeadObject',
    'DeleteObject',
    'GetObjectTagging',
    'PutObjectTagging',
    'DeleteObjectTagging',
  ];
  if (!query.has('versionId') || !versioned.includes(found.name) || !found.action) return found;
  return { ...found, action: found.action.replace(/Object(Tagging)?$/, 'ObjectVersion$1') };
}
