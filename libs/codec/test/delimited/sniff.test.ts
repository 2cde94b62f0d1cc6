import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sniffDialect } from '../../src/delimited/sniff/sniff.ts';

const sniff = (text: string, given = {}) => sniffDialect(text, true, given);

describe('delimiter', () => {
  test.each([
    [',', 'id,name,price\n1,Ann,2.50\n2,Bob,3.75\n'],
    [';', 'id;name;price\n1;Ann;2,50\n2;Bob;3,75\n'],
    ['\t', 'id\tname\tprice\n1\tAnn Lee\t2.50\n2\tBob Ray\t3.75\n'],
    ['|', 'id|name|when\n1|Ann, Lee|2020-01-01 10:00\n2|Bob|2020-01-02 11:00\n'],
    [':', 'root:x:0:0:root:/root:/bin/sh\nann:x:1:1:Ann Lee:/home/ann:/bin/sh\n'],
    [' ', 'id name qty\n1 ann 5\n2 bob 6\n3 cy 7\n'],
    ['multi-space', 'id   name     qty\n1    ann      5\n12   bob      6\n3    cy      77\n'],
    [';', '2020-01-01 10:00;INFO;ok: so, fine\n2020-01-01 10:01;WARN;disk: 5, 6\n'],
    [',', 'key,val\n1,"{""type"": ""Point"", ""at"": [102.0, 0.5]}"\n'],
    [',', 'a,b,c\n,,\n,,\n1,,\n'],
    ['~', 'id~name~price\n1~Lee, Ann~2.50\n2~Ray, Bob~3.75\n'],
    ['~', "'id'~'name'\n'1'~'a~b'\n'2'~'c'\n"],
    ['^', 'last^first^city\nLee^Ann^Rome\nRay^Bob^Oslo\n'],
    ['§', 'id§name§price\n1§Lee, Ann§2,50\n2§Ray; Bob§3,75\n'],
    ['\x01', 'id\x01name\n1\x01Lee, Ann\n2\x01Ray, Bob\n'],
    ['\x1f', 'id\x1fname\n1\x1fLee, Ann\n2\x1fRay, Bob\n'],
    ['||', 'id||tags||n\n1||a|b||2\n2||||3\n'],
    ['::', '1::Toys: all (1995)::a|b|c\n2::Rush::d|e|f\n3::Nine::g|h|i\n'],
    ['\t\t', 'last\t\tfirst name\t\tcity\nLee\t\tAnn Mary\t\tRome\nRay\t\tBob\t\tOslo\n'],
    ['|', '1||a\n2||b\n3||c\n4||d\n'],
    ['\t', '1\t\ta\n2\t\tb\n3\t\tc\n4\t\td\n'],
    [',', 'id,path\n1,~/a~b\n2,~/c~d\n3,~/e~f\n'],
    [',', 'id,name\n1,std::vector\n2,std::map\n3,std::set\n'],
    ['|', 'a||c\n1|2|3\n4|5|6\n'],
  ])('%j', (delimiter, text) => {
    expect(sniff(text).delimiter).toBe(delimiter);
  });

  test('between cells of rows that leave out the empty ones at their ends', () => {
    const rows = ['1;2', '3', '4;5;6', '7;8', '9;1;2;3', '4;5', '6'].join('\n');
    expect(sniff(`id;a;b;c;d\n${rows}\n`)).toMatchObject({
      delimiter: ';',
      header: true,
      skipLines: 0,
      footerLines: 0,
    });
  });

  test.each([
    ['timestamps', 'when\n2026-01-01 10:00:00\n2026-01-02 10:00:00\n2026-01-03 11:30:00\n'],
    ['times', '10:00:00\n11:00:00\n12:30:00\n'],
    ['a log', '10:00:00 up\n11:00:00 went to sleep\n12:30:00 came up again\n'],
    ['addresses', 'http://a.com/x\nhttp://b.org/y\nhttps://c.net/z?q=1\n'],
    ['words', 'alpha\nbeta\ngamma\n'],
    ['names', 'name\nAnn Lee\nBob Ray\nCy Young\n'],
    ['sentences', 'Some text, here\nanother line of words\nand yes, more, of it\nfinal\n'],
    ['numbers', 'n\n1.5\n2.25\n-3\n'],
    ['paths', '~/a\n~/b\n~/c\n'],
    ['powers', 'x^2\ny^3\nz^4\n'],
    ['paragraphs', 'BGB §5\nBGB §7\nHGB §12\n'],
    ['names with colons', 'std::map\nstd::set\nstd::vector\n'],
    ['addresses of machines', 'fe80::1\nfe80::2\nfd00::17\n'],
  ])('one column of %s is not cut', (_, text) => {
    const { delimiter, notes } = sniff(text);
    expect(text).not.toContain(delimiter);
    expect(notes.join()).toContain('one column');
  });
});

