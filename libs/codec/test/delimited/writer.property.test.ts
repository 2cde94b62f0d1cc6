import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { DelimitedWriter } from '../../src/delimited/writer.ts';
import { type WrittenDialect, writtenDialectSchema } from '../../src/delimited/written-dialect.ts';
import { KernelHeap } from '../../src/kernel/heap.ts';
import { memorySink } from '../compression/memory.ts';
import { readTable, text } from './read-table.ts';

const runs = Number(process.env.PROPERTY_RUNS ?? 300);
const heap = new KernelHeap(64 * 1024 * 1024);

const dialects = fc
  .record({
    delimiter: fc.constantFrom(',', ';', '\t', '|', '||', ' | ', '~', '->'),
    lineTerminator: fc.constantFrom('\n', '\r\n'),
    quoteChar: fc.constantFrom('"', '"', "'", ''),
    doubleQuote: fc.boolean(),
    escapeChar: fc.constantFrom('', '', '\\', '^'),
    quoting: fc.constantFrom('minimal', 'all'),
    nullSequence: fc.constantFrom('', '\\N', 'NULL', '-'),
    header: fc.boolean(),
    encoding: fc.constantFrom('utf-8', 'utf-16le', 'utf-16be', 'iso-8859-1', 'windows-1252'),
    byteOrderMark: fc.boolean(),
  })
  .map((dialect) => writtenDialectSchema.safeParse(dialect))
  .filter(({ success }) => success)
  .map(({ data }) => data as WrittenDialect);

const piece = fc.constantFrom(
  ...[
    'a',
    'Z',
    '0',
    ' ',
    '\t',
    '\n',
    '\r',
    '\r\n',
    '"',
    "'",
    '\\',
    '^',
    ',',
    ';',
    '|',
    '||',
    '~',
    '->',
    '-',
    'N',
    'NULL',
    '\\N',
    '#',
  ],
  ...['é', '€', '日本', '🚰', '\u0085', '\u2028', '\ufeff', '\x1a'],
);
const cell = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 6, arbitrary: fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join('')) },
);
const rows = fc
  .integer({ min: 1, max: 4 })
  .chain((columns) =>
    fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 8 }),
  );

test('our reader, told the dialect, gives the rows that were written', async () => {
  await fc.assert(
    fc.asyncProperty(dialects, rows, async (dialect, table) => {
      const columns = table[0]!.length;
      const names = Array.from({ length: columns }, (_, i) => `name${i}`);
      const sink = memorySink();
      const writer = new DelimitedWriter(sink, names, dialect);
      const written = table.filter((row) => writer.add(row) === undefined);
      await writer.end();
      expect(writer.rows).toBe(written.length);
      const looksCommented = dialect.quoteChar === '' && written.some(([first]) => first?.startsWith('#'));
      if (written.length === 0 || looksCommented) return;
      const { quoting: _, byteOrderMark: __, ...told } = dialect;
      const read = await readTable(sink.bytes(), {
        dialect: told,
        reading: { absentDelimiter: 'accept', blankLines: 'skip', nul: 'keep' },
        names,
        heap,
      });
      expect(read.opened.columns).toEqual(names);
      expect(read.rejected).toBe(0);
      // Where nothing tells a null from an empty text, either may come back.
      const blankAsNull = dialect.nullSequence === '' && ['\t', ' | '].includes(dialect.delimiter);
      const same = (dialect.quoteChar === '' && dialect.nullSequence === '') || blankAsNull;
      const seen = (row: (string | null)[]) =>
        row.map((value) => (value === null && (same || columns === 1) ? '' : value));
      expect(read.rows.map((row) => seen(text(row)))).toEqual(written.map(seen));
    }),
    { numRuns: runs, endOnFailure: runs < 1000 },
  );
}, 120_000);

test('rows that fit are never refused where there are quotes', async () => {
  await fc.assert(
    fc.asyncProperty(dialects, rows, async (dialect, table) => {
      if (dialect.quoteChar === '' || !dialect.encoding.startsWith('utf')) return;
      const writer = new DelimitedWriter(memorySink(), table[0]!.map(String), { ...dialect, header: false });
      expect(table.flatMap((row) => writer.add(row) ?? [])).toEqual([]);
    }),
    { numRuns: runs },
  );
});
