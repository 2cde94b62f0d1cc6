import { tableSchema, validateTable } from '@tributary/table-schema';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { descriptorOf, print, printedDialect, tables } from './tables.ts';
import { validateText } from './validate-text.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 60);

test('errors are those of validateTable, for every schema and table and however the input is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      tables,
      fc.constantFrom('split', 'gate'),
      fc.record({
        chunk: fc.integer({ min: 1, max: 100 }),
        block: fc.integer({ min: 64, max: 400 }),
        cells: fc.integer({ min: 1, max: 40 }),
      }),
      async (given, mode, sizes) => {
        const descriptor = descriptorOf(given);
        const schema = tableSchema.parse(descriptor);
        const other = { labels: ['id'], rows: given.references };
        const expected = validateTable(
          schema,
          { labels: given.labels, rows: given.rows },
          { uniqueRows: given.uniqueRows, resolve: () => other },
        );
        const validated = await validateText(
          print([given.labels, ...given.rows]),
          {
            schema: descriptor,
            mode,
            uniqueRows: given.uniqueRows,
            dialect: printedDialect,
            reading: { absentDelimiter: 'accept' },
            rejects: { maxRejectRatio: 1 },
            report: { maxErrors: 100_000, maxErrorsPerKind: 100_000 },
          },
          { ...sizes, references: given.other ? { other: print([other.labels, ...other.rows]) } : {} },
        );
        const brief = ({ type, rowNumber, fieldName, fieldNumber, note, cell }: Record<string, unknown>) =>
          JSON.stringify([type, rowNumber, fieldName ?? '', fieldNumber ?? 0, note, cell]);
        const rowErrors = validated.task.errors.filter(({ rowNumber }) => rowNumber !== undefined);
        expect(rowErrors.map(brief)).toEqual(expected.rows.map((error) => brief({ ...error })));
        const header = validated.task.errors.filter(({ rowNumber }) => rowNumber === undefined);
        expect(header.map(({ type }) => type)).toEqual(expected.header.map(({ type }) => type));
        const bad = new Set(expected.rows.map(({ rowNumber }) => rowNumber));
        if (mode === 'gate') {
          expect(validated.refusal?.code).toBe(
            bad.size + expected.header.length > 0 ? 'not-valid' : undefined,
          );
          expect(validated.text).toBe('');
        } else if (expected.header.length > 0) expect(validated.refusal?.code).toBe('not-valid');
        else {
          expect(validated.text).toBe(print([given.labels, ...given.rows.filter((_, i) => !bad.has(i + 2))]));
          expect(validated.rejects.length).toBe(bad.size);
        }
      },
    ),
    { numRuns },
  );
});
