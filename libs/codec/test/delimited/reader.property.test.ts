import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BadInput } from '../../src/errors.ts';
import { KernelHeap } from '../../src/kernel/heap.ts';
import { dialects, inputsOf, readings, sizes } from './arbitraries.ts';
import { type ReadTable, readTable } from './read-table.ts';
import { readNaively, refusedEarly } from './reader.twin.ts';

/** A long run takes its time. */
const timeout = 60_000 + 20 * Number(process.env.PROPERTY_RUNS ?? 0);
const runs = { numRuns: Number(process.env.PROPERTY_RUNS ?? 1500) };
const heap = new KernelHeap(16 * 1024 * 1024);

const cases = dialects.chain((dialect) =>
  fc.record({
    dialect: fc.constant(dialect),
    input: inputsOf(dialect),
    reading: readings,
    sizes,
    chunk: fc.integer({ min: 1, max: 300 }),
  }),
);

async function outcomeOf(work: () => Promise<ReadTable>): Promise<ReadTable | BadInput> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BadInput) return error;
    throw error;
  }
}

test(
  'the reader equals its naive twin, for every dialect and however the input is cut',
  async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ dialect, input, reading, sizes, chunk }) => {
        const mark = Buffer.from(input).indexOf('\ufeff') === 0 ? 3 : 0;
        const actual = await outcomeOf(() => readTable(input, { dialect, reading, sizes, chunk, heap }));
        if (actual instanceof BadInput) {
          if (actual.code !== 'unterminated-quote') {
            expect(refusedEarly).toContain(actual.code);
            return;
          }
        }
        const columns = actual instanceof BadInput ? ['?'] : actual.opened.columns;
        const text = Buffer.from(input).subarray(mark).toString('latin1');
        const expected = readNaively(text, dialect, reading, columns);
        for (const place of [...expected.places, ...expected.rejects]) place.byte += mark;
        if (actual instanceof BadInput) {
          if (expected.error === undefined) throw actual;
          return;
        }
        expect({
          rows: actual.rows,
          places: actual.places,
          rejects: actual.rejects.map(({ message, record, ...row }) => ({
            ...row,
            record: Buffer.from(record).toString('latin1'),
          })),
          error: undefined,
        }).toEqual({
          rows: expected.rows,
          places: expected.places,
          rejects: expected.rejects,
          error: expected.error,
        });
        expect(ofRows(actual.notices)).toEqual(ofRows(expected.notices));
      }),
      runs,
    );
  },
  timeout,
);

/** Without what the header and the start of the file count. */
function ofRows(notices: Record<string, number>): Record<string, number> {
  const {
    'empty-names': _,
    'duplicate-names': _2,
    'unnamed-columns': _3,
    'byte-order-mark': _4,
    'looks-like-json': _5,
    'looks-like-html': _6,
    'looks-like-xml': _7,
    ...rest
  } = notices;
  return rest;
}
