import type { ActivityFeed } from '../activity.ts';
import type { S3Notification } from '../s3/index.ts';
import type { EventBridge } from './event-bridge.ts';

/** What S3 tells becomes an AWS event on the default bus. */
export async function publishNotification(
  notification: S3Notification,
  bridge: EventBridge,
  feed: ActivityFeed,
): Promise<void> {
  const { detail, kind, time } = notification;
  const bucket = detail.bucket.name;
  const event = bridge.makeEvent({
    source: 'aws.s3',
    detailType: kind,
    detail,
    resources: [`arn:aws:s3:::${bucket}`],
    time,
  });
  feed.tell({
    kind: 'object-event',
    detailType: kind,
    bucket,
    key: detail.object.key,
    eventId: event.id,
    ...(detail.object.size !== undefined && { size: detail.object.size }),
    ...(detail.object.sequencer !== undefined && { sequencer: detail.object.sequencer }),
    ...(detail.reason && { reason: detail.reason }),
  });
  await bridge.accept('default', event);
}