describe('a first line that says what the delimiter is', () => {
  test.each([
    [';', 'sep=;\r\na;b\r\n1;2,5\r\n'],
    ['^', 'sep=^\na^b, c\n1^2, 3\n'],
    ['\t', 'SEP=\t\ra\tb\r1\t2\r'],
    [',', '"sep=,"\n"a","b"\n"1","2"\n'],
    [';', 'sep=;;\na;b;c\n1;2;3\n'],
  ])('%j', (delimiter, text) => {
    expect(sniff(text)).toMatchObject({ delimiter, skipLines: 1, header: true });
  });

  test('stands before a preamble, and before a delimiter that is given', () => {
    const table = 'a;b\n1;2\n3;4\n5;6\n';
    expect(sniff(`sep=;\nReport\n\n${table}`)).toMatchObject({ delimiter: ';', skipLines: 3 });
    expect(sniff(`sep=,\n${table}`, { delimiter: ';' })).toMatchObject({ delimiter: ';', skipLines: 1 });
  });

  test('is none where it holds more, and none where the lines to skip are given', () => {
    expect(sniff('sep=x\n1\n2\n').skipLines).toBe(0);
    expect(sniff('sep=;dep\n1;2\n2;3\n').skipLines).toBe(0);
    expect(sniff('sep=;\n1;2\n', { skipLines: 0, headerRows: [1] })).toMatchObject({ skipLines: 0 });
  });
});

describe('quotes and escapes', () => {
  test('single quotes around cells', () => {
    expect(sniff("id,name\n1,'Ann, Lee'\n2,'Bob, Ray'\n3,'it is'\n").quoteChar).toBe("'");
  });

  test('apostrophes are no quotes', () => {
    expect(sniff("id,name\n1,it's\n2,don't\n3,O'Neil\n").quoteChar).toBe('"');
  });

  test('a few quotes out of place do not make all of them data', () => {
    expect(sniff('id,name,x\n1,5" disk,2\n2,"a,b",3\n3,"c",4\n').quoteChar).toBe('"');
    expect(sniff('id,name,x\n1,"abc,2\n2,"a,b",3\n3,"c",4\n')).toMatchObject({
      quoteChar: '"',
      delimiter: ',',
    });
  });

  test('one quote alone is data where the names would be lost with it, and nowhere else', () => {
    expect(sniff('"id,name,x\n1,a,2\n2,b,3\n')).toMatchObject({
      quoteChar: '',
      header: true,
      delimiter: ',',
    });
    expect(sniff('id,name,x\n"1,a,2\n2,b,3\n').quoteChar).toBe('"');
    expect(sniff('"id,name,x\n1,a,2\n2,"b, c",3\n').quoteChar).toBe('"');
  });

  test('backslash before quotes', () => {
    expect(sniff('id,say\n1,"a \\"b\\" c"\n2,"x, y"\n')).toMatchObject({
      escapeChar: '\\',
      doubleQuote: false,
    });
    expect(sniff('id,dir\n1,"C:\\temp\\"\n2,"D:\\x\\"\n')).toMatchObject({
      escapeChar: '',
      doubleQuote: true,
    });
  });

  test('spaces before quotes, and after every delimiter', () => {
    expect(sniff('id, "name", n\n1, "Ann, x", 2\n2, "Bob", 3\n').skipInitialSpace).toBe(true);
    expect(sniff('id, name, n\n1, Ann, 2\n2, Bob, 3\n').skipInitialSpace).toBe(true);
    expect(sniff('id,name,n\n1, Ann,2\n2,Bob,3\n').skipInitialSpace).toBe(false);
  });

  test.each([
    ['id\ttext\n1\tline one\\nline two\n2\ta\\tb\n', '\\'],
    ['id\tdir\n1\tC:\\\\new\n2\tx\n', '\\'],
    ['id\tdir\n1\tC:\\new\n2\tC:\\temp\n', ''],
    ['id\tdir\n1\tsrc\\new\n2\tx\n', ''],
    ['id\tdir\n1\t\\\\nas\n2\tx\n', ''],
    ['id\tsize\n1\t5" a\\tb\\nc\n2\tx\n', ''],
    ['id,text\n1,a\\tb\\nc\n2,x\n', ''],
  ])('backslashes before letters, where nothing says they are not: %j', (text, escapeChar) => {
    expect(sniff(text)).toMatchObject({ escapeChar, quoteChar: escapeChar ? '' : '"' });
  });

  test('nulls as MySQL writes them', () => {
    expect(sniff('id\tname\n1\t\\N\n2\tbob\n').nullSequence).toBe('\\N');
  });
});

