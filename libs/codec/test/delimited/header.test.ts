import { expect, test } from 'vitest';
import { readTable, text } from './read-table.ts';

const comma = { delimiter: ',', quoteChar: '"', header: true, skipLines: 0, footerLines: 0 };
const failure = (code: string, where: object) =>
  expect.objectContaining({
    code,
    fault: expect.objectContaining({ where: expect.objectContaining(where) }),
  });

test('names are taken as they are', async () => {
  const { opened } = await readTable('id, Full Name ,"a ""b"""\n1,2,3\n', { dialect: comma });
  expect(opened.columns).toEqual(['id', ' Full Name ', 'a "b"']);
});

test('names that are missing or come twice are made up, each another', async () => {
  const { opened, notices } = await readTable('a,,a,a_2,a,\n1,2,3,4,5,6\n', { dialect: comma });
  expect(opened.columns).toEqual(['a', 'column_2', 'a_3', 'a_2', 'a_4', 'column_6']);
  expect(notices).toEqual({ 'empty-names': 2, 'duplicate-names': 2 });
});

test.each([
  ['a,,b\n1,2,3\n', 'empty-name', { column: 2 }],
  ['a,b,a\n1,2,3\n', 'duplicate-name', { column: 3 }],
])('strict: %j is refused', async (input, code, where) => {
  await expect(readTable(input, { dialect: comma, reading: { mode: 'strict' } })).rejects.toThrow(
    failure(code, where),
  );
});

test('without a header columns are numbered, as many as most rows have', async () => {
  const { opened, rows } = await readTable('1\n1,2,3\n4,5,6\n', { dialect: { ...comma, header: false } });
  expect(opened.columns).toEqual(['column_1', 'column_2', 'column_3']);
  expect(rows).toHaveLength(3);
});

test('without a header the caller may name them', async () => {
  const { opened, rows } = await readTable('1,2,3\n4,5\n', {
    dialect: { ...comma, header: false },
    names: ['x', 'y'],
  });
  expect(opened.columns).toEqual(['x', 'y']);
  expect(rows.map(text)).toEqual([
    ['1', '2'],
    ['4', '5'],
  ]);
});

test('several rows make the names together; those between are passed over', async () => {
  const input = 'title\nprice,,weight\nskipped,too,!\neuro,cent,\n1,2,3\n';
  const { opened, rows } = await readTable(input, {
    dialect: { ...comma, headerRows: [2, 4], headerJoin: '.' },
  });
  expect(opened.columns).toEqual(['price.euro', 'cent', 'weight']);
  expect(rows).toEqual([['1', '2', '3']]);
});

test('lenient: columns without a name are kept where most rows have them', async () => {
  const input = 'a,b\n1,2,3\n4,5,6\n7,8\n';
  const { opened, rows, notices } = await readTable(input, { dialect: comma });
  expect(opened.columns).toEqual(['a', 'b', 'column_3']);
  expect(rows).toEqual([
    ['1', '2', '3'],
    ['4', '5', '6'],
    ['7', '8', null],
  ]);
  expect(notices).toEqual({ 'unnamed-columns': 1, 'short-rows': 1 });
  const kept = await readTable(input, { dialect: comma, reading: { shortHeader: 'keep' } });
  expect(kept.notices).toEqual({ 'long-rows': 2 });
});

test('lenient: a column without a name is kept where few rows fill it, not where none does', async () => {
  const { opened, rows, notices } = await readTable('a,b\n1,2,\n4,5,\n7,8,9\n1,2,\n', { dialect: comma });
  expect(opened.columns).toEqual(['a', 'b', 'column_3']);
  expect(rows[2]).toEqual(['7', '8', '9']);
  expect(notices).toEqual({ 'unnamed-columns': 1 });
  const empty = await readTable('a,b\n1,2,\n4,5,\n', { dialect: comma });
  expect(empty.opened.columns).toEqual(['a', 'b']);
  expect(empty.notices).toEqual({ 'trailing-delimiters': 2 });
});

test('a header alone is a table without rows', async () => {
  const { opened, rows } = await readTable('a,b\n', { dialect: comma });
  expect({ columns: opened.columns, rows }).toEqual({ columns: ['a', 'b'], rows: [] });
});

test.each(['', '\ufeff', '\n\n \n', '# only\n'])('%j is empty', async (input) => {
  await expect(readTable(input, { dialect: { ...comma, commentChar: '#' } })).rejects.toThrow(
    failure('empty-input', {}),
  );
});

test.each(['   ', ' \t\n\n  \n', '\ufeff \r\n'])('%j, nothing stated, is empty', async (input) => {
  await expect(readTable(input)).rejects.toThrow(failure('empty-input', {}));
  const tabs = { delimiter: '\t', header: false };
  expect((await readTable('\t\n\t\n', { dialect: tabs })).rows).toEqual([
    ['', ''],
    ['', ''],
  ]);
});

test.each([
  ['{"a":1,"b":2}\n{"a":3,"b":4}\n', 'looks-like-json'],
  ['[\n  {"a": 1}\n]\n', 'looks-like-json'],
  ['<!DOCTYPE html>\n<p>a, b</p>\n', 'looks-like-html'],
  ['<?xml version="1.0"?>\n<a/>\n', 'looks-like-xml'],
  ['[id],[name]\n1,a\n2,b\n', undefined],
  ['<5,>5\n1,2\n', undefined],
])('%j is told: %s', async (input, notice) => {
  const told = Object.keys((await readTable(input)).notices).find((name) => name.startsWith('looks-like'));
  expect(told).toBe(notice);
});

