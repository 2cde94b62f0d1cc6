import fc from 'fast-check';
import { expect, it } from 'vitest';
import { layoutSchema } from '../../src/fixed-width/layout.ts';
import { inferFixedWidthLayout } from '../../src/infer/fixed-width.ts';

const word = fc.stringMatching(/^[A-Z][A-Z0-9-]{0,9}$/);
const number = fc.integer({ min: 0, max: 10_000_000 }).map(String);
const column = fc.record({
  name: fc.stringMatching(/^[a-z][a-z_]{0,9}$/),
  numeric: fc.boolean(),
  right: fc.boolean(),
  gap: fc.integer({ min: 2, max: 5 }),
});
const table = fc.array(column, { minLength: 1, maxLength: 8 }).chain((columns) =>
  fc.record({
    columns: fc.constant(columns),
    rows: fc.array(fc.tuple(...columns.map(({ numeric }) => (numeric ? number : word))), {
      minLength: 3,
      maxLength: 40,
    }),
    header: fc.boolean(),
    padded: fc.boolean(),
    crlf: fc.boolean(),
  }),
);

/** Writes a table as a fixed-width file, at least two blanks between columns. */
function print({
  columns,
  rows,
  header,
  padded,
  crlf,
}: typeof table extends fc.Arbitrary<infer T> ? T : never) {
  const widths = columns.map(({ name }, i) =>
    Math.max(header ? name.length : 0, ...rows.map((row) => row[i]!.length)),
  );
  const line = (cells: string[]) => {
    const text = cells
      .map(
        (cell, i) =>
          (columns[i]!.right ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)) +
          ' '.repeat(columns[i]!.gap),
      )
      .join('');
    return padded ? text : text.trimEnd();
  };
  const lines = [...(header ? [line(columns.map(({ name }) => name))] : []), ...rows.map(line)];
  return lines.map((text) => text + (crlf ? '\r\n' : '\n')).join('');
}

it('cuts every cell of a table with blank columns, header or not, as it was', () => {
  fc.assert(
    fc.property(table, (given) => {
      const text = print(given);
      const { layout } = inferFixedWidthLayout(Buffer.from(text));
      const { fields, skip } = layoutSchema.parse(layout);
      const lines = text.split(/\r?\n/).slice(0, -1);
      const found = lines
        .slice(skip)
        .map((line) => fields.map(({ start, end }) => line.slice(start, end ?? undefined).trim()));
      const withHeader =
        given.header && skip === 0 ? [given.columns.map(({ name }) => name), ...given.rows] : given.rows;
      expect(found).toEqual(withHeader);
    }),
    { numRuns: 500 },
  );
});

it('proposes a layout that its schema accepts and that covers every byte, whatever the sample', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 400 }),
        fc
          .string({
            unit: fc.constantFrom(' ', ' ', 'a', '1', '\n', '\r', '-', '#', 'ö', '\t'),
            minLength: 1,
            maxLength: 300,
          })
          .map((text) => new Uint8Array(Buffer.from(text))),
      ),
      fc.boolean(),
      (sample, complete) => {
        if ((sample[0] === 0xff && sample[1] === 0xfe) || (sample[0] === 0xfe && sample[1] === 0xff)) return;
        if (sample.every((byte) => byte === 0x1a)) return;
        const { layout, confidence } = inferFixedWidthLayout(sample, { complete });
        const { fields } = layoutSchema.parse(layout);
        expect(fields[0]!.start).toBe(0);
        fields.forEach((field, i) => {
          if (i > 0) expect(field.start).toBe(fields[i - 1]!.end);
        });
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: 1000 },
  );
});
