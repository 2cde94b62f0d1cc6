import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileConstraints } from '../../src/constraint/compile-constraints.ts';
import { rangeOf, readBounds } from '../../src/constraint/range.ts';
import { BadSchema } from '../../src/errors.ts';
import { compileCast, type Field, fieldSchema } from '../../src/index.ts';
import { descriptorOf, fields } from '../cast/fields.ts';
import { cell } from '../inference/cells.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 1000);
const names = ['minimum', 'exclusiveMinimum', 'maximum', 'exclusiveMaximum'] as const;

/** A decimal as an integer of millionths. */
const millionths = fc.bigInt({ min: -99_999_999n, max: 99_999_999n });
const print = (value: bigint) =>
  `${value < 0n ? '-' : ''}${(value < 0n ? -value : value)
    .toString()
    .padStart(7, '0')
    .replace(/(.{6})$/, '.$1')}`;

test('bounds of decimals hold exactly, whatever the digits of bound and value', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      millionths,
      fc.integer({ min: 0, max: 6 }),
      millionths,
      (name, bound, scale, given) => {
        const unit = 10n ** BigInt(6 - scale);
        const value = (given / unit) * unit;
        const field: Field = {
          name: 'x',
          type: 'number',
          precision: 20,
          scale,
          constraints: { [name]: print(bound) },
        };
        const expected = {
          minimum: value >= bound,
          exclusiveMinimum: value > bound,
          maximum: value <= bound,
          exclusiveMaximum: value < bound,
        };
        const unscaled = value / unit;
        expect(compileConstraints(field)(unscaled, print(value)).length === 0).toBe(expected[name]);
        const { least, greatest } = rangeOf(readBounds(field, ''));
        expect(
          (least === undefined || unscaled >= least) && (greatest === undefined || unscaled <= greatest),
        ).toBe(expected[name]);
      },
    ),
    { numRuns },
  );
});

test('bounds are refused together exactly if no value holds both', () => {
  const bound = fc.integer({ min: -4, max: 4 });
  const constraints = fc.record(
    { minimum: bound, exclusiveMinimum: bound, maximum: bound, exclusiveMaximum: bound },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(constraints, (constraints) => {
      const holds = (value: number) =>
        value >= (constraints.minimum ?? -9) &&
        value > (constraints.exclusiveMinimum ?? -9) &&
        value <= (constraints.maximum ?? 9) &&
        value < (constraints.exclusiveMaximum ?? 9);
      const values = Array.from({ length: 17 }, (_, i) => i - 8);
      const compile = () => compileConstraints({ name: 'x', type: 'integer', constraints });
      if (!values.some(holds)) {
        expect(compile).toThrow(BadSchema);
        return;
      }
      const check = compile();
      for (const value of values) expect(check(BigInt(value), String(value)).length === 0).toBe(holds(value));
    }),
    { numRuns },
  );
});

test('any constraints are checked or refused, and no cell throws', () => {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    cell,
    fc.constantFrom(-1, 0, 1, 2.5, '1', 'P1M', '2024-01-26', '12:00:00', 1e300, '[1]'),
  );
  const constraint = fc.record(
    {
      required: fc.boolean(),
      minimum: value,
      maximum: value,
      exclusiveMinimum: value,
      exclusiveMaximum: value,
      minLength: fc.nat(4),
      maxLength: fc.nat(4),
      pattern: fc.constantFrom('a*', '.*', '[0-9]+', '('),
      enum: fc.array(value, { minLength: 1, maxLength: 4 }),
    },
    { requiredKeys: [] },
  );
  let checked = 0;
  fc.assert(
    fc.property(
      fields,
      constraint,
      fc.array(fc.oneof(cell, fc.json()), { maxLength: 5 }),
      (type, constraints, texts) => {
        // Those that the type does not have are another test's.
        const known = Object.entries(constraints).filter(
          ([name, value]) =>
            fieldSchema.safeParse({ ...descriptorOf(type), constraints: { [name]: value } }).success,
        );
        const parsed = fieldSchema.safeParse({
          ...descriptorOf(type),
          constraints: Object.fromEntries(known),
        });
        if (!parsed.success) return;
        const cast = compileCast(parsed.data);
        let check: ReturnType<typeof compileConstraints>;
        try {
          check = compileConstraints(parsed.data, '/fields/0');
        } catch (error) {
          expect(error).toBeInstanceOf(BadSchema);
          expect((error as BadSchema).fault.where?.pointer).toMatch(/^\/fields\/0\/constraints/);
          return;
        }
        checked += known.length;
        for (const text of texts) {
          const result = cast(text);
          const broken = check('value' in result ? result.value : undefined, text);
          for (const { constraint } of broken) expect(constraint in constraints).toBe(true);
        }
      },
    ),
    { numRuns: numRuns * 2 },
  );
  expect(checked).toBeGreaterThan(numRuns / 10);
});
