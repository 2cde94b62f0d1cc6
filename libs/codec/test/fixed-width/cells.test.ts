import { describe, expect, test } from 'vitest';
import { convertText } from './convert-text.ts';

const cell = (input: string | number[], options: object = {}) =>
  convertText(typeof input === 'string' ? `${input}|\n` : [...input, 0x7c, 0x0a], {
    fields: [
      { name: 'a', start: 0, end: input.length },
      { name: 'end', start: input.length, end: null },
    ],
    ...options,
  }).text.replace(/\t\|\n$/, '');

describe('trim and pad', () => {
  test.each([
    ['both', 'a b'],
    ['left', 'a b  '],
    ['right', '  a b'],
    ['none', '  a b  '],
  ])('trim %s', (trim, expected) => {
    expect(cell('  a b  ', { trim })).toBe(expected);
  });

  test.each(['both', 'left', 'right'])('a cell of padding is empty, trim %s', (trim) => {
    expect(cell('     ', { trim })).toBe('');
    expect(cell(' '.repeat(90), { trim })).toBe('');
  });

  test('only the padding is trimmed', () => {
    expect(cell('**a* *', { pad: '*' })).toBe('a* ');
    expect(cell('\ta ', {})).toBe('"\ta"');
  });

  test.each([3, 40, 70])('a number of zeros keeps one, width %d', (width) => {
    expect(cell('0'.repeat(width), { pad: '0', trim: 'left' })).toBe('0');
    expect(cell(`${'0'.repeat(width)}120`, { pad: '0', trim: 'left' })).toBe('120');
  });

  test('zeros among NULs keep one, too', () => {
    for (const trim of ['left', 'right', 'both']) expect(cell('0\0', { pad: '0', trim })).toBe('0');
    expect(cell('\0\0', { pad: '0', trim: 'right' })).toBe('');
  });

  test('a field has its own', () => {
    const fields = [
      { name: 'text', width: 4 },
      { name: 'number', width: 5, pad: '0', trim: 'left' },
      { name: 'raw', width: 3, trim: 'none' },
    ];
    expect(convertText('ab  00420 x \n', { fields }).text).toBe('ab\t420\t x \n');
  });
});

describe('fields', () => {
  test('overlap, gaps, any order, to the end of the record', () => {
    const fields = [
      { name: 'tail', start: 6, end: null },
      { name: 'year', start: 0, end: 4 },
      { name: 'month', start: 0, end: 6 },
    ];
    expect(convertText('202210..rest of it\n202211\n2022', { fields }).text).toBe(
      '..rest of it\t2022\t202210\n\t2022\t202211\n\t2022\t2022\n',
    );
  });

  test('widths pass over what has no name', () => {
    const fields = [{ name: 'a', width: 2 }, { width: 3 }, { name: 'b', width: 2 }];
    expect(convertText('a xyzb \n', { fields }, { header: true }).text).toBe('a\tb\na\tb\n');
  });
});

test('a row that could outgrow memory is refused, one that fits is not', () => {
  const fields = Array.from({ length: 25 }, (_, i) => ({ name: `f${i}`, start: i, end: null }));
  const long = 'x'.repeat(1_000_000);
  expect(convertText(`${long}\n`, { fields }).text).toHaveLength(25 * 1_000_000 - 300 + 25);
  expect(() => convertText(`short\n${long}é\n`, { fields })).toThrow(
    expect.objectContaining({
      code: 'row-too-long',
      fault: expect.objectContaining({ where: { line: 2, byte: 6 } }),
    }),
  );
});

// The bound of such a row does not fit 32 bits, by itself or times three.
test.each([
  ['clean', 4096, 'bytes', 'x'],
  ['clean, mostly blank', 4096, 'bytes', ' '],
  ['clean, just past 31 bits', 2048, 'bytes', ' '],
  ['beyond ASCII', 1366, 'bytes', 'é'],
  ['beyond ASCII, by characters', 1366, 'characters', 'é'],
  ['beyond ASCII, mostly blank', 1366, 'bytes', 'é '],
  ['beyond ASCII, past 32 bits before it is tripled', 4096, 'characters', 'é '],
])('a row of gigabytes is refused: %s', (_, count, unit, fill) => {
  const fields = Array.from({ length: count }, (_, i) => ({ name: `f${i}`, start: 0, end: null }));
  const long = Buffer.alloc(1024 * 1024, ' ');
  long.fill(fill, 0, fill.endsWith(' ') ? 25 * 1024 : long.length);
  long.write('x');
  expect(() => convertText(Buffer.concat([long, Buffer.from('\n')]), { fields, unit })).toThrow(
    expect.objectContaining({ code: 'row-too-long' }),
  );
});