describe('header', () => {
  test.each([
    [true, 'id,name,price\n1,Ann,2.50\n2,Bob,3.75\n'],
    [false, '1,Ann,2.50\n2,Bob,3.75\n3,Cy,4\n'],
    [true, 'first,last,city\nann,lee,paris\nbob,ray,rome\ncy,young,oslo\n'],
    [true, 'country,2019,2020,2021\nFR,12,13,14\nDE,15,16,17\n'],
    [false, 'M,FR,12\nF,DE,15\nM,FR,17\nF,IT,20\n'],
    [true, 'last,first\nLee,Ann\nRay,Bob\nlast,first\nOwen,Di\nYoung,Cy\n'],
    [false, 'Lee,Ann\nLee,Ann\nRay,Bob\nOwen,Di\nYoung,Cy\n'],
    [false, 'MG-8769,Ann\nRI-3895,Bob\nCC-9259,Cy\n'],
    [true, 'SKU-Code,name\nRI-3895,Bob\nCC-9259,Cy\n'],
    [true, 'col1,col2\nval1,val2\nval3,val4\n'],
    [false, '2024-01-01 12:30:10 INFO up\n2024-01-01 12:30:11 WARN slow\n2024-01-01 12:30:12 INFO down\n'],
    [false, 'v1.12.0,9f34f59f42fe\nv1.2.10,d0d0a95a895d\nv1.13.1,f0efc8f9c8c6\n'],
    [true, 'a,b,c\n'],
    [false, '1,2,3\n'],
  ])('%s: %j', (header, text) => {
    expect(sniff(text).header).toBe(header);
  });

  test('in two rows', () => {
    const rows = Array.from({ length: 8 }, (_, i) => `${i},n${i},${i}.5,2020-01-0${i + 1}\n`).join('');
    expect(sniff(`id,name,price,date\nnum,text,euro,day\n${rows}`).headerRows).toEqual([1, 2]);
    expect(sniff(`id,name,price,date\n${rows}`).headerRows).toEqual([1]);
    // A row of data with gaps is none.
    expect(sniff(`id,name,price,date\nunknown,x,unknown,unknown\n${rows}`).headerRows).toEqual([1]);
    expect(sniff(`id,name,price,date\nn/a,x,none,tbd\n${rows}`).headerRows).toEqual([1]);
  });
});

