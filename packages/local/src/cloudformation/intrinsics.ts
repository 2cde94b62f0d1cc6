import { DeployError } from '../errors.ts';
import { ownOf } from '../own-property.ts';
import type { Place } from '../place.ts';
import type { ParameterValue } from './parameters.ts';
import { splitAttribute } from './references.ts';
import type { Template } from './template.ts';
import { lineOf, showPath } from './template-lines.ts';

/** What Ref and GetAtt of a resource give. */
export interface Identified {
  ref: string;
  attributes: Readonly<Record<string, string>>;
}

export interface Scope {
  template: Template;
  stack: string;
  stackId: string;
  place: Place;
  parameters: ReadonlyMap<string, ParameterValue>;
  /** Resources that exist so far; those with a false condition never do. */
  resources: ReadonlyMap<string, Identified>;
  exported(name: string): string | undefined;
  /** The value of an SSM parameter, of its last version or of one. */
  ssm(name: string, version?: number): string | undefined;
}

type Path = readonly PropertyKey[];

/** `AWS::NoValue`: the property is left out. */
const noValue = Symbol('AWS::NoValue');

type Resolver = (argument: unknown, path: Path) => unknown;

/** Turns template values into plain ones: the pure part of CloudFormation. */
export class Intrinsics {
  #scope: Scope;
  #conditions = new Map<string, boolean | 'under way'>();
  /** Where errors say they are: a resource's logical id, if in one. */
  #resource: string | undefined;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /** Resolves a value that lies at `path` in the template. @throws DeployError */
  resolve(value: unknown, path: Path, resource?: string): unknown {
    this.#resource = resource;
    const resolved = this.#value(value, path);
    return resolved === noValue ? undefined : resolved;
  }

  /** Whether a condition of the template holds. @throws DeployError */
  condition(name: string, path: Path): boolean {
    const known = this.#conditions.get(name);
    if (known === 'under way')
      throw this.#error('dependency-cycle', `Condition ${name} depends on itself`, path);
    if (known !== undefined) return known;
    const { Conditions } = this.#scope.template;
    if (!Object.hasOwn(Conditions, name))
      throw this.#error('unknown-reference', `There is no condition ${name}`, path);
    this.#conditions.set(name, 'under way');
    const holds = this.#test(Conditions[name], ['Conditions', name]);
    this.#conditions.set(name, holds);
    return holds;
  }

