import { BadOptions } from '@tributary/codec';
import { afterCompleted, type EnvelopeInput, envelopeTemplate, objectCreated } from '@tributary/events';
import type { Resource } from './bucket.ts';

/** EventBridge takes an InputTemplate of this many characters. */
const maxTemplate = 8_192;

/** For how long, and how often, EventBridge tries to hand an event to Lambda before it goes to the queue. */
const retryPolicy = { MaximumEventAgeInSeconds: 24 * 3_600, MaximumRetryAttempts: 185 };

/** What wakes a step: new objects, on the account's own bus, or what a step before it has written, on Tributary's. */
export type Source =
  | { bucket: string; prefix: string; suffixes: readonly string[] }
  | { chain: string; step: string; bus: unknown };

/**
 * The rule that wakes a function, its permission, and a queue for what could not be delivered.
 * @param functionId the function's logical id
 */
export function sourceRule(
  functionId: string,
  source: Source,
  envelope: Omit<EnvelopeInput, 'event'>,
): Record<string, Resource> {
  const functionArn = { 'Fn::GetAtt': [functionId, 'Arn'] };
  const ruleArn = { 'Fn::GetAtt': ['SourceRule', 'Arn'] };
  const queueArn = { 'Fn::GetAtt': ['UndeliveredQueue', 'Arn'] };
  // The rule waits for the queue's policy, so that one cannot name it by its ARN.
  const [partition, region, account] = ['Partition', 'Region', 'AccountId'].map((name) => ({
    Ref: `AWS::${name}`,
  }));
  const anyRule = { 'Fn::Join': [':', ['arn', partition, 'events', region, account, 'rule/*']] };
  return {
    SourceRule: {
      Type: 'AWS::Events::Rule',
      DependsOn: 'UndeliveredQueuePolicy',
      Properties: {
        ...matching(source, envelope.chain),
        State: 'ENABLED',
        Targets: [
          {
            Id: 'convert',
            Arn: functionArn,
            InputTransformer: { InputTemplate: inputTemplate(envelope) },
            RetryPolicy: retryPolicy,
            DeadLetterConfig: { Arn: queueArn },
          },
        ],
      },
    },
    SourceRulePermission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: functionArn,
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
        SourceArn: ruleArn,
      },
    },
    UndeliveredQueue: {
      Type: 'AWS::SQS::Queue',
      Properties: { MessageRetentionPeriod: 14 * 24 * 3_600, SqsManagedSseEnabled: true },
    },
    UndeliveredQueuePolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'UndeliveredQueue' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'RulesOfThisAccount',
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: queueArn,
              Condition: { ArnLike: { 'aws:SourceArn': anyRule } },
            },
          ],
        },
      },
    },
  };
}

function matching(source: Source, chain: string): Record<string, unknown> {
  if ('bus' in source) {
    return {
      Description: `What ${source.chain}/${source.step} has written, for ${chain}`.slice(0, 512),
      EventBusName: source.bus,
      EventPattern: afterCompleted(source.chain, source.step),
    };
  }
  return {
    Description: `New objects of s3://${source.bucket}/${source.prefix} for ${chain}`.slice(0, 512),
    EventPattern: objectCreated.pattern({
      detail: { bucket: { name: [source.bucket] }, ...keyPattern(source.prefix, source.suffixes) },
    }),
  };
}

/** Prefix and suffix of one key can only be asked for together by a wildcard. */
function keyPattern(prefix: string, suffixes: readonly string[]) {
  if (suffixes.length > 0) {
    const key = suffixes.map((suffix) => ({ wildcard: `${literal(prefix)}*${literal(suffix)}` }));
    return { object: { key } };
  }
  return prefix === '' ? {} : { object: { key: [{ prefix }] } };
}

function literal(text: string): string {
  return text.replaceAll(/[\\*]/g, (special) => `\\${special}`);
}

function inputTemplate(envelope: Omit<EnvelopeInput, 'event'>): string {
  // Serverless looks for its own variables in whatever it is handed: a JSON escape hides them from it.
  const template = envelopeTemplate(envelope).replaceAll('${', '\\u0024{');
  if (template.length <= maxTemplate) return template;
  throw new BadOptions({
    code: 'options-too-long',
    what: 'The options do not fit into the InputTemplate of an EventBridge rule',
    expected: `<= ${maxTemplate} characters with the envelope`,
    got: `${template.length} characters`,
  });
}
