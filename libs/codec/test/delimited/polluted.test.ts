import { describe, expect, test } from 'vitest';
import { type Reading, readTable, text } from './read-table.ts';

// One table in every way that files of the wild deviate from RFC 4180, by the kinds that Vitagliano et al. count in "Pollock: A
// Data Loading Benchmark" (VLDB 2023): of the file, of its table, of a row, of a cell. Read without a word about the dialect.

const columns = ['day', 'sku', 'qty', 'price', 'label', 'link'];
const body = Array.from({ length: 30 }, (_, i) => [
  `2026-03-${String(1 + (i % 28)).padStart(2, '0')}`,
  `SKU-${1000 + 37 * i}`,
  String((i * 7) % 50),
  (i * 1.25 + 0.5).toFixed(2),
  ['Bolt, steel', 'Nut "M4"', 'Washer', 'Cable; 3 m', 'It’s a clip'][i % 5]!,
  `https://shop.example/p/${i}?ref=a`,
]);

interface Style {
  delimiter?: string;
  quote?: string;
  escape?: string;
  end?: string;
  all?: boolean;
}

function cell(
  value: string,
  { delimiter = ',', quote = '"', escape: mark = quote, all = false }: Style,
): string {
  if (!all && !value.includes(delimiter) && !value.includes(quote) && !/[\r\n]/.test(value)) return value;
  const escaped = mark === quote ? value : value.replaceAll(mark, mark + mark);
  return quote + escaped.replaceAll(quote, mark + quote) + quote;
}
const line = (row: string[], style: Style = {}) =>
  row.map((value) => cell(value, style)).join(style.delimiter ?? ',');
const write = (rows: string[][], style: Style = {}) =>
  rows.map((row) => line(row, style) + (style.end ?? '\n')).join('');
const table = [columns, ...body];

async function read(input: string | Uint8Array, how: Reading = {}) {
  const { opened, rows, rejects, notices } = await readTable(input, how);
  return {
    columns: opened.columns,
    rows: rows.map(text),
    rejects: rejects.map(({ line, code }) => [line, code]),
    notices,
    dialect: opened.dialect,
  };
}

describe('the file', () => {
  test.each<[string, Style]>([
    ['as it should be', {}],
    ['all cells in quotes', { all: true }],
    ['semicolons', { delimiter: ';' }],
    ['tabs', { delimiter: '\t' }],
    ['bars', { delimiter: '|' }],
    ['comma and space', { delimiter: ', ' }],
    ['single quotes', { quote: "'", all: true }],
    ['backslashes before quotes', { escape: '\\' }],
    ['CRLF', { end: '\r\n' }],
    ['CR', { end: '\r' }],
    ['spaces, all cells in quotes', { delimiter: ' ', all: true }],
    ['runs of spaces, all cells in quotes', { delimiter: '   ', all: true }],
  ])('%s', async (_, style) => {
    const { columns: names, rows, rejects } = await read(write(table, style));
    expect(names).toEqual(columns);
    expect(rows).toEqual(body);
    expect(rejects).toEqual([]);
  });

  test.each(['utf-8', 'utf16le'] as const)('with a byte order mark: %s', async (encoding) => {
    expect((await read(Buffer.from(`\ufeff${write(table)}`, encoding))).rows).toEqual(body);
  });

  test('in windows-1252', async () => {
    const bytes = Buffer.from(write(table).replaceAll('’', '\x92'), 'latin1');
    expect((await read(bytes)).rows).toEqual(body);
  });

  test.each([
    ['without its last line end', write(table).slice(0, -1)],
    ['with two', `${write(table)}\n`],
    ['with blank lines in between', write(table).replaceAll('\n', '\n\n')],
    ['with Ctrl-Z', `${write(table)}\x1a`],
  ])('%s', async (_, input) => {
    const { columns: names, rows } = await read(input);
    expect({ names, rows }).toEqual({ names: columns, rows: body });
  });

  test('empty', async () => {
    await expect(read('')).rejects.toThrow(expect.objectContaining({ code: 'empty-input' }));
  });
});