describe('unit and encoding', () => {
  const fields = [
    { name: 'a', width: 4 },
    { name: 'b', width: 3 },
  ];

  test('characters are code points', () => {
    expect(convertText('é😀  ŵ€ |\nabcdefg\n', { fields, unit: 'characters' }).text).toBe(
      'é😀\tŵ€\nabcd\tefg\n',
    );
  });

  test('bytes are bytes', () => {
    expect(convertText('é  abcde\n', { fields, unit: 'bytes' }).text).toBe('é\tabc\n');
  });

  test('iso-8859-1 and windows-1252 come out as UTF-8', () => {
    const bytes = [0xe9, 0x80, 0x81, 0xff, 0x20, 0x41, 0x9f, 0x0a];
    expect(convertText(bytes, { fields, encoding: 'windows-1252' }).text).toBe('é€\x81ÿ\tAŸ\n');
    expect(convertText(bytes, { fields, encoding: 'iso-8859-1' }).text).toBe('é\x80\x81ÿ\tA\x9f\n');
  });

  test('all upper bytes equal the platform’s decoder', () => {
    const bytes = Array.from({ length: 128 }, (_, i) => 0x80 + i);
    const all = { fields: [{ name: 'a', start: 0, end: null }] };
    expect(convertText([...bytes, 0x0a], { ...all, encoding: 'windows-1252' }).text).toBe(
      `${new TextDecoder('windows-1252').decode(Uint8Array.from(bytes))}\n`,
    );
    expect(convertText([...bytes, 0x0a], { ...all, encoding: 'iso-8859-1' }).text).toBe(
      `${Buffer.from(bytes).toString('latin1')}\n`,
    );
  });
});

describe('recordLength', () => {
  const layout = {
    fields: [
      { name: 'a', width: 3 },
      { name: 'b', width: 2 },
    ],
    recordLength: 6,
  };

  test('records without line ends', () => {
    expect(convertText('abcde.fghij.', layout).text).toBe('abc\tde\nfgh\tij\n');
  });

  test('a newline inside is data', () => {
    expect(convertText('a\nbde.', layout).text).toBe('"a\nb"\tde\n');
  });

  test('skip passes over records', () => {
    expect(convertText('HEADERabcde.', { ...layout, skip: 1 }).text).toBe('abc\tde\n');
  });

  test('a line end or Ctrl-Z after the last record is no record', () => {
    expect(convertText('abcde.\r\n', layout)).toMatchObject({
      text: 'abc\tde\n',
      report: { notices: { 'trailing-line-end': 1 } },
    });
    expect(convertText('abcde.\x1a\x1a', layout)).toMatchObject({
      text: 'abc\tde\n',
      report: { notices: { 'ctrl-z': 1 } },
    });
  });

  test('a last record cut off within its fields is rejected: its last cell may be half a number', () => {
    expect(convertText('abcde.fgh1', layout)).toMatchObject({
      text: 'abc\tde\n',
      rejects: [{ line: 2, byte: 6, code: 'short-record' }],
      report: { rows: 1, rejected: 1, notices: { 'partial-record': 1 } },
    });
  });

  test('a last record that lacks only what no field reads is whole', () => {
    expect(convertText('abcde.fghij', layout)).toMatchObject({
      text: 'abc\tde\nfgh\tij\n',
      report: { rejected: 0, notices: { 'partial-record': 1 } },
    });
  });
});

describe('skip and comment', () => {
  const layout = { fields: [{ name: 'a', width: 3 }] };

  test('comments are passed over and counted, header lines too', () => {
    const { text, report } = convertText('head\n# one\nabc\n#two\n#', { ...layout, skip: 1, comment: '#' });
    expect(text).toBe('abc\n');
    expect(report.notices).toEqual({ 'header-lines': 1, 'comment-lines': 3, 'no-final-newline': 1 });
  });

  test('fewer lines than skip', () => {
    expect(convertText('head', { ...layout, skip: 3 }, { header: true })).toMatchObject({
      text: 'a\n',
      report: { rows: 0 },
    });
  });

  test('empty input', () => {
    expect(convertText('', layout, { header: true })).toMatchObject({
      text: 'a\n',
      report: { rows: 0, notices: {} },
    });
  });
});

test('lines of rejected rows count all that came before', () => {
  const input = 'head\n\n#\nabc\nab\n';
  const layout = { fields: [{ name: 'a', width: 3 }], skip: 1, comment: '#', shortRecords: 'reject' };
  expect(convertText(input, layout).rejects).toMatchObject([{ line: 5, byte: 12, code: 'short-record' }]);
});
