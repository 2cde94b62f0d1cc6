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
  const user = current && importerOf(current, stacks, plan.outputs);
  if (!user) return;
  const what = `Export ${user.exportName} is used by stack ${user.stack}`;
  throw new DeployError('export-in-use', what, { stack: plan.stack });
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

/** A stack that imports an export which is about to change or go. */
export function importerOf(
  stack: Stack,
  stacks: readonly Stack[],
  next: readonly Output[] = [],
): { stack: string; exportName: string } | undefined {
  for (const { exportName, value } of stack.plan.outputs) {
    if (!exportName || next.some((one) => one.exportName === exportName && one.value === value)) continue;
    const user = stacks.find((other) => other !== stack && other.plan.imports.has(exportName));
    if (user) return { stack: user.name, exportName };
  }
  return undefined;
}
