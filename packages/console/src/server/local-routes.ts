import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { apiFault, eventsAnswer } from '@tributary/events/ledger';
import type { LocalAbout, LogsAnswer, ObjectPreview, ObjectsAnswer, UploadAnswer } from '../local-api.ts';
import { ApiError } from './api-error.ts';
import { type Aws, refusalOf } from './aws-client.ts';
import { invocationsOf, readFunctionLogs } from './function-logs.ts';
import { listObjects, objectPath, openObject, originOf } from './objects.ts';
import { rulerOf } from './preview/layout-ruler.ts';
import { previewObject } from './preview/preview-object.ts';
import type { RunLedger } from './run-ledger.ts';
import { listStepRules } from './step-rules.ts';

export interface LocalWorld {
  aws: Aws;
  ledger: RunLedger;
  stateDirectory: string;
}

/** Answers a request below `/local`; undefined if there is no such route. @throws ApiError, AwsRefusal, BadInput */
export async function answerLocal(
  world: LocalWorld,
  request: IncomingMessage,
  route: string,
  search: URLSearchParams,
): Promise<unknown> {
  switch (`${request.method} ${route}`) {
    case 'GET about':
      return about(world);
    case 'GET objects':
      return {
        objects: await listObjects(world.aws, given(search, 'bucket'), search.get('prefix') ?? ''),
      } satisfies ObjectsAnswer;
    case 'POST objects':
      return upload(world.aws, request, given(search, 'bucket'), given(search, 'key'));
    case 'GET origin':
      return originOf(world.aws, given(search, 'bucket'), given(search, 'key'));
    case 'GET preview':
      return preview(world, given(search, 'bucket'), given(search, 'key'));
    case 'GET logs':
      return logs(world, given(search, 'run'));
    default:
      return undefined;
  }
}

async function about({ aws, stateDirectory }: LocalWorld): Promise<LocalAbout> {
  const response = await aws.fetch('s3', '/');
  const buckets = [...(await response.text()).matchAll(/<Name>([^<]+)<\/Name>/g)].map(
    ([, name = '']) => name,
  );
  return { local: true, endpoint: aws.place.endpoint, region: aws.place.region, stateDirectory, buckets };
}

async function preview({ aws }: LocalWorld, bucket: string, key: string): Promise<ObjectPreview> {
  const object = await openObject(aws, bucket, key);
  const ruler = await rulerOf(`${bucket}/${key}`, await listStepRules(aws), (at) => readOptions(aws, at));
  return { bucket, key, bytes: object.size, ...(await previewObject(object, ruler)) };
}

/** No options are that long; what cannot be read leaves a preview without its ruler. */
const mostOptions = 1024 * 1024;

async function readOptions(aws: Aws, { bucket, key }: { bucket: string; key: string }): Promise<unknown> {
  try {
    const object = await openObject(aws, bucket, key);
    const bytes = new Uint8Array(Math.min(mostOptions, object.size));
    await object.read(0, bytes);
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return {};
  }
}

async function logs({ ledger, stateDirectory }: LocalWorld, run: string): Promise<LogsAnswer> {
  const response = await ledger.fetch(`v1/runs/${encodeURIComponent(run)}/events`);
  const answer: unknown = await response.json();
  if (!response.ok) throw new ApiError(response.status, apiFault.parse(answer));
  const ids = invocationsOf(eventsAnswer.parse(answer).events);
  return readFunctionLogs(join(stateDirectory, 'logs'), ids);
}

/** Passes the body on to S3 as it comes; S3 needs to know its length. */
async function upload(
  aws: Aws,
  request: IncomingMessage,
  bucket: string,
  key: string,
): Promise<UploadAnswer> {
  const length = request.headers['content-length'];
  if (length === undefined)
    throw new ApiError(411, {
      code: 'length-required',
      message: 'An upload tells its length',
      expected: 'Content-Length',
    });
  const response = await aws.fetch('s3', objectPath(bucket, key), {
    method: 'PUT',
    headers: { 'content-length': length, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    body: Readable.toWeb(request) as ReadableStream,
    duplex: 'half',
  } as RequestInit);
  const text = await response.text();
  if (!response.ok) throw refusalOf(response.status, text);
  return { bucket, key, bytes: Number(length) };
}

function given(search: URLSearchParams, name: string): string {
  const value = search.get(name);
  if (value) return value;
  throw new ApiError(400, { code: 'bad-request', message: `${name} is missing`, expected: `?${name}=` });
}
