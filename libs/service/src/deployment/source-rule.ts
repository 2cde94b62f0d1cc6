import { BadOptions } from '@tributary/codec';
import { afterCompleted, type EnvelopeInput, envelopeTemplate, objectCreated } from '@tributary/events';
import { MAX_TEMPLATE } from '@tributary/events/target-input';
import type { Resource } from './bucket.ts';
import { keyPattern } from './key-pattern.ts';
import { hideVariables, rulePermission, ruleTarget } from './rule-target.ts';
import { undeliveredQueue, undeliveredQueuePolicyId } from './undelivered-queue.ts';

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
  const input = { InputTransformer: { InputTemplate: inputTemplate(envelope) } };
  return {
    SourceRule: {
      Type: 'AWS::Events::Rule',
      DependsOn: undeliveredQueuePolicyId,
      Properties: {
        ...matching(source, envelope.chain),
        State: 'ENABLED',
        Targets: [ruleTarget('convert', functionArn, input)],
      },
    },
    SourceRulePermission: rulePermission(functionArn, 'SourceRule'),
    ...undeliveredQueue(),
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
  const key = keyPattern(source.prefix, source.suffixes);
  return {
    Description: `New objects of s3://${source.bucket}/${source.prefix} for ${chain}`.slice(0, 512),
    EventPattern: objectCreated.pattern({
      detail: { bucket: { name: [source.bucket] }, ...(key && { object: { key } }) },
    }),
  };
}

function inputTemplate(envelope: Omit<EnvelopeInput, 'event'>): string {
  const template = hideVariables(envelopeTemplate(envelope));
  if (template.length <= MAX_TEMPLATE) return template;
  throw new BadOptions({
    code: 'options-too-long',
    what: 'The options do not fit into the InputTemplate of an EventBridge rule',
    expected: `<= ${MAX_TEMPLATE} characters with the envelope`,
    got: `${template.length} characters`,
  });
}
