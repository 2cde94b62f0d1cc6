import * as z from 'zod';
import { limit } from './limits.ts';

const length = z.int().min(0);
const bound = z.union([z.number(), z.string().max(limit.text)]);

const constraint = {
  required: z.boolean().optional().describe('No value may be missing.'),
  unique: z.boolean().optional().describe('No value may occur twice.'),
  enum: z
    .array(z.unknown())
    .min(1)
    .max(limit.listed)
    .optional()
    .describe('The values allowed, as JSON values or as texts that the field reads.'),
  minLength: length.optional().describe('Least length of a value.'),
  maxLength: length.optional().describe('Greatest length of a value.'),
  pattern: z
    .string()
    .max(limit.text)
    .optional()
    .describe('Regular expression of XML Schema that the whole value matches.'),
  minimum: bound.optional().describe('Least value, as a number or a text that the field reads.'),
  maximum: bound.optional().describe('Greatest value.'),
  exclusiveMinimum: bound.optional().describe('Values are greater than this.'),
  exclusiveMaximum: bound.optional().describe('Values are less than this.'),
  jsonSchema: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('JSON Schema that the value conforms to.'),
};

const { required, unique, enum: allowed, minLength, maxLength, pattern, jsonSchema } = constraint;
const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = constraint;
const common = { required, unique, enum: allowed };

/** Constraints of fields whose values can only be compared for equality. */
export const plainConstraints = z.strictObject(common);
export const stringConstraints = z.strictObject({ ...common, minLength, maxLength, pattern });
/** Of lists and of geojson, which is an object of a shape of its own. */
export const countedConstraints = z.strictObject({ ...common, minLength, maxLength });
export const jsonConstraints = z.strictObject({ ...common, minLength, maxLength, jsonSchema });
/** Constraints of fields whose values have an order. */
export const orderedConstraints = z.strictObject({
  ...common,
  minimum,
  maximum,
  exclusiveMinimum,
  exclusiveMaximum,
});
