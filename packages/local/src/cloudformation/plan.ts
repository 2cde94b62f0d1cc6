import { DeployError } from '../errors.ts';
import type { Place } from '../place.ts';
import { type Identified, Intrinsics, type Scope } from './intrinsics.ts';
import { resolveParameters } from './parameters.ts';
import { referencesIn } from './references.ts';
import { naming, type Planned } from './resource-kind.ts';
import { resourceKinds } from './resources/index.ts';
import { parseTemplate, refusal, type Template } from './template.ts';
import { lineOf } from './template-lines.ts';

export interface PlanInput {
  text: string;
  stack: string;
  stackId: string;
  place: Place;
  parameters: Readonly<Record<string, string>>;
  /** Given to several stacks: only those that have such a parameter take it. */
  common?: Readonly<Record<string, string>>;
  exported(name: string): string | undefined;
  ssm(name: string, version?: number): string | undefined;
}

export interface Output {
  name: string;
  value: string;
  description?: string;
  exportName?: string;
}

/** A template with every value known: what to make, in which order. */
export interface Plan {
  stack: string;
  stackId: string;
  template: Template;
  parameters: Readonly<Record<string, string>>;
  description?: string;
  resources: Planned[];
  outputs: Output[];
  /** Names of the exports it was given. */
  imports: ReadonlySet<string>;
}

/**
 * Turns a template into a plan without touching anything; whatever the local AWS lacks is refused here, by name.
 * @throws DeployError
 */
export function planStack(input: PlanInput): Plan {
  const { text, stack, stackId, place, exported, ssm } = input;
  const template = parseTemplate(text, stack);
  refuseUnknownTypes(template, stack);
  refuseSharedNames(template, stack);
  const common = Object.entries(input.common ?? {}).filter(([name]) =>
    Object.hasOwn(template.Parameters, name),
  );
  const given = { ...Object.fromEntries(common), ...input.parameters };
  const parameters = resolveParameters(template, stack, given, ssm);
  const identified = new Map<string, Identified>();
  const imports = new Set<string>();
  const importing = (name: string) => {
    imports.add(name);
    return exported(name);
  };
  const scope: Scope = {
    template,
    stack,
    stackId,
    place,
    parameters,
    resources: identified,
    exported: importing,
    ssm,
  };
  const intrinsics = new Intrinsics(scope);
  const holds = (condition: string | undefined, path: PropertyKey[]) =>
    condition === undefined || intrinsics.condition(condition, path);

  const present = Object.keys(template.Resources).filter((id) =>
    holds(template.Resources[id]!.Condition, ['Resources', id, 'Condition']),
  );
  const resources: Planned[] = [];
  for (const { id, dependsOn } of inDependencyOrder(template, stack, new Set(present))) {
    const described = template.Resources[id]!;
    const kind = resourceKinds.get(described.Type)!;
    const prefix = ['Resources', id, 'Properties'];
    const resolved = intrinsics.resolve(described.Properties, prefix, id);
    const parsed = kind.properties.safeParse(resolved, { reportInput: true });
    if (!parsed.success) {
      throw refusal(parsed.error, {
        text,
        stack,
        code: 'bad-property',
        prefix,
        resource: id,
        type: described.Type,
      });
    }
    const properties = parsed.data;
    const names = kind.identify(properties, naming(place, stack, id));
    identified.set(id, names);
    resources.push({
      stack,
      logicalId: id,
      kind,
      properties,
      dependsOn,
      deletionPolicy: described.DeletionPolicy,
      replacePolicy: described.UpdateReplacePolicy,
      ...names,
    });
  }
  refuseTwins(template, resources);

  const outputs = Object.entries(template.Outputs)
    .filter(([name, { Condition }]) => holds(Condition, ['Outputs', name, 'Condition']))
    .map(([name, { Value, Description, Export }]): Output => {
      const exportName = Export && intrinsics.resolve(Export.Name, ['Outputs', name, 'Export', 'Name']);
      return {
        name,
        value: String(intrinsics.resolve(Value, ['Outputs', name, 'Value'])),
        ...(Description !== undefined && { description: Description }),
        ...(exportName !== undefined && { exportName: String(exportName) }),
      };
    });
  return {
    stack,
    stackId,
    template,
    parameters: given,
    ...(template.Description !== undefined && { description: template.Description }),
    resources,
    outputs,
    imports,
  };
}

