import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareColumns } from '../../src/drift/compare-columns.ts';
import { compareTypes } from '../../src/drift/compare-types.ts';
import { type DriftPolicyInput, driftPolicySchema, driftSchema } from '../../src/drift/drift.ts';
import { likeness } from '../../src/drift/name-likeness.ts';
import { compileCast, type Field, fieldSchema } from '../../src/index.ts';
import { compileValueKey } from '../../src/value/value-key.ts';
import { fields as anyField, descriptorOf } from '../cast/fields.ts';
import { cell } from '../inference/cells.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 500);

/** `a b:integer` as fields; those without a type are strings. */
function fieldsOf(text: string): Field[] {
  return text.split(' ').map((part) => {
    const [name, type = 'string'] = part.split(':');
    return fieldSchema.parse({ name, type });
  });
}

function drift(
  before: string,
  after: string,
  policy: DriftPolicyInput = {},
  against: 'schema' | 'accepted' = 'accepted',
) {
  return compareColumns(fieldsOf(before), fieldsOf(after), driftPolicySchema.parse(policy), against);
}

const show = ({ changes }: ReturnType<typeof drift>) =>
  changes
    .map(({ kind, name, from, to, effect }) =>
      [kind, name, from, to, effect].filter((part) => part !== undefined).join(' '),
    )
    .sort();

const cases: readonly (readonly [before: string, after: string, changes: string[]])[] = [
  ['a b', 'a b', []],
  ['a b', 'a b c', ['added c string']],
  ['a:integer a', 'a:integer a', []],
  ['a:integer a', 'a:integer a a', ['added a string']],
  ['a a:date', 'a a:time', ['retyped a date time changed']],
  ['a b c', 'a c', ['removed b string']],
  ['a b c', 'b a c', ['reordered a column 1 column 2']],
  ['a b c d', 'd a b c', ['reordered d column 4 column 1']],
  ['a b c d', 'b c d a', ['reordered a column 1 column 4']],
  ['a b', 'a:integer b', ['retyped a string integer narrowed']],
  ['a:integer b', 'a b', ['retyped a integer string widened']],
  ['a:date b', 'a:integer b', ['retyped a date integer changed']],
  // 1: the same name but for case and signs, of whatever type.
  [
    'id Unit-Price:integer',
    'unit_price id',
    [
      'renamed unit_price Unit-Price unit_price',
      'reordered id column 1 column 2',
      'retyped unit_price integer string widened',
    ],
  ],
  ['a-b a_b x', 'A_B x', ['removed a-b string', 'removed a_b string', 'added A_B string'].sort()],
  // 2: alike names of one type.
  [
    'customer:integer z',
    'z customers:integer',
    ['renamed customers customer customers', 'reordered customers column 1 column 2'],
  ],
  ['customer:integer z', 'z customers', ['added customers string', 'removed customer integer']],
  ['name1 q r s', 'q name2 r name3 s', ['added name2 string', 'added name3 string', 'removed name1 string']],
  // 3: alone between the same two, of one type.
  ['a foo b', 'a quux b', ['renamed quux foo quux']],
  ['foo a b', 'quux a b', ['renamed quux foo quux']],
  ['a foo', 'a quux', ['renamed quux foo quux']],
  ['a foo:integer b', 'a quux b', ['added quux string', 'removed foo integer']],
  [
    'a foo bar b',
    'a quux zap b',
    ['added quux string', 'added zap string', 'removed bar string', 'removed foo string'],
  ],
  ['a foo b', 'a quux zap b', ['added quux string', 'added zap string', 'removed foo string']],
  ['a foo b', 'a b quux', ['added quux string', 'removed foo string']],
  ['a foo b', 'b quux a', ['added quux string', 'removed foo string', 'reordered a column 1 column 3']],
  ['foo', 'quux', ['added quux string', 'removed foo string']],
];
test.each(cases)('%s -> %s', (before, after, changes) => {
  expect(show(drift(before, after))).toEqual([...changes].sort());
});

test('the verdict is the strictest policy, and its changes come first', () => {
  const result = drift('a b c', 'a c d', { removed: 'reject', added: 'warn' });
  expect(result.verdict).toBe('reject');
  expect(result.changes.map(({ kind }) => kind)).toEqual(['removed', 'added']);
  expect(drift('a b c', 'a c d', { removed: 'allow', added: 'allow' }).verdict).toBe('allow');
  expect(drift('a', 'a').verdict).toBe('allow');
  expect(drift('a:integer', 'a:date', { retyped: 'warn' }).verdict).toBe('warn');
  expect(drift('a:integer', 'a', { retyped: { widened: 'reject' } }).verdict).toBe('reject');
});

test('a file narrower than its schema has not drifted', () => {
  expect(show(drift('a b:number', 'a:integer b:number', {}, 'schema'))).toEqual([]);
  expect(show(drift('a:integer', 'a', {}, 'schema'))).toEqual(['retyped a integer string widened']);
});

test('many changes stay small', () => {
  const names = (prefix: string) =>
    Array.from({ length: 5000 }, (_, i) => `${prefix}${i}${'x'.repeat(300)}`).join(' ');
  const result = drift(names('a'), names('b'));
  expect(result.total).toBe(10_000);
  expect(result.counts).toEqual({ added: 5000, removed: 5000 });
  expect(JSON.stringify(result).length).toBeLessThan(16_384);
  driftSchema.parse(result);
});

