import { expect, test } from 'vitest';
import { fixedWidthToTsv } from '../../src/fixed-width/fixed-width-to-tsv.ts';
import { memoryIo } from './memory-io.ts';

const layout = {
  fields: [
    { name: 'date', start: 0, end: 15 },
    { name: 'serial_number', start: 15, end: 36 },
    { name: 'failure', start: 36, end: 40 },
  ],
  skip: 1,
};

const file = [
  'date           serial_number        failure ',
  '2022-10-01     PL1331LAGDJ5GH       0   ',
  '2022-10-01     PL2331LAGLW5UJ       1   ',
  '',
].join('\n');

test('turns records into rows under a header', async () => {
  const options = fixedWidthToTsv.options.parse({ layout, output: { header: true, compression: 'gzip' } });
  const { io, text, rejects } = memoryIo(file);
  const report = await fixedWidthToTsv.convert(io, options);
  expect(text()).toBe(
    'date\tserial_number\tfailure\n2022-10-01\tPL1331LAGDJ5GH\t0\n2022-10-01\tPL2331LAGLW5UJ\t1\n',
  );
  expect(rejects).toEqual([]);
  expect(report).toEqual({
    rows: 2,
    rejected: 0,
    dialect: { delimiter: '\t', header: true, lineTerminator: '\n', quoteChar: '"', doubleQuote: true },
    fields: ['date', 'serial_number', 'failure'],
    notices: { 'header-lines': 1 },
  });
});
