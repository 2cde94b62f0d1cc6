import * as fc from 'fast-check';
import { cellTexts } from '../columns/field-arbitraries.ts';

// Any bytes, and any of the options that say how delimited text is read.

const mark = fc.constantFrom(
  ',',
  ',',
  ',',
  ';',
  '\t',
  '\n',
  '\n',
  '\n',
  '\r\n',
  '\r',
  '"',
  '""',
  '\0',
  '\\',
  ' ',
  '#',
  '|',
  '\ufeff',
);
const texts = fc
  .array(fc.oneof({ weight: 3, arbitrary: cellTexts }, { weight: 4, arbitrary: mark }), { maxLength: 60 })
  .map((parts) => Buffer.from(parts.join('')));
const tables = fc
  .tuple(
    fc.integer({ min: 1, max: 5 }),
    fc.array(cellTexts, { maxLength: 60 }),
    fc.constantFrom('\n', '\r\n'),
    fc.boolean(),
  )
  .map(([columns, cells, end, quoted]) => {
    const lines = [Array.from({ length: columns }, (_, i) => `c${i}`)];
    for (let at = 0; at < cells.length; at += columns) lines.push(cells.slice(at, at + columns));
    const write = (text: string) => (quoted ? `"${text.replaceAll('"', '""')}"` : text);
    return Buffer.from(lines.map((line) => `${line.map(write).join(',')}${end}`).join(''));
  });
const malformed = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
export const anyInput = fc.oneof(
  { weight: 4, arbitrary: texts },
  { weight: 4, arbitrary: tables },
  { weight: 1, arbitrary: malformed },
  { weight: 1, arbitrary: fc.tuple(tables, malformed).map((parts) => Buffer.concat(parts)) },
);

export const sometimes = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
/** Parts of an options object. */
export const readingOptions = {
  dialect: sometimes(
    fc.record({
      delimiter: sometimes(fc.constantFrom(',', ';', 'multi-space', '::')),
      quoteChar: sometimes(fc.constantFrom('"', "'", '')),
      escapeChar: sometimes(fc.constantFrom('\\', '')),
      header: sometimes(fc.boolean()),
      nullSequence: sometimes(fc.constantFrom('NA', '')),
      commentChar: sometimes(fc.constant('#')),
      skipInitialSpace: sometimes(fc.boolean()),
      encoding: sometimes(fc.constantFrom('utf-8', 'windows-1252', 'utf-16le')),
    }),
  ),
  reading: sometimes(
    fc.record({
      mode: sometimes(fc.constantFrom('strict', 'lenient')),
      shortRows: sometimes(fc.constantFrom('pad', 'reject')),
      maxFieldBytes: sometimes(fc.constantFrom(1, 20)),
      maxColumns: sometimes(fc.constantFrom(2, 100)),
    }),
  ),
};
