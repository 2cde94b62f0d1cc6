import { describe, expect, test } from 'vitest';
import { type Reading, readTable, text } from './read-table.ts';

// One block for each thing that files get wrong: what becomes of it, leniently and strictly.

const comma = { delimiter: ',', quoteChar: '"', header: true, skipLines: 0, footerLines: 0 };

/** Rows, notices and the codes of rejected rows. */
async function read(input: string | Uint8Array, how: Reading = {}) {
  const table = await readTable(input, { ...how, dialect: { ...comma, ...how.dialect } });
  return {
    columns: table.opened.columns,
    rows: table.rows.map(text),
    notices: table.notices,
    rejects: table.rejects.map(({ line, column, code, record }) => ({
      line,
      ...(column === undefined ? {} : { column }),
      code,
      record: Buffer.from(record).toString(),
    })),
  };
}
const strict = { reading: { mode: 'strict' } };

describe('line ends', () => {
  test.each(['\n', '\r\n', '\r'])('%j ends a record', async (end) => {
    const { rows, notices } = await read(['a,b', '1,2', '3,4', ''].join(end));
    expect(rows).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
    expect(notices).toEqual({});
  });

  test('they may be mixed, and are data in quotes', async () => {
    const { rows } = await read('a,b\r\n1,"x\r\ny\rz\n"\r3,4\n5,6');
    expect(rows).toEqual([
      ['1', 'x\r\ny\rz\n'],
      ['3', '4'],
      ['5', '6'],
    ]);
  });

  test('given: nothing else ends a record', async () => {
    const { rows } = await read('a,b\n1,2\r\n3,4\r\n', { dialect: { lineTerminator: '\n' } });
    expect(rows).toEqual([
      ['1', '2\r'],
      ['3', '4\r'],
    ]);
  });

  test('given: of several characters', async () => {
    const { rows } = await read('a,b<>1,<2<>3,>4<>', { dialect: { lineTerminator: '<>' } });
    expect(rows).toEqual([
      ['1', '<2'],
      ['3', '>4'],
    ]);
  });
});

describe('quotes', () => {
  test('hold delimiters, line ends and doubled quotes', async () => {
    const { rows } = await read('a,b\n"x,y","say ""hi"""\n"","""\n"\n');
    expect(rows).toEqual([
      ['x,y', 'say "hi"'],
      ['', '"\n'],
    ]);
  });

  test('none: they are data', async () => {
    const { rows } = await read('a\tb\n"1\t2"\n', { dialect: { delimiter: '\t', quoteChar: null } });
    expect(rows).toEqual([['"1', '2"']]);
  });

  test('of another kind', async () => {
    const { rows } = await read("a,b\n'x,y','it''s'\n", { dialect: { quoteChar: "'" } });
    expect(rows).toEqual([['x,y', "it's"]]);
  });

  test('not doubled: two of them close and go on', async () => {
    const { rows, notices } = await read('a,b\n"x""y",2\n', { dialect: { doubleQuote: false } });
    expect(rows).toEqual([['x"y"', '2']]);
    expect(notices).toEqual({ 'text-after-quote': 1 });
  });
});

describe('escapes', () => {
  const dialect = { escapeChar: '\\' };

  test('make quotes, delimiters, line ends and themselves data, in quotes and out of them', async () => {
    const { rows } = await read('a,b\n"x\\"y\\\\",1\\,5\nline\\\nbreak,2\n', { dialect });
    expect(rows).toEqual([
      ['x"y\\', '1,5'],
      ['line\nbreak', '2'],
    ]);
  });

  test('stand for themselves before anything else', async () => {
    expect((await read('a,b\nC:\\dir\\x,"\\n"\n', { dialect })).rows).toEqual([['C:\\dir\\x', '\\n']]);
  });

  test('without quotes n, r and t are control characters, as fixed-width-to-tsv writes them', async () => {
    const { rows } = await read('a\tb\n1\\n2\\t3\\r4\\\\n\t\\N\n', {
      dialect: { delimiter: '\t', quoteChar: '', escapeChar: '\\', nullSequence: '\\N' },
    });
    expect(rows).toEqual([['1\n2\t3\r4\\n', null]]);
  });
});

describe('null sequence', () => {
  test('a cell of just that, without quotes', async () => {
    const { rows } = await read('a,b,c\nNULL,"NULL",NULLS\n', { dialect: { nullSequence: 'NULL' } });
    expect(rows).toEqual([[null, 'NULL', 'NULLS']]);
  });

  test('the empty text tells an empty cell from empty quotes', async () => {
    expect((await read('a,b\n,""\n', { dialect: { nullSequence: '' } })).rows).toEqual([[null, '']]);
  });
});

