import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileCast, type Field, fieldSchema } from '../../src/index.ts';
import { columnProfileSchema } from '../../src/profile/column-profile-schema.ts';
import { ColumnProfiler } from '../../src/profile/column-profiler.ts';
import { DistinctCount } from '../../src/profile/distinct-count.ts';
import { hashText, murmur3 } from '../../src/profile/hash-text.ts';
import { TopValues } from '../../src/profile/top-values.ts';
import { descriptorOf, fields } from '../cast/fields.ts';
import { cell } from '../inference/cells.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 300);

/** The empty text is missing. */
function profilerOf(field: Field, texts: readonly string[]): ColumnProfiler {
  const cast = compileCast(field);
  const profiler = new ColumnProfiler(field);
  for (const text of texts) {
    const result = text === '' ? undefined : cast(text);
    if (!result) profiler.addMissing();
    else if ('value' in result) profiler.addValue(result.value, text);
    else profiler.addBad();
  }
  return profiler;
}

const profile = (descriptor: Record<string, unknown>, texts: string[]) =>
  profilerOf(fieldSchema.parse({ name: 'x', ...descriptor }), texts).profile();

type Row = readonly [Record<string, unknown>, string[], Record<string, unknown>];
const table: readonly Row[] = [
  [{ type: 'integer' }, [], { rows: 0, nulls: 0, bad: 0, distinct: 0, top: [], topShortfall: 0 }],
  [
    { type: 'integer' },
    ['10', '9', '', 'x', '9'],
    { rows: 5, nulls: 1, bad: 1, distinct: 2, min: '9', max: '10', sum: '28', meanLength: 4 / 3 },
  ],
  [
    { type: 'number', precision: 6, scale: 2 },
    ['-0.10', '12.5', '0.05'],
    { min: '-0.1', max: '12.5', sum: '12.45' },
  ],
  [{ type: 'number' }, ['0.1', '0.2', 'NaN', '1e-300'], { min: '1e-300', max: '0.2', distinct: 4 }],
  [{ type: 'number' }, ['INF', '-INF', '0.1', '0.2'], { min: '-INF', max: 'INF', sum: '0.3' }],
  [
    { type: 'date', format: '%d/%m/%Y' },
    ['02/01/2024', '01/02/2023'],
    { min: '2023-02-01', max: '2024-01-02' },
  ],
  [{ type: 'datetime', timezone: 'utc' }, ['2024-01-01T00:00:00+02:00'], { min: '2023-12-31T22:00:00Z' }],
  [{ type: 'string' }, ['b', '🦆', '\uffff', 'a'], { min: 'a', max: '🦆', meanLength: 1, distinct: 4 }],
  [
    { type: 'string', format: 'uuid' },
    ['123e4567-e89b-12d3-a456-426614174000'],
    { min: '123e4567-e89b-12d3-a456-426614174000' },
  ],
  [
    { type: 'boolean' },
    ['true', 'false', 'true'],
    {
      top: [
        { value: 'true', count: 2 },
        { value: 'false', count: 1 },
      ],
    },
  ],
  [
    {},
    ['z'.repeat(1000)],
    { max: 'z'.repeat(256), top: [{ value: 'z'.repeat(256), count: 1 }], meanLength: 1000 },
  ],
];
test.each(table)('%j %j', (descriptor, texts, expected) => {
  expect(profile(descriptor, texts)).toMatchObject(expected);
});

test('types without an order have no least and no sum', () => {
  for (const [type, text] of [
    ['boolean', 'true'],
    ['duration', 'P1D'],
    ['object', '{}'],
    ['list', 'a'],
  ] as const) {
    const found = profile({ type }, [text]);
    expect(found.min).toBeUndefined();
    expect(found.sum).toBeUndefined();
  }
});