describe('what is not the table', () => {
  const table = 'id,name,price\n1,Ann,2.50\n2,Bob,3.75\n3,Cy,4\n4,Dee,4\n';

  test.each([
    ['lines of text', 'Report of sales\nMade on 2026-01-01\n\n', 3],
    ['a title in the first of its cells', 'Report,,\n2026,,\n', 2],
    ['a key and a value', 'Date:,2026-01-01\n', 0],
    ['nothing', '', 0],
  ])('a preamble of %s', (_, preamble, skipLines) => {
    expect(sniff(preamble + table)).toMatchObject({ skipLines, header: true, delimiter: ',' });
  });

  test.each([
    ['a line after a blank one', '\nSource: the office\n', 1],
    ['a line of text', 'Rows in all\n', 1],
    ['two of them', 'Rows in all\nand more\n', 2],
    ['a row cut short', '5\n', 0],
    ['a row cut short, of letters', 'foo', 0],
    ['a row with another delimiter', '5;Eve;6\n', 0],
    ['a row cut short after a blank line', '\n5', 0],
    ['a sentence with a comma', '\nSource: our shop, 2018\n', 1],
    ['a sentence with a comma and no source', '\nOur shop, 2018\n', 0],
    ['a sum', 'Total,14\n', 1],
    ['a count', '(4 rows)\n', 1],
    ['a row cut off after a word that footers start with', 'Total', 0],
    ['a source without a line end', 'Source: the office', 1],
    ['a row that happens to start like one', 'Total,all,14\n', 0],
    ['a line padded like a row', 'Source: the office,,\n', 1],
    ['lines padded like rows after a row of nothing', ',,\nSource: the office,,\nNote: in euro,,\n', 3],
    ['lines of words padded like rows', '"Prices in euro, all of them",,\n', 0],
    ['such lines after a row of nothing', ',,\n"Prices in euro, all of them",,\n', 2],
    ['a word that footers start with, padded like a row', 'Total,,\n', 0],
    ['rows of nothing', ',,\n,,\n', 0],
    ['nothing', '', 0],
  ])('a footer of %s', (_, footer, footerLines) => {
    expect(sniff(table + footer)).toMatchObject({ footerLines, skipLines: 0, delimiter: ',' });
  });

  test('a footer far from the start, if the sample reaches it', () => {
    const rows = Array.from({ length: 9000 }, (_, i) => `${i},n${i},${i}.5\n`).join('');
    expect(sniff(`id,name,price\n${rows}\nSource: the office\n`)).toMatchObject({
      footerLines: 1,
      header: true,
    });
    expect(sniff(`id,name,price\n${rows}`)).toMatchObject({ footerLines: 0 });
  });

  test('a word that rows start with too proves no footer', () => {
    expect(sniff('Note;a;rows\n\nNote;b;rows\n\nNote;c;rows\n\nNote;d\n').footerLines).toBe(0);
    expect(sniff('kind,n,x\nSource,1,a\nNote,2,b\nNote,3,c\nNote\n').footerLines).toBe(0);
  });

  test('nor does a remark that rows hold too', () => {
    expect(sniff('kind,n,x\nNote: a,,\nx,1,2\nNote: b,,\nx,3,4\nNote: c,,\n').footerLines).toBe(0);
  });

  test('a line of commas may be one in a table of two columns', () => {
    expect(sniff('city,n\nx,1\ny,2\nz,3\nz,4\n\nSource: our shop, 2018\n').footerLines).toBe(1);
  });

  test('a comment with a delimiter above a header', () => {
    expect(sniff('# made by x, y\nid,c\n1,a\n2,b\n3,c\n')).toMatchObject({ skipLines: 1, header: true });
    expect(sniff('#name,city\nann,paris\nbob,rome\n').skipLines).toBe(0);
  });

  test.each([
    ['a\n0,0\n1,3\n2,6\n', 0],
    ['a,b\n0,0,1,5\n1,3,1,5\n2,6,1,5\n', 0],
    ['Report\nid,n\n1,2\n2,3\n3,4\n', 1],
    ['Report of 2018\n0,0\n1,3\n2,6\n', 1],
    ['a\n\n0,0\n1,3\n2,6\n', 2],
  ])('names fewer than columns are no preamble: %j', (text, skipLines) => {
    expect(sniff(text).skipLines).toBe(skipLines);
  });

  test.each([
    '1,,\n2,3,4\n5,6,7\n8,9,1\n',
    '5\n2,3,4\n5,6,7\n8,9,1\n',
    'ann,,,\nbob,6,7,1\ncy,9,1,1\ndee,9,1,1\n',
  ])('the first of rows without a header is no preamble for its holes: %j', (text) => {
    expect(sniff(text).skipLines).toBe(0);
  });

  test('a title over two columns is a preamble where a row of nothing parts it from the names', () => {
    const two = 'name,n\nann,1\nbob,2\ncy,3\n';
    expect(sniff(`Report,\nof 2018,\n,\n${two}`)).toMatchObject({ skipLines: 3, header: true });
    expect(sniff(`Report,\n${two}`).skipLines).toBe(0);
    expect(sniff(`${two}dee,\n,\neve,4\n`).skipLines).toBe(0);
    expect(sniff('1,\n,\n2,5\n3,6\n4,7\n').skipLines).toBe(0);
  });

  test('the end of a sample is no footer', () => {
    expect(sniffDialect(`${table}Rows in all\n`, false, {}).footerLines).toBe(0);
  });

  test('comment lines', () => {
    const text = '# made by x\n# y\nid,name\n1,a\n# between\n2,b\n3,c\n4,d\n';
    expect(sniff(text)).toMatchObject({ commentChar: '#', skipLines: 0, header: true });
    expect(sniff('#id,name\n1,a\n2,b\n').commentChar).toBeUndefined();
  });
});

