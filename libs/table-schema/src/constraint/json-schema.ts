import type { Options, ValidateFunction } from 'ajv';
import { BadSchema } from '../errors.ts';
import { compileRegex } from '../regex/compile-regex.ts';
import { canonicalJson } from '../value/canonical-json.ts';
import { loadAjv, loadAjv2020 } from './load-ajv.cjs';

/** Bounds on a JSON Schema: characters of its text, and levels. */
const LONGEST = 65_536;
const DEEPEST = 64;

/** Drafts 6 and 7 are read as such, every other schema as one of 2020-12. */
const OLDER = /^https?:\/\/json-schema\.org\/draft-0[67]\/schema#?$/;

const options: Options = {
  strict: false,
  logger: false,
  // What a format means is up to who reads it: they are annotations, as 2020-12 has it.
  validateFormats: false,
  ownProperties: true,
  code: { regExp: Object.assign(linearRegExp, { code: 'linearRegExp' }) },
};

/**
 * Compiles a JSON Schema that values of an object or array conform to. References reach no further than the schema itself; patterns
 * are compiled by `compileRegex`, so that none can hang it.
 * @returns whether the text of a JSON value conforms
 * @throws {BadSchema} `bad-json-schema`, and those of `compileRegex`
 */
export function compileJsonSchema(
  schema: Record<string, unknown>,
  pointer: string,
): (text: string) => boolean {
  let conforms = compiled.get(schema);
  if (!conforms) {
    conforms = compile(schema, pointer);
    compiled.set(schema, conforms);
  }
  return conforms;
}

/** Compiling takes some tens of milliseconds, and a descriptor is compiled for its check and for its use. */
const compiled = new WeakMap<object, (text: string) => boolean>();

function compile(schema: Record<string, unknown>, pointer: string): (text: string) => boolean {
  const refuse = (what: string, expected: string) =>
    new BadSchema({ code: 'bad-json-schema', what, expected, where: { pointer } });
  const size = JSON.stringify(schema).length;
  if (size > LONGEST) throw refuse('JSON Schema is too long', `at most ${LONGEST} characters`);
  if (depthOf(schema) > DEEPEST) throw refuse('JSON Schema is too deep', `at most ${DEEPEST} levels`);
  const isOlder = OLDER.test(String(schema.$schema ?? ''));
  const { $schema: _, ...plain } = schema;
  const ajv = isOlder ? new (loadAjv().Ajv)(options) : new (loadAjv2020().Ajv2020)(options);
  // That of the library takes time in the square of the items.
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: (isUnique: boolean, items: unknown[]) =>
      !isUnique || new Set(items.map((item) => canonicalJson(JSON.stringify(item)))).size === items.length,
  });
  let validate: ValidateFunction;
  try {
    validate = ajv.compile(plain);
  } catch (error) {
    if (error instanceof BadSchema)
      throw new BadSchema({ ...error.fault, where: { pointer, ...error.fault.where } });
    throw refuse(`JSON Schema does not compile: ${(error as Error).message.slice(0, 300)}`, 'a JSON Schema');
  }
  return (text) => {
    try {
      return validate(JSON.parse(text)) === true;
    } catch (error) {
      // A value so deep that the stack ends before it is no value that anybody meant.
      if (error instanceof RangeError) return false;
      throw error;
    }
  };
}

/** The patterns of JSON Schema match any part of a text. The library tells them apart by `toString`. */
function linearRegExp(pattern: string): { test: (text: string) => boolean; toString: () => string } {
  const test = compileRegex(`[\\s\\S]*(?:${pattern})[\\s\\S]*`);
  return { test, toString: () => pattern };
}

function depthOf(value: unknown): number {
  let deepest = 0;
  const open: [unknown, number][] = [[value, 1]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [item, depth] = next;
    deepest = Math.max(deepest, depth);
    if (depth > DEEPEST || typeof item !== 'object' || item === null) continue;
    for (const inner of Object.values(item)) open.push([inner, depth + 1]);
  }
  return deepest;
}