test('a file that ends before its header', async () => {
  await expect(readTable('a,b\n', { dialect: { ...comma, headerRows: [2] } })).rejects.toThrow(
    expect.objectContaining({ code: 'header-missing' }),
  );
});

test('a header that cannot be read', async () => {
  await expect(readTable('a,"b\n1,2\n', { dialect: comma })).rejects.toThrow(
    failure('bad-header', { line: 1 }),
  );
});

test('a million columns', async () => {
  const many = Array.from({ length: 1_000_000 }, (_, i) => `c${i}`).join(',');
  await expect(readTable(`${many}\n`, { dialect: comma })).rejects.toThrow(
    failure('too-many-columns', { line: 1 }),
  );
  await expect(readTable(many, { dialect: { ...comma, header: false } })).rejects.toThrow(
    failure('too-many-columns', { line: 1 }),
  );
  await expect(readTable(many)).rejects.toThrow(failure('too-many-columns', { line: 1 }));
});

test('what was opened reads another file alike, without a look at it', async () => {
  const first = await readTable('Report\n\na;b\n1;2\n3;4\n5;6\n');
  expect(first.opened).toMatchObject({ columns: ['a', 'b'], dialect: { delimiter: ';', skipLines: 2 } });
  const again = await readTable('x\ny\na;b\n"1,5;2";2\n', { dialect: first.opened.dialect });
  expect(again.opened).toMatchObject({ dialect: first.opened.dialect, confidence: 1, notes: [] });
  expect(again.rows).toEqual([['1,5;2', '2']]);
});

test('what is stated leaves no preamble or footer to guess', async () => {
  const input = `Report\nid,n\n${'1,2\n'.repeat(20)}Total\n`;
  const sniffed = await readTable(input);
  expect(sniffed.notices).toEqual({ 'preamble-lines': 1, 'footer-lines': 1 });
  expect(sniffed.opened.guessed).toEqual(expect.arrayContaining(['delimiter', 'skipLines', 'footerLines']));
  for (const dialect of [{ header: true }, { delimiter: ',' }]) {
    const { opened, rows } = await readTable(input, { dialect });
    expect(opened).toMatchObject({
      columns: ['Report', 'column_2'],
      dialect: { skipLines: 0, footerLines: 0 },
    });
    expect(opened.guessed).not.toContain('skipLines');
    expect(rows).toHaveLength(22);
  }
  // But the names of a schema tell where the header is.
  const named = await readTable(input, { dialect: { header: true }, names: ['n', 'id'] });
  expect(named.opened).toMatchObject({ columns: ['id', 'n'], dialect: { skipLines: 1, footerLines: 0 } });
  expect(named.rows.at(-1)).toEqual(['Total', null]);
});

test('a line that says what the delimiter is, whatever is stated', async () => {
  for (const dialect of [{}, { delimiter: ';' }, { header: true, quoteChar: '"' }]) {
    const { opened, rows, notices } = await readTable('sep=;\na;b\n1;2\n', { dialect });
    expect({ columns: opened.columns, rows, notices }).toEqual({
      columns: ['a', 'b'],
      rows: [['1', '2']],
      notices: { 'preamble-lines': 1 },
    });
    expect(opened.guessed).toContain('skipLines');
  }
});

test.each(['foo', 'A50;y;z', '\nSource: us\n'])('strict: a last line %j is a row too short', async (end) => {
  const input = `city,c,d\n${'x,y,z\n'.repeat(50)}${end}`;
  const { rows, rejects } = await readTable(input, { reading: { mode: 'strict', blankLines: 'skip' } });
  expect(rows).toHaveLength(50);
  expect(rejects.map(({ code }) => code)).toEqual(['short-row']);
});

test('names fewer than columns, nothing stated', async () => {
  const input = 'a\n0,0\n1,3\n2,6\n';
  const { opened, rows, notices } = await readTable(input);
  expect(opened.columns).toEqual(['a', 'column_2']);
  expect({ rows: rows.length, notices }).toEqual({ rows: 3, notices: { 'unnamed-columns': 1 } });
  const strict = await readTable(input, { reading: { mode: 'strict' } });
  expect(strict.rejects.map(({ code }) => code)).toEqual(['long-row', 'long-row', 'long-row']);
});

test('the event of the step before says how the file is written', async () => {
  const hints = {
    dialect: { delimiter: '\t', header: true, lineTerminator: '\n', quoteChar: '', escapeChar: '\\' },
  };
  const { opened, rows } = await readTable('a\tb\n1\\t2\t"3"\r\n', { hints });
  expect(opened.dialect).toMatchObject({
    delimiter: '\t',
    quoteChar: '',
    escapeChar: '\\',
    doubleQuote: false,
  });
  expect(rows).toEqual([['1\t2', '"3"\r']]);
});

test('a delimiter that is not there, where another is', async () => {
  const input = `a,b,c\n${Array.from({ length: 20 }, (_, i) => `${i},x${i},${i}.5\n`).join('')}`;
  await expect(readTable(input, { dialect: { ...comma, delimiter: ';' } })).rejects.toThrow(
    failure('wrong-delimiter', { line: 1 }),
  );
  const taken = await readTable(input, {
    dialect: { ...comma, delimiter: ';' },
    reading: { absentDelimiter: 'accept' },
  });
  expect(taken.opened.columns).toEqual(['a,b,c']);
  // One column may hold what it likes.
  const names = 'name\nLee, Ann\nRay, Bob\nYoung, Cy\nOwen, Di\n';
  expect((await readTable(names, { dialect: { ...comma, delimiter: ';' } })).opened.columns).toEqual([
    'name',
  ]);
});
