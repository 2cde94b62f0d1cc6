/**
 * What a rule's target receives: the event itself, its `Input`, the part that `InputPath` names, or what
 * `InputTransformer` makes of it (EventBridge User Guide, "Input transformation"; API Reference, "InputTransformer").
 *
 * Pure: the caller knows rule and clock and passes them as `RuleContext`.
 *
 * @example
 * import { compileTargetInput, renderTargetInput } from '@tributary/events/target-input';
 * const render = compileTargetInput(target);   // once, where PutTargets would refuse
 * const payload = render(eventText, { ruleArn, ruleName, ingestionTime: '2026-11-23T15:24:41Z' });
 * renderTargetInput(target, event, context);   // both in one
 * @module
 */
import { InvalidTargetInput } from '../errors.ts';
import { type JsonPath, parseJsonPath } from './json-path.ts';
import { fillIn, parseTemplate, type Replacement } from './template.ts';

export { InvalidTargetInput } from '../errors.ts';
export { MAX_TEMPLATE } from './template.ts';

/** Variables of an InputPathsMap. */
export const MAX_PATHS = 100;
/** Characters of a path, and of a variable's name. */
export const MAX_PATH = 256;

/** The part of an EventBridge target, as in PutTargets and CloudFormation, that says what it receives. */
export interface TargetInput {
  /** Names the target in errors. */
  Id?: string;
  /** JSON text to send instead of the event. */
  Input?: string;
  /** JSON path of the part of the event to send. */
  InputPath?: string;
  InputTransformer?: {
    /** Variable to JSON path. */
    InputPathsMap?: Readonly<Record<string, string>>;
    InputTemplate: string;
  };
}

/** What the reserved variables stand for. */
export interface RuleContext {
  ruleArn: string;
  ruleName: string;
  /** RFC 3339, whole seconds: when EventBridge took the event. */
  ingestionTime: string;
}

/** Makes a target's payload, JSON text as a rule. `event` is the event or its JSON text; as text it is passed on untouched. */
export type RenderInput = (event: object | string, context: RuleContext) => string;

/** Renders the payload of one event. See `compileTargetInput`. */
export function renderTargetInput(target: TargetInput, event: object | string, context: RuleContext): string {
  return compileTargetInput(target)(event, context);
}

/**
 * Prepares a target's input. Throws `InvalidTargetInput` where PutTargets refuses: `several-inputs`, `invalid-input`,
 * `unsupported-path`, `too-many-paths`, `path-too-long`, `invalid-variable`, `unknown-variable`, `template-too-long`.
 * Rendering does not throw. As on AWS, a template that puts a quote from the event between quotes makes bad JSON.
 */
export function compileTargetInput(target: TargetInput): RenderInput {
  const { Input: input, InputPath: path, InputTransformer: transformer } = target;
  if ([input, path, transformer].filter((one) => one !== undefined).length > 1) {
    throw refusal(
      'several-inputs',
      target,
      'Only one of Input, InputPath, or InputTransformer must be provided',
    );
  }
  if (input !== undefined) {
    checkJson(input, target);
    return () => input;
  }
  if (path !== undefined && path !== '$') {
    const find = parsePath(path, target);
    return (event) => JSON.stringify(find(objectOf(event)) ?? null);
  }
  if (transformer !== undefined) return compileTransformer(transformer, target);
  return textOf;
}

type Transformer = NonNullable<TargetInput['InputTransformer']>;

const reserved = {
  'aws.events.rule-arn': (_event, { ruleArn }) => ({ value: ruleArn }),
  'aws.events.rule-name': (_event, { ruleName }) => ({ value: ruleName }),
  'aws.events.event.ingestion-time': (_event, { ingestionTime }) => ({ value: ingestionTime }),
  'aws.events.event.json': (event) => ({ json: textOf(event) }),
  'aws.events.event': (event) => ({ value: withoutDetail(objectOf(event)) }),
} satisfies Record<string, Variable>;

type Variable = (event: object | string, context: RuleContext) => Replacement;

function compileTransformer(transformer: Transformer, target: TargetInput): RenderInput {
  const { InputPathsMap: paths = {}, InputTemplate: template } = transformer;
  if (Object.keys(paths).length > MAX_PATHS) {
    throw refusal('too-many-paths', target, 'InputPathsMap has too many entries', `<= ${MAX_PATHS}`);
  }
  const variables = new Map<string, Variable>(Object.entries(reserved));
  for (const [name, path] of Object.entries(paths)) {
    if (!/^[A-Za-z0-9_-]{1,256}$/.test(name) || name.startsWith('AWS')) {
      throw refusal('invalid-variable', target, `InputPathsMap has a variable that cannot be named ${name}`);
    }
    const find = parsePath(path, target);
    variables.set(name, (event) => ({ value: find(objectOf(event)) }));
  }
  const parts = parseTemplate(template).map(({ text, variable, quoted = false }) => {
    if (variable === undefined) return { text, quoted };
    const replace = variables.get(variable);
    if (replace === undefined) {
      throw new InvalidTargetInput({
        code: 'unknown-variable',
        what: `InputTemplate for target ${target.Id ?? '(no id)'} contains invalid placeholder ${variable}.`,
      });
    }
    return { text, quoted, replace };
  });
  return (event, context) => {
    // Parsed once for all variables; the text itself is kept for <aws.events.event.json>.
    let parsed: object | undefined;
    const lazily = (replace: Variable): Replacement => {
      if (replace === reserved['aws.events.event.json']) return replace(event, context);
      parsed ??= objectOf(event);
      return replace(parsed, context);
    };
    return parts
      .map(({ text, quoted, replace }) =>
        replace === undefined ? text : text + fillIn(lazily(replace), quoted),
      )
      .join('');
  };
}

function parsePath(path: string, target: TargetInput): JsonPath {
  if (path.length > MAX_PATH) {
    throw refusal(
      'path-too-long',
      target,
      'A JSON path is longer than EventBridge takes',
      `<= ${MAX_PATH} characters`,
    );
  }
  return parseJsonPath(path);
}

function checkJson(text: string, target: TargetInput): void {
  try {
    JSON.parse(text);
  } catch {
    throw new InvalidTargetInput({
      code: 'invalid-input',
      what: `Input for target ${target.Id ?? '(no id)'} is not a valid JSON text.`,
      got: text.slice(0, 100),
    });
  }
}

function refusal(code: string, target: TargetInput, what: string, expected?: string) {
  return new InvalidTargetInput({
    code,
    what: `${what} for target ${target.Id ?? '(no id)'}`,
    ...(expected !== undefined && { expected }),
  });
}

/** `<aws.events.event>`: the event without its detail. AWS spells `detail-type` in its own way here. */
function withoutDetail(event: object): object {
  return Object.fromEntries(
    Object.entries(event).flatMap(([name, value]) =>
      name === 'detail' ? [] : [[name === 'detail-type' ? 'detailType' : name, value]],
    ),
  );
}

function objectOf(event: object | string): object {
  return typeof event === 'string' ? (JSON.parse(event) as object) : event;
}

function textOf(event: object | string): string {
  return typeof event === 'string' ? event : JSON.stringify(event);
}
