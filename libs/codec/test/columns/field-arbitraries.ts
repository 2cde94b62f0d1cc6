import { type Field, fieldSchema } from '@tributary/table-schema';
import * as fc from 'fast-check';

const parse = (field: object) => fieldSchema.parse({ name: 'x', ...field });

const precisions = fc
  .tuple(fc.integer({ min: 1, max: 38 }), fc.nat(38))
  .map(([precision, scale]) => ({ precision, scale: Math.min(precision, scale) }));

/** Fields of every type, in the forms that the kernel knows and in others. */
export const fields: fc.Arbitrary<Field> = fc.oneof(
  fc.constantFrom(
    ...[undefined, 8, 16, 32, 64].map((bits) => parse({ type: 'integer', ...(bits ? { bits } : {}) })),
    parse({ type: 'integer', groupChar: ',' }),
    parse({ type: 'integer', bareNumber: false }),
    parse({ type: 'number' }),
    parse({ type: 'number', decimalChar: ',', groupChar: '.' }),
    parse({ type: 'number', decimalChar: '·' }),
    parse({ type: 'boolean' }),
    parse({ type: 'boolean', trueValues: ['yes', 'certainly so'], falseValues: ['no'] }),
    parse({ type: 'date' }),
    parse({ type: 'date', format: 'any' }),
    parse({ type: 'date', format: '%d/%m/%Y' }),
    parse({ type: 'date', format: '%Y-%m-%d' }),
    parse({ type: 'time' }),
    parse({ type: 'time', timezone: 'utc' }),
    parse({ type: 'time', timezone: 'local' }),
    parse({ type: 'time', format: '%H:%M:%S' }),
    parse({ type: 'datetime' }),
    parse({ type: 'datetime', timezone: 'local' }),
    parse({ type: 'datetime', timezone: 'utc' }),
    parse({ type: 'datetime', format: 'any' }),
    parse({ type: 'datetime', format: 'any', timezone: 'local' }),
    parse({ type: 'datetime', format: '%d.%m.%Y %H:%M' }),
    parse({ type: 'string' }),
    parse({ type: 'string', format: 'uuid' }),
    parse({ type: 'string', format: 'binary' }),
    parse({ type: 'string', format: 'email' }),
    parse({ type: 'any' }),
    parse({ type: 'year' }),
    parse({ type: 'object' }),
    parse({ type: 'list' }),
    parse({ type: 'geopoint' }),
  ),
  precisions.map((sizes) => parse({ type: 'number', ...sizes })),
  precisions.map((sizes) => parse({ type: 'number', ...sizes, decimalChar: ',', groupChar: '.' })),
);

const two = (most: number) => fc.integer({ min: 0, max: most }).map((n) => String(n).padStart(2, '0'));
const digits = fc.oneof(fc.nat(999).map(String), fc.bigInt({ min: 0n, max: 10n ** 20n }).map(String));

export const numberTexts = (point = '.') =>
  fc
    .tuple(
      fc.constantFrom('', '', '', '-', '+', ' '),
      fc.oneof({ weight: 8, arbitrary: digits }, { weight: 1, arbitrary: fc.constantFrom('', '00', '007') }),
      fc.constantFrom('', '', point, '.'),
      fc.oneof(fc.constant(''), digits),
      fc.oneof(
        { weight: 8, arbitrary: fc.constant('') },
        { weight: 1, arbitrary: fc.constantFrom('e5', 'E-3', 'e+22', '%', ' ', 'e300') },
      ),
    )
    .map((parts) => parts.join(''));

/** Doubles as programs print them, with all digits they need, more, fewer, or another last one. */
export const doubleTexts = fc
  .tuple(
    fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ min: -1000, max: 1000, noNaN: true }),
      fc.integer({ min: 0, max: 2 ** 31 }).map((n) => n / 1024 ** 3),
    ),
    fc.constantFrom('shortest', 'other', 15, 16, 17, 18),
    fc.nat(9),
  )
  .map(([value, form, digit]) => {
    if (typeof form === 'number') return value.toPrecision(form);
    return form === 'shortest' ? String(value) : String(value).replace(/[0-9](?=e|$)/, String(digit));
  });

export const dateTexts = fc
  .tuple(
    fc.integer({ min: 0, max: 2100 }).map((n) => String(n).padStart(4, '0')),
    two(13),
    two(31),
  )
  .map((parts) => parts.join('-'));

export const timeTexts = fc
  .tuple(
    two(24),
    two(60),
    two(60),
    fc.constantFrom('', '', '.5', '.123456', '.1234567', '.', 'Z', '+01:00', '.5-05:30'),
  )
  .map(([h, m, s, part]) => `${h}:${m}:${s}${part}`);

export const datetimeTexts = fc
  .tuple(
    dateTexts,
    fc.constantFrom('T', 'T', ' ', 'x'),
    timeTexts,
    fc.constantFrom('', '', 'Z', '+01:00', '-0530', ' UTC'),
  )
  .map((parts) => parts.join(''));

const words = fc.oneof(
  fc.constantFrom(
    'true',
    'False',
    '1',
    '0',
    'yes',
    'no',
    'certainly so',
    'NaN',
    'inf',
    '-inf',
    '2024',
    '1,234',
    '€ 5',
  ),
  fc.constantFrom('{"a":1}', '[1,2]', '{', 'a@b.de', '12,7', '-', '.', 'e5', '12 Main Street', '26/01/2024'),
  fc.string({ unit: 'grapheme', maxLength: 10 }).map((text) => text.toWellFormed()),
);

/** Any cell, mostly of some type. */
export const cellTexts: fc.Arbitrary<string> = fc.oneof(
  numberTexts(),
  doubleTexts,
  dateTexts,
  timeTexts,
  datetimeTexts,
  fc.uuid(),
  words,
);

/** A cell of a field, mostly good. */
export function textOf(field: Field): fc.Arbitrary<string> {
  const own: Record<string, fc.Arbitrary<string>> = {
    integer: numberTexts(),
    number: fc.oneof(numberTexts(field.type === 'number' ? field.decimalChar : '.'), doubleTexts),
    date: dateTexts,
    time: timeTexts,
    datetime: datetimeTexts,
    string: fc.oneof(fc.uuid(), words, fc.base64String({ maxLength: 12 })),
    object: fc.json().map((text) => text.toWellFormed()),
  };
  return fc.oneof(
    { weight: 9, arbitrary: own[field.type] ?? cellTexts },
    { weight: 1, arbitrary: cellTexts },
  );
}
