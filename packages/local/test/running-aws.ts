import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { type Activity, type LocalAws, type LocalAwsOptions, startLocalAws } from '../src/index.ts';
import { temporaryDirectory, writePackage } from './packaged-stack.ts';
import { signedFetch } from './signed-fetch.ts';

/** A local AWS with a stack, and everything that happens in it. */
export interface RunningAws extends AsyncDisposable {
  aws: LocalAws;
  root: string;
  happened: Activity[];
  s3: S3Client;
  events: EventBridgeClient;
  /** Resolves to the first activity that fits, past or to come. */
  until<K extends Activity['kind']>(
    kind: K,
    fits?: (activity: Extract<Activity, { kind: K }>) => boolean,
  ): Promise<Extract<Activity, { kind: K }>>;
  /** A JSON operation of a service that no SDK here speaks. */
  call(
    service: string,
    target: string,
    input: object,
  ): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }>;
}

export async function runAws(
  resources: object,
  {
    handlers = [],
    extraZips = {},
    outputs = {},
    name = 'sample',
    ...options
  }: LocalAwsOptions & {
    handlers?: string[];
    extraZips?: Record<string, Uint8Array>;
    outputs?: object;
    name?: string;
  } = {},
): Promise<RunningAws> {
  const directory = await temporaryDirectory();
  const stack = await writePackage(
    directory.path,
    name,
    { Resources: resources, Outputs: outputs },
    handlers,
  );
  for (const [zip, bytes] of Object.entries(extraZips)) await writeFile(join(stack, `${zip}.zip`), bytes);
  const happened: Activity[] = [];
  const waiting = new Set<(activity: Activity) => void>();
  const aws = await startLocalAws({
    stacks: [stack],
    stateDirectory: `${directory.path}/state`,
    onEvent: (activity) => {
      happened.push(activity);
      for (const look of waiting) look(activity);
    },
    ...options,
  }).catch(async (error: unknown) => {
    await directory[Symbol.asyncDispose]();
    throw error;
  });
  const config = { endpoint: aws.endpoint, region: aws.region, credentials: aws.credentials };
  const s3 = new S3Client(config);
  const events = new EventBridgeClient(config);
  const until: RunningAws['until'] = (kind, fits = () => true) =>
    new Promise((resolve) => {
      const look = (activity: Activity) => {
        if (activity.kind !== kind || !fits(activity as never)) return false;
        waiting.delete(look);
        resolve(activity as never);
        return true;
      };
      if (!happened.some(look)) waiting.add(look);
    });
  return {
    aws,
    root: directory.path,
    happened,
    s3,
    events,
    until,
    call: (service, target, input) => callJson(aws, service, target, input),
    async [Symbol.asyncDispose]() {
      s3.destroy();
      events.destroy();
      await aws.stop();
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** One signed call in a JSON protocol. */
export async function callJson(aws: LocalAws, service: string, target: string, input: object) {
  const headers = { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' };
  const response = await signedFetch(aws, service, aws.endpoint, {
    method: 'POST',
    headers,
    body: JSON.stringify(input),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}
