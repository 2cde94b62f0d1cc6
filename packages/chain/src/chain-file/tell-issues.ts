import * as z from 'zod';
import type { Mistake, Place } from '../mistake.ts';
import { expectedName } from '../near-name.ts';

type Path = readonly PropertyKey[];
type At = (path: Path, part?: 'key' | 'value') => Place;

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
}

/**
 * What zod found, as mistakes: an unknown name stands where it is written, with the name that was probably meant; one that
 * is missing stands where it ought to be.
 * @param about put before each sentence, for instance `Options of csv-to-parquet: `
 */
export function tellIssues(
  issues: readonly z.core.$ZodIssue[],
  schema: z.ZodType,
  value: unknown,
  at: At,
  about: string,
): Mistake[] {
  let names: JsonSchema | undefined;
  const namesAt = (path: Path) => {
    names ??= z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
    return propertiesAt(names, path);
  };
  return issues.flatMap((issue): Mistake[] => {
    const path = issue.path;
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        code: 'unknown-option',
        what: `${about}There is no ${[...path, key].join('.')}`,
        expected: expectedName(
          key,
          namesAt(path).filter((name) => !hasName(value, [...path, name])),
        ),
        where: at([...path, key], 'key'),
      }));
    if (issue.code === 'invalid_union') {
      // The branch that came furthest is the one that was meant.
      const furthest = [...issue.errors].sort((a, b) => depthOf(b) - depthOf(a))[0];
      if (furthest && depthOf(furthest) > 0)
        return tellIssues(
          furthest.map((one) => ({ ...one, path: [...path, ...one.path] })),
          schema,
          value,
          at,
          about,
        );
    }
    const name = path.join('.');
    if (!hasName(value, path))
      return [
        {
          code: 'missing-option',
          what: `${about}${name} is missing`,
          ...(issue.code === 'invalid_type' && { expected: issue.expected }),
          where: at(path, 'key'),
        },
      ];
    const got = valueAt(value, path);
    return [
      {
        code: 'bad-option',
        what: `${about}${name === '' ? 'the file' : name}: ${issue.message}`,
        ...(typeof got !== 'object' && { got: JSON.stringify(got) }),
        where: at(path, issue.code === 'invalid_key' ? 'key' : 'value'),
      },
    ];
  });
}

function depthOf(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map(({ path, code }) => path.length + (code === 'unrecognized_keys' ? 1 : 0)));
}

function propertiesAt(root: JsonSchema, path: Path): string[] {
  const branches = (node: JsonSchema | undefined): JsonSchema[] => {
    if (!node) return [];
    const named = node.$ref?.startsWith('#/$defs/') ? root.$defs?.[node.$ref.slice(8)] : undefined;
    const inner = [named, ...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])];
    return [node, ...inner.flatMap((one) => branches(one))];
  };
  let nodes = branches(root);
  for (const name of path) {
    nodes = nodes.flatMap(({ properties, additionalProperties, items }) =>
      branches(
        typeof name === 'number'
          ? items
          : (properties?.[String(name)] ??
              (typeof additionalProperties === 'object' ? additionalProperties : undefined)),
      ),
    );
  }
  return [...new Set(nodes.flatMap(({ properties = {} }) => Object.keys(properties)))];
}

function hasName(value: unknown, path: Path): boolean {
  const holder = valueAt(value, path.slice(0, -1));
  if (path.length === 0) return true;
  return typeof holder === 'object' && holder !== null && path.at(-1)! in holder;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, name) => (inner as Record<PropertyKey, unknown> | undefined)?.[name],
    value,
  );
}
