import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectRef } from '@tributary/events';
import { startLocalAws } from '@tributary/local';
import { afterAll, beforeEach, onTestFinished } from 'vitest';
import { type Clients, createClients } from '../src/clients.ts';
import { versionOf } from '../src/object-sink.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

/** A step's event as it went over the wire. */
export interface ToldEvent {
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into details freely
  detail: any;
}

/** The local AWS behind a fault proxy: buckets `landing`, `versions` (which keeps them) and `lake`, bus `tributary-test`. */
export interface Cloud {
  endpoint: string;
  bus: string;
  proxy: FaultProxy;
  /** Through the proxy, as a service would. */
  clients: Clients;
  /** Past the proxy, for the test's own doings. */
  s3: S3Client;
  put(key: string, body: string | Uint8Array, bucket?: string): Promise<ObjectRef>;
  read(key: string): Promise<Buffer>;
  head(key: string): Promise<ObjectRef & { metadata: Record<string, string> }>;
  keys(bucket?: string): Promise<string[]>;
  remove(bucket: string, key: string): Promise<void>;
  /** Lets nobody read an object, until the end of the test. */
  deny(bucket: string, key: string): Promise<void>;
  unfinishedUploads(): Promise<number>;
  /** Step events that the bus took, in order. */
  told(): ToldEvent[];
  close(): Promise<void>;
}

const bus = 'tributary-test';

const template = {
  Resources: {
    Landing: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'landing' } },
    Versions: {
      Type: 'AWS::S3::Bucket',
      Properties: { BucketName: 'versions', VersioningConfiguration: { Status: 'Enabled' } },
    },
    Lake: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'lake' } },
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: bus } },
  },
};

/** A cloud for one test file, mended before each test. */
export async function useCloud(): Promise<Cloud> {
  const cloud = await startCloud();
  afterAll(() => cloud.close());
  beforeEach(() => {
    cloud.proxy.passed.length = 0;
    cloud.proxy.fault = undefined;
  });
  return cloud;
}

async function startCloud(): Promise<Cloud> {
  const directory = await mkdtemp(join(tmpdir(), 'tributary-service-'));
  const templateFile = join(directory, 'template.json');
  await writeFile(templateFile, JSON.stringify(template));
  const aws = await startLocalAws({
    stacks: [{ name: 'service-test', template: templateFile }],
    stateDirectory: join(directory, 'state'),
  });
  Object.assign(process.env, aws.environment);
  const { endpoint } = aws;
  const s3 = new S3Client({ endpoint, forcePathStyle: true, region: aws.region });
  const proxy = await startFaultProxy(endpoint);
  const clients = createClients({ ...aws.environment, AWS_ENDPOINT_URL: proxy.endpoint }, 2_000);

  return {
    endpoint,
    bus,
    proxy,
    clients,
    s3,
    async put(key, body, bucket = 'landing') {
      const bytes = Buffer.from(body);
      const answer = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }));
      return {
        bucket,
        key,
        etag: (answer.ETag ?? '').replaceAll('"', ''),
        bytes: bytes.length,
        ...versionOf(answer.VersionId),
      };
    },
    async read(key) {
      const answer = await s3.send(new GetObjectCommand({ Bucket: 'lake', Key: key }));
      return Buffer.from(await answer.Body!.transformToByteArray());
    },
    async head(key) {
      const head = await s3.send(new HeadObjectCommand({ Bucket: 'lake', Key: key }));
      return {
        bucket: 'lake',
        key,
        etag: (head.ETag ?? '').replaceAll('"', ''),
        bytes: head.ContentLength ?? 0,
        metadata: head.Metadata ?? {},
      };
    },
    async keys(bucket = 'lake') {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
      return Contents.map(({ Key }) => Key ?? '');
    },
    async remove(bucket, key) {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
    async deny(bucket, key) {
      const Resource = `arn:aws:s3:::${bucket}/${key}`;
      const Statement = [{ Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource }];
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
      await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
      onTestFinished(async () => {
        await s3.send(new DeleteBucketPolicyCommand({ Bucket: bucket }));
      });
    },
    async unfinishedUploads() {
      const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: 'lake' }));
      return Uploads.length;
    },
    told() {
      return proxy.passed
        .filter(({ headers }) => headers['x-amz-target'] === 'AWSEvents.PutEvents')
        .flatMap(
          ({ body }) => JSON.parse(body.toString()).Entries as { DetailType: string; Detail: string }[],
        )
        .map(({ DetailType, Detail }) => ({ type: DetailType, detail: JSON.parse(Detail) }));
    },
    async close() {
      await proxy.close();
      await aws.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
