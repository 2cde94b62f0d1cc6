import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { dialectSchema } from '../../src/delimited/dialect.ts';
import { BadInput } from '../../src/errors.ts';
import { KernelHeap } from '../../src/kernel/heap.ts';
import { dialects, inputsOf, readings, sizes } from './arbitraries.ts';
import { readTable } from './read-table.ts';

const runs = { numRuns: Number(process.env.PROPERTY_RUNS ?? 1000) };
const timeout = 60_000 + 20 * Number(process.env.PROPERTY_RUNS ?? 0);
const heap = new KernelHeap(16 * 1024 * 1024);

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 600, size: 'max' }),
  fc
    .array(
      fc.constantFrom(
        ',',
        ';',
        '\t',
        ' ',
        '"',
        "'",
        '\n',
        '\r\n',
        '\\',
        'a',
        '1',
        '2026-01-01',
        '#',
        '|',
        ':',
        '\0',
        'é',
        '\n\n',
      ),
      {
        maxLength: 400,
        size: 'max',
      },
    )
    .map((parts) => new Uint8Array(Buffer.from(parts.join('')))),
  dialects.chain(inputsOf),
);

/** A dialect of which only some parts are given. */
const partial = fc
  .tuple(dialects, fc.array(fc.boolean(), { minLength: 14, maxLength: 14 }))
  .map(([dialect, kept]) => Object.fromEntries(Object.entries(dialect).filter((_, i) => kept[i])))
  .filter((dialect) => dialectSchema.safeParse(dialect).success);

test(
  'any bytes under any dialect, given or found, are rows, rejected rows or a refusal by name',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        bytes,
        partial,
        readings,
        sizes,
        fc.integer({ min: 1, max: 300 }),
        async (input, dialect, reading, size, chunk) => {
          try {
            const table = await readTable(input, { dialect, reading, sizes: size, chunk, heap });
            expect(dialectSchema.safeParse(table.opened.dialect).success).toBe(true);
            expect(new Set(table.opened.columns).size).toBe(table.opened.columns.length);
            expect(table.rejected).toBe(table.rejects.length);
            expect(table.rows.every((row) => row.length === table.opened.columns.length)).toBe(true);
            // What was found reads the file alike, and nothing needs to be found again.
            const again = await readTable(input, { dialect: table.opened.dialect, reading, heap });
            expect(again.opened.confidence).toBe(1);
            if (again.opened.columns.length === table.opened.columns.length)
              expect(again.rows).toEqual(table.rows);
          } catch (error) {
            if (!(error instanceof BadInput)) throw error;
          }
        },
      ),
      runs,
    );
  },
  timeout,
);
