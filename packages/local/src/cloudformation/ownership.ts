import { DeployError } from '../errors.ts';
import type { Output, Plan } from './plan.ts';
import type { Stack } from './stacks.ts';
import { lineOf } from './template-lines.ts';

/** A physical name belongs to one stack. @throws DeployError `resource-exists` */
export function refuseForeign(plan: Plan, stacks: readonly Stack[]): void {
  const owners = new Map<string, string>();
  for (const { name, plan: other } of stacks) {
    if (name === plan.stack) continue;
    for (const { kind, ref } of other.resources) owners.set(`${kind.type} ${ref}`, name);
  }
  for (const { kind, ref, logicalId } of plan.resources) {
    const owner = owners.get(`${kind.type} ${ref}`);
    // Policies of one name may be on different roles.
    if (!owner || kind.type === 'AWS::IAM::Policy') continue;
    const line = lineOf(plan.template.text, ['Resources', logicalId]);
    throw new DeployError('resource-exists', `${kind.type} ${ref} exists in stack ${owner}`, {
      stack: plan.stack,
      resource: logicalId,
      ...(line !== undefined && { line }),
    });
  }
}

/** An export has one owner, and stays as it is while it is imported. @throws DeployError */
export function refuseExports(plan: Plan, stacks: readonly Stack[]): void {
  const others = exportsBut(plan.stack, stacks);
  for (const { exportName } of plan.outputs) {
    const owner = exportName === undefined ? undefined : others.get(exportName)?.stack;
    if (!owner) continue;
    throw new DeployError('duplicate-export', `Export ${exportName} is stack ${owner}'s`, {
      stack: plan.stack,
    });
  }
  const current = stacks.find(({ name }) => name === plan.stack);
  const use = current && importersOf(current, stacks, plan.outputs);
  if (!use) return;
  const verb = plan.outputs.some(({ exportName }) => exportName === use.exportName) ? 'update' : 'delete';
  throw new DeployError('export-in-use', describeUse(verb, use), { stack: plan.stack });
}

/** In AWS's words. @example Cannot delete export bus as it is in use by one, two and three. */
export function describeUse(verb: 'update' | 'delete', { exportName, stacks }: ExportUse): string {
  const [last, ...others] = [...stacks].reverse();
  const names = others.length === 0 ? last : `${others.reverse().join(', ')} and ${last}`;
  return `Cannot ${verb} export ${exportName} as it is in use by ${names}.`;
}

/** Exports of all stacks but one, by name. */
export function exportsBut(
  but: string,
  stacks: readonly Stack[],
): Map<string, { value: string; stack: string }> {
  const exports = new Map<string, { value: string; stack: string }>();
  for (const { name, plan } of stacks) {
    if (name === but) continue;
    for (const { exportName, value } of plan.outputs)
      if (exportName) exports.set(exportName, { value, stack: name });
  }
  return exports;
}

export interface ExportUse {
  exportName: string;
  /** Names of those that import it. */
  stacks: string[];
}

/** The first export of a stack that is about to change or go, and is imported. */
export function importersOf(
  stack: Stack,
  stacks: readonly Stack[],
  next: readonly Output[] = [],
): ExportUse | undefined {
  for (const { exportName, value } of stack.plan.outputs) {
    if (!exportName || next.some((one) => one.exportName === exportName && one.value === value)) continue;
    const users = stacks.filter((other) => other !== stack && other.plan.imports.has(exportName));
    if (users.length > 0) return { exportName, stacks: users.map(({ name }) => name) };
  }
  return undefined;
}