  #value(value: unknown, path: Path): unknown {
    if (typeof value === 'string') return this.#dynamic(value, path);
    if (Array.isArray(value)) {
      return value
        .map((item, index) => this.#value(item, [...path, index]))
        .filter((item) => item !== noValue);
    }
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const intrinsic = entries.find(([key]) => key === 'Ref' || key.startsWith('Fn::'));
    if (intrinsic && (entries.length === 1 || intrinsic[0] !== 'Ref')) {
      if (entries.length > 1)
        throw this.#error('bad-intrinsic', `${intrinsic[0]} must be alone in its object`, path);
      return this.#intrinsic(intrinsic[0], intrinsic[1], path);
    }
    const resolved = entries.map(([key, item]) => [key, this.#value(item, [...path, key])] as const);
    return Object.fromEntries(resolved.filter(([, one]) => one !== noValue));
  }

  #intrinsic(name: string, argument: unknown, path: Path): unknown {
    const resolver = this.#resolvers[name];
    if (!resolver)
      throw this.#error('unknown-intrinsic', `${name} is not there in the local AWS`, [...path, name]);
    return resolver(argument, [...path, name]);
  }

  #resolvers: Record<string, Resolver> = {
    Ref: (argument, path) => this.#ref(this.#literal(argument, path, 'Ref'), path),
    'Fn::GetAtt': (argument, path) => this.#getAtt(argument, path),
    'Fn::Sub': (argument, path) => this.#sub(argument, path),
    'Fn::Join': (argument, path) => {
      const [separator, items] = this.#list(argument, path, 2);
      return this.#list(items, path)
        .map((item) => this.#text(item, path))
        .join(this.#text(separator, path));
    },
    'Fn::Select': (argument, path) => {
      const [index, items] = this.#list(argument, path, 2);
      const list = this.#list(items, path);
      const at = Number(this.#text(index, path));
      if (!Number.isInteger(at) || at < 0 || at >= list.length) {
        throw this.#error(
          'bad-intrinsic',
          `Fn::Select cannot select ${String(index)} of ${list.length} items`,
          path,
        );
      }
      return list[at];
    },
    'Fn::Split': (argument, path) => {
      const [separator, text] = this.#list(argument, path, 2);
      return this.#text(text, path).split(this.#text(separator, path));
    },
    'Fn::If': (argument, path) => {
      // Only the branch that counts is resolved: the other may name what is not there.
      if (!Array.isArray(argument) || argument.length !== 3) {
        throw this.#error('bad-intrinsic', 'Fn::If takes a condition and two values', path);
      }
      const holds = this.condition(this.#literal(argument[0], path, 'Fn::If'), path);
      return this.#value(argument[holds ? 1 : 2], [...path, holds ? 1 : 2]);
    },
    'Fn::FindInMap': (argument, path) => {
      const [map, top, second] = this.#list(argument, path, 3).map((item) => this.#text(item, path));
      const found = ownOf(ownOf(ownOf(this.#scope.template.Mappings, map!), top!), second!);
      if (found === undefined)
        throw this.#error('unknown-reference', `Mappings have no ${map}.${top}.${second}`, path);
      return found;
    },
    'Fn::ImportValue': (argument, path) => {
      const name = this.#text(this.#value(argument, path), path);
      const value = this.#scope.exported(name);
      if (value === undefined) {
        throw this.#error(
          'unknown-export',
          `No deployed stack exports ${name}: deploy the one that does first`,
          path,
        );
      }
      return value;
    },
    'Fn::Base64': (argument, path) =>
      Buffer.from(this.#text(this.#value(argument, path), path)).toString('base64'),
    'Fn::Equals': (argument, path) => this.#test({ 'Fn::Equals': argument }, path.slice(0, -1)),
  };

  #ref(name: string, path: Path): unknown {
    const { place, stack, stackId, parameters, resources, template } = this.#scope;
    switch (name) {
      case 'AWS::AccountId':
        return place.accountId;
      case 'AWS::Region':
        return place.region;
      case 'AWS::Partition':
        return place.partition;
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      case 'AWS::StackName':
        return stack;
      case 'AWS::StackId':
        return stackId;
      case 'AWS::NoValue':
        return noValue;
      case 'AWS::NotificationARNs':
        return [];
    }
    const parameter = parameters.get(name);
    if (parameter !== undefined) return parameter;
    const resource = resources.get(name);
    if (resource) return resource.ref;
    throw this.#missing(name, Object.hasOwn(template.Resources, name), path);
  }

  #getAtt(argument: unknown, path: Path): string {
    const parts = typeof argument === 'string' ? splitAttribute(argument) : this.#list(argument, path, 2);
    const [name, attribute] = parts.map((part) => this.#text(part, path)) as [string, string];
    return this.#attribute(name, attribute, path);
  }

  #attribute(name: string, attribute: string, path: Path): string {
    const { resources, template } = this.#scope;
    const resource = resources.get(name);
    if (!resource) throw this.#missing(name, Object.hasOwn(template.Resources, name), path);
    const value = ownOf(resource.attributes, attribute);
    if (value === undefined) {
      const type = template.Resources[name]?.Type;
      throw this.#error(
        'unknown-attribute',
        `${type} ${name} has no attribute ${attribute} in the local AWS`,
        path,
      );
    }
    return value;
  }

  #sub(argument: unknown, path: Path): string {
    const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
    if (typeof template !== 'string' || typeof variables !== 'object' || variables === null) {
      throw this.#error('bad-intrinsic', 'Fn::Sub takes a string, or a string and an object', path);
    }
    const local = variables as Record<string, unknown>;
    const substituted = template.replace(/\$\{([^}]*)\}/g, (whole, inner: string) => {
      const name = inner.trim();
      // ${!Literal} stands for ${Literal}.
      if (name.startsWith('!')) return whole.replace('!', '');
      if (Object.hasOwn(local, name)) return this.#text(this.#value(local[name], [...path, 1, name]), path);
      const [resource, attribute] = splitAttribute(name);
      if (attribute !== undefined && !name.startsWith('AWS::'))
        return this.#attribute(resource, attribute, path);
      return this.#text(this.#ref(name, path), path);
    });
    return this.#dynamic(substituted, path);
  }

  /** `{{resolve:ssm:name:version}}` in a string. */
  #dynamic(text: string, path: Path): string {
    if (!text.includes('{{resolve:')) return text;
    return text.replace(/\{\{resolve:([^}]*)\}\}/g, (_whole, reference: string) => {
      const match = /^ssm:([^:]+)(?::(\d+))?$/.exec(reference);
      if (!match)
        throw this.#error(
          'unknown-intrinsic',
          `{{resolve:${reference}}} is not there in the local AWS`,
          path,
        );
      const [, name = '', version] = match;
      const value = this.#scope.ssm(name, version === undefined ? undefined : Number(version));
      if (value === undefined)
        throw this.#error(
          'unknown-reference',
          `No SSM parameter ${name}${version ? `:${version}` : ''}`,
          path,
        );
      return value;
    });
  }

  #test(value: unknown, path: Path): boolean {
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    const [name, argument] = entries[0] ?? [];
    const inner = [...path, name ?? ''];
    const tests = (least: number, most: number) => {
      if (!Array.isArray(argument) || argument.length < least || argument.length > most) {
        throw this.#error(
          'bad-intrinsic',
          `${name} takes ${least === most ? least : `${least} to ${most}`} conditions`,
          inner,
        );
      }
      return argument.map((one, index) => () => this.#test(one, [...inner, index]));
    };
    if (entries.length !== 1)
      throw this.#error('bad-intrinsic', 'A condition is one condition function', path);
    switch (name) {
      case 'Fn::Equals': {
        const [left, right] = this.#list(argument, inner, 2);
        return this.#text(left, inner) === this.#text(right, inner);
      }
      case 'Fn::And':
        return tests(2, 10).every((test) => test());
      case 'Fn::Or':
        return tests(2, 10).some((test) => test());
      case 'Fn::Not':
        return !tests(1, 1)[0]!();
      case 'Condition':
        return this.condition(this.#literal(argument, inner, 'Condition'), inner);
      default:
        throw this.#error('unknown-intrinsic', `${name} is no condition function of the local AWS`, inner);
    }
  }

  #list(argument: unknown, path: Path, length?: number): unknown[] {
    const list = this.#value(argument, path);
    if (!Array.isArray(list) || (length !== undefined && list.length !== length)) {
      throw this.#error(
        'bad-intrinsic',
        `${String(path.at(-1))} takes a list${length ? ` of ${length}` : ''}`,
        path,
      );
    }
    return list;
  }

  #text(value: unknown, path: Path): string {
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw this.#error(
      'bad-intrinsic',
      `${String(path.at(-1))} needs text; got ${JSON.stringify(value) ?? 'nothing'}`,
      path,
    );
  }

  #literal(value: unknown, path: Path, of: string): string {
    if (typeof value === 'string') return value;
    throw this.#error('bad-intrinsic', `${of} takes a plain name`, path);
  }

  #missing(name: string, inTemplate: boolean, path: Path): DeployError {
    return this.#error(
      'unknown-reference',
      inTemplate
        ? `${name} is not created: its condition is false`
        : `There is no parameter or resource ${name}`,
      path,
    );
  }

  #error(code: string, what: string, path: Path): DeployError {
    const { stack, template } = this.#scope;
    const line = lineOf(template.text, path);
    const property = path[0] === 'Resources' && path[2] === 'Properties' ? path.slice(3) : path;
    return new DeployError(code, what, {
      stack,
      ...(this.#resource && { resource: this.#resource }),
      property: showPath(property),
      ...(line !== undefined && { line }),
    });
  }
}
