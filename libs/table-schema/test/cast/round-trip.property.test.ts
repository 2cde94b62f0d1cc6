import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { tryCast } from './try-cast.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 1000);
const DAY = 86_400_000_000n;

const days = fc.integer({ min: -719_162, max: 2_932_896 }).map(BigInt);
const micros = fc.bigInt({ min: 0n, max: DAY - 1n });

/** `hh:mm:ss`, with as many digits of a fraction as there are, and some zeros more. */
function printTime(time: bigint, zeros = 0): string {
  const iso = new Date(Number(time / 1000n)).toISOString();
  const fraction = `${String(time % 1_000_000n).padStart(6, '0')}`.replace(/0+$/, '') + '0'.repeat(zeros);
  return fraction === '' ? iso.slice(11, 19) : `${iso.slice(11, 19)}.${fraction}`;
}

function printDate(day: bigint): string {
  return new Date(Number(day) * 86_400_000).toISOString().slice(0, 10);
}

function group(digits: string, groupChar: string, size: number): string {
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= size)
    groups.unshift(digits.slice(Math.max(0, end - size), end));
  return groups.join(groupChar);
}

test('integers come back, grouped or not, with words around or not', () => {
  const style = fc.record({
    groupChar: fc.constantFrom(undefined, ',', '.', ' ', '\u202f', "'"),
    size: fc.integer({ min: 1, max: 4 }),
    around: fc.constantFrom(undefined, ['', ' %'], ['EUR ', ''], ['€', ''], ['\t', '  ']),
  });
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      style,
      (value, { groupChar, size, around }) => {
        const digits = String(value).replace('-', '');
        const number = `${value < 0n ? '-' : ''}${groupChar === undefined ? digits : group(digits, groupChar, size)}`;
        const text = around ? `${around[0]}${number}${around[1]}` : number;
        const field = {
          type: 'integer',
          ...(groupChar && { groupChar }),
          ...(around && { bareNumber: false }),
        };
        expect(tryCast(field, text)).toBe(value);
      },
    ),
    { numRuns },
  );
});

test('decimals come back at any precision and scale, and none is rounded', () => {
  const type = fc
    .integer({ min: 1, max: 38 })
    .chain((precision) => fc.tuple(fc.constant(precision), fc.integer({ min: 0, max: precision })));
  fc.assert(
    fc.property(
      type,
      fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }),
      fc.nat(45),
      ([precision, scale], seed, more) => {
        const value = seed % 10n ** BigInt(precision);
        const digits = String(value)
          .replace('-', '')
          .padStart(scale + 1, '0');
        const whole = digits.slice(0, digits.length - scale);
        const sign = value < 0n ? '-' : '';
        const fraction = digits.slice(digits.length - scale);
        const field = { type: 'number', precision, scale, decimalChar: ',', groupChar: '.' };
        const text = `${sign}${group(whole, '.', 3)},${fraction}`;
        expect(tryCast(field, `${text}${'0'.repeat(more)}`)).toBe(value);
        expect(tryCast(field, `${sign}${digits}e-${scale}`)).toBe(value);
        expect(tryCast(field, `${text}${'0'.repeat(more)}1`)).toHaveProperty('bad');
        expect(tryCast(field, `${10n ** BigInt(precision)}e-${scale}`)).toHaveProperty('bad');
      },
    ),
    { numRuns },
  );
});

test('doubles come back', () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      const text = Object.is(value, -0) ? '-0' : String(value).replace('Infinity', 'INF');
      expect(tryCast({ type: 'number' }, text)).toBe(value);
    }),
    { numRuns },
  );
});

test('dates come back by any pattern', () => {
  const months =
    'January February March April May June July August September October November December'.split(' ');
  const patterns: [string, (date: string) => string][] = [
    ['default', (date) => date],
    ['any', (date) => date.replaceAll('-', '/')],
    ['any', (date) => `${date.slice(8)} ${months[Number(date.slice(5, 7)) - 1]} ${date.slice(0, 4)}`],
    ['%d.%m.%Y', (date) => date.split('-').reverse().join('.')],
    ['%Y%m%d', (date) => date.replaceAll('-', '')],
    [
      '%e-%b-%Y',
      (date) => {
        const [year, month, day] = date.split('-');
        return `${Number(day)}-${months[Number(month) - 1]!.slice(0, 3).toUpperCase()}-${year}`;
      },
    ],
    [
      '%Y %j',
      (date) => {
        const first = Date.parse(`${date.slice(0, 4)}-01-01`);
        return `${date.slice(0, 4)} ${(Date.parse(date) - first) / 86_400_000 + 1}`;
      },
    ],
  ];
  fc.assert(
    fc.property(days, fc.constantFrom(...patterns), (day, [format, print]) => {
      expect(tryCast({ type: 'date', format }, print(printDate(day)))).toBe(day);
    }),
    { numRuns },
  );
});

test('times come back', () => {
  fc.assert(
    fc.property(micros, fc.nat(4), (time, zeros) => {
      expect(tryCast({ type: 'time' }, printTime(time, zeros))).toBe(time);
      expect(tryCast({ type: 'time', format: 'any' }, printTime(time, zeros))).toBe(time);
    }),
    { numRuns },
  );
});

test('dates with times come back, wherever they were written', () => {
  const offset = fc.option(fc.integer({ min: -840, max: 840 }), { nil: undefined });
  fc.assert(
    fc.property(days, micros, offset, fc.constantFrom('T', ' '), (day, time, minutes, separator) => {
      const clock = Math.abs(minutes ?? 0);
      const zone = [Math.floor(clock / 60), clock % 60].map((n) => String(n).padStart(2, '0')).join(':');
      const suffix = minutes === undefined ? '' : `${minutes < 0 ? '-' : '+'}${zone}`;
      const text = `${printDate(day)}${separator}${printTime(time)}${suffix}`;
      const value = day * DAY + time - BigInt(minutes ?? 0) * 60_000_000n;
      expect(tryCast({ type: 'datetime', format: separator === 'T' ? 'default' : 'any' }, text)).toBe(value);
      const local = tryCast({ type: 'datetime', format: 'any', timezone: 'local' }, text);
      expect(minutes === undefined ? local === value : typeof local === 'object').toBe(true);
    }),
    { numRuns },
  );
});

test('bytes and UUIDs come back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.uuid(), (bytes, uuid) => {
      expect(tryCast({ type: 'string', format: 'binary' }, Buffer.from(bytes).toString('base64'))).toEqual(
        bytes,
      );
      const read = tryCast({ type: 'string', format: 'uuid' }, uuid) as Uint8Array;
      expect(Buffer.from(read).toString('hex')).toBe(uuid.replaceAll('-', ''));
    }),
    { numRuns },
  );
});

test('lists come back', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string().filter((text) => !text.includes(';')),
        { minLength: 1 },
      ),
      (items) => {
        fc.pre(items.join(';') !== '');
        expect(JSON.parse(tryCast({ type: 'list', delimiter: ';' }, items.join(';')) as string)).toEqual(
          items,
        );
      },
    ),
    { numRuns },
  );
});