describe('delimiters', () => {
  test.each([';', '\t', '|', ':', ' ', '::', ', ', '§', '\x01'])('%j', async (delimiter) => {
    const { rows } = await read(`a${delimiter}b\n1${delimiter}\n"x${delimiter}y"${delimiter}2\n`, {
      dialect: { delimiter },
    });
    expect(rows).toEqual([
      ['1', ''],
      [`x${delimiter}y`, '2'],
    ]);
  });

  test('multi-space: any run of spaces and tabs', async () => {
    const { rows } = await read('  a   b \t c\n1  2 3\n  4\t\t"five six"   7  \n', {
      dialect: { delimiter: 'multi-space' },
    });
    expect(rows).toEqual([
      ['1', '2', '3'],
      ['4', 'five six', '7'],
    ]);
  });

  test('spaces after them, where they mean nothing', async () => {
    const { rows } = await read('a, b\n 1,  "x, y"\n', { dialect: { skipInitialSpace: true } });
    expect(rows).toEqual([['1', 'x, y']]);
  });

  test('spaces after them are data otherwise', async () => {
    expect((await read('a,b\n 1, "x"\n', { dialect: { skipInitialSpace: false } })).rows).toEqual([
      [' 1', ' "x"'],
    ]);
  });
});

describe('short rows', () => {
  const input = 'a,b,c\n1,2,3\n4,5\n6\n';

  test('lenient: the missing cells are null', async () => {
    const { rows, notices } = await read(input);
    expect(rows).toEqual([
      ['1', '2', '3'],
      ['4', '5', null],
      ['6', null, null],
    ]);
    expect(notices).toEqual({ 'short-rows': 2 });
  });

  test('strict: rejected', async () => {
    const table = await readTable(input, { ...strict, dialect: comma });
    expect(table.rows).toHaveLength(1);
    expect(table.rejects).toEqual([
      {
        line: 3,
        byte: 12,
        column: 'c',
        code: 'short-row',
        message: 'Row has too few cells; expected 3; got 2',
        record: new TextEncoder().encode('4,5'),
      },
      expect.objectContaining({ line: 4, byte: 16, column: 'b' }),
    ]);
    expect(table.rejected).toBe(2);
  });
});

describe('long rows', () => {
  const input = 'a,b\n1,2\n3,4,5\n6,7,,\n8,9,""\n1,2\n1,2\n1,2\n';

  test('lenient: what is too much is left out; empty cells at the end are another thing', async () => {
    const { rows, notices } = await read(input);
    expect(rows.slice(0, 4)).toEqual([
      ['1', '2'],
      ['3', '4'],
      ['6', '7'],
      ['8', '9'],
    ]);
    expect(notices).toEqual({ 'long-rows': 1, 'trailing-delimiters': 2 });
  });

  test('strict: rejected', async () => {
    const { rows, rejects } = await read(input, strict);
    expect(rows).toHaveLength(4);
    expect(rejects).toEqual([
      { line: 3, code: 'long-row', record: '3,4,5' },
      { line: 4, code: 'long-row', record: '6,7,,' },
      { line: 5, code: 'long-row', record: '8,9,""' },
    ]);
  });
});

describe('blank lines', () => {
  const input = 'a,b\n\n1,2\n \t \r\n\n3,4\n\n';

  test('lenient: passed over', async () => {
    const { rows, notices } = await read(input);
    expect(rows).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
    expect(notices).toEqual({ 'blank-lines': 4 });
  });

  test('row: one cell, the others missing', async () => {
    const { rows } = await read('a,b\n\n \n1,2\n', { reading: { blankLines: 'row' } });
    expect(rows).toEqual([
      ['', null],
      [' ', null],
      ['1', '2'],
    ]);
  });

  test('strict: rejected', async () => {
    const { rejects } = await read(input, strict);
    expect(rejects.map(({ line, code, record }) => [line, code, record])).toEqual([
      [2, 'blank-line', ''],
      [4, 'blank-line', ' \t '],
      [5, 'blank-line', ''],
      [7, 'blank-line', ''],
    ]);
  });

  test('in one column spaces are a value, and so are empty quotes', async () => {
    expect((await read('a\n \n\n""\nx\n')).rows).toEqual([[' '], [''], ['x']]);
  });

  test('rows of nothing but delimiters are rows', async () => {
    expect((await read('a,b\n,\n')).rows).toEqual([['', '']]);
  });
});

describe('quotes inside a cell without', () => {
  const input = 'a,b\n5" disk,x\n3,it is "so"\n';

  test('lenient: data', async () => {
    const { rows, notices } = await read(input);
    expect(rows).toEqual([
      ['5" disk', 'x'],
      ['3', 'it is "so"'],
    ]);
    expect(notices).toEqual({ 'bare-quotes': 2 });
  });

  test('strict: rejected, with the column', async () => {
    expect((await read(input, strict)).rejects).toEqual([
      { line: 2, column: 'a', code: 'bare-quote', record: '5" disk,x' },
      { line: 3, column: 'b', code: 'bare-quote', record: '3,it is "so"' },
    ]);
  });
});

describe('text after a closing quote', () => {
  const input = 'a,b\n"x" y,1\n"x"  ,2\n"x"y"z",3\n';

  test('lenient: it belongs to the cell, but for spaces alone', async () => {
    const { rows, notices } = await read(input);
    expect(rows).toEqual([
      ['x y', '1'],
      ['x', '2'],
      ['xy"z"', '3'],
    ]);
    expect(notices).toEqual({ 'text-after-quote': 3 });
  });

  test('strict: rejected', async () => {
    const { rejects } = await read(input, strict);
    expect(rejects.map(({ line, column, code }) => [line, column, code])).toEqual([
      [2, 'a', 'text-after-quote'],
      [3, 'a', 'text-after-quote'],
      [4, 'a', 'text-after-quote'],
    ]);
  });
});