describe('the table', () => {
  test('without a header', async () => {
    const { columns: names, rows } = await read(write(body));
    expect(names).toEqual(['column_1', 'column_2', 'column_3', 'column_4', 'column_5', 'column_6']);
    expect(rows).toEqual(body);
  });

  test('a header alone, and a header with one row', async () => {
    expect(await read(write([columns]))).toMatchObject({ columns, rows: [] });
    expect(await read(write(table.slice(0, 2)))).toMatchObject({ columns, rows: [body[0]] });
  });

  test('a header of two rows', async () => {
    const units = ['ISO', 'text', 'pieces', 'euro', 'text', 'URL'];
    const { columns: names, rows } = await read(write([columns, units, ...body]));
    expect(names).toEqual(columns.map((name, i) => `${name} ${units[i]}`));
    expect(rows).toEqual(body);
  });

  test.each([
    [
      'names that come twice',
      ['day', 'sku', 'sku', 'price', 'label', 'label'],
      ['day', 'sku', 'sku_2', 'price', 'label', 'label_2'],
    ],
    [
      'a name that is missing',
      ['day', '', 'qty', 'price', 'label', 'link'],
      ['day', 'column_2', 'qty', 'price', 'label', 'link'],
    ],
    ['a header that is too short', columns.slice(0, 4), [...columns.slice(0, 4), 'column_5', 'column_6']],
  ])('%s', async (_, header, expected) => {
    const { columns: names, rows } = await read(write([header, ...body]));
    expect(names).toEqual(expected);
    expect(rows).toEqual(body);
  });

  test.each([
    ['a preamble', `Stock of the shop\nas of 2026-04-01\n\n${write(table)}`],
    ['a preamble with commas', `"Stock, and more",,,,,\n,,,,,\n${write(table)}`],
    ['a footer', `${write(table)}\nSource: the shop's own books\n`],
    [
      'a footer with commas',
      `${write(table)},,,,,\nSource: the shop’s own books,,,,,\n,,,,,\n(c) the shop,,,,,\n`,
    ],
    ['both', `Stock\n${write(table)}\n(c) the shop\n`],
    ['comments', `# stock\n# of the shop\n${write(table)}# end\n`],
  ])('%s', async (_, input) => {
    const { columns: names, rows } = await read(input);
    expect(names).toEqual(columns);
    expect(rows).toEqual(body);
  });

  test('a footer with tabs: a line of tabs is one of its lines', async () => {
    const footer = 'Source: the shop’s own books\t\t\t\t\t\n\t\t\t\t\t\n\n(c) the shop\n';
    const { rows, notices } = await read(`${write(table, { delimiter: '\t' })}\t\t\t\t\t\n${footer}`);
    expect(rows).toEqual(body);
    expect(notices).toEqual({ 'footer-lines': 4 });
  });

  test('rows that leave out the empty cells at their ends', async () => {
    const short = body.map((row, i) => row.slice(0, 1 + ((i * 5) % 6)));
    const { columns: names, rows, notices } = await read(write([columns, ...short]));
    expect(names).toEqual(columns);
    expect(rows).toEqual(short.map((row) => columns.map((_, i) => row[i] ?? null)));
    expect(notices).toEqual({ 'short-rows': 25 });
  });

  test('two tables: the rows of the second are padded rows of the first', async () => {
    const { rows, notices } = await read(`${write(table)}\nsku,left\nSKU-1,5\nSKU-2,6\n`);
    expect(rows.slice(0, body.length)).toEqual(body);
    expect(rows.slice(body.length)).toEqual([
      ['sku', 'left', null, null, null, null],
      ['SKU-1', '5', null, null, null, null],
      ['SKU-2', '6', null, null, null, null],
    ]);
    expect(notices).toMatchObject({ 'short-rows': 3 });
  });
});

