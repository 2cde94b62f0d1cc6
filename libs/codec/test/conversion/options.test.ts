import { expect, it } from 'vitest';
import * as z from 'zod';
import { BadOptions } from '../../src/errors.ts';
import {
  hasOption,
  optionsJsonSchema,
  outputOptions,
  parseOptions,
  sharedOptions,
} from '../../src/options.ts';

const options = z.strictObject({
  ...sharedOptions,
  output: outputOptions.extend({ header: z.boolean().default(true) }).prefault({}),
});
const converter = {
  name: 'none-such',
  summary: '',
  options,
  input: { mediaTypes: ['text/plain'] },
  output: { extension: '.x', mediaType: 'text/plain' },
  convert: async () => ({ rows: 0, rejected: 0, notices: {} }),
};

it('fills in defaults', () => {
  expect(parseOptions(converter, {})).toEqual({
    input: { compression: 'auto', maxInflatedBytes: 256 * 2 ** 30, maxInflateRatio: 400 },
    output: { compression: 'gzip', header: true },
    rejects: { maxRejectRatio: 0.5 },
  });
});

it('refuses what it does not know, with a pointer and every fault', () => {
  const parse = () => parseOptions(converter, { input: { compression: 'rar' }, output: { 'a/b': 1 } });
  expect(parse).toThrow(BadOptions);
  expect(parse).toThrow(/\/input\/compression: .*; \/output: .*"a\/b"/);
  try {
    parse();
  } catch (error) {
    expect((error as BadOptions).fault.where).toEqual({ pointer: '/input/compression' });
  }
  expect(() => parseOptions(converter, [])).toThrow(BadOptions);
});

it('has a JSON Schema in which nothing with a default is required', () => {
  const schema = optionsJsonSchema(converter);
  expect(schema).toMatchObject({
    type: 'object',
    additionalProperties: false,
    properties: { output: { properties: { compression: { enum: ['gzip', 'zstd', 'none'] } } } },
  });
  expect(schema.required).toBeUndefined();
});

it('tells whether there is an option, also of options that are transformed', () => {
  const piped = { ...converter, options: options.transform((value) => value) };
  for (const one of [converter, piped]) {
    expect(hasOption(one, 'rejects')).toBe(true);
    expect(hasOption(one, 'header')).toBe(false);
    expect(hasOption(one, 'toString')).toBe(false);
  }
});
