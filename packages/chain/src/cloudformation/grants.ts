import {
  dataGrants,
  keyGrant,
  needsOf,
  objectsArn,
  type Resource,
  type Statement,
  serviceExportNames,
} from '@tributary/service/deployment';
import type { ChainStep } from '../chain-file/chain.ts';
import type { ChainGraph } from '../graph.ts';
import { grantsId } from './logical-ids.ts';
import type { Publication } from './publication.ts';
import type { RuleInput } from './rule-input.ts';

/** One policy for each service, attached to its role by name: what the steps of this chain read and write, and no more. */
export function grants(
  { chain, steps, inputOf }: ChainGraph,
  inputs: ReadonlyMap<ChainStep, RuleInput>,
): Record<string, Resource> {
  const byService = Map.groupBy(steps, ({ service }) => service);
  return Object.fromEntries(
    [...byService].map(([service, own]): [string, Resource] => {
      const statements = own.flatMap((step) => {
        const input = inputOf(step);
        const publication = inputs.get(step)?.publication;
        return [
          ...dataGrants(
            { bucket: input.bucket, prefix: input.prefix },
            step.output,
            needsOf(step.converter, step.parsed),
          ),
          ...(publication ? [readOnly(publication)] : []),
          ...(chain.kmsKey ? [keyGrant(chain.kmsKey)] : []),
        ];
      });
      return [
        grantsId(service),
        {
          Type: 'AWS::IAM::Policy',
          Properties: {
            PolicyName: `tributary-${chain.stage}-${chain.name}`,
            Roles: [{ 'Fn::ImportValue': serviceExportNames(chain.stage, service).roleName }],
            PolicyDocument: { Version: '2012-10-17', Statement: joined(statements) },
          },
        },
      ];
    }),
  );
}

function readOnly({ bucket, key }: Publication): Statement {
  const arn =
    typeof bucket === 'string'
      ? objectsArn(bucket, key)
      : { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::', bucket, `/${key}`]] };
  return { Effect: 'Allow', Action: ['s3:GetObject'], Resource: [arn] };
}

/** Statements of the same actions become one: all inline policies of a role together have 10,240 characters. */
function joined(statements: readonly Statement[]): Statement[] {
  const byAction = Map.groupBy(statements, ({ Action }) => JSON.stringify(Action));
  return [...byAction.values()].map((same) => ({
    Effect: 'Allow',
    Action: same[0]!.Action,
    Resource: unique(same.flatMap(({ Resource }) => Resource)),
  }));
}

function unique(values: readonly unknown[]): unknown[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