describe('a row', () => {
  /** The table with row `at` of the body written as `text`. */
  const replace = (at: number, row: string) =>
    write(table)
      .split('\n')
      .toSpliced(at + 1, 1, row)
      .join('\n');
  const others = (at: number) => body.toSpliced(at, 1);

  test('with a delimiter less: the cells move up, the last is missing', async () => {
    const { rows, notices } = await read(replace(7, '2026-03-08,SKU-12594,9.25,Washer,x'));
    expect(rows[7]).toEqual(['2026-03-08', 'SKU-12594', '9.25', 'Washer', 'x', null]);
    expect(rows.toSpliced(7, 1)).toEqual(others(7));
    expect(notices).toEqual({ 'short-rows': 1 });
  });

  test('with one more: what is too much is left out, and counted', async () => {
    const { rows, notices } = await read(replace(7, line([...body[7]!, 'more'])));
    expect(rows).toEqual(body);
    expect(notices).toEqual({ 'long-rows': 1 });
  });

  test('with delimiters at its end', async () => {
    const { rows, notices } = await read(replace(7, `${line(body[7]!)},,`));
    expect(rows).toEqual(body);
    expect(notices).toEqual({ 'trailing-delimiters': 1 });
  });

  test('with another delimiter: one cell, the others missing', async () => {
    const { rows } = await read(replace(7, body[7]!.join('\t')));
    expect(rows[7]).toEqual([body[7]!.join('\t'), null, null, null, null, null]);
    expect(rows.toSpliced(7, 1)).toEqual(others(7));
  });

  test('with another line end', async () => {
    const input = write(table).split('\n');
    expect((await read(`${input.slice(0, 9).join('\n')}\r${input.slice(9).join('\n')}`)).rows).toEqual(body);
    expect((await read(`${input.slice(0, 9).join('\n')}\r\n${input.slice(9).join('\n')}`)).rows).toEqual(
      body,
    );
  });

  test('with other quotes: they are data', async () => {
    const { rows } = await read(replace(7, "2026-03-08,SKU-1259,49,9.25,'Washer',x"));
    expect(rows[7]![4]).toBe("'Washer'");
    expect(rows.toSpliced(7, 1)).toEqual(others(7));
  });

  test.each([
    [
      'in a cell without',
      '2026-03-08,SKU"-1259,49,9.25,Washer,x',
      ['2026-03-08', 'SKU"-1259', '49', '9.25', 'Washer', 'x'],
    ],
    [
      'in a cell with',
      '2026-03-08,SKU-1259,49,9.25,"Wash"er",x',
      ['2026-03-08', 'SKU-1259', '49', '9.25', 'Washer"', 'x'],
    ],
  ])('with a quote too many %s', async (_, row, expected) => {
    const { rows } = await read(replace(7, row));
    expect(rows[7]).toEqual(expected);
    expect(rows.toSpliced(7, 1)).toEqual(others(7));
  });

  test.each(['2026-03-08,SKU-1259,49,9.25,"Washer,x', '"2026-03-08,SKU-1259,49,9.25,Washer,x'])(
    'with a quote that is not closed it is rejected alone: %j',
    async (row) => {
      const { rows, rejects } = await read(replace(7, row));
      expect(rejects).toEqual([[9, 'unterminated-quote']]);
      expect(rows).toEqual(others(7));
    },
  );

  test('without its line end it is one with the next', async () => {
    const joined = `${line(body[7]!)}${line(body[8]!)}`;
    const { rows, notices } = await read(write(table).replace(`${line(body[7]!)}\n`, line(body[7]!)));
    expect(joined).toContain(body[8]![1]);
    expect(rows).toHaveLength(body.length - 1);
    expect(notices).toMatchObject({ 'long-rows': 1 });
  });
});

describe('strict', () => {
  test('takes what is as it should be', async () => {
    const { rows, rejects, notices } = await read(write(table, { end: '\r\n' }), {
      reading: { mode: 'strict' },
    });
    expect({ rows, rejects, notices }).toEqual({ rows: body, rejects: [], notices: {} });
  });

  test('rejects each row that is not, and no other', async () => {
    const lines = write(table).split('\n');
    lines[3] += ',more';
    lines[5] = '2026-03-05,SKU-1';
    lines[7] = lines[7]!.replace('SKU', 'SK"U');
    lines[9] = lines[9]!.replace('SKU', '"SKU" ');
    lines[11] = lines[11]!.replace('SKU', 'SK\0U');
    const { rows, rejects } = await read(lines.join('\n'), { reading: { mode: 'strict' } });
    expect(rejects).toEqual([
      [4, 'long-row'],
      [6, 'short-row'],
      [8, 'bare-quote'],
      [10, 'text-after-quote'],
      [12, 'nul-byte'],
    ]);
    expect(rows).toEqual(body.filter((_, i) => ![2, 4, 6, 8, 10].includes(i)));
  });
});
