import { describe, expect, test } from 'vitest';
import { convertText } from './convert-text.ts';

// One block for each option about what feeds get wrong.

const layout = {
  fields: [
    { name: 'a', width: 3 },
    { name: 'b', width: 3 },
  ],
};
const record = (text: string) => new TextEncoder().encode(text);

describe('newline', () => {
  test('auto: LF and CRLF end a record, mixed or not', () => {
    const { text, report } = convertText('a  b  \r\nc  d  \ne  f  \r\n', layout);
    expect(text).toBe('a\tb\nc\td\ne\tf\n');
    expect(report.notices).toEqual({});
  });

  test('auto: a record as long as the one before with its CR is not taken for one', () => {
    const { text, report } = convertText('a  b  \r\nc  d  x\ne  f  \n', layout);
    expect(text).toBe('a\tb\nc\td\ne\tf\n');
    expect(report.notices).toEqual({ 'long-records': 1 });
  });

  test('auto: a CR elsewhere is data', () => {
    expect(convertText('a\r b  \n', layout).text).toBe('"a\r"\tb\n');
  });

  test('lf: the CR before an LF is data', () => {
    const { text, report } = convertText('a  b \r\n', { ...layout, newline: 'lf' });
    expect(text).toBe('a\t"b \r"\n');
    expect(report.notices).toEqual({ 'escaped-cells': 1 });
  });

  test('cr: old Macintosh files', () => {
    expect(convertText('a  b  \rc  d  \r', { ...layout, newline: 'cr' }).text).toBe('a\tb\nc\td\n');
  });
});

describe('bom', () => {
  const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('a  b  \n')]);

  test('strip: dropped and noted', () => {
    const { text, report } = convertText(marked, layout);
    expect(text).toBe('a\tb\n');
    expect(report.notices).toEqual({ 'byte-order-mark': 1 });
  });

  test('keep: three bytes of data', () => {
    expect(convertText(marked, { ...layout, bom: 'keep' }).text).toBe('\ufeff\ta\n');
  });

  test.each([[[0xff, 0xfe, 0x61, 0]], [[0xfe, 0xff, 0, 0x61]]])('UTF-16 is refused by name', (bytes) => {
    expect(() => convertText(bytes, layout)).toThrow(expect.objectContaining({ code: 'utf-16-input' }));
  });

  test.each(['utf16le', 'swapped'])('so it is without a mark: %s', (order) => {
    const bytes = Buffer.from('2026-11-23 A1 0\n2026-11-24 A2 0\n', 'utf16le');
    if (order === 'swapped') bytes.swap16();
    expect(() => convertText(bytes, layout)).toThrow(expect.objectContaining({ code: 'utf-16-input' }));
  });
});

describe('finalNewline', () => {
  test('optional: the last record counts without it', () => {
    const { text, report } = convertText('a  b  \nc  d', layout);
    expect(text).toBe('a\tb\nc\td\n');
    expect(report.notices).toEqual({ 'no-final-newline': 1, 'short-records': 1 });
  });

  test('required: the file was cut off', () => {
    expect(() => convertText('a  b  \nc  d', { ...layout, finalNewline: 'required' })).toThrow(
      expect.objectContaining({
        code: 'no-final-newline',
        fault: expect.objectContaining({ where: { line: 2, byte: 7 } }),
      }),
    );
  });

  test('required: satisfied', () => {
    expect(convertText('a  b  \n\x1a', { ...layout, finalNewline: 'required' }).text).toBe('a\tb\n');
  });
});

describe('blankLines', () => {
  const input = 'a  b  \n\n   \r\nc  d  \n';

  test('skip: passed over and counted', () => {
    const { text, report } = convertText(input, layout);
    expect(text).toBe('a\tb\nc\td\n');
    expect(report).toMatchObject({ rows: 2, rejected: 0, notices: { 'blank-lines': 2 } });
  });

  test('empty: rows of empty cells', () => {
    const { text, report } = convertText(input, { ...layout, blankLines: 'empty' });
    expect(text).toBe('a\tb\n\t\n\t\nc\td\n');
    expect(report).toMatchObject({ rows: 4, notices: { 'short-records': 2 } });
  });

  test('reject: to quarantine', () => {
    const { rejects, report } = convertText(input, { ...layout, blankLines: 'reject' });
    expect(rejects).toEqual([
      { line: 2, byte: 7, code: 'blank-line', message: 'Record is blank', record: record('') },
      { line: 3, byte: 8, code: 'blank-line', message: 'Record is blank', record: record('   ') },
    ]);
    expect(report).toMatchObject({ rows: 2, rejected: 2 });
  });
});

describe('ctrlZ', () => {
  test.each(['a  b  \n\x1a', 'a  b  \x1a', 'a  b  \r\n\x1a\x1a\x1a', 'a  b  \n\x1a\r\n'])(
    'strip: %j',
    (input) => {
      const { text, report } = convertText(input, layout);
      expect(text).toBe('a\tb\n');
      expect(report.notices).toMatchObject({ 'ctrl-z': 1 });
    },
  );

  test('keep: data', () => {
    expect(convertText('a  b  \n\x1a', { ...layout, ctrlZ: 'keep' }).text).toBe('a\tb\n\x1a\t\n');
  });

  test('one inside a record is data', () => {
    expect(convertText('a\x1a b  \n', layout).text).toBe('a\x1a\tb\n');
  });
});

