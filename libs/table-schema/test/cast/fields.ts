import * as fc from 'fast-check';

const character = fc.constantFrom(undefined, '.', ',', ' ', '#', '||', '$&', '\\', ']', '^', '-x'.slice(1));
const format = (...formats: string[]) => fc.constantFrom(undefined, 'default', ...formats);
const directive = fc.constantFrom(
  ...'YymBbhdejAaHIpMSfzZDFRTnt%QcU '.split('').map((letter) => `%${letter}`),
);
const pattern = fc
  .array(fc.oneof(directive, fc.constantFrom('-', '/', ' ', ':', 'T', '.', '(', '\\', 'Z', '\u00e4')), {
    maxLength: 9,
  })
  .map((pieces) => pieces.join(''));
const temporal = fc.oneof(format('any', '%d/%m/%Y', '%Y-%m-%d %H:%M:%S', '%I:%M %p', '%FT%T%z'), pattern);
const timezone = fc.constantFrom(undefined, 'utc', 'local');

/** Descriptors of fields of every type; some are none and are to be refused. */
export const fields = fc.oneof(
  fc.record({ type: fc.constantFrom(undefined, 'any', 'year', 'yearmonth', 'duration', 'object', 'array') }),
  fc.record({ type: fc.constant('string'), format: format('email', 'uri', 'binary', 'uuid') }),
  fc.record({
    type: fc.constant('integer'),
    bits: fc.constantFrom(undefined, 8, 16, 32, 64),
    groupChar: character,
    bareNumber: fc.constantFrom(undefined, true, false),
  }),
  fc.record({
    type: fc.constant('number'),
    decimalChar: character,
    groupChar: character,
    bareNumber: fc.constantFrom(undefined, true, false),
    precision: fc.option(fc.integer({ min: 1, max: 38 }), { nil: undefined }),
    scale: fc.option(fc.integer({ min: 0, max: 38 }), { nil: undefined }),
  }),
  fc.record({
    type: fc.constant('boolean'),
    trueValues: fc.option(fc.array(fc.string()), { nil: undefined }),
    falseValues: fc.option(fc.array(fc.string()), { nil: undefined }),
  }),
  fc.record({ type: fc.constant('date'), format: temporal }),
  fc.record({ type: fc.constantFrom('time', 'datetime'), format: temporal, timezone }),
  fc.record({
    type: fc.constant('list'),
    delimiter: fc.constantFrom(undefined, ';', '||'),
    itemType: fc.constantFrom(
      undefined,
      'string',
      'integer',
      'boolean',
      'number',
      'datetime',
      'date',
      'time',
    ),
  }),
  fc.record({ type: fc.constant('geopoint'), format: format('array', 'object') }),
  fc.record({ type: fc.constant('geojson'), format: format('topojson') }),
);

/** Leaves out properties that are undefined, as JSON does. */
export function descriptorOf(field: object): Record<string, unknown> {
  return JSON.parse(JSON.stringify({ name: 'x', ...field })) as Record<string, unknown>;
}