const int = (bits?: 8 | 16 | 32 | 64): Record<string, unknown> => ({ type: 'integer', bits });
const dec = (precision: number, scale: number) => ({ type: 'number', precision, scale });
const types: readonly (readonly [Record<string, unknown>, Record<string, unknown>, string])[] = [
  [int(32), int(64), 'widened'],
  [int(), int(64), 'same'],
  [int(64), int(8), 'narrowed'],
  [int(32), { type: 'number' }, 'widened'],
  [int(64), { type: 'number' }, 'changed'],
  [int(32), dec(10, 0), 'widened'],
  [int(32), dec(10, 2), 'changed'],
  [dec(2, 0), int(8), 'changed'],
  [dec(3, 0), int(8), 'narrowed'],
  [dec(10, 2), dec(12, 2), 'widened'],
  [dec(10, 2), dec(11, 3), 'widened'],
  [dec(10, 2), dec(10, 3), 'changed'],
  [dec(10, 2), { type: 'number' }, 'widened'],
  [dec(18, 2), { type: 'number' }, 'changed'],
  [{ type: 'year' }, int(16), 'widened'],
  [{ type: 'number' }, { type: 'number', decimalChar: ',' }, 'changed'],
  [{ type: 'date' }, { type: 'datetime' }, 'changed'],
  [{ type: 'date' }, { type: 'date', format: 'any' }, 'widened'],
  [{ type: 'date' }, { type: 'date', format: '%d/%m/%Y' }, 'changed'],
  [{ type: 'datetime', timezone: 'utc' }, { type: 'datetime', timezone: 'local' }, 'changed'],
  [{ type: 'datetime' }, { type: 'datetime', timezone: 'local' }, 'narrowed'],
  [{ type: 'string', format: 'uuid' }, { type: 'string' }, 'widened'],
  [{ type: 'string' }, {}, 'same'],
  [{ type: 'boolean' }, { type: 'boolean', trueValues: ['true', '1', 'True', 'TRUE', 'yes'] }, 'widened'],
  [{ type: 'list', itemType: 'integer' }, { type: 'list' }, 'widened'],
  [{ type: 'object' }, { type: 'array' }, 'changed'],
];
test.each(types)('%j -> %j', (before, after, change) => {
  const parse = (descriptor: Record<string, unknown>) => fieldSchema.parse(descriptorOf(descriptor));
  expect(compareTypes(parse(before), parse(after))).toBe(change);
  const back = { widened: 'narrowed', narrowed: 'widened' }[change] ?? change;
  expect(compareTypes(parse(after), parse(before))).toBe(back);
});

test('a wider type reads every text of the narrower one', () => {
  fc.assert(
    fc.property(anyField, anyField, fc.array(cell, { maxLength: 8 }), (a, b, texts) => {
      const [before, after] = [
        fieldSchema.safeParse(descriptorOf(a)),
        fieldSchema.safeParse(descriptorOf(b)),
      ];
      if (!before.success || !after.success) return;
      const change = compareTypes(before.data, after.data);
      if (change !== 'widened' && change !== 'same') return;
      const keyOf = compileValueKey(before.data);
      for (const text of texts) {
        const value = compileCast(before.data)(text);
        if (!('value' in value)) continue;
        const wider = compileCast(after.data)(text);
        expect([text, 'value' in wider]).toEqual([text, true]);
        // An integer within a list of strings is a string, as it is by itself in a column of strings.
        const sameKind =
          before.data.type === after.data.type &&
          before.data.format === after.data.format &&
          ('itemType' in before.data ? before.data.itemType : '') ===
            ('itemType' in after.data ? after.data.itemType : '');
        if ('value' in wider && sameKind)
          expect(compileValueKey(after.data)(wider.value)).toBe(keyOf(value.value));
      }
    }),
    { numRuns: numRuns * 4 },
  );
});

test('changes account for every column', () => {
  const name = fc.constantFrom('a', 'A', 'b', 'cust', 'custs', 'x1', 'x2', 'zebra', 'item-no', 'item_no');
  const table = fc.uniqueArray(fc.tuple(name, fc.constantFrom('string', 'integer')), {
    selector: ([one]) => one,
    minLength: 1,
  });
  fc.assert(
    fc.property(table, table, (a, b) => {
      const text = (columns: [string, string][]) => columns.map((parts) => parts.join(':')).join(' ');
      const { changes, counts, total } = drift(text(a), text(b));
      expect(total).toBe(Object.values(counts).reduce((sum, one) => sum + one, 0));
      expect(a.length - (counts.removed ?? 0) + (counts.added ?? 0)).toBe(b.length);
      for (const { kind, from, to } of changes) {
        if (kind !== 'renamed') continue;
        expect(b.some(([one]) => one === from)).toBe(false);
        expect(a.some(([one]) => one === to)).toBe(false);
      }
    }),
    { numRuns },
  );
});

test('likeness of names', () => {
  expect(likeness('Customer ID', 'customer_id')).toBe(1);
  expect(likeness('customer', 'customers')).toBeCloseTo(8 / 9);
  expect(likeness('Größe', 'GROSSE')).toBeLessThan(1);
  expect(likeness('café', 'Cafe')).toBe(1);
  expect(likeness('', '--')).toBe(0);
  expect(likeness('abc', 'xyz')).toBe(0);
});
