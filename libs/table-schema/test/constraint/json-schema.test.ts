import { describe, expect, test } from 'vitest';
import { BadSchema } from '../../src/errors.ts';
import { compileConstraints, type Field } from '../../src/index.ts';

const field = (jsonSchema: Record<string, unknown>): Field => ({
  name: 'x',
  type: 'object',
  constraints: { jsonSchema },
});
const conforms = (jsonSchema: Record<string, unknown>, value: unknown) => {
  const text = JSON.stringify(value);
  return compileConstraints(field(jsonSchema))(text, text).length === 0;
};

describe('constraint jsonSchema', () => {
  test('a value conforms or not', () => {
    const schema = {
      type: 'object',
      required: ['id'],
      properties: { id: { type: 'integer', minimum: 1 }, tags: { type: 'array', items: { type: 'string' } } },
      additionalProperties: false,
    };
    expect(conforms(schema, { id: 1, tags: ['a'] })).toBe(true);
    for (const value of [{}, { id: 0 }, { id: 1, tags: [1] }, { id: 1, more: 1 }])
      expect(conforms(schema, value)).toBe(false);
  });

  test('references within the schema, by either generation of drafts', () => {
    const $ref = '#/definitions/positive';
    const definitions = { positive: { exclusiveMinimum: 0 } };
    expect(
      conforms(
        { $schema: 'http://json-schema.org/draft-07/schema#', properties: { a: { $ref } }, definitions },
        { a: 0 },
      ),
    ).toBe(false);
    expect(conforms({ properties: { a: { $ref: '#/$defs/p' } }, $defs: { p: { const: 1 } } }, { a: 1 })).toBe(
      true,
    );
  });

  test('patterns match any part, each by itself, and in linear time', () => {
    const schema = { properties: { a: { pattern: '^x+$' }, b: { pattern: 'y' } } };
    expect(conforms(schema, { a: 'xx', b: 'ayb' })).toBe(true);
    expect(conforms(schema, { a: 'xxy', b: 'ayb' })).toBe(false);
    expect(conforms({ properties: { a: { pattern: '^(a+)+$' } } }, { a: `${'a'.repeat(50_000)}!` })).toBe(
      false,
    );
  });

  test('many items are unique by value', () => {
    const items = Array.from({ length: 50_000 }, (_, i) => ({ i }));
    expect(conforms({ properties: { a: { uniqueItems: true } } }, { a: items })).toBe(true);
    expect(
      conforms(
        { properties: { a: { uniqueItems: true } } },
        {
          a: [
            { b: 1, c: 2 },
            { c: 2, b: 1 },
          ],
        },
      ),
    ).toBe(false);
  });

  test.each([
    ['an unknown type', { type: 'thing' }, 'bad-json-schema'],
    ['a reference to elsewhere', { $ref: 'https://example.com/a.json' }, 'bad-json-schema'],
    [
      'a pattern that no automaton matches',
      { properties: { a: { pattern: '(?=a)' } } },
      'unsupported-pattern',
    ],
    ['too many characters', { description: 'x'.repeat(70_000) }, 'bad-json-schema'],
  ])('%s is refused, with its place', (_, schema, code) => {
    const refusal = () => compileConstraints(field(schema), '/fields/0');
    expect(refusal).toThrow(BadSchema);
    try {
      refusal();
    } catch (error) {
      expect((error as BadSchema).fault).toMatchObject({
        code,
        where: { pointer: '/fields/0/constraints/jsonSchema' },
      });
    }
  });
});