describe('a quote that is never closed', () => {
  test.each(['lenient', 'strict'])('%s: its line is rejected, and reading goes on after it', async (mode) => {
    const { rows, rejects } = await read('a,b\n1,2\n"x,3\n4,5\n6,7\n', { reading: { mode } });
    expect(rows).toEqual([
      ['1', '2'],
      ['4', '5'],
      ['6', '7'],
    ]);
    expect(rejects).toEqual([{ line: 3, column: 'a', code: 'unterminated-quote', record: '"x,3' }]);
  });

  test('so it is where a quote that opens another cell would close it', async () => {
    const { rows, rejects } = await read('a,b\n1,2\n3,"x\n4,"y, z"\n6,7\n');
    expect(rows).toEqual([
      ['1', '2'],
      ['4', 'y, z'],
      ['6', '7'],
    ]);
    expect(rejects).toEqual([{ line: 3, column: 'b', code: 'unterminated-quote', record: '3,"x' }]);
  });

  test('lines that belong to cells before it are its record too', async () => {
    const { rejects } = await read('a,b\n"x\ny","z\n4,5\n');
    expect(rejects).toEqual([{ line: 2, column: 'b', code: 'unterminated-quote', record: '"x\ny","z' }]);
  });

  test('on the last line', async () => {
    const { rows, rejects } = await read('a,b\n1,2\n3,"4');
    expect(rows).toEqual([['1', '2']]);
    expect(rejects).toMatchObject([{ line: 3, record: '3,"4' }]);
  });
});

describe('NUL', () => {
  const input = 'a,b\nx\0y,1\n2,3\n';

  test('lenient: kept', async () => {
    const { rows, notices } = await read(input);
    expect(rows).toEqual([
      ['x\0y', '1'],
      ['2', '3'],
    ]);
    expect(notices).toEqual({ 'nul-cells': 1 });
  });

  test('strict: rejected', async () => {
    expect((await read(input, strict)).rejects).toMatchObject([{ line: 2, column: 'a', code: 'nul-byte' }]);
  });
});

describe('invalid UTF-8', () => {
  const input = Buffer.concat([Buffer.from('a,b\nx'), Buffer.from([0xff, 0xe9]), Buffer.from('y,é\n2,3\n')]);

  test.each(['lenient', 'strict'])('%s: rejected, with the bytes as they were', async (mode) => {
    const { rejects, rows } = await read(input, { reading: { mode }, dialect: { encoding: 'utf-8' } });
    expect(rejects).toMatchObject([{ line: 2, column: 'a', code: 'invalid-utf-8' }]);
    expect(rows).toEqual([['2', '3']]);
  });

  test('replace: U+FFFD for each malformed part', async () => {
    const { rows, notices } = await read(input, {
      reading: { invalidUtf8: 'replace' },
      dialect: { encoding: 'utf-8' },
    });
    expect(rows).toEqual([
      ['x\ufffd\ufffdy', 'é'],
      ['2', '3'],
    ]);
    expect(notices).toEqual({ 'replaced-cells': 1 });
  });
});

describe('Ctrl-Z', () => {
  test.each(['a,b\n1,2\n\x1a', 'a,b\n1,2\x1a\x1a', 'a,b\n1,2\n\x1a\r\n'])('%j: the end', async (input) => {
    const { rows, notices } = await read(input);
    expect(rows).toEqual([['1', '2']]);
    expect(notices).toEqual({ 'ctrl-z': 1 });
  });

  test('elsewhere it is data', async () => {
    expect((await read('a,b\n1\x1a,2\n')).rows).toEqual([['1\x1a', '2']]);
  });
});

describe('preamble, comments and footer', () => {
  test('skipLines: whatever they hold', async () => {
    const { columns, rows, notices } = await read('A "report\n\nof,3,cells\na,b\n1,2\n', {
      dialect: { skipLines: 3 },
    });
    expect({ columns, rows, notices }).toEqual({
      columns: ['a', 'b'],
      rows: [['1', '2']],
      notices: { 'preamble-lines': 3 },
    });
  });

  test('commentChar: lines that start with it, quotes and all', async () => {
    const { rows, notices } = await read('# made "by\na,b\n#x,y\n1,#2\n', { dialect: { commentChar: '#' } });
    expect(rows).toEqual([['1', '#2']]);
    expect(notices).toEqual({ 'comment-lines': 2 });
  });

  test('footerLines: at the end, blank lines not counted', async () => {
    const { rows, notices } = await read('a,b\n1,2\n\nTotal,2\n\nSource: us\n\n', {
      dialect: { footerLines: 2 },
    });
    expect(rows).toEqual([['1', '2']]);
    expect(notices).toEqual({ 'blank-lines': 1, 'footer-lines': 2 });
  });
});