test('what is given stands', () => {
  const text = 'a;b\n1,5;2\n3,4;5\n';
  expect(sniff(text, { delimiter: ',' }).delimiter).toBe(',');
  expect(sniff(text, { header: false }).header).toBe(false);
  expect(sniff('x\n\na;b\n1;2\n3;4\n', { headerRows: [2] })).toMatchObject({ skipLines: 0, headerRows: [2] });
});

test('confidence is high for a long plain table and low for noise', () => {
  const plain = `id;name;price\n${Array.from({ length: 100 }, (_, i) => `${i};n ${i};${i}.5\n`).join('')}`;
  expect(sniff(plain).confidence).toBeGreaterThan(0.85);
  expect(sniff('a b,c\nd;e\nf,g,h i\nj\n').confidence).toBeLessThan(0.5);
});

test('a table written plainly is found as it was written', () => {
  const word = fc.stringMatching(/^[A-Za-z]{1,8}$/);
  const kinds = fc.constantFrom<fc.Arbitrary<string>[]>(
    fc.integer({ min: 0, max: 9999 }).map(String),
    fc.double({ min: 0, max: 1000, noNaN: true }).map((value) => value.toFixed(2)),
    fc
      .date({ min: new Date('1990-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10)),
    word,
    fc.tuple(word, word).map((words) => words.join(', ')),
  );
  const table = fc.array(kinds, { minLength: 2, maxLength: 6 }).chain((columns) =>
    fc.record({
      // One column at least whose header is not one of its values.
      rows: fc.array(fc.tuple(fc.integer({ min: 0, max: 999 }).map(String), ...columns), {
        minLength: 4,
        maxLength: 40,
      }),
      delimiter: fc.constantFrom(',', ';', '\t', '|'),
      end: fc.constantFrom('\n', '\r\n', '\r'),
      header: fc.boolean(),
    }),
  );
  fc.assert(
    fc.property(table, ({ rows, delimiter, end, header }) => {
      const names = rows[0]!.map((_, i) => `field_${i}`);
      const quote = (cell: string) => (cell.includes(delimiter) ? `"${cell}"` : cell);
      const text = [...(header ? [names] : []), ...rows]
        .map((row) => row.map(quote).join(delimiter) + end)
        .join('');
      expect(sniff(text)).toMatchObject({
        delimiter,
        quoteChar: '"',
        escapeChar: '',
        header,
        skipLines: 0,
        footerLines: 0,
      });
    }),
    { numRuns: 300 },
  );
});

test('a file that was cut off anywhere has no footer, and under a header no preamble: nothing of it is dropped', () => {
  const value = fc.constantFrom(
    'Note',
    'Total',
    'rows',
    'x',
    '5',
    '',
    '"q, r"',
    'Ann Lee',
    '2020-01-01',
    '"two\nlines"',
  );
  const table = fc
    .array(fc.array(value, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 })
    .chain((columns) =>
      fc.record({
        rows: fc.array(fc.tuple(...columns.map((values) => fc.constantFrom(...values))), {
          minLength: 3,
          maxLength: 15,
        }),
        header: fc.boolean(),
        delimiter: fc.constantFrom(',', ';', '\t'),
        end: fc.constantFrom('\n', '\n\n', '\r\n'),
        kept: fc.double({ min: 0.5, max: 1, noNaN: true }),
      }),
    );
  fc.assert(
    fc.property(table, ({ rows, header, delimiter, end, kept }) => {
      const names = rows[0]!.map((_, i) => `name${i}`);
      const text = [...(header ? [names] : []), ...rows].map((row) => row.join(delimiter) + end).join('');
      expect(sniff(text.slice(0, kept * text.length))).toMatchObject({
        footerLines: 0,
        ...(header ? { skipLines: 0 } : {}),
      });
    }),
    { numRuns: Number(process.env.PROPERTY_RUNS ?? 300) },
  );
});
