import { describe, expect, test } from 'vitest';
import { fixedWidthToTsv, layoutSchema } from '../../src/fixed-width/fixed-width-to-tsv.ts';
import { optionsJsonSchema } from '../../src/options.ts';

const place = { name: 'a', start: 0, end: 5 };
const width = { name: 'a', width: 5 };

function faults(layout: unknown): [string, string][] {
  const { error } = layoutSchema.safeParse(layout);
  return error?.issues.map(({ path, message }) => [path.join('.'), message]) ?? [];
}

test('the options of the issue parse', () => {
  const options = fixedWidthToTsv.options.parse({
    layout: {
      fields: [
        { name: 'date', start: 0, end: 15 },
        { name: 'serial_number', start: 15, end: 36 },
      ],
      skip: 1,
    },
    output: { header: true, compression: 'gzip' },
  });
  expect(options).toMatchObject({
    layout: {
      unit: 'bytes',
      trim: 'both',
      pad: ' ',
      encoding: 'utf-8',
      newline: 'auto',
      finalNewline: 'optional',
      skip: 1,
      blankLines: 'skip',
      shortRecords: 'empty',
      longRecords: 'ignore',
      bom: 'strip',
      ctrlZ: 'strip',
      nul: 'space',
      invalidUtf8: 'reject',
      maxRecordBytes: 1_048_576,
    },
    output: { header: true, escape: 'quote', compression: 'gzip' },
  });
});

describe('nonsense is refused, with its place', () => {
  test.each<[string, unknown, [string, string]]>([
    ['no fields', { fields: [] }, ['fields', expect.any(String)]],
    ['no name', { fields: [{ start: 0, end: 1 }] }, ['fields.0.name', 'is missing']],
    ['nothing named', { fields: [{ width: 3 }] }, ['fields', 'no field has a name']],
    [
      'twice the same name',
      { fields: [place, { ...place, start: 1 }] },
      ['fields.1.name', '"a" is the name of field 0 too'],
    ],
    ['end at start', { fields: [{ ...place, start: 5 }] }, ['fields.0.end', 'end 5 is not after start 5']],
    [
      'end before start',
      { fields: [{ ...place, start: 9 }] },
      ['fields.0.end', 'end 5 is not after start 9'],
    ],
    [
      'both forms in one field',
      { fields: [{ ...place, width: 5 }] },
      ['fields.0', 'takes `start` and `end`, or `width`, not both'],
    ],
    ['neither form', { fields: [{ name: 'a' }] }, ['fields.0', 'needs `start` and `end`, or `width`']],
    [
      'mixed forms',
      { fields: [width, { ...place, name: 'b' }] },
      ['fields.1', 'takes another form than the first field: use `start` and `end`, or `width`, for all'],
    ],
    [
      'no end',
      { fields: [{ name: 'a', start: 0 }] },
      ['fields.0.end', 'is missing; null means to the end of the record'],
    ],
    ['no start', { fields: [{ name: 'a', end: 4 }] }, ['fields.0.start', 'is missing']],
    ['negative start', { fields: [{ ...place, start: -1 }] }, ['fields.0.start', expect.any(String)]],
    ['width 0', { fields: [{ name: 'a', width: 0 }] }, ['fields.0.width', expect.any(String)]],
    ['fractions', { fields: [{ name: 'a', width: 1.5 }] }, ['fields.0.width', expect.any(String)]],
    ['pad of two', { fields: [place], pad: 'ab' }, ['pad', 'must be one ASCII character']],
    ['pad beyond ASCII', { fields: [place], pad: 'é' }, ['pad', 'must be one ASCII character']],
    ['pad that ends lines', { fields: [place], pad: '\n' }, ['pad', 'must not be a line end']],
    [
      'record too short',
      { fields: [place], recordLength: 4 },
      ['fields.0', 'ends at 5, past the record’s 4 bytes'],
    ],
    [
      'record over the limit',
      { fields: [place], recordLength: 40, maxRecordBytes: 30 },
      ['recordLength', 'is more than maxRecordBytes, 30'],
    ],
    [
      'field over the limit',
      { fields: [place], maxRecordBytes: 4 },
      ['fields.0', 'ends at 5, past the longest record of 4 bytes (maxRecordBytes)'],
    ],
    [
      'too many fields',
      { fields: Array.from({ length: 4097 }, (_, i) => ({ name: `f${i}`, width: 1 })) },
      ['fields', expect.any(String)],
    ],
    ['comment that ends lines', { fields: [place], comment: '#\n' }, ['comment', 'must not hold a line end']],
    [
      'comment the encoding lacks',
      { fields: [place], comment: '€', encoding: 'iso-8859-1' },
      ['comment', 'holds a character that iso-8859-1 lacks'],
    ],
    ['unknown option', { fields: [place], skipp: 1 }, ['', expect.stringContaining('skipp')]],
  ])('%s', (_, layout, fault) => {
    expect(faults(layout)).toEqual([fault]);
  });
});

test('as many columns as are allowed work', () => {
  const fields = Array.from({ length: 4096 }, (_, i) => ({ name: `f${i}`, width: 1 }));
  expect(faults({ fields })).toEqual([]);
});

test('JSON Schema: every option is described and none is required but the fields', () => {
  const schema = optionsJsonSchema(fixedWidthToTsv) as {
    required: string[];
    properties: { layout: { required: string[]; properties: Record<string, { description?: string }> } };
  };
  expect(schema.required).toEqual(['layout']);
  const { layout } = schema.properties;
  expect(layout.required).toEqual(['fields']);
  for (const [name, { description }] of Object.entries(layout.properties)) {
    expect(description, name).toMatch(/\.$/);
  }
});
