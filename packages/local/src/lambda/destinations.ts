import { randomUUID } from 'node:crypto';
import type { ActivityFeed, AwsEvent } from '../activity.ts';
import { AwsError, messageOf } from '../errors.ts';
import { busNameOf } from '../eventbridge/buses.ts';
import type { EventBridge } from '../eventbridge/event-bridge.ts';
import type { Access } from '../iam/access.ts';
import { type Place, parseArn } from '../place.ts';
import type { Sqs } from '../sqs/sqs.ts';
import { writeStoredObject } from '../stored-object.ts';
import type { AsyncOutcome } from './async-invocations.ts';
import type { AsyncConfig, FunctionConfig } from './function-config.ts';

export interface DestinationWorld {
  place: Place;
  bridge: EventBridge;
  sqs: Sqs;
  access: Access;
  feed: ActivityFeed;
}

/** Sends how an asynchronous invocation ended to its destination and its dead-letter queue, under the function's role. */
export async function conclude(
  { place, bridge, sqs, access, feed }: DestinationWorld,
  config: FunctionConfig,
  asyncConfig: AsyncConfig,
  outcome: AsyncOutcome,
): Promise<void> {
  const { condition, requestId } = outcome;
  const succeeded = condition === 'Success';
  const subject = { function: config.name, requestId };
  const attempt = async (destination: string, send: () => Promise<void>) => {
    try {
      await send();
      feed.tell({ kind: 'destination-sent', ...subject, destination, condition });
    } catch (error) {
      feed.tell({ kind: 'destination-failed', ...subject, destination, error: messageOf(error) });
    }
  };

  const destination = succeeded ? asyncConfig.onSuccess : asyncConfig.onFailure;
  if (destination) {
    const record = invocationRecord(config, outcome);
    await attempt(destination, async () => {
      const { service, resource = '' } = parseArn(destination) ?? {};
      if (service === 's3') return toBucket(place, access, config, resource, record);
      if (service === 'sqs') {
        return sqs.sendAsRole(access, identityOf(config), destination, JSON.stringify(record), {});
      }
      return toBus(bridge, access, config, destination, record, succeeded);
    });
  }
  if (!succeeded && config.deadLetterQueueArn) {
    const queueArn = config.deadLetterQueueArn;
    const error = outcome.result?.error;
    const text = (value: string) => ({ DataType: 'String', StringValue: value });
    await attempt(queueArn, async () => {
      await sqs.sendAsRole(access, identityOf(config), queueArn, outcome.payload.toString('utf8'), {
        RequestID: text(requestId),
        ErrorCode: { DataType: 'Number', StringValue: '200' },
        ...(error && { ErrorMessage: text(error.message.slice(0, 1024) || error.type) }),
      });
    });
  }
}

/** As Lambda names it: `aws/lambda/async/<function>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<uuid>`. */
async function toBucket(
  place: Place,
  access: Access,
  config: FunctionConfig,
  bucket: string,
  record: object,
): Promise<void> {
  const resource = `arn:${place.partition}:s3:::${bucket}`;
  const now = new Date().toISOString();
  const day = now.slice(0, 10).replaceAll('-', '/');
  const key = `aws/lambda/async/${config.name}/${day}/${now.slice(0, 19).replaceAll(':', '.')}-${randomUUID()}`;
  const policy = access.bucketPolicies.get(bucket)?.Statement;
  access.demand(identityOf(config), { action: 's3:PutObject', resource: `${resource}/${key}` }, policy);
  await writeStoredObject(place, access.localUser.credentials, bucket, key, JSON.stringify(record));
}

async function toBus(
  bridge: EventBridge,
  access: Access,
  config: FunctionConfig,
  busArn: string,
  record: object,
  succeeded: boolean,
): Promise<void> {
  const bus = bridge.buses.demand(busArn);
  if (!access.roleMay(config.role, { action: 'events:PutEvents', resource: bus.arn })) {
    throw new AwsError(
      'AccessDeniedException',
      `${config.role.arn} is not authorized to perform: events:PutEvents on resource: ${bus.arn}`,
    );
  }
  const event: AwsEvent = bridge.makeEvent({
    source: 'lambda',
    detailType: `Lambda Function Invocation Result - ${succeeded ? 'Success' : 'Failure'}`,
    detail: record,
    resources: [bus.arn, `${config.arn}:$LATEST`],
  });
  await bridge.publish(busNameOf(busArn), event);
}

/**
 * Lambda's invocation record.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function invocationRecord(
  config: FunctionConfig,
  { attempts, condition, payload, requestId, result }: AsyncOutcome,
) {
  return {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId,
      functionArn: `${config.arn}:$LATEST`,
      condition,
      approximateInvokeCount: attempts,
    },
    requestPayload: parseJson(payload),
    ...(result && {
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        ...(result.error && { functionError: 'Unhandled' }),
      },
      responsePayload: parseJson(result.payload),
    }),
  };
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return bytes.toString('utf8');
  }
}

function identityOf(config: FunctionConfig) {
  const { arn, id, name } = config.role;
  return {
    credentials: { accessKeyId: '', secretAccessKey: '' },
    principal: { aws: arn, account: parseArn(config.arn)?.account ?? '' },
    userId: `${id}:${config.name}`,
    roleName: name,
  };
}
