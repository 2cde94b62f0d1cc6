import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Address } from './address.ts';
import type { Drops } from './drops.ts';
import { S3Error } from './errors.ts';
import type { Ledger } from './ledger.ts';
import type { Cause, ObjectStore } from './object-store.ts';
import type { S3Options } from './options.ts';
import type { BucketRecord, ObjectRecord } from './records.ts';
import type { Signed } from './sigv4.ts';
import type { Staging } from './staging.ts';
import type { Uploads } from './uploads.ts';
import { writeDocument, type XmlElements } from './xml.ts';

/** What operations work with. */
export interface Service {
  options: S3Options;
  ledger: Ledger;
  store: ObjectStore;
  uploads: Uploads;
  staging: Staging;
  drops: Drops;
}

/** One request on its way to an answer. */
export class Exchange {
  readonly service: Service;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly address: Address;
  readonly signed: Signed;
  readonly requestId: string;

  constructor(
    service: Service,
    request: IncomingMessage,
    response: ServerResponse,
    address: Address,
    signed: Signed,
    requestId: string,
  ) {
    this.service = service;
    this.request = request;
    this.response = response;
    this.address = address;
    this.signed = signed;
    this.requestId = requestId;
  }

  /** A header as one string. */
  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  query(name: string): string | undefined {
    return this.address.query.get(name);
  }

  /** @throws S3Error NoSuchBucket */
  get bucket(): BucketRecord {
    const name = this.address.bucket ?? '';
    const record = this.service.ledger.bucket(name);
    if (!record) throw new S3Error('NoSuchBucket', { BucketName: name });
    return record;
  }

  get key(): string {
    return this.address.key ?? '';
  }

  cause(reason: Cause['reason']): Cause {
    return {
      requestId: this.requestId,
      requester: this.service.options.accountId,
      sourceIp: (this.request.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, ''),
      reason,
    };
  }

  /** Asks IAM. @throws S3Error AccessDenied */
  async demand(action: string, bucket: string | undefined, key?: string): Promise<void> {
    if (!(await this.allows(action, bucket, key))) throw new S3Error('AccessDenied');
  }

  async allows(action: string, bucket: string | undefined, key?: string): Promise<boolean> {
    const { accessKeyId } = this.signed;
    const { authorize } = this.service.options;
    if (!authorize) return accessKeyId !== undefined;
    return authorize({
      accessKeyId,
      action,
      resource: bucket === undefined ? '*' : `arn:aws:s3:::${bucket}${key === undefined ? '' : `/${key}`}`,
      bucket,
      key,
      bucketPolicy: bucket === undefined ? undefined : this.service.ledger.bucket(bucket)?.config.policy,
      context: this.#conditionKeys(),
    });
  }

  /** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html#amazons3-policy-keys */
  #conditionKeys(): Record<string, string | undefined> {
    return {
      'aws:SourceIp': this.request.socket.remoteAddress?.replace(/^::ffff:/, ''),
      'aws:SecureTransport': 'false',
      's3:prefix': this.query('prefix'),
      's3:delimiter': this.query('delimiter'),
      's3:max-keys': this.query('max-keys'),
      's3:VersionId': this.query('versionId'),
      's3:x-amz-acl': this.header('x-amz-acl'),
      's3:x-amz-storage-class': this.header('x-amz-storage-class'),
      's3:x-amz-server-side-encryption': this.header('x-amz-server-side-encryption'),
      's3:x-amz-content-sha256': this.header('x-amz-content-sha256'),
      's3:x-amz-copy-source': this.header('x-amz-copy-source'),
      's3:if-match': this.header('if-match'),
      's3:if-none-match': this.header('if-none-match'),
      's3:authType': this.signed.presigned ? 'REST-QUERY-STRING' : 'REST-HEADER',
      's3:signatureversion': 'AWS4-HMAC-SHA256',
    };
  }

  send(status: number, headers: Record<string, string | number> = {}, body: string | Buffer = ''): void {
    const length = status === 204 || status === 304 ? {} : { 'content-length': Buffer.byteLength(body) };
    this.response.writeHead(status, { ...length, ...headers });
    this.response.end(this.request.method === 'HEAD' ? undefined : body);
  }

  sendXml(root: string, content: XmlElements, headers: Record<string, string> = {}): void {
    this.send(200, { 'content-type': 'application/xml', ...headers }, writeDocument(root, content));
  }

  /** `x-amz-version-id`, where the bucket has versions. */
  versionHeader(record: Pick<ObjectRecord, 'bucket' | 'version'>): Record<string, string> {
    const versioned = this.service.ledger.bucket(record.bucket)?.config.versioning !== undefined;
    return versioned ? { 'x-amz-version-id': record.version } : {};
  }
}
