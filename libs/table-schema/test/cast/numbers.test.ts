import { describe, expect, test } from 'vitest';
import { bad, tryCast } from './try-cast.ts';

describe('integer', () => {
  test.each([
    ['0', 0n],
    ['-0', 0n],
    ['42', 42n],
    ['+42', 42n],
    ['-42', -42n],
    ['007', 7n],
    [' 01\t', 1n],
    ['9223372036854775807', 9223372036854775807n],
    ['-9223372036854775808', -9223372036854775808n],
    ['00000000000000000000000000000000001', 1n],
    ['9223372036854775808', bad],
    ['-9223372036854775809', bad],
    ['100000000000000000000', bad],
    ['1.0', bad],
    ['1.', bad],
    ['1e3', bad],
    ['', bad],
    ['-', bad],
    ['--1', bad],
    ['- 1', bad],
    ['1 2', bad],
    ['0x10', bad],
    ['1_000', bad],
    ['1,000', bad],
    ['\u00a01', bad],
    ['١', bad],
    ['1\n', bad],
    ['true', bad],
  ])('%j', (text, value) => expect(tryCast({ type: 'integer' }, text)).toEqual(value));

  test.each([
    [8, '127', 127n],
    [8, '-128', -128n],
    [8, '128', bad],
    [16, '-32768', -32768n],
    [16, '32768', bad],
    [32, '2147483647', 2147483647n],
    [32, '-2147483649', bad],
    [64, '2147483648', 2147483648n],
  ])('in %i bits %j', (bits, text, value) => expect(tryCast({ type: 'integer', bits }, text)).toEqual(value));

  test.each([
    [',', '1,000', 1000n],
    [',', '-1,00,000', -100000n],
    [',', '1000', 1000n],
    ['.', '1.000', 1000n],
    [' ', '10 000', 10000n],
    [' ', ' 10 000 ', 10000n],
    ["'", "1'000", 1000n],
    [',', '1,,000', bad],
    [',', ',100', bad],
    [',', '100,', bad],
    ['.', '1.', bad],
    [' ', '1  0', bad],
  ])('with groups by %j: %j', (groupChar, text, value) => {
    expect(tryCast({ type: 'integer', groupChar }, text)).toEqual(value);
  });

  test.each([
    ['95%', 95n],
    ['€ 95', 95n],
    ['EUR95', 95n],
    ['€-95', -95n],
    ['€ -95', -95n],
    ['-95 €', -95n],
    ['-€95', -95n],
    ['- € 95', -95n],
    ['Rs.50', 50n],
    ['ab1$', 1n],
    ['95', 95n],
    ['95-', bad],
    ['95 −', bad],
    ['(95)', bad],
    ['EUR - 95', bad],
    ['--95', bad],
    ['5 of 10', bad],
    ['1.5', bad],
    ['none', bad],
    ['', bad],
  ])('not bare: %j', (text, value) => {
    expect(tryCast({ type: 'integer', bareNumber: false }, text)).toEqual(value);
  });

  test('says the range', () => {
    expect(tryCast({ type: 'integer', bits: 8 }, '200')).toEqual({ bad: 'an integer from -128 to 127' });
  });
});