/** Ref could mean either. */
function refuseSharedNames(template: Template, stack: string): void {
  for (const id of Object.keys(template.Resources)) {
    if (!Object.hasOwn(template.Parameters, id)) continue;
    const line = lineOf(template.text, ['Resources', id]);
    throw new DeployError('template-invalid', `${id} names a parameter and a resource`, {
      stack,
      resource: id,
      ...(line !== undefined && { line }),
    });
  }
}

function refuseUnknownTypes(template: Template, stack: string): void {
  for (const [id, { Type }] of Object.entries(template.Resources)) {
    if (resourceKinds.has(Type)) continue;
    const line = lineOf(template.text, ['Resources', id, 'Type']);
    throw new DeployError('unknown-resource-type', `${Type} is not there in the local AWS`, {
      stack,
      resource: id,
      ...(line !== undefined && { line }),
    });
  }
}

/** Each resource after those it refers to or depends on. @throws DeployError `dependency-cycle`, `unknown-reference` */
function inDependencyOrder(template: Template, stack: string, present: ReadonlySet<string>) {
  const dependencies = new Map<string, string[]>();
  for (const id of present) {
    const { DependsOn, Properties } = template.Resources[id]!;
    for (const name of DependsOn) {
      if (Object.hasOwn(template.Resources, name)) continue;
      const line = lineOf(template.text, ['Resources', id, 'DependsOn']);
      throw new DeployError('unknown-reference', `DependsOn names ${name}, which is no resource`, {
        stack,
        resource: id,
        ...(line !== undefined && { line }),
      });
    }
    const names = new Set([...DependsOn, ...referencesIn(Properties)]);
    dependencies.set(
      id,
      [...names].filter((name) => present.has(name)),
    );
  }
  const ordered: { id: string; dependsOn: string[] }[] = [];
  const state = new Map<string, 'under way' | 'done'>();
  const trail: string[] = [];
  const visit = (id: string) => {
    if (state.get(id) === 'done') return;
    if (state.get(id) === 'under way') {
      const cycle = [...trail.slice(trail.indexOf(id)), id].join(' -> ');
      const line = lineOf(template.text, ['Resources', id]);
      throw new DeployError('dependency-cycle', `Resources depend on each other: ${cycle}`, {
        stack,
        resource: id,
        ...(line !== undefined && { line }),
      });
    }
    state.set(id, 'under way');
    trail.push(id);
    const dependsOn = dependencies.get(id)!;
    for (const name of dependsOn) visit(name);
    trail.pop();
    state.set(id, 'done');
    ordered.push({ id, dependsOn });
  };
  for (const id of present) visit(id);
  return ordered;
}

/** Two resources of one type with one physical name would overwrite each other. */
function refuseTwins(template: Template, resources: Planned[]): void {
  const seen = new Map<string, Planned>();
  for (const resource of resources) {
    const key = `${resource.kind.type} ${resource.ref}`;
    const twin = seen.get(key);
    // Versions of a function share a name on purpose, and policies may.
    if (twin && !['AWS::Lambda::Version', 'AWS::IAM::Policy'].includes(resource.kind.type)) {
      const line = lineOf(template.text, ['Resources', resource.logicalId]);
      throw new DeployError('resource-exists', `${key} is the same as resource ${twin.logicalId}`, {
        stack: resource.stack,
        resource: resource.logicalId,
        ...(line !== undefined && { line }),
      });
    }
    seen.set(key, resource);
  }
}
