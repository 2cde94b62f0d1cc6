import type { Mistake, Place } from '../mistake.ts';
import { expectedName } from '../near-name.ts';

/** What variables stand for. */
export interface Variables {
  stage: string;
  region: string;
  /** By name. */
  params: Readonly<Record<string, string>>;
}

type At = (path: readonly PropertyKey[], part?: 'key' | 'value') => Place;

const variable = /\$\{([^{}]*)\}/g;

/**
 * Fills `${param:NAME}`, `${stage}` and `${region}` into every text below `value`. In options and patterns other `${..}` are
 * text; elsewhere they are a mistake.
 */
export function fillVariables(
  value: unknown,
  variables: Variables,
  at: At,
): { value: unknown; mistakes: Mistake[] } {
  const mistakes: Mistake[] = [];
  const fill = (text: string, path: readonly PropertyKey[]) =>
    text.replaceAll(variable, (whole, name: string) => {
      if (name === 'stage') return variables.stage;
      if (name === 'region') return variables.region;
      const [, param] = /^param:(.*)$/.exec(name) ?? [];
      if (param !== undefined) {
        if (Object.hasOwn(variables.params, param)) return variables.params[param]!;
        const known = Object.keys(variables.params);
        const near = known.length > 0 ? ` (or ${expectedName(param, known)}?)` : '';
        mistakes.push({
          code: 'missing-param',
          what: `There is no param ${param} for stage ${variables.stage}`,
          expected: `it under params.default or params.${variables.stage}, or --param=${param}=VALUE${near}`,
          where: at(path),
        });
        return 'missing';
      }
      if (path[0] === 'steps' && (path[2] === 'options' || path[2] === 'when')) return whole;
      mistakes.push({
        code: 'unknown-variable',
        what: `There is no variable ${whole}`,
        // biome-ignore lint/suspicious/noTemplateCurlyInString: as a person writes it
        expected: '${param:NAME}, ${stage} or ${region}',
        where: at(path),
      });
      return 'missing';
    });
  const walk = (inner: unknown, path: readonly PropertyKey[]): unknown => {
    if (typeof inner === 'string') return fill(inner, path);
    if (Array.isArray(inner)) return inner.map((item, index) => walk(item, [...path, index]));
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, item]) => [key, walk(item, [...path, key])]));
  };
  return { value: walk(value, []), mistakes };
}

/** Params of one stage out of the file's `params`, under what the caller gives. `${stage}` and `${region}` are filled in. */
export function paramsFor(
  { stage, region }: Omit<Variables, 'params'>,
  params: unknown,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const table = isObject(params) ? params : {};
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as a person writes it
  const ofPlace = (text: string) => text.replaceAll('${stage}', stage).replaceAll('${region}', region);
  const ofStage = (name: string) =>
    isObject(table[name])
      ? Object.fromEntries(
          Object.entries(table[name]).map(([param, value]) => [param, ofPlace(String(value))]),
        )
      : {};
  return { ...ofStage('default'), ...ofStage(stage), ...given };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
