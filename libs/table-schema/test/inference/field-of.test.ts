import { describe, expect, test } from 'vitest';
import { addCell, emptyEvidence, type Field, fieldOf } from '../../src/index.ts';

function infer(cells: string[]): Omit<Field, 'name'> {
  const evidence = emptyEvidence();
  for (const cell of cells) addCell(evidence, cell);
  const { name: _, ...field } = fieldOf('x', evidence);
  return field;
}

const string = { type: 'string' };
const double = { type: 'number' };
const decimal = (precision: number, scale: number) => ({ type: 'number', precision, scale });
const int32 = { type: 'integer', bits: 32 };
const int64 = { type: 'integer' };
const datetime = (timezone: string, format?: string) => ({
  type: 'datetime',
  ...(format && { format }),
  timezone,
});

describe('a column of', () => {
  test.each<[string, string[], object]>([
    ['nothing', [], string],
    ['empty texts that are not missing', [''], string],

    ['small integers', ['0', '-1', '2147483647', '-2147483648'], int32],
    ['large integers', ['0', '2147483648'], int64],
    ['large negative integers', ['-2147483649'], int64],
    ['the largest integers', ['9223372036854775807', '-9223372036854775808'], int64],
    ['integers too large for 64 bits', ['1', '9223372036854775808'], decimal(19, 0)],
    ['integers of 38 digits', ['9'.repeat(38), '-1'], decimal(38, 0)],
    ['integers of 39 digits', ['9'.repeat(39)], string],
    ['leading zeros', ['007', '12'], string],
    ['a leading plus', ['+7'], string],
    ['zeros', ['0'], int32],
    ['zeros and ones', ['0', '1'], int32],
    ['spaces around numbers', [' 1'], string],
    ['grouped numbers', ['1,000'], string],
    ['hexadecimal numbers', ['0x1f'], string],

    ['decimals', ['12.50', '-7.5'], decimal(4, 2)],
    ['decimals and integers', ['0.125', '-1200'], decimal(7, 3)],
    ['decimals below one', ['0.05', '.5', '-0.5'], decimal(2, 2)],
    ['decimals of 38 digits', ['0.0000000001', '1234567890123456789012345678'], decimal(38, 10)],
    ['decimals of 39 digits', ['0.0000000001', '12345678901234567890123456789'], string],
    ['decimals with leading zeros', ['00.5'], string],
    ['a point without digits after it', ['5.'], string],
    ['decimals by comma', ['1,5'], string],
    ['what a program prints of doubles', ['0.30000000000000004'], decimal(17, 17)],

    ['exponents', ['1e5', '1.5E-3', '-2e+10'], double],
    ['exponents and decimals', ['1e5', '0.1', '12'], double],
    ['exponents and doubles of 17 digits', ['1e-05', '0.30000000000000004'], double],
    ['exponents and decimals that no double holds', ['1e5', '0.12345678901234567890'], string],
    ['exponents and integers that no double holds', ['1e5', '9007199254740993'], string],
    ['exponents and long integers that a double holds', ['1e5', '9007199254740992'], double],
    ['exponents beyond a double', ['1e400'], string],
    ['exponents below a double', ['1e-400'], string],
    ['exponents with more digits than a double', ['1.2345678901234567890e5'], string],
    ['NaN and infinities', ['NaN', 'inf', '-INF', '1.5'], double],
    ['infinity written out', ['Infinity'], string],
    ['negative zeros', ['-0', '5'], double],
    ['negative zeros with a fraction', ['-0.00', '12.50'], double],
    ['negative zeros and long integers', ['-0', '9007199254740993'], string],

    ['booleans', ['true', 'False', 'TRUE'], { type: 'boolean' }],
    ['oddly written booleans', ['tRUE'], string],
    ['yes and no', ['yes', 'no'], string],
    ['booleans and numbers', ['true', '1'], string],

    ['dates', ['2024-02-29', '1970-01-01'], { type: 'date' }],
    ['dates that are none', ['2023-02-29'], string],
    ['ambiguous dates', ['01/02/2024'], string],
    ['dates of digits', ['20240126'], int32],
    ['years', ['2024'], int32],
    ['year and month', ['2024-01'], string],
    ['the year 0', ['0000-01-01'], string],
    ['times', ['15:00:00', '23:59:59.999999'], { type: 'time', timezone: 'local' }],
    ['times without seconds', ['15:00'], string],
    ['times beyond a day', ['24:00:00'], string],
    ['times finer than microseconds', ['15:00:00.1234567'], string],
    ['times with zeros', ['15:00:00.123456000'], { type: 'time', timezone: 'local' }],

    ['dates with local times', ['2024-01-26T15:00:00', '2024-01-26T15:00:00.5'], datetime('local')],
    ['dates with local times after a space', ['2024-01-26 15:00:00'], datetime('local', 'any')],
    [
      'dates with local times after either',
      ['2024-01-26 15:00:00', '2024-01-26T15:00:00'],
      datetime('local', 'any'),
    ],
    ['dates with times and offsets', ['2024-01-26T15:00:00Z', '2024-01-26T15:00:00+05:30'], datetime('utc')],
    ['dates with times and short offsets', ['2024-01-26T15:00:00+0530'], datetime('utc', 'any')],
    ['dates with times and offsets after a space', ['2024-01-26 15:00:00+00'], datetime('utc', 'any')],
    ['dates with times, some with offsets', ['2024-01-26T15:00:00Z', '2024-01-26T15:00:00'], string],
    ['dates with times that are none', ['2024-01-26T25:00:00'], string],
    ['dates with times and unknown offsets', ['2024-01-26T15:00:00+15:00'], string],
    ['dates with times finer than microseconds', ['2024-01-26T15:00:00.000000001'], string],
    ['dates, some with times', ['2024-01-26', '2024-01-26T15:00:00'], string],

    ['UUIDs', ['95ecc380-afe9-11e4-9b6c-751b66dd541e'], { type: 'string', format: 'uuid' }],
    ['UUIDs in capitals', ['95ECC380-AFE9-11E4-9B6C-751B66DD541E'], string],
    ['UUIDs and text', ['95ecc380-afe9-11e4-9b6c-751b66dd541e', 'none'], string],
    ['text', ['text', '1', 'true'], string],
    ['JSON', ['{}', '[]'], string],
  ])('%s', (_, cells, field) => {
    expect(infer(cells)).toEqual(field);
    expect(infer(cells.toReversed())).toEqual(field);
  });
});