test('the parts of a column make up the profile of the whole', () => {
  fc.assert(
    fc.property(fields, fc.array(cell, { maxLength: 40 }), fc.nat(40), (descriptor, texts, at) => {
      const field = fieldSchema.safeParse(descriptorOf(descriptor));
      if (!field.success) return;
      const whole = profilerOf(field.data, texts).profile();
      const merged = profilerOf(field.data, texts.slice(0, at));
      merged.merge(profilerOf(field.data, texts.slice(at)));
      expect(merged.profile()).toEqual(whole);
      expect(columnProfileSchema.parse(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
    }),
    { numRuns },
  );
});

// Published test vectors of MurmurHash3_x86_32.
const vectors: readonly (readonly [string, number, number])[] = [
  ['', 0, 0],
  ['', 1, 0x514e28b7],
  ['', 0xffffffff, 0x81f16f39],
  ['test', 0, 0xba6bd213],
  ['Hello, world!', 0, 0xc0363e43],
  ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
  ['aaa', 0x9747b28c, 0x283e0130],
];
test.each(vectors)('murmur3 of %j with seed %i', (text, seed, hash) => {
  const bytes = new TextEncoder().encode(text);
  expect(murmur3(bytes, bytes.length, seed)).toBe(hash);
  expect(hashText('é🦆')).toEqual(hashText('é🦆'));
});

test.each([1, 10, 100, 1000, 5000, 10_000, 30_000, 200_000])(
  '%i distinct texts are counted within 5 standard errors',
  (size) => {
    const count = new DistinctCount();
    for (let i = 0; i < size; i++) {
      count.add(...hashText(`value ${i}`));
      if (i % 3 === 0) count.add(...hashText(`value ${i}`));
    }
    expect(Math.abs(count.estimate() - size)).toBeLessThanOrEqual(Math.max(size * 0.082, 0));
    if (size <= 100) expect(Math.abs(count.estimate() - size)).toBeLessThanOrEqual(2);
  },
);

test('counts of distinct texts of parts merge into that of the whole', () => {
  const [whole, a, b] = [new DistinctCount(), new DistinctCount(), new DistinctCount()];
  for (let i = 0; i < 3000; i++) {
    const hash = hashText(`${i}`);
    whole.add(...hash);
    if (i < 2000) a.add(...hash);
    if (i > 1000) b.add(...hash);
  }
  a.merge(b);
  expect(a.estimate()).toBe(whole.estimate());
  a.merge(new DistinctCount());
  expect(a.estimate()).toBe(whole.estimate());
  const extreme = new DistinctCount();
  for (let i = 0; i < 4096; i++) extreme.add((i << 20) >>> 0, 0);
  expect(extreme.estimate()).toBeGreaterThan(1e15);
});

test('what was too low in the parts is too low in the whole', () => {
  const part = () => {
    const top = new TopValues();
    for (let i = 0; i < 10; i++) top.add('x');
    for (let i = 0; i < 300; i++) top.add(`${i}`);
    return top;
  };
  const merged = part();
  merged.merge(part());
  const [first] = merged.list(1);
  expect(first!.value).toBe('x');
  expect(first!.count).toBeLessThan(20);
  expect(first!.count).toBeGreaterThanOrEqual(20 - merged.shortfall);
});

test('frequent texts are found, and counts are too low by no more than the shortfall', () => {
  const word = fc.oneof({ weight: 3, arbitrary: fc.nat(5) }, { weight: 2, arbitrary: fc.nat(2000) });
  fc.assert(
    fc.property(fc.array(fc.array(word, { maxLength: 300 }), { minLength: 1, maxLength: 4 }), (parts) => {
      const merged = new TopValues();
      const exact = new Map<string, number>();
      for (const part of parts) {
        const top = new TopValues();
        for (const one of part) {
          top.add(`${one}`);
          exact.set(`${one}`, (exact.get(`${one}`) ?? 0) + 1);
        }
        merged.merge(top);
      }
      const total = parts.flat().length;
      expect(merged.shortfall).toBeLessThanOrEqual(total / 65);
      const found = new Map(merged.list(64).map(({ value, count }) => [value, count]));
      expect(found.size).toBeLessThanOrEqual(64);
      for (const [text, count] of exact) {
        const listed = found.get(text) ?? 0;
        expect(listed <= count && listed >= count - merged.shortfall).toBe(true);
      }
      if (exact.size <= 64) expect(found).toEqual(exact);
    }),
    { numRuns },
  );
});
