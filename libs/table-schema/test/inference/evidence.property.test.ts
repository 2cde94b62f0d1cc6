import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addCell,
  type ColumnEvidence,
  classifyCell,
  compileCast,
  emptyEvidence,
  fieldOf,
  mergeEvidence,
  tableSchema,
} from '../../src/index.ts';
import { columns } from './cells.ts';
import { meaningOf, printValue } from './meaning.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 2000);

function evidenceOf(cells: string[]): ColumnEvidence {
  const evidence = emptyEvidence();
  for (const text of cells) addCell(evidence, text);
  return evidence;
}

test('evidence is a semilattice', () => {
  fc.assert(
    fc.property(columns.map(evidenceOf), columns.map(evidenceOf), columns.map(evidenceOf), (a, b, c) => {
      expect(mergeEvidence(a, mergeEvidence(b, c))).toEqual(mergeEvidence(mergeEvidence(a, b), c));
      expect(mergeEvidence(a, b)).toEqual(mergeEvidence(b, a));
      expect(mergeEvidence(a, a)).toEqual(a);
      expect(mergeEvidence(a, emptyEvidence())).toEqual(a);
    }),
    { numRuns },
  );
});

test('evidence of a column is that of its cells in any division', () => {
  fc.assert(
    fc.property(columns, fc.nat(), (cells, at) => {
      const cut = at % (cells.length + 1);
      const whole = evidenceOf(cells);
      expect(mergeEvidence(evidenceOf(cells.slice(0, cut)), evidenceOf(cells.slice(cut)))).toEqual(whole);
      expect(cells.map(classifyCell).reduce(mergeEvidence, emptyEvidence())).toEqual(whole);
    }),
    { numRuns },
  );
});

test('an inferred field parses as it is', () => {
  fc.assert(
    fc.property(columns, (cells) => {
      const schema = { fields: [fieldOf('x', evidenceOf(cells))] };
      expect(tableSchema.parse(JSON.parse(JSON.stringify(schema)))).toEqual(schema);
    }),
    { numRuns },
  );
});

test('an inferred field reads every cell of its column, and none changes its meaning', () => {
  fc.assert(
    fc.property(columns, (cells) => {
      const field = fieldOf('x', evidenceOf(cells));
      const cast = compileCast(field);
      for (const text of cells) {
        const result = cast(text);
        if (!('value' in result)) throw new Error(`${JSON.stringify(text)} is not ${result.expected}`);
        expect(meaningOf(field, printValue(field, result.value))).toEqual(meaningOf(field, text));
      }
    }),
    { numRuns: numRuns * 3 },
  );
});

test('text makes the column a string, whatever else is there', () => {
  fc.assert(
    fc.property(columns, (cells) => {
      const evidence = mergeEvidence(evidenceOf(cells), classifyCell('text'));
      expect(fieldOf('x', evidence)).toEqual({ name: 'x', type: 'string' });
    }),
    { numRuns },
  );
});