describe('nul', () => {
  const input = 'a\0bx\0\0\n\0\0\0\0\0y\n';

  test('space: trimmed like padding, else written as a space', () => {
    const { text, report } = convertText(input, layout);
    expect(text).toBe('a b\tx\n\ty\n');
    expect(report.notices).toEqual({ 'nul-cells': 1 });
  });

  test('keep: written', () => {
    expect(convertText(input, { ...layout, nul: 'keep' }).text).toBe('a\0b\tx\0\0\n\0\0\0\t\0\0y\n');
  });

  test('reject: to quarantine, unless it is the padding', () => {
    const { text, rejects } = convertText(input, { ...layout, nul: 'reject' });
    expect(text).toBe('');
    expect(rejects.map(({ code, column, line }) => ({ code, column, line }))).toEqual([
      { code: 'nul-byte', column: 'a', line: 1 },
      { code: 'nul-byte', column: 'a', line: 2 },
    ]);
    expect(convertText('a\0\0b  \n', { ...layout, nul: 'reject', pad: '\0', trim: 'right' }).text).toBe(
      'a\tb  \n',
    );
  });
});

describe('shortRecords', () => {
  test('empty: what is missing is empty, and counted', () => {
    const { text, report } = convertText('abcdef\nabcd\nab\n', layout);
    expect(text).toBe('abc\tdef\nabc\td\nab\t\n');
    expect(report.notices).toEqual({ 'short-records': 2 });
  });

  test('reject: names the field that is cut', () => {
    const { text, rejects } = convertText('abcdef\nabcd\nab\n', { ...layout, shortRecords: 'reject' });
    expect(text).toBe('abc\tdef\n');
    expect(rejects).toEqual([
      {
        line: 2,
        byte: 7,
        column: 'b',
        code: 'short-record',
        message: 'Record ends before the field does; expected 6 bytes; got 4 bytes',
        record: record('abcd'),
      },
      expect.objectContaining({ line: 3, byte: 12, column: 'a' }),
    ]);
  });
});

describe('longRecords', () => {
  const input = 'abcdef\nabcdef  \nabcdef gh\n';

  test('ignore: the rest is left out, and counted unless it is spaces', () => {
    const { text, report } = convertText(input, layout);
    expect(text).toBe('abc\tdef\nabc\tdef\nabc\tdef\n');
    expect(report.notices).toEqual({ 'long-records': 1 });
  });

  test('reject: to quarantine', () => {
    const { rejects, report } = convertText(input, { ...layout, longRecords: 'reject' });
    expect(report.rows).toBe(2);
    expect(rejects).toEqual([
      {
        line: 3,
        byte: 16,
        code: 'long-record',
        message: 'Record goes on after its last field; expected 6 bytes; got 9 bytes',
        record: record('abcdef gh'),
      },
    ]);
  });
});

describe('invalidUtf8', () => {
  const input = [0x61, 0xff, 0xe2, 0x62, 0xc3, 0xa9, 0x0a];

  test('reject: to quarantine, with the bytes as they were', () => {
    const { text, rejects } = convertText(input, layout);
    expect(text).toBe('');
    expect(rejects).toEqual([
      {
        line: 1,
        byte: 0,
        column: 'a',
        code: 'invalid-utf-8',
        message: 'Cell is not UTF-8',
        record: Uint8Array.from(input.slice(0, -1)),
      },
    ]);
  });

  test('replace: U+FFFD for each malformed part', () => {
    const { text, report } = convertText(input, { ...layout, invalidUtf8: 'replace' });
    expect(text).toBe('a\ufffd\ufffd\tbé\n');
    expect(report.notices).toEqual({ 'replaced-cells': 1 });
  });

  test('columns that nobody reads may hold anything', () => {
    expect(convertText(input, { fields: [{ name: 'b', start: 3, end: 6 }] }).text).toBe('bé\n');
  });

  test('a cell that cuts a character in two is not UTF-8', () => {
    const cut = convertText('abé   \n', layout);
    expect(cut.rejects).toMatchObject([{ code: 'invalid-utf-8', column: 'a' }]);
  });
});

describe('maxRecordBytes', () => {
  const limited = { ...layout, maxRecordBytes: 10 };

  test('a record at the limit is fine, with either line end', () => {
    const { text } = convertText(`${'x'.repeat(10)}\r\n${'y'.repeat(10)}\n${'z'.repeat(10)}`, limited);
    expect(text).toBe('xxx\txxx\nyyy\tyyy\nzzz\tzzz\n');
  });

  test.each([`${'x'.repeat(11)}\n`, 'x'.repeat(11), 'x'.repeat(5000)])('a longer one is refused', (long) => {
    expect(() => convertText(`abcdef\n${long}`, limited)).toThrow(
      expect.objectContaining({
        code: 'record-too-long',
        fault: expect.objectContaining({ where: { line: 2, byte: 7 } }),
      }),
    );
  });

  test('an endless header line is refused too', () => {
    expect(() => convertText('x'.repeat(5000), { ...limited, skip: 1 })).toThrow(
      expect.objectContaining({ code: 'record-too-long' }),
    );
  });
});

describe('notices', () => {
  test.each([
    ['escaped', '"a \xffbc', {}],
    ['short', 'a  \xff', {}],
    ['long', 'a  \xffbc and more', {}],
    ['NUL', 'a\0a\xffbc', {}],
    ['replaced', '\xffa b\0b', { invalidUtf8: 'replace', nul: 'reject' }],
  ])('are of rows that stand: none of one rejected for a later field (%s)', (_, bad, options) => {
    const input = Buffer.from(`"x d  \n${bad}\n"y e  \n`, 'latin1');
    const { report } = convertText(input, { ...layout, ...options });
    expect(report).toMatchObject({ rows: 2, rejected: 1 });
    expect(report.notices).toEqual({ 'escaped-cells': 2 });
  });
});
