import { optionsJsonSchema } from '@tributary/codec';
import * as z from 'zod';
import type { ServiceCatalogue } from './chain.ts';
import { chainShape } from './shape.ts';

type JsonSchema = Record<string, unknown>;

const fromFile = {
  type: 'object',
  properties: {
    $file: { type: 'string', description: 'Path of a JSON or YAML file, relative to chain.yml.' },
  },
  required: ['$file'],
  additionalProperties: false,
};

/** The JSON Schema of a chain.yml, with the options of every service: editors complete by it, and show what is meant. */
export async function chainJsonSchema({ names, load }: ServiceCatalogue): Promise<JsonSchema> {
  const schema = z.toJSONSchema(chainShape, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const step = stepOf(schema);
  step.properties.service = { ...(step.properties.service as JsonSchema), enum: names };
  const definitions: JsonSchema = {};
  step.allOf = [];
  for (const name of names) {
    const { $schema: _, ...options } = optionsJsonSchema(await load(name));
    definitions[name] = rebased(options, name);
    const properties = options.properties as JsonSchema;
    step.allOf.push({
      if: { properties: { service: { const: name } }, required: ['service'] },
      // biome-ignore lint/suspicious/noThenProperty: so JSON Schema calls it
      then: {
        properties: {
          options: { anyOf: [{ type: 'string' }, { $ref: `#/$defs/${name}` }, withFiles(name, properties)] },
        },
      },
    });
  }
  return {
    ...schema,
    title: 'A Tributary chain',
    $defs: { ...(schema.$defs as JsonSchema), ...definitions },
  };
}

interface StepSchema {
  properties: JsonSchema;
  allOf?: JsonSchema[];
}

function stepOf(schema: JsonSchema): StepSchema {
  const { steps } = schema.properties as { steps: { additionalProperties: StepSchema } };
  return steps.additionalProperties;
}

/** Options each of which may lie in a file. */
function withFiles(name: string, properties: JsonSchema): JsonSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.keys(properties).map((option) => [
        option,
        { anyOf: [fromFile, { $ref: `#/$defs/${name}/properties/${option}` }] },
      ]),
    ),
    additionalProperties: false,
  };
}

/** References of a schema that has moved below `$defs`. */
function rebased(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.map((item) => rebased(item, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string' && inner.startsWith('#/')
        ? `#/$defs/${name}/${inner.slice(2)}`
        : rebased(inner, name),
    ]),
  );
}
