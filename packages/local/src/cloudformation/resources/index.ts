import type { ResourceKind } from '../resource-kind.ts';
import { cloudWatchAlarm } from './aws-cloudwatch-alarm.ts';
import { cloudWatchDashboard } from './aws-cloudwatch-dashboard.ts';
import { eventsArchive } from './aws-events-archive.ts';
import { eventsEventBus } from './aws-events-event-bus.ts';
import { eventsEventBusPolicy } from './aws-events-event-bus-policy.ts';
import { eventsRule } from './aws-events-rule.ts';
import { iamPolicy } from './aws-iam-policy.ts';
import { iamRole } from './aws-iam-role.ts';
import { lambdaEventInvokeConfig } from './aws-lambda-event-invoke-config.ts';
import { lambdaEventSourceMapping } from './aws-lambda-event-source-mapping.ts';
import { lambdaFunction } from './aws-lambda-function.ts';
import { lambdaPermission } from './aws-lambda-permission.ts';
import { lambdaUrl } from './aws-lambda-url.ts';
import { lambdaVersion } from './aws-lambda-version.ts';
import { logsLogGroup } from './aws-logs-log-group.ts';
import { logsQueryDefinition } from './aws-logs-query-definition.ts';
import { s3Bucket } from './aws-s3-bucket.ts';
import { s3BucketPolicy } from './aws-s3-bucket-policy.ts';
import { sqsQueue } from './aws-sqs-queue.ts';
import { sqsQueuePolicy } from './aws-sqs-queue-policy.ts';
import { ssmParameter } from './aws-ssm-parameter.ts';

/** Every resource type there is. */
export const resourceKinds: ReadonlyMap<string, ResourceKind> = new Map(
  [
    cloudWatchAlarm,
    cloudWatchDashboard,
    eventsArchive,
    eventsEventBus,
    eventsEventBusPolicy,
    eventsRule,
    iamPolicy,
    iamRole,
    lambdaEventInvokeConfig,
    lambdaEventSourceMapping,
    lambdaFunction,
    lambdaPermission,
    lambdaUrl,
    lambdaVersion,
    logsLogGroup,
    logsQueryDefinition,
    s3Bucket,
    s3BucketPolicy,
    sqsQueue,
    sqsQueuePolicy,
    ssmParameter,
  ].map((kind) => [kind.type, kind]),
);