describe('number', () => {
  test.each([
    ['0', 0],
    ['-0', -0],
    ['-1.23', -1.23],
    ['12678967.543233', 12678967.543233],
    ['+100000.00', 100000],
    ['210', 210],
    ['.5', 0.5],
    ['5.', 5],
    ['000835', 835],
    [' 01 ', 1],
    ['1e5', 100000],
    ['1.5E-3', 0.0015],
    ['1e+2', 100],
    ['NaN', Number.NaN],
    ['nan', Number.NaN],
    ['INF', Number.POSITIVE_INFINITY],
    ['inf', Number.POSITIVE_INFINITY],
    ['-INF', Number.NEGATIVE_INFINITY],
    ['0.1', 0.1],
    ['5e-324', 5e-324],
    ['0e99999999999999999999999', 0],
    [`1${'0'.repeat(400)}e-400`, 1],
    ['1e-99999999999999999999999', 0],
    ['1e400', bad],
    ['1e99999999999999999999999', bad],
    ['Infinity', bad],
    ['.', bad],
    ['e5', bad],
    ['1e', bad],
    ['1.2.3', bad],
    ['1,5', bad],
    ['', bad],
    ['0x10', bad],
    ['1 000', bad],
    ['10+000.00', bad],
    ['12%', bad],
  ])('%j', (text, value) => expect(tryCast({ type: 'number' }, text)).toEqual(value));

  test.each([
    [{ decimalChar: ',' }, '1,5', 1.5],
    [{ decimalChar: ',' }, '1.5', bad],
    [{ decimalChar: ',', groupChar: '.' }, '8.699,8', 8699.8],
    [{ decimalChar: ',', groupChar: '.' }, '10.000.000,00', 10000000],
    [{ decimalChar: '@', groupChar: '#' }, '10#000@50', 10000.5],
    [{ groupChar: ',' }, '10,000,000.50', 10000000.5],
    [{ groupChar: ',' }, '1.000,5', bad],
    [{ bareNumber: false }, '-12.3 €', -12.3],
    [{ bareNumber: false }, '€-12.3', -12.3],
    [{ bareNumber: false }, '1000‰', 1000],
    [{ bareNumber: false }, '$.50', 0.5],
    [{ bareNumber: false }, 'Rs.50', 50],
    [{ bareNumber: false }, 'NaN', Number.NaN],
    [{ bareNumber: false, groupChar: ',' }, '  10,000.00 €', 10000],
    [{ bareNumber: false, decimalChar: ',' }, '1234.', 1234],
    [{ bareNumber: false, decimalChar: ',' }, '1.234.', bad],
    [{ bareNumber: false }, '10,000a.00', bad],
  ])('%j %j', (style, text, value) => expect(tryCast({ type: 'number', ...style }, text)).toEqual(value));
});

describe('decimal', () => {
  test.each([
    [5, 2, '12.5', 1250n],
    [5, 2, '12.50', 1250n],
    [5, 2, '12.5000', 1250n],
    [5, 2, '12.505', bad],
    [5, 2, '-999.99', -99999n],
    [5, 2, '+999.99', 99999n],
    [5, 2, '1000', bad],
    [5, 2, '000999.9', 99990n],
    [5, 2, '1.25e2', 12500n],
    [5, 2, '12500e-2', 12500n],
    [5, 2, '1e-3', bad],
    [5, 2, '1e-999999999', bad],
    [5, 2, '1e999999999', bad],
    [5, 2, '0e999999999', 0n],
    [5, 2, '-0.00', 0n],
    [5, 2, 'NaN', bad],
    [5, 2, 'INF', bad],
    [5, 2, '', bad],
    [5, 2, 'x', bad],
    [2, 2, '0.99', 99n],
    [2, 2, '1', bad],
    [3, 0, '999', 999n],
    [3, 0, '999.0', 999n],
    [38, 0, '9'.repeat(38), BigInt('9'.repeat(38))],
    [38, 0, '9'.repeat(39), bad],
    [38, 38, `0.${'1'.repeat(38)}`, BigInt('1'.repeat(38))],
    [17, 17, '0.30000000000000004', 30000000000000004n],
  ])('(%i, %i) %j', (precision, scale, text, value) => {
    expect(tryCast({ type: 'number', precision, scale }, text)).toEqual(value);
  });

  test('has no fraction where there is no scale', () => {
    expect(tryCast({ type: 'number', precision: 4 }, '12')).toBe(12n);
    expect(tryCast({ type: 'number', precision: 4 }, '12.5')).toEqual(bad);
  });

  test('takes the characters of the field', () => {
    const field = {
      type: 'number',
      precision: 15,
      scale: 2,
      decimalChar: ',',
      groupChar: '.',
      bareNumber: false,
    };
    expect(tryCast(field, '€ 1.234.567,8')).toBe(123456780n);
  });

  test('says what it holds', () => {
    expect(tryCast({ type: 'number', precision: 15, scale: 2 }, '0.001')).toEqual({
      bad: 'a decimal number of at most 15 digits, 2 of them after the point',
    });
  });
});
