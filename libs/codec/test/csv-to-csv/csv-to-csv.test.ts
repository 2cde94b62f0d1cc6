import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvToCsv } from '../../src/csv-to-csv/csv-to-csv.ts';
import { convertAll } from '../conversion/convert-all.ts';

it('golden: a vendor’s file to plain CSV', async () => {
  const vendor = Buffer.from('Größe (cm);Name;Näme\r\n180;"Ann; \xc4"\r\n;Bob;x\r\n', 'latin1');
  const { text, report, rejects } = await convertAll(csvToCsv, vendor, {
    dialect: { encoding: 'windows-1252' },
    headerNames: 'snake',
    rename: { Näme: 'alias' },
  });
  expect(text).toBe('grosse_cm,name,alias\n180,Ann; Ä,\n"",Bob,x\n');
  expect(report).toMatchObject({ rows: 2, rejected: 0, inputDialect: { delimiter: ';' } });
  expect(report.dialect).toEqual({
    delimiter: ',',
    header: true,
    lineTerminator: '\n',
    quoteChar: '"',
    doubleQuote: true,
  });
  expect(rejects).toEqual([]);
});

describe('columns', () => {
  const input = 'a,b,c\n1, 2 ,3\n';

  it('are chosen, ordered, renamed and trimmed', async () => {
    const { text } = await convertAll(csvToCsv, input, {
      columns: ['c', 'b'],
      rename: { b: 'B' },
      trim: true,
    });
    expect(text).toBe('c,B\n3,2\n');
  });

  it.each([
    ['that the file does not have', { columns: ['d'] }, 'no-such-column'],
    ['that are renamed but not there', { rename: { d: 'e' } }, 'no-such-column'],
    ['of one name', { rename: { a: 'b' } }, 'duplicate-name'],
  ])('%s are refused', async (_, options, code) => {
    await expect(convertAll(csvToCsv, input, options)).rejects.toMatchObject({ code });
  });
});

it('rows that the output cannot hold go to quarantine, in order with broken ones', async () => {
  const { text, report, rejects } = await convertAll(csvToCsv, 'a,b\n1,\u20ac\n2\n3,\u65e5\n4,x\n', {
    output: { dialect: { encoding: 'windows-1252' } },
    reading: { shortRows: 'reject' },
    rejects: { maxRejectRatio: 1 },
  });
  expect(text).toContain('4,x\n');
  expect(report).toMatchObject({ rows: 2, rejected: 2 });
  expect(rejects).toMatchObject([
    { line: 3, code: 'short-row', record: '2' },
    { line: 4, column: 'b', code: 'not-in-encoding', record: '3,\u65e5' },
  ]);
});

it('gives the same bytes, however the input is cut', async () => {
  const input = `id;text\n${Array.from({ length: 40 }, (_, i) => `${i};"${'x'.repeat(i * 7)};\n"`).join('\n')}\n`;
  const whole = await convertAll(csvToCsv, input);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 500 }), async (chunk) => {
      expect((await convertAll(csvToCsv, input, {}, { chunk })).text).toBe(whole.text);
    }),
    { numRuns: 10 },
  );
});
