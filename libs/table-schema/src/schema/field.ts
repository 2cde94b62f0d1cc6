import * as z from 'zod';
import { type PatternKind, patternFault, patternHasOffset } from '../cast/pattern.ts';
import { categories } from './categories.ts';
import {
  countedConstraints,
  jsonConstraints,
  orderedConstraints,
  plainConstraints,
  stringConstraints,
} from './constraints.ts';
import { limit } from './limits.ts';
import { missingValuesSchema } from './missing-values.ts';

const common = {
  name: z.string().min(1).max(limit.name).describe('Name of the field, which is that of its column.'),
  title: z.string().max(limit.text).optional().describe('A name for people.'),
  description: z.string().max(limit.text).optional().describe('What the field is about.'),
  example: z.unknown().optional().describe('A value as an example.'),
  missingValues: missingValuesSchema
    .optional()
    .describe('Texts that stand for a missing value in this field, instead of those of the schema.'),
  rdfType: z.string().max(limit.text).optional().describe('URI of an RDF class that the values belong to.'),
};

const onlyFormat = z.literal('default').optional().describe('There is no other format for this type.');

const character = z
  .string()
  .max(8)
  .regex(/^[^0-9+-]+$/, 'must be neither a digit nor a sign, nor empty');

const groupChar = character.optional().describe('Stands between groups of digits, like the comma in 1,000.');
const bareNumber = z
  .boolean()
  .optional()
  .describe('False: other characters may stand before and after the number and are dropped, as in `95 %`.');

const boolTexts = z.array(z.string().max(limit.name)).min(1).max(limit.missingValues).optional();

function temporalFormat(kind: PatternKind) {
  return z
    .string()
    .max(limit.format)
    .superRefine((format, context) => {
      const fault = format === 'default' || format === 'any' ? undefined : patternFault(format, kind);
      if (fault) context.addIssue({ code: 'custom', message: fault });
    })
    .optional()
    .describe(
      '`default` (ISO 8601), `any` (several unambiguous forms) or a pattern of strptime, like `%d/%m/%Y`.',
    );
}

const timezone = z
  .enum(['utc', 'local'])
  .optional()
  .describe(
    'Ours: `utc` reads texts without an offset as UTC and makes a column of UTC; `local` takes no text with an offset. Left out, a pattern with `%z` is `utc` and any other `local`, and the formats `default` and `any` go by the first value.',
  );

const string = z.looseObject({
  ...common,
  type: z.literal('string'),
  format: z
    .enum(['default', 'email', 'uri', 'binary', 'uuid'])
    .optional()
    .describe('What the strings are; `binary` is base64.'),
  ...categories,
  constraints: stringConstraints.optional(),
});

const number = z
  .looseObject({
    ...common,
    type: z.literal('number'),
    format: onlyFormat,
    decimalChar: character.optional().describe('Stands before the fraction; `.` if left out.'),
    groupChar,
    bareNumber,
    precision: z
      .int()
      .min(1)
      .max(38)
      .optional()
      .describe('Ours: the values are decimals of so many digits, kept exactly. Left out: doubles.'),
    scale: z
      .int()
      .min(0)
      .max(38)
      .optional()
      .describe('Ours: how many of the digits stand after the point; 0 if left out.'),
    constraints: orderedConstraints.optional(),
  })
  .superRefine(({ precision, scale, decimalChar = '.', groupChar }, context) => {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (scale !== undefined && precision === undefined) fault('scale', 'needs a precision beside it');
    if (precision !== undefined && scale !== undefined && scale > precision) {
      fault('scale', 'must not be greater than the precision');
    }
    if (decimalChar === groupChar) fault('groupChar', 'must not be the decimalChar');
  });

const integer = z.looseObject({
  ...common,
  type: z.literal('integer'),
  format: onlyFormat,
  groupChar,
  bareNumber,
  bits: z
    .union([z.literal(8), z.literal(16), z.literal(32), z.literal(64)])
    .optional()
    .describe('Ours: the values fit in signed integers of so many bits; 64 if left out.'),
  ...categories,
  constraints: orderedConstraints.optional(),
});

const boolean = z
  .looseObject({
    ...common,
    type: z.literal('boolean'),
    format: onlyFormat,
    trueValues: boolTexts.describe('Texts for true; `true`, `True`, `TRUE` and `1` if left out.'),
    falseValues: boolTexts.describe('Texts for false; `false`, `False`, `FALSE` and `0` if left out.'),
    constraints: plainConstraints.optional(),
  })
  .superRefine(({ trueValues = [], falseValues = [] }, context) => {
    const index = falseValues.findIndex((text) => trueValues.includes(text));
    if (index >= 0) {
      context.addIssue({
        code: 'custom',
        path: ['falseValues', index],
        message: 'is among the trueValues too',
      });
    }
  });

const date = z.looseObject({
  ...common,
  type: z.literal('date'),
  format: temporalFormat('date'),
  constraints: orderedConstraints.optional(),
});

