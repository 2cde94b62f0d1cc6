import * as fc from 'fast-check';
import { type Layout, type LayoutField, layoutSchema } from '../../src/fixed-width/layout.ts';

const option = <const T extends string>(...values: T[]) => fc.constantFrom(...values);
const pad = option(' ', ' ', ' ', '0', '*', '\0', '"', '\t');
const trim = option('both', 'both', 'left', 'right', 'none');
const perField = { trim: fc.option(trim, { nil: undefined }), pad: fc.option(pad, { nil: undefined }) };

// Widths around the kernel's block sizes.
const width = fc.oneof(
  fc.integer({ min: 1, max: 20 }),
  fc.constantFrom(16, 17, 32, 33, 48, 63, 64, 65, 80, 81),
);

const placed = fc
  .array(
    fc.record({
      start: fc.integer({ min: 0, max: 40 }),
      width,
      open: fc.constantFrom(false, false, false, true),
      ...perField,
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((fields) =>
    fields.map(({ start, width, open, ...rest }, i) => ({
      name: `f${i}`,
      start,
      end: open ? null : start + width,
      ...rest,
    })),
  );

const sequence = fc
  .array(fc.record({ width, named: fc.constantFrom(true, true, false), ...perField }), {
    minLength: 1,
    maxLength: 5,
  })
  .map((fields) =>
    fields.map(({ named, ...rest }, i) => (named || i === 0 ? { name: `f${i}`, ...rest } : rest)),
  );

/** Layouts of every kind, small enough for records to meet them. */
export const layouts: fc.Arbitrary<Layout> = fc
  .record({
    fields: fc.oneof(placed, sequence),
    unit: option('bytes', 'characters'),
    trim,
    pad,
    encoding: option('utf-8', 'utf-8', 'iso-8859-1', 'windows-1252'),
    room: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined, freq: 2 }),
    newline: option('auto', 'auto', 'lf', 'cr'),
    finalNewline: option('optional', 'optional', 'optional', 'required'),
    skip: fc.constantFrom(0, 0, 1, 3),
    comment: fc.option(option('#', '##', ' ', 'é'), { nil: undefined }),
    blankLines: option('skip', 'empty', 'reject'),
    shortRecords: option('empty', 'empty', 'reject'),
    longRecords: option('ignore', 'ignore', 'reject'),
    bom: option('strip', 'keep'),
    ctrlZ: option('strip', 'keep'),
    nul: option('space', 'keep', 'reject'),
    invalidUtf8: option('reject', 'replace'),
    slack: fc.constantFrom(0, 1, 30, 1000),
    tight: fc.constantFrom(false, false, false, true),
  })
  .map(({ room, slack, tight, ...layout }) => {
    let at = 0;
    const reaches = (layout.fields as LayoutField[]).map((field) => {
      at += field.width ?? 0;
      return field.width === undefined ? (field.end ?? field.start! + 1) : at;
    });
    const extent = Math.max(...reaches);
    const recordLength = room !== undefined && room < 10 ? extent + room : undefined;
    return layoutSchema.parse({
      ...layout,
      recordLength,
      ...(tight ? { maxRecordBytes: (recordLength ?? extent) + slack } : {}),
    });
  });

const odd = fc.constantFrom(
  '\t',
  '"',
  '\\',
  '\r',
  '\n',
  '\0',
  '\x1a',
  '\x01',
  '\x7f',
  '#',
  '0',
  '*',
  '€',
  'é',
  'ÿ',
  '😀',
  '\ufffd',
  '\ufeff',
);
const malformed = fc.constantFrom(
  [0x80],
  [0xc3],
  [0xe2, 0x82],
  [0xf0, 0x9f],
  [0xed, 0xa0, 0x80],
  [0xff],
  [0xf0, 0x80],
);
const plain = fc.constantFrom(' ', ' ', ' ', 'a', 'B', '0', '7');

const toBytes = (text: string) => Array.from(Buffer.from(text));

function text(oddity: number): fc.Arbitrary<number[]> {
  return fc
    .array(
      fc.oneof(
        { weight: 100, arbitrary: plain.map(toBytes) },
        { weight: oddity, arbitrary: odd.map(toBytes) },
        { weight: oddity / 4, arbitrary: malformed },
      ),
      { maxLength: 130, size: 'max' },
    )
    .map((parts) => parts.flat());
}

const lineEnd = fc.constantFrom('\n', '\n', '\n', '\r\n', '\r').map(toBytes);

/** A record of a length that comes again and again, so that the kernel's guess at the next record's end is put to work. */
const steady = fc
  .record({ record: text(0), times: fc.integer({ min: 1, max: 5 }), end: lineEnd })
  .map(({ record, times, end }) => Array.from({ length: times }, () => [...record, ...end]).flat());

const line = fc.oneof(
  steady,
  fc.tuple(text(4), lineEnd).map((parts) => parts.flat()),
  fc.tuple(text(40), lineEnd).map((parts) => parts.flat()),
  fc
    .tuple(fc.constantFrom('', ' ', '    ', '\0 \0', '#', '## x', '\x1a', '\x1a\x1a').map(toBytes), lineEnd)
    .map((parts) => parts.flat()),
);

/** Inputs with all that a feed can hold. */
export const inputs: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.constantFrom([], [], [], [0xef, 0xbb, 0xbf], [0xff, 0xfe], [0xef, 0xbb]),
    fc.array(line, { maxLength: 8 }),
    fc.constantFrom('', '', 'tail', '\x1a', 'tail\x1a\x1a', '\x1a\n', '\r', 'tail\r', '\n\n').map(toBytes),
  )
  .map((parts) => Uint8Array.from(parts.flat(2)));

export const outputs = fc.record({
  header: fc.boolean(),
  escape: option('quote', 'quote', 'backslash', 'reject'),
});

/** Sizes of pieces to cut an input into; the last is used over and over. */
export const cuts = fc.array(fc.oneof(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 400 })), {
  minLength: 1,
  maxLength: 10,
});

export const sizes = fc.record({
  slots: fc.integer({ min: 1, max: 4 }),
  block: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 1000 })),
  flush: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 1000 })),
});
