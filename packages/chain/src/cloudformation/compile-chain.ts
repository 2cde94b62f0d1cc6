import {
  bucketResources,
  busExportNames,
  companionLifecycle,
  type Resource,
  rulePermission,
  ruleTarget,
  serviceExportNames,
  undeliveredQueue,
  undeliveredQueuePolicyId,
} from '@tributary/service/deployment';
import type { Chain, ChainStep } from '../chain-file/chain.ts';
import type { ChainGraph } from '../graph.ts';
import { alarms } from '../observability/alarms.ts';
import { dashboard } from '../observability/dashboard.ts';
import { runQuery } from '../observability/run-query.ts';
import { rulePattern } from '../pattern/rule-pattern.ts';
import { archiveNames, archives } from './archives.ts';
import { grants } from './grants.ts';
import { grantsId, permissionId, ruleId } from './logical-ids.ts';
import type { Publication, UploadPlace } from './publication.ts';
import { ruleInputs } from './rule-input.ts';

/** A chain as CloudFormation takes it. */
export interface CompiledChain {
  Resources: Record<string, Resource>;
  Outputs: Record<string, { Description: string; Value: unknown }>;
  /** To be uploaded by the same deployment, before the rules that name them. */
  publications: Publication[];
}

/**
 * One rule for each step, with retry policy and dead-letter queue; the permission to wake its function; what its role may
 * read and write; archives for replays. Services and bus are imported: while a chain stands, CloudFormation removes none
 * of them.
 */
export function compileChain(graph: ChainGraph, uploads: UploadPlace): CompiledChain {
  const { chain, steps } = graph;
  const inputs = ruleInputs(graph, uploads);
  const publications = [...inputs.values()].flatMap(({ publication }) => publication ?? []);
  const watched = alarms(graph);
  return {
    Resources: {
      ...buckets(chain),
      ...undeliveredQueue(),
      ...grants(graph, inputs),
      ...Object.assign({}, ...steps.map((step) => ruleOf(chain, step, inputs.get(step)!.template))),
      ...archives(chain),
      ...runQuery(graph),
      ...watched,
      ...dashboard(graph, Object.keys(watched)),
    },
    Outputs: {
      Undelivered: {
        Description: 'Queue of events that could not be handed to their function',
        Value: { 'Fn::GetAtt': ['UndeliveredQueue', 'QueueName'] },
      },
      ...(chain.archiveDays !== undefined && {
        SourceArchive: { Description: 'Replayed, runs the chain again', Value: archiveNames(chain).source },
        StepsArchive: {
          Description: 'Replayed, runs what follows steps again',
          Value: archiveNames(chain).steps,
        },
      }),
    },
    publications: [...new Map(publications.map((one) => [one.key, one])).values()],
  };
}

function buckets({ createBuckets, steps, quarantineDays, kmsKey }: Chain): Record<string, Resource> {
  const made = createBuckets.map((name, index) => {
    const prefixes = steps.flatMap(({ output }) => (output.bucket === name ? [output.prefix] : []));
    const lifecycleRules = companionLifecycle(prefixes, { quarantineDays });
    return bucketResources(`Bucket${index + 1}`, name, { lifecycleRules, ...(kmsKey && { kmsKey }) });
  });
  return Object.assign({}, ...made);
}

function ruleOf(chain: Chain, step: ChainStep, template: unknown): Record<string, Resource> {
  const functionArn = { 'Fn::ImportValue': serviceExportNames(chain.stage, step.service).functionArn };
  const { after } = step;
  const what = after ? `after ${after.step}.${after.outcome}` : `new objects of s3://${chain.source.bucket}`;
  return {
    [ruleId(step.name)]: {
      Type: 'AWS::Events::Rule',
      // Before the role may read and write, a file that comes would have to be tried again.
      DependsOn: [undeliveredQueuePolicyId, grantsId(step.service)],
      Properties: {
        Description: `${chain.name}/${step.name}: ${what}`.slice(0, 512),
        ...(after && { EventBusName: { 'Fn::ImportValue': busExportNames(chain.stage).name } }),
        EventPattern: rulePattern(chain, step),
        State: 'ENABLED',
        Targets: [ruleTarget(step.name, functionArn, { InputTransformer: { InputTemplate: template } })],
      },
    },
    [permissionId(step.name)]: rulePermission(functionArn, ruleId(step.name)),
  };
}