const time = z
  .looseObject({
    ...common,
    type: z.literal('time'),
    format: temporalFormat('time'),
    timezone,
    constraints: orderedConstraints.optional(),
  })
  .superRefine(checkTimezone);

const datetime = z
  .looseObject({
    ...common,
    type: z.literal('datetime'),
    format: temporalFormat('datetime'),
    timezone,
    constraints: orderedConstraints.optional(),
  })
  .superRefine(checkTimezone);

function checkTimezone(
  field: { format?: string | undefined; timezone?: string | undefined },
  context: z.RefinementCtx,
): void {
  if (field.timezone === 'local' && field.format !== undefined && patternHasOffset(field.format)) {
    context.addIssue({
      code: 'custom',
      path: ['timezone'],
      message: 'must be `utc`: the format has an offset',
    });
  }
}

const ordered = { ...common, format: onlyFormat, constraints: orderedConstraints.optional() };
const year = z.looseObject({ ...ordered, type: z.literal('year') });
const yearmonth = z.looseObject({ ...ordered, type: z.literal('yearmonth') });
const duration = z.looseObject({ ...ordered, type: z.literal('duration') });

const json = { ...common, format: onlyFormat, constraints: jsonConstraints.optional() };
const object = z.looseObject({ ...json, type: z.literal('object') });
const array = z.looseObject({ ...json, type: z.literal('array') });

const list = z.looseObject({
  ...common,
  type: z.literal('list'),
  format: onlyFormat,
  itemType: z
    .enum(['string', 'integer', 'boolean', 'number', 'datetime', 'date', 'time'])
    .optional()
    .describe('Type of the items, in its default format; `string` if left out.'),
  delimiter: z
    .string()
    .min(1)
    .max(limit.format)
    .optional()
    .describe('Stands between items; `,` if left out.'),
  constraints: countedConstraints.optional(),
});

const geopoint = z.looseObject({
  ...common,
  type: z.literal('geopoint'),
  format: z
    .enum(['default', 'array', 'object'])
    .optional()
    .describe('`lon, lat`, or JSON: `[lon, lat]` or `{"lon": …, "lat": …}`.'),
  constraints: plainConstraints.optional(),
});

const geojson = z.looseObject({
  ...common,
  type: z.literal('geojson'),
  format: z.enum(['default', 'topojson']).optional().describe('GeoJSON or TopoJSON.'),
  constraints: countedConstraints.optional(),
});

const any = z.looseObject({
  ...common,
  type: z.literal('any').default('any'),
  format: z.string().max(limit.format).optional().describe('Without effect on this type.'),
  constraints: plainConstraints.optional(),
});

const types = [
  any,
  string,
  integer,
  number,
  boolean,
  date,
  time,
  datetime,
  year,
  yearmonth,
  duration,
  object,
  array,
  list,
  geopoint,
  geojson,
] as const;

const typedField = z
  .discriminatedUnion('type', types, {
    error: ({ code }) =>
      code === 'invalid_union' ? `must be a type of Table Schema: ${TYPE_NAMES}` : undefined,
  })
  .superRefine(({ required }, context) => {
    // A property that the standard does not know, and a slip that would let every missing value pass.
    if (required === undefined || required === false) return;
    context.addIssue({
      code: 'custom',
      path: ['required'],
      message: 'is a constraint: `constraints.required`',
    });
  })
  .describe('One field of the table.');

/**
 * One field of a table. Without a `type` it is of type `any`, or `string` where it has what only strings have: v1 makes
 * every such field a string, and no constraint may be passed over. Properties that the standard does not know are kept.
 */
export const fieldSchema = z.preprocess((given) => {
  const field = withPlainFormat(given);
  return isUntypedString(field) ? { ...field, type: 'string' } : field;
}, typedField) as unknown as z.ZodType<z.output<typeof typedField>, z.input<typeof typedField>>;

/** Formats of any type were written `fmt:…` before v1. */
function withPlainFormat(field: unknown): unknown {
  if (typeof field !== 'object' || field === null) return field;
  const { format } = field as Record<string, unknown>;
  const isOld = typeof format === 'string' && format.startsWith('fmt:');
  return isOld ? { ...field, format: format.slice(4) } : field;
}

function isUntypedString(field: unknown): field is object {
  if (typeof field !== 'object' || field === null) return false;
  const { type, format, categories, constraints } = field as Record<string, unknown>;
  if (type !== undefined) return false;
  const has = (name: string) =>
    typeof constraints === 'object' && constraints !== null && name in constraints;
  return (
    categories !== undefined ||
    ['email', 'uri', 'binary', 'uuid'].includes(String(format)) ||
    ['minLength', 'maxLength', 'pattern'].some(has)
  );
}

const TYPE_NAMES = types
  .flatMap(({ shape }) => (shape.type instanceof z.ZodLiteral ? [...shape.type.values] : 'any'))
  .join(', ');

export type Field = z.output<typeof fieldSchema>;
export type FieldType = Field['type'];
/** A field of one type, like `FieldOf<'number'>`. */
export type FieldOf<Type extends FieldType> = Extract<Field, { type: Type }>;
