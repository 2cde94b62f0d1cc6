import * as fc from 'fast-check';
import {
  MULTI_SPACE,
  type ReadDialect,
  type ReadingOptions,
  readingSchema,
} from '../../src/delimited/dialect.ts';

const option = <const T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const rarely = <T>(arbitrary: fc.Arbitrary<T>, often = 5) =>
  fc.oneof({ weight: often, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

/** Dialects of every kind; every second one is of those that the fast path knows. */
export const dialects: fc.Arbitrary<ReadDialect> = fc
  .record({
    delimiter: option<string>(',', ',', ',', ';', '\t', '|', ' ', '::', '§', ', ', ',,', MULTI_SPACE),
    lineTerminator: option(
      'auto',
      'auto',
      'auto',
      'auto',
      '\n',
      '\n',
      '\r\n',
      '\r',
      ';',
      '\n\r',
      '|~',
      '\u2028',
    ),
    quoteChar: option('"', '"', '"', '"', '', "'", '«'),
    doubleQuote: option(true, true, true, false),
    escapeChar: option('', '', '', '', '\\', '\\', '"', '^', '€'),
    nullSequence: rarely(option<string>('', '\\N', 'NULL', 'a')),
    skipInitialSpace: option(false, false, false, true),
    header: option(true, false),
    headerRows: option<number[]>([1], [1], [2], [1, 2], [1, 3]),
    headerJoin: option(' ', '', '.'),
    commentChar: rarely(option<string>('#', '//', '"#', 'é')),
    skipLines: option(0, 0, 0, 1, 3),
    footerLines: option(0, 0, 0, 1, 2),
    encoding: fc.constant('utf-8' as const),
  })
  .filter(
    ({ delimiter, lineTerminator, quoteChar, escapeChar }) =>
      !(
        lineTerminator !== 'auto' &&
        (delimiter.includes(lineTerminator) || lineTerminator.startsWith(delimiter))
      ) &&
      !(quoteChar !== '' && delimiter.includes(quoteChar)) &&
      !(escapeChar !== '' && delimiter.includes(escapeChar)),
  )
  .map(({ nullSequence, commentChar, ...rest }) => {
    const dialect: ReadDialect = rest;
    if (nullSequence !== undefined) dialect.nullSequence = nullSequence;
    if (commentChar !== undefined) dialect.commentChar = commentChar;
    return dialect;
  });

const limit = option(undefined, undefined, undefined, 1, 5, 20, 60, 200);

export const readings: fc.Arbitrary<ReadingOptions> = fc
  .record({
    mode: option('lenient', 'lenient', 'strict'),
    shortRows: rarely(option('pad', 'reject')),
    longRows: rarely(option('ignore', 'reject')),
    trailingDelimiters: rarely(option('ignore', 'reject')),
    blankLines: rarely(option('skip', 'row', 'reject'), 2),
    bareQuotes: rarely(option('keep', 'reject')),
    textAfterQuote: rarely(option('append', 'reject')),
    nul: rarely(option('keep', 'reject')),
    invalidUtf8: rarely(option('reject', 'replace'), 2),
    headerNames: fc.constant('mend' as const),
    maxFieldBytes: limit,
    maxRecordBytes: limit,
  })
  .map((reading) =>
    readingSchema.parse(
      Object.fromEntries(Object.entries(reading).filter(([, value]) => value !== undefined)),
    ),
  );

const toBytes = (text: string) => Array.from(Buffer.from(text));

/** Inputs in which the marks of a dialect are as common as text, whole and in parts. */
export function inputsOf(dialect: ReadDialect): fc.Arbitrary<Uint8Array> {
  const delimiter = dialect.delimiter === MULTI_SPACE ? ' ' : dialect.delimiter;
  const end = dialect.lineTerminator === 'auto' ? '\n' : dialect.lineTerminator;
  const quote = dialect.quoteChar || '"';
  const piece = fc.oneof(
    { weight: 30, arbitrary: option('a', 'b', '0', '12', 'word', 'a longer text of a cell', '') },
    { weight: 20, arbitrary: fc.constant(delimiter) },
    { weight: 10, arbitrary: fc.constant(end) },
    {
      weight: 8,
      arbitrary: option(
        quote,
        quote + quote,
        `${delimiter}${quote}`,
        `${quote}${delimiter}`,
        `${quote}${end}`,
      ),
    },
    { weight: 3, arbitrary: option('\n', '\r', '\r\n', '\n\n') },
    { weight: 3, arbitrary: option(' ', '  ', '\t', ' \t ') },
    {
      weight: 3,
      arbitrary: option(
        dialect.escapeChar,
        '\\',
        '\\n',
        '\\t',
        `${dialect.escapeChar}${quote}`,
        `${dialect.escapeChar}${end}`,
      ),
    },
    { weight: 2, arbitrary: option(dialect.commentChar ?? '#', `${end}${dialect.commentChar ?? '#'}`) },
    { weight: 2, arbitrary: option('NULL', '\\N') },
    { weight: 2, arbitrary: option('\0', '\x1a', 'é', '€', '😀', '\u2028', '\ufeff') },
  );
  const malformed = option([0x80], [0xc3], [0xe2, 0x82], [0xf0, 0x9f], [0xed, 0xa0, 0x80], [0xff], [0xc2]);
  const soup = fc.array(
    fc.oneof({ weight: 60, arbitrary: piece.map(toBytes) }, { weight: 1, arbitrary: malformed }),
    { maxLength: 150, size: 'max' },
  );
  /** Rows as a program writes them, so that there are long stretches in which nothing is odd. */
  const cell = fc.oneof(
    { weight: 6, arbitrary: option('', '1', 'abc', '3.50', '2026-11-23', 'twenty-four bytes of text') },
    {
      weight: 1,
      arbitrary: option(`${quote}a${delimiter}b${quote}`, `${quote}${quote}`, `${quote}x${end}y${quote}`),
    },
    { weight: 1, arbitrary: option(`${quote}a${quote}${quote}b${quote}`, `${quote}é${quote}`, 'ö') },
  );
  const tidy = fc
    .integer({ min: 1, max: 6 })
    .chain((columns) =>
      fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { maxLength: 40, size: 'max' }),
    )
    .map((rows) => toBytes(rows.map((row) => row.join(delimiter) + end).join('')));
  return fc
    .tuple(
      fc.oneof(
        soup.map((parts) => parts.flat()),
        tidy,
        fc.tuple(tidy, soup, tidy).map((parts) => parts.flat(2)),
      ),
      option('', end, '\x1a', `${end}\x1a\x1a`, `${quote}open`, delimiter),
    )
    .map(([body, tail]) => Uint8Array.from([...body, ...toBytes(tail)]));
}

/** Sizes small enough for every cut to come up, and one as in use. */
export const sizes = fc.record({
  block: fc.integer({ min: 64, max: 400 }),
  blocks: fc.integer({ min: 2, max: 4 }),
  cells: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant(65_536)),
  sample: fc.integer({ min: 1, max: 200 }),
});
