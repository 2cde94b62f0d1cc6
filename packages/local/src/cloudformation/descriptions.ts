import type { Plan } from './plan.ts';
import type { Stack } from './stacks.ts';

export const capabilities = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'];

export interface Change {
  logicalId: string;
  type: string;
  action: string;
}

/** What a plan would do to each resource. */
export function changesOf(next: Plan, previous: Plan | undefined): Change[] {
  const before = new Map(previous?.resources.map((one) => [one.logicalId, one]));
  const changes = next.resources
    .filter(
      ({ logicalId, properties }) =>
        JSON.stringify(before.get(logicalId)?.properties) !== JSON.stringify(properties),
    )
    .map(({ logicalId, kind }) => ({
      logicalId,
      type: kind.type,
      action: before.has(logicalId) ? 'Modify' : 'Add',
    }));
  const kept = new Set(next.resources.map(({ logicalId }) => logicalId));
  for (const { logicalId, kind } of previous?.resources ?? []) {
    if (!kept.has(logicalId)) changes.push({ logicalId, type: kind.type, action: 'Remove' });
  }
  return changes;
}

export function describeStack({ id, name, plan, status, createdAt, updatedAt }: Stack) {
  return {
    StackId: id,
    StackName: name,
    Description: plan.description,
    StackStatus: status,
    CreationTime: iso(createdAt),
    LastUpdatedTime: updatedAt === undefined ? undefined : iso(updatedAt),
    DisableRollback: false,
    EnableTerminationProtection: false,
    Capabilities: capabilities,
    Parameters: Object.entries(plan.parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
    Outputs: plan.outputs.map((output) => ({
      OutputKey: output.name,
      OutputValue: output.value,
      Description: output.description,
      ExportName: output.exportName,
    })),
  };
}

export function describeResources({ id, name, plan, createdAt, updatedAt }: Stack) {
  return plan.resources.map(({ logicalId, ref, kind }) => ({
    StackId: id,
    StackName: name,
    LogicalResourceId: logicalId,
    PhysicalResourceId: ref,
    ResourceType: kind.type,
    ResourceStatus: updatedAt === undefined ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE',
    Timestamp: iso(updatedAt ?? createdAt),
  }));
}

export function iso(at: number): string {
  return new Date(at).toISOString();
}
