import * as fc from 'fast-check';

const digits = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: min, maxLength: max });
const sign = fc.constantFrom('', '', '-', '+');
const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
const date = fc
  .tuple(fc.constantFrom('0000', '0001', '1900', '1970', '2023', '2024', '9999'), two(13), two(32))
  .map((parts) => parts.join('-'));
const time = fc
  .tuple(two(24), two(60), two(60), fc.option(digits(0, 9), { nil: undefined }))
  .map(([h, m, s, fraction]) => `${h}:${m}:${s}${fraction === undefined ? '' : `.${fraction}`}`);
const offset = fc.constantFrom('', '', 'Z', '+00:00', '-05:30', '+0530', '+14', '+15:00', 'z', '+5');

/** Cells of one kind, most of them well formed and some just not. */
export const kinds = {
  integer: fc.tuple(sign, digits(1, 40)).map(([s, d]) => `${s}${d}`),
  small: fc.integer().map(String),
  long: fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(String),
  decimal: fc.tuple(sign, digits(0, 21), digits(0, 21)).map(([s, d, f]) => `${s}${d}.${f}`),
  money: fc.integer({ min: -1_000_000, max: 1_000_000 }).map((cents) => (cents / 100).toFixed(2)),
  double: fc.double().map(String),
  exponent: fc
    .tuple(
      sign,
      digits(0, 18),
      fc.constantFrom('', '.'),
      digits(0, 18),
      fc.constantFrom('e', 'E'),
      fc.integer({ min: -330, max: 330 }),
    )
    .map((parts) => parts.join('')),
  special: fc.constantFrom(
    'NaN',
    'INF',
    '-INF',
    'inf',
    'Infinity',
    '-0',
    '-0.0',
    '-.0',
    '0',
    '0.0',
    '.',
    '-',
    '',
  ),
  boolean: fc.constantFrom('true', 'True', 'TRUE', 'false', 'False', 'FALSE', 'tRUE', 'yes'),
  date,
  time,
  datetime: fc.tuple(date, fc.constantFrom('T', ' ', 't', ''), time, offset).map((parts) => parts.join('')),
  uuid: fc.oneof(
    fc.uuid(),
    fc.uuid().map((text) => text.toUpperCase()),
  ),
  text: fc.string(),
};

export const cell = fc.oneof(...Object.values(kinds));

/** Cells of a column: of one kind, of two or of any. */
export const columns = fc.oneof(
  ...Object.values(kinds).map((kind) => fc.array(kind, { maxLength: 6 })),
  fc
    .constantFrom(...Object.values(kinds))
    .chain((kind) => fc.array(fc.oneof(kind, kinds.special, kinds.small), { maxLength: 6 })),
  fc.array(cell, { maxLength: 6 }),
);
