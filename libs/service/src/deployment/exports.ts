/** An output of a template that other stacks import by name. */
export interface ExportedOutput {
  Description: string;
  Value: unknown;
  Export: { Name: string };
}

/** What a chain imports of a service. CloudFormation removes no stack whose exports are imported, and names who does. */
export function serviceExportNames(
  stage: string,
  service: string,
): { functionArn: string; roleName: string } {
  const prefix = `tributary-${stage}-${service}`;
  return { functionArn: `${prefix}-function-arn`, roleName: `${prefix}-role-name` };
}

/** What a chain imports of services/event-bus, whose serverless.yml exports it. */
export function busExportNames(stage: string): { name: string; arn: string } {
  return { name: `tributary-${stage}-event-bus-name`, arn: `tributary-${stage}-event-bus-arn` };
}

/** Outputs of a service's template. The values are told by names that stay, so a service redeploys freely. */
export function serviceExports(
  stage: string,
  service: string,
  functionId: string,
): Record<string, ExportedOutput> {
  const names = serviceExportNames(stage, service);
  return {
    FunctionArn: {
      Description: 'Imported by chains',
      Value: { 'Fn::GetAtt': [functionId, 'Arn'] },
      Export: { Name: names.functionArn },
    },
    RoleName: {
      Description: 'Imported by chains',
      Value: { Ref: 'IamRoleLambdaExecution' },
      Export: { Name: names.roleName },
    },
  };
}
