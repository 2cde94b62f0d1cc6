import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellTexts, fields, textOf } from '../columns/field-arbitraries.ts';
import { writeCsv } from './convert.twin.ts';
import { type Converted, convertText } from './convert-text.ts';
import { orderLines } from './orders.ts';
import { splits } from './splits.ts';

const runs = Number(process.env.PROPERTY_RUNS ?? 60);
const timeout = 60_000 + 100 * runs;

const output = fc.record({
  compression: fc.constantFrom('zstd', 'snappy', 'none'),
  rowGroupRows: fc.integer({ min: 1, max: 20 }),
  pageRows: fc.integer({ min: 1, max: 8 }),
});
const anyText = fc.oneof(fields.chain(textOf), cellTexts);
/** Columns whose cells are of one form, and from some row on perhaps of another. */
const tables = fc
  .array(fc.tuple(anyForm(), fc.option(anyForm())), { minLength: 2, maxLength: 4 })
  .chain((forms) =>
    fc.record({
      first: fc.array(fc.tuple(...forms.map(([form]) => form)), { minLength: 1, maxLength: 30 }),
      later: fc.array(fc.tuple(...forms.map(([form, other]) => other ?? form)), { maxLength: 30 }),
    }),
  );

function anyForm(): fc.Arbitrary<fc.Arbitrary<string>> {
  return fc.oneof(
    fields.map((field) => textOf(field)),
    fc.constantFrom(
      anyText,
      fc.constant(''),
      fc.integer({ min: -5, max: 2 ** 33 }).map(String),
      fc
        .tuple(fc.nat(10 ** 6), fc.nat(99))
        .map(([whole, part]) => `${whole}.${String(part).padStart(2, '0')}`),
    ),
  );
}

test(
  'what is converted by a guess is what two passes make of it, byte for byte',
  async () => {
    let [right, wrong] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        tables,
        splits,
        output,
        fc.integer({ min: 1, max: 400 }),
        fc.constantFrom(0, 0, 3, 7),
        async ({ first, later }, sizes, output, guess, odd) => {
          const names = first[0]!.map((_, i) => `c${i}`);
          const lines = writeCsv(names, [...first, ...later])
            .toString()
            .split('\n');
          // Some records with a cell too many, which go to quarantine.
          const input = lines
            .flatMap((line, i) =>
              odd && i % odd === odd - 1 && !line.includes('"')
                ? [line, `${'x,'.repeat(names.length)}y`]
                : [line],
            )
            .join('\n');
          const options = {
            dialect: { delimiter: ',', quoteChar: '"', header: true },
            output,
            reading: { longRows: 'reject' },
          };
          const convert = (how: object) =>
            convertText(input, options, { ...sizes, threads: 1, ...how }).catch((error) => String(error));
          const twoPasses = await convert({});
          const guessed = await convert({ guess });
          if (typeof guessed === 'object') {
            right += Number(guessed.restarts === 1 && guessed.discards === 0);
            wrong += guessed.discards;
          }
          expect(whatCameOf(guessed)).toEqual(whatCameOf(twoPasses));
        },
      ),
      { numRuns: runs },
    );
    // Both happen, or this has shown nothing.
    expect(right).toBeGreaterThan(0);
    expect(wrong).toBeGreaterThan(0);
  },
  timeout,
);

test.each([
  ['right', '', 0],
  ['wrong', 'x', 1],
])('a guess that is %s, on two threads', async (_, last, discards) => {
  const lines = [...orderLines(30_000)];
  const names = lines[0]!.trim().split(',');
  const input = [...lines, `${names.map(() => last).join(',')}\n`].join('');
  const sizes = { block: 65_536 };
  const twoPasses = await convertText(input, {}, { ...sizes, threads: 1 });
  for (const threads of [1, 2] as const) {
    const guessed = await convertText(input, {}, { ...sizes, threads, guess: 200_000 });
    expect(guessed.discards).toBe(discards);
    expect(guessed.restarts).toBe(1 + discards);
    expect(guessed.file.equals(twoPasses.file)).toBe(true);
    expect(guessed.report).toEqual(twoPasses.report);
  }
});

test('so many rejected rows that they cannot be held until all types are known end the guess', async () => {
  const good = [...orderLines(2000)];
  const odd = `${'x,'.repeat(40)}${'y'.repeat(1000)}\n`;
  const input = [...good, ...Array.from({ length: 1500 }, () => odd)].join('');
  const options = {
    dialect: { delimiter: ',', quoteChar: '"', header: true },
    reading: { longRows: 'reject' },
  };
  const [twoPasses, guessed] = [
    await convertText(input, options, { threads: 1 }),
    await convertText(input, options, { threads: 1, guess: 10_000 }),
  ];
  expect(guessed.discards).toBe(1);
  expect(guessed.rejects).toHaveLength(1500);
  expect(whatCameOf(guessed)).toEqual(whatCameOf(twoPasses));
});

function whatCameOf(converted: Converted | string): object | string {
  if (typeof converted === 'string') return converted;
  const { restarts: _, discards: __, ...rest } = converted;
  return rest;
}
