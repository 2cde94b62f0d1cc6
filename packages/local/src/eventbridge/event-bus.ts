import type { RenderInput } from '@tributary/events/target-input';
import type { PolicyDocument } from '../iam/policy.ts';
import type { TargetDescription } from './target-schema.ts';

export interface RetryPolicy {
  /** 0 to 185 */
  maximumRetryAttempts: number;
  /** 60 to 86,400 */
  maximumEventAgeSeconds: number;
}

/** EventBridge's own defaults. */
export const defaultRetryPolicy: RetryPolicy = { maximumRetryAttempts: 185, maximumEventAgeSeconds: 86_400 };

export interface Target {
  id: string;
  arn: string;
  roleArn?: string;
  deadLetterArn?: string;
  /** The archive that a managed rule fills. */
  archive?: string;
  retryPolicy: RetryPolicy;
  /** As PutTargets had it. */
  described: TargetDescription;
  /** The event's JSON text to what the target is handed: the event, a part of it, or something else. */
  render: RenderInput;
}

export interface Rule {
  name: string;
  arn: string;
  bus: string;
  description?: string;
  enabled: boolean;
  /** As written, for DescribeRule. */
  pattern: string;
  /** Takes an event as `parseEvent` reads it: once for all rules. */
  matches(event: object): boolean;
  targets: Map<string, Target>;
  /** Service that made the rule for itself: nobody else may change it. */
  managedBy?: string;
  /** What its template says of it; absent: made over the API. */
  template?: string;
}

/** A rule as it is kept on disk. */
export interface KeptRule extends Pick<Rule, 'description' | 'enabled' | 'pattern' | 'template'> {
  targets: TargetDescription[];
}

export interface EventBus {
  name: string;
  arn: string;
  description?: string;
  rules: Map<string, Rule>;
  policies: Map<string, PolicyDocument>;
}
