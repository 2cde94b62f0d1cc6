import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BadOptions } from '../../src/errors.ts';
import { anyInput, readingOptions, sometimes } from '../delimited/any-input.ts';
import { validateText } from './validate-text.ts';

// Any bytes under any options. `PROPERTY_RUNS=20000` for a long run.
const runs = Number(process.env.PROPERTY_RUNS ?? 100);
const timeout = 60_000 + 20 * runs;

const field = fc.record({
  type: fc.constantFrom('string', 'integer', 'number', 'boolean', 'date', 'datetime', 'object', 'any'),
  constraints: fc.record({ required: sometimes(fc.boolean()), unique: sometimes(fc.boolean()) }),
});

const options = fc
  .record({
    ...readingOptions,
    schema: fc.record({
      fields: fc
        .array(field, { minLength: 1, maxLength: 5 })
        .map((fields) => fields.map((each, i) => ({ name: `c${i}`, ...each }))),
      fieldsMatch: sometimes(fc.constantFrom('exact', 'equal', 'subset', 'superset', 'partial')),
      primaryKey: sometimes(fc.constant('c0')),
      foreignKeys: sometimes(fc.constant([{ fields: 'c0', reference: { fields: 'c0' } }])),
    }),
    mode: fc.constantFrom('split', 'gate'),
    uniqueRows: fc.boolean(),
    expectations: sometimes(fc.record({ rowCount: fc.constantFrom({ minimum: 2 }, { maximum: 3 }) })),
    report: sometimes(fc.record({ maxErrors: fc.nat(3), profile: fc.boolean() })),
    rejects: fc.constant({ maxRejectRatio: 1 }),
  })
  .map((value) => JSON.parse(JSON.stringify(value)) as { mode: string });

test(
  'any bytes under any options are judged, whole and the same however they are cut, or refused by a name',
  async () => {
    await fc.assert(
      fc.asyncProperty(anyInput, options, fc.integer({ min: 1, max: 300 }), async (input, value, chunk) => {
        try {
          const { report, rejects, text, task, refusal } = await validateText(input, value, { chunk });
          const whole = await validateText(input, value);
          expect({ rejects, text, errors: task?.errors }).toEqual({
            rejects: whole.rejects,
            text: whole.text,
            errors: whole.task?.errors,
          });
          expect(report === undefined).toBe(refusal !== undefined);
          if (!report) return;
          expect(rejects).toHaveLength(report.rejected);
          if (value.mode === 'gate') expect({ text, rejects }).toEqual({ text: '', rejects: [] });
        } catch (error) {
          if (!(error instanceof BadOptions)) throw error;
        }
      }),
      { numRuns: runs },
    );
  },
  timeout,
);
