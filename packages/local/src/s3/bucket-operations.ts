import { mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkBucketName } from './address.ts';
import { readText } from './body.ts';
import { notImplemented, S3Error } from './errors.ts';
import type { Exchange, Service } from './exchange.ts';
import type { BucketConfig } from './options.ts';
import { readTagDocument, writeTags } from './tags.ts';
import { listOf, readDocument, textOf } from './xml.ts';

const maxDocument = 256 * 1024;
const owner = { ID: 'local', DisplayName: 'local' };

/** Makes a bucket or changes its configuration. @throws S3Error InvalidBucketName */
export function saveBucket(
  { ledger, store }: Pick<Service, 'ledger' | 'store'>,
  name: string,
  config: BucketConfig,
): void {
  checkBucketName(name);
  mkdirSync(join(store.directory, name), { recursive: true });
  const known = ledger.bucket(name);
  // Versioning, once on, can only be suspended.
  const versioning = config.versioning ?? (known?.config.versioning === undefined ? undefined : false);
  ledger.saveBucket({
    name,
    created: known?.created ?? Date.now(),
    config: { ...config, ...(versioning !== undefined && { versioning }) },
  });
}

/** @throws S3Error NoSuchBucket, BucketNotEmpty */
export function dropBucket(
  { ledger, store, uploads }: Pick<Service, 'ledger' | 'store' | 'uploads'>,
  name: string,
): Promise<unknown> {
  if (!ledger.bucket(name)) throw new S3Error('NoSuchBucket', { BucketName: name });
  if (!ledger.isEmpty(name)) throw new S3Error('BucketNotEmpty', { BucketName: name });
  const aborted = ledger.uploads(name).map((upload) => uploads.abort(upload));
  ledger.removeBucket(name);
  removeEmptyFolders(join(store.directory, name));
  return Promise.allSettled(aborted);
}

// Files that are no objects (`.DS_Store`, half a download) are not ours to remove.
function removeEmptyFolders(path: string): void {
  try {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.isDirectory()) removeEmptyFolders(join(path, entry.name));
    }
    rmdirSync(path);
  } catch {
    // Not empty, or not there.
  }
}

export async function listBuckets(exchange: Exchange): Promise<void> {
  const { ledger, options } = exchange.service;
  const prefix = exchange.query('prefix') ?? '';
  exchange.sendXml('ListAllMyBucketsResult', {
    Owner: owner,
    Buckets: {
      Bucket: ledger
        .buckets()
        .filter(({ name }) => name.startsWith(prefix))
        .map(({ name, created }) => ({
          Name: name,
          CreationDate: new Date(created).toISOString(),
          BucketRegion: options.region,
        })),
    },
    Prefix: prefix === '' ? undefined : prefix,
  });
}

export async function createBucket(exchange: Exchange): Promise<void> {
  const name = exchange.address.bucket ?? '';
  const { service } = exchange;
  // Its region may be named; there is only one here.
  exchange.request.resume();
  if (service.ledger.bucket(name)) throw new S3Error('BucketAlreadyOwnedByYou', { BucketName: name });
  saveBucket(service, name, {});
  exchange.send(200, { location: `/${name}` });
}

export async function deleteBucket(exchange: Exchange): Promise<void> {
  await dropBucket(exchange.service, exchange.bucket.name);
  exchange.send(204);
}

export async function headBucket(exchange: Exchange): Promise<void> {
  exchange.bucket;
  exchange.send(200, {
    'x-amz-bucket-region': exchange.service.options.region,
    'content-type': 'application/xml',
  });
}

