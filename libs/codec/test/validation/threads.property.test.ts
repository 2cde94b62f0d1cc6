import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Attachment, RejectedRow } from '../../src/converter.ts';
import { parseOptions } from '../../src/options.ts';
import { schemaValidator } from '../../src/validation/schema-validator.ts';
import { validate } from '../../src/validation/validate.ts';
import { memoryIo } from '../fixed-width/memory-io.ts';
import { descriptorOf, print, printedDialect, tables } from './tables.ts';
import { validateText } from './validate-text.ts';

// Out of sources a thread takes a second to start.
const numRuns = Number(process.env.PROPERTY_RUNS ?? 8);
const timeout = 60_000 + 1000 * numRuns;

/** What comes of a table with so many threads, but for the time it took. */
async function outcome(threads: 1 | 2, ...[input, options, sizes]: Parameters<typeof validateText>) {
  const { page: _, task, ...rest } = await validateText(input, options, { ...sizes, threads });
  const { stats, ...report } = task;
  return { ...rest, refusal: rest.refusal?.message, report, stats: { ...stats, seconds: 0 } };
}

test(
  'two threads find what one finds, however the input is cut',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        tables,
        fc.constantFrom('split', 'gate'),
        fc.constantFrom(1, 0.2),
        fc.record({
          chunk: fc.integer({ min: 1, max: 100 }),
          block: fc.integer({ min: 64, max: 400 }),
          cells: fc.integer({ min: 1, max: 20 }),
          sampled: fc.integer({ min: 1, max: 5 }),
        }),
        async (given, mode, maxRejectRatio, sizes) => {
          const options = {
            schema: descriptorOf(given),
            mode,
            uniqueRows: given.uniqueRows,
            dialect: printedDialect,
            reading: { absentDelimiter: 'accept' },
            rejects: { maxRejectRatio },
          };
          const references = given.other ? { other: print([['id'], ...given.references]) } : {};
          const input = print([given.labels, ...given.rows]);
          const one = await outcome(1, input, options, { ...sizes, references });
          expect(await outcome(2, input, options, { ...sizes, references })).toEqual(one);
        },
      ),
      { numRuns },
    );
  },
  timeout,
);

const schema = {
  fields: [
    { name: 'id', type: 'integer', constraints: { minimum: 0 } },
    { name: 'price', type: 'number', precision: 9, scale: 2 },
    { name: 'rate', type: 'number' },
    { name: 'day', type: 'date' },
    { name: 'state', type: 'string', constraints: { enum: ['new', 'old'] } },
    { name: 'note', type: 'string' },
    { name: 'rest', type: 'any' },
  ],
};

/** Rows of which some are bad, one in so many. */
function* rowsOf(count: number, bad: number): Generator<string> {
  yield 'id,price,rate,day,state,note,rest\n';
  for (let i = 0; i < count; i++) {
    const day = `2024-0${1 + (i % 9)}-${10 + (i % 19)}`;
    const state = bad && i % bad === 1 ? 'lost' : i % 3 ? 'new' : 'old';
    yield `${i},${i % 1000}.${10 + (i % 90)},${i / 7},${day},${state},"note ""${i % 500}""",${i % 40}\n`;
    if (bad && i % (3 * bad) === 5) yield 'x,1\n';
  }
}

test.each([
  ['gate', 0, {}],
  ['gate', 97, {}],
  ['split', 0, {}],
  ['split', 97, {}],
  ['split', 97, { dialect: { encoding: 'windows-1252' } }],
  ['split', 97, { rejects: { maxRejectRatio: 0.001 } }],
  ['split', 97, { schema: { ...schema, primaryKey: 'id' } }],
  ['gate', 0, { schema: { ...schema, primaryKey: ['id', 'note'] }, uniqueRows: true }],
  ['gate', 0, { schema: { ...schema, primaryKey: 'note' } }],
  ['gate', 0, { expectations: { controlTotals: [{ of: { sum: 'rate' }, equals: '1' }] } }],
] as const)(
  'a long table in mode %s, one bad row in %i, %o',
  async (mode, bad, more) => {
    const input = [...rowsOf(30_000, bad)].join('');
    const options = { schema, mode, rejects: { maxRejectRatio: 1 }, ...more };
    const sizes = { block: 65_536, cells: 7000, sampled: 5000 };
    const one = await outcome(1, input, options, sizes);
    expect(await outcome(2, input, options, sizes)).toEqual(one);
  },
  timeout,
);

test('a validation that is given up at a bad row tells the same', async () => {
  const input = [...rowsOf(30_000, 97)].join('');
  const outcomes = [1, 2].map(async (threads) => {
    const told: string[] = [];
    const { io, rejects, text } = memoryIo(input);
    Object.assign(io, {
      reject(row: RejectedRow) {
        if (rejects.length === 200) throw new Error('enough');
        rejects.push({ ...row, record: row.record.slice() });
      },
      attach: ({ name, bytes }: Attachment) =>
        void (
          name === 'report.json' &&
          told.push(
            Buffer.from(bytes)
              .toString()
              .replace(/"seconds".*/, ''),
          )
        ),
    });
    const sizes = { block: 65_536, cells: 700, sampled: 5000, threads: threads as 1 | 2 };
    await expect(validate(io, parseOptions(schemaValidator, { schema }), sizes)).rejects.toThrow('enough');
    return { told, rejects, text: text() };
  });
  const [one, two] = await Promise.all(outcomes);
  expect(one!.rejects.length).toBe(200);
  expect(two).toEqual(one);
});
