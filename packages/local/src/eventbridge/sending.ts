import { AwsError, messageOf } from '../errors.ts';
import type { Access } from '../iam/access.ts';
import { functionNameOf, type Lambda } from '../lambda/lambda.ts';
import { parseArn } from '../place.ts';
import type { Sqs } from '../sqs/sqs.ts';
import { type Delivery, DeliveryError } from './delivery.ts';
import type { EventBridge } from './event-bridge.ts';

export interface Reach {
  access: Access;
  lambda: Lambda;
  sqs: Sqs;
  bridge: EventBridge;
}

/** An event may pass from bus to bus this often. */
const maxHops = 5;

/** One attempt to bring an event to its target. @throws DeliveryError */
export async function sendToTarget(delivery: Delivery, reach: Reach): Promise<void> {
  try {
    await send(delivery, reach);
  } catch (error) {
    throw deliveryErrorOf(error);
  }
}

async function send(delivery: Delivery, reach: Reach): Promise<void> {
  const { target, ruleArn, payload, event, text } = delivery;
  if (target.archive !== undefined) return reach.bridge.buses.archives.append(target.archive, event, text);
  switch (parseArn(target.arn)?.service) {
    case 'lambda':
      return toFunction(delivery, reach);
    case 'sqs':
      return reach.sqs.sendAsService(target.arn, 'events.amazonaws.com', ruleArn, payload, {});
    case 'events':
      return toBus(delivery, reach);
    default:
      throw new DeliveryError('NO_RESOURCE', `Targets of this kind are not there: ${target.arn}`, false);
  }
}

async function toFunction({ target, ruleArn, payload }: Delivery, { lambda }: Reach): Promise<void> {
  const name = functionNameOf(target.arn);
  if (!lambda.configOf(name))
    throw new DeliveryError('NO_RESOURCE', `Function not found: ${target.arn}`, false);
  if (!lambda.permits(name, 'events.amazonaws.com', ruleArn)) {
    throw new DeliveryError(
      'NO_PERMISSIONS',
      `events.amazonaws.com may not invoke ${name} for ${ruleArn}: no AWS::Lambda::Permission fits`,
      false,
    );
  }
  await lambda.invokeLater(name, Buffer.from(payload));
}

async function toBus({ target, event, text, hops }: Delivery, { access, bridge }: Reach): Promise<void> {
  const bus = bridge.buses.get(target.arn);
  if (!bus) throw new DeliveryError('NO_RESOURCE', `Event bus not found: ${target.arn}`, false);
  if (hops.length > maxHops || hops.includes(bus.name)) {
    throw new DeliveryError(
      'NO_RESOURCE',
      `The event came through ${hops.join(', ')} already: a loop of buses`,
      false,
    );
  }
  const role = target.roleArn === undefined ? undefined : access.roleByArn(target.roleArn);
  const allowed = role && access.roleMay(role, { action: 'events:PutEvents', resource: bus.arn });
  if (!allowed)
    throw new DeliveryError('NO_PERMISSIONS', `The target's role may not put events on ${bus.arn}`, false);
  await bridge.accept(bus.name, event, text, { hops });
}

function deliveryErrorOf(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (!(error instanceof AwsError)) return new DeliveryError('INTERNAL_ERROR', messageOf(error), true);
  switch (error.code) {
    case 'ResourceNotFoundException':
    case 'AWS.SimpleQueueService.NonExistentQueue':
      return new DeliveryError('NO_RESOURCE', error.message, false);
    case 'AccessDenied':
      return new DeliveryError('NO_PERMISSIONS', error.message, false);
    case 'TooManyRequestsException':
    case 'OverLimit':
      return new DeliveryError('THROTTLING', error.message, true);
    case 'RequestTooLargeException':
    case 'InvalidParameterValue':
      return new DeliveryError('SDK_CLIENT_ERROR', error.message, false);
    default:
      return new DeliveryError('INTERNAL_ERROR', error.message, true);
  }
}