export async function getBucketLocation(exchange: Exchange): Promise<void> {
  exchange.bucket;
  const { region } = exchange.service.options;
  // AWS's oldest region has no name here.
  const text = region === 'us-east-1' ? '' : region;
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${text}</LocationConstraint>`;
  exchange.send(200, { 'content-type': 'application/xml' }, body);
}

export async function getBucketVersioning(exchange: Exchange): Promise<void> {
  const { versioning } = exchange.bucket.config;
  exchange.sendXml('VersioningConfiguration', {
    Status: versioning === undefined ? undefined : versioning ? 'Enabled' : 'Suspended',
  });
}

export async function putBucketVersioning(exchange: Exchange): Promise<void> {
  const document = readDocument(
    await readText(exchange.request, exchange.signed.payload, maxDocument),
    'VersioningConfiguration',
  );
  const status = textOf(document.Status);
  if (textOf(document.MfaDelete) === 'Enabled') throw notImplemented('MfaDelete');
  if (status !== 'Enabled' && status !== 'Suspended') throw new S3Error('MalformedXML');
  change(exchange, { versioning: status === 'Enabled' });
  exchange.send(200);
}

export async function getBucketPolicy(exchange: Exchange): Promise<void> {
  const { name, config } = exchange.bucket;
  if (config.policy === undefined) throw new S3Error('NoSuchBucketPolicy', { BucketName: name });
  exchange.send(200, { 'content-type': 'application/json' }, JSON.stringify(config.policy));
}

export async function putBucketPolicy(exchange: Exchange): Promise<void> {
  const text = await readText(exchange.request, exchange.signed.payload, 20 * 1024);
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw new S3Error('MalformedPolicy');
  }
  if (typeof policy !== 'object' || policy === null || !('Statement' in policy))
    throw new S3Error('MalformedPolicy');
  change(exchange, { policy });
  exchange.send(204);
}

export async function deleteBucketPolicy(exchange: Exchange): Promise<void> {
  change(exchange, { policy: undefined });
  exchange.send(204);
}

export async function getBucketNotification(exchange: Exchange): Promise<void> {
  exchange.sendXml('NotificationConfiguration', {
    EventBridgeConfiguration: exchange.bucket.config.eventBridge ? '' : undefined,
  });
}

export async function putBucketNotification(exchange: Exchange): Promise<void> {
  const document = readDocument(
    await readText(exchange.request, exchange.signed.payload, maxDocument),
    'NotificationConfiguration',
  );
  const other = Object.keys(document).find((name) => name !== 'EventBridgeConfiguration' && name !== '#text');
  if (other) throw notImplemented(`${other} (EventBridgeConfiguration is)`);
  change(exchange, { eventBridge: 'EventBridgeConfiguration' in document });
  exchange.send(200);
}

export async function getBucketLifecycle(exchange: Exchange): Promise<void> {
  const { name, config } = exchange.bucket;
  if (!config.lifecycle?.length) throw new S3Error('NoSuchLifecycleConfiguration', { BucketName: name });
  exchange.sendXml('LifecycleConfiguration', {
    Rule: config.lifecycle.map((rule, index) => ({
      ID: `rule-${index + 1}`,
      Filter: { Prefix: rule.prefix ?? '' },
      Status: 'Enabled',
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: rule.abortIncompleteMultipartUploadDays },
    })),
  });
}

const ruleElements = new Set(['ID', 'Filter', 'Prefix', 'Status', 'AbortIncompleteMultipartUpload', '#text']);

export async function putBucketLifecycle(exchange: Exchange): Promise<void> {
  const document = readDocument(
    await readText(exchange.request, exchange.signed.payload, maxDocument),
    'LifecycleConfiguration',
  );
  const lifecycle = listOf(document.Rule).flatMap((rule) => {
    const other = Object.keys(rule).find((name) => !ruleElements.has(name));
    if (other) throw notImplemented(`A lifecycle rule with ${other} (AbortIncompleteMultipartUpload is)`);
    const [filter] = listOf(typeof rule.Filter === 'string' ? undefined : rule.Filter);
    const unknown = Object.keys(filter ?? {}).find((name) => name !== 'Prefix' && name !== '#text');
    if (unknown) throw notImplemented(`A lifecycle filter with ${unknown}`);
    const [abort] = listOf(rule.AbortIncompleteMultipartUpload);
    const days = Number(textOf(abort?.DaysAfterInitiation));
    if (!Number.isInteger(days) || days < 1) throw new S3Error('MalformedXML');
    const prefix = textOf(filter?.Prefix) ?? textOf(rule.Prefix);
    const made = { abortIncompleteMultipartUploadDays: days, ...(prefix !== undefined && { prefix }) };
    return textOf(rule.Status) === 'Enabled' ? [made] : [];
  });
  change(exchange, { lifecycle });
  exchange.send(200);
}

export async function deleteBucketLifecycle(exchange: Exchange): Promise<void> {
  change(exchange, { lifecycle: undefined });
  exchange.send(204);
}

export async function getBucketTagging(exchange: Exchange): Promise<void> {
  const { name, config } = exchange.bucket;
  if (!config.tags || Object.keys(config.tags).length === 0)
    throw new S3Error('NoSuchTagSet', { BucketName: name });
  exchange.sendXml('Tagging', writeTags(config.tags));
}

export async function putBucketTagging(exchange: Exchange): Promise<void> {
  change(exchange, {
    tags: readTagDocument(await readText(exchange.request, exchange.signed.payload, maxDocument), 50),
  });
  exchange.send(204);
}

export async function deleteBucketTagging(exchange: Exchange): Promise<void> {
  change(exchange, { tags: undefined });
  exchange.send(204);
}

function change(
  exchange: Exchange,
  part: { [Name in keyof BucketConfig]: BucketConfig[Name] | undefined },
): void {
  const { name, config } = exchange.bucket;
  const merged = Object.entries({ ...config, ...part }).filter(([, value]) => value !== undefined);
  saveBucket(exchange.service, name, Object.fromEntries(merged));
}
