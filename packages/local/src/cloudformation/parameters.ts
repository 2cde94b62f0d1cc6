import { DeployError } from '../errors.ts';
import { ownOf } from '../own-property.ts';
import type { Template, TemplateParameter } from './template.ts';
import { lineOf } from './template-lines.ts';

export type ParameterValue = string | string[];

/**
 * The value of every parameter: given, or its default.
 * @param ssm looks a parameter up for `AWS::SSM::Parameter::Value<..>`
 * @throws DeployError `bad-parameter`
 */
export function resolveParameters(
  template: Template,
  stack: string,
  given: Readonly<Record<string, string>>,
  ssm: (name: string) => string | undefined,
): Map<string, ParameterValue> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(template.Parameters, name))
      throw new DeployError('bad-parameter', `The template has no parameter ${name}`, { stack });
  }
  const values = new Map<string, ParameterValue>();
  for (const [name, parameter] of Object.entries(template.Parameters)) {
    const line = lineOf(template.text, ['Parameters', name]);
    const fail = (what: string) =>
      new DeployError('bad-parameter', `Parameter ${name}: ${what}`, {
        stack,
        ...(line !== undefined && { line }),
      });
    const text =
      ownOf(given, name) ?? (parameter.Default === undefined ? undefined : String(parameter.Default));
    if (text === undefined) throw fail('must have a value');
    const problem = problemWith(text, parameter);
    if (problem) throw fail(parameter.ConstraintDescription ?? problem);
    const value = parameter.Type.startsWith('AWS::SSM::Parameter::Value') ? ssm(text) : text;
    if (value === undefined) throw fail(`no SSM parameter ${text}`);
    values.set(name, listTypes.has(parameter.Type) ? itemsOf(value) : value);
  }
  return values;
}

const listTypes = new Set<string>([
  'CommaDelimitedList',
  'List<Number>',
  'AWS::SSM::Parameter::Value<List<String>>',
  'AWS::SSM::Parameter::Value<CommaDelimitedList>',
] satisfies TemplateParameter['Type'][]);

function itemsOf(text: string): string[] {
  return text.split(',').map((one) => one.trim());
}

function problemWith(text: string, parameter: TemplateParameter): string | undefined {
  const { AllowedPattern, AllowedValues, MaxLength, MaxValue, MinLength, MinValue, Type } = parameter;
  const parts = listTypes.has(Type) ? itemsOf(text) : [text];
  if (AllowedValues && !parts.every((part) => AllowedValues.map(String).includes(part))) {
    return `must be one of ${AllowedValues.join(', ')}; got ${JSON.stringify(text)}`;
  }
  if (AllowedPattern && !new RegExp(`^(?:${AllowedPattern})$`).test(text)) {
    return `must match ${AllowedPattern}; got ${JSON.stringify(text)}`;
  }
  if (MinLength !== undefined && text.length < MinLength) return `must have at least ${MinLength} characters`;
  if (MaxLength !== undefined && text.length > MaxLength) return `must have at most ${MaxLength} characters`;
  if (Type !== 'Number' && Type !== 'List<Number>') return undefined;
  for (const part of parts) {
    const number = Number(part);
    if (part === '' || Number.isNaN(number)) return `must be a number; got ${JSON.stringify(part)}`;
    if (MinValue !== undefined && number < MinValue) return `must be at least ${MinValue}`;
    if (MaxValue !== undefined && number > MaxValue) return `must be at most ${MaxValue}`;
  }
  return undefined;
}
