import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dialect } from '../../src/converter.ts';
import { fixedWidthToTsvOptions } from '../../src/fixed-width/options.ts';
import { convertText } from './convert-text.ts';

const WIDTH = 12;

/** A reader that knows nothing but the dialect. */
function readTsv(text: string, { quoteChar, escapeChar }: Dialect): string[][] {
  const letters: Record<string, string> = { t: '\t', n: '\n', r: '\r' };
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (quoted) {
      if (character !== quoteChar) cell += character;
      else if (text[i + 1] === quoteChar) cell += text[i++];
      else quoted = false;
    } else if (quoteChar && character === quoteChar && cell === '') quoted = true;
    else if (escapeChar && character === escapeChar) cell += letters[text[++i]!] ?? text[i];
    else if (character === '\t' || character === '\n') {
      row.push(cell);
      cell = '';
      if (character === '\n') {
        rows.push(row);
        row = [];
      }
    } else cell += character;
  }
  expect([quoted, row, cell]).toEqual([false, [], '']);
  return rows;
}

const nasty = fc
  .array(fc.constantFrom('\t', '\n', '\r', '"', '\\', 'a', ' ', 'n', 't', 'é'), { maxLength: WIDTH })
  .map((all) => all.join(''));
const table = fc
  .integer({ min: 1, max: 4 })
  .chain((columns) =>
    fc.array(fc.array(nasty, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 6 }),
  );

describe.each(['quote', 'backslash'])('escape: %s', (style) => {
  test('what is read back by the declared dialect is what was there', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const fields = rows[0]!.map((_, i) => ({ name: `c${i}\t"\\`, width: WIDTH, trim: 'none' }));
        const records = rows.map((row) => row.map((cell) => cell.padEnd(WIDTH)).join('')).join('');
        const layout = {
          fields,
          unit: 'characters',
          encoding: 'iso-8859-1',
          recordLength: WIDTH * fields.length,
          blankLines: 'empty',
        };
        const { text, report } = convertText(Buffer.from(records, 'latin1'), layout, {
          escape: style,
          header: true,
        });
        expect(readTsv(text, report.dialect!)).toEqual([
          fields.map(({ name }) => name),
          ...rows.map((row) => row.map((cell) => cell.padEnd(WIDTH))),
        ]);
      }),
      { numRuns: 1000 },
    );
  });
});

test('quote: golden', () => {
  const fields = [
    { name: 'size "in"', width: 5 },
    { name: 'b', width: 3 },
  ];
  const { text, report } = convertText('5" hda\tb\\\\\\  x\n', { fields }, { header: true });
  expect(text).toBe('"size ""in"""\tb\n"5"" hd"\t"a\tb"\n');
  expect(report.dialect).toEqual({
    delimiter: '\t',
    header: true,
    lineTerminator: '\n',
    quoteChar: '"',
    doubleQuote: true,
  });
});

test('quote: an empty row of one column is no blank line', () => {
  expect(convertText('a\n \nb\n', { fields: [{ name: 'a', width: 1 }], blankLines: 'empty' }).text).toBe(
    'a\n""\nb\n',
  );
});

test('backslash: golden', () => {
  const fields = [
    { name: 'a\tb', width: 5 },
    { name: 'c', width: 3 },
  ];
  const { text, report } = convertText('a\tb"\\\\Nd\n', { fields }, { header: true, escape: 'backslash' });
  expect(text).toBe('a\\tb\tc\na\\tb"\\\\\t\\\\Nd\n');
  expect(report.dialect).toEqual({
    delimiter: '\t',
    header: true,
    lineTerminator: '\n',
    quoteChar: '',
    escapeChar: '\\',
  });
  expect(report.notices).toEqual({ 'escaped-cells': 2 });
});

test('reject: such rows go to quarantine', () => {
  const fields = [
    { name: 'a', width: 2 },
    { name: 'b', width: 2 },
  ];
  const { text, rejects, report } = convertText(
    'a b \na b"\na\tb \na b\\\nc d \n',
    { fields },
    { escape: 'reject' },
  );
  expect(text).toBe('a\tb\nc\td\n');
  expect(rejects.map(({ line, column, code }) => [line, column, code])).toEqual([
    [2, 'b', 'unescapable-cell'],
    [3, 'a', 'unescapable-cell'],
    [4, 'b', 'unescapable-cell'],
  ]);
  expect(report.dialect).toEqual({ delimiter: '\t', header: false, lineTerminator: '\n' });
});

test('reject: so does no header that it cannot write', () => {
  const options = { layout: { fields: [{ name: 'a"b', width: 1 }] }, output: { escape: 'reject' } };
  expect(fixedWidthToTsvOptions.safeParse(options).error?.issues).toMatchObject([
    { path: ['layout', 'fields', 0, 'name'] },
  ]);
  expect(
    fixedWidthToTsvOptions.safeParse({ ...options, output: { escape: 'reject', header: false } }).success,
  ).toBe(true);
});
