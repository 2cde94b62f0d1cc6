import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BadInput } from '../../src/errors.ts';
import { batches, cases } from '../parquet/arbitraries.ts';
import { writeTable } from '../parquet/write-table.ts';
import { readParquet } from './read-parquet.ts';

const runs = Number(process.env.PROPERTY_RUNS ?? 40);
const timeout = 60_000 + 500 * runs;

test(
  'what our writer wrote comes back, whatever its encodings, pages and codec',
  async () => {
    await fc.assert(
      fc.asyncProperty(cases, batches, async ({ table, options }, cuts) => {
        const { file } = await writeTable(table, options, cuts);
        const { reader, values } = await readParquet(file);
        expect(reader.columns.map(({ name }) => name)).toEqual(table.columns.map(({ name }) => name));
        expect(values).toEqual(table.values);
      }),
      { numRuns: runs, endOnFailure: runs < 100 },
    );
  },
  timeout,
);

test(
  'a damaged file is read or refused by a name, in bounded memory',
  async () => {
    const damage = fc.record({
      flips: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 3 }),
      // Footers and page headers are where lies are told.
      atEnd: fc.boolean(),
      lost: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(300) }),
    });
    await fc.assert(
      fc.asyncProperty(
        cases,
        fc.array(damage, { minLength: 8, maxLength: 8 }),
        async ({ table, options }, damages) => {
          const { file } = await writeTable(table, options);
          for (const { flips, atEnd, lost } of damages) {
            const broken = file.slice(0, Math.max(0, file.length - lost));
            for (const [at, mask] of flips) {
              const place = atEnd
                ? broken.length - 1 - (at % Math.min(broken.length, 600))
                : at % broken.length;
              broken[place]! ^= mask;
            }
            const limits = { maxMemory: 64 * 1024 * 1024, maxPageRows: 1024 * 1024 };
            await readParquet(broken, limits).catch((error: unknown) => {
              if (!(error instanceof BadInput)) throw error;
            });
          }
        },
      ),
      { numRuns: runs, endOnFailure: runs < 100 },
    );
  },
  timeout,
);
