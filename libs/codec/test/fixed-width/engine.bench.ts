// The codec alone, in memory, on one core: `node libs/codec/test/fixed-width/engine.bench.ts`.
// Each figure is the best of the rounds; the ratio is to a plain loop of JavaScript over the same bytes.
import { fixedWidthToTsvOptions } from '../../src/fixed-width/options.ts';
import { FixedWidthPush } from '../../src/fixed-width/push.ts';
import { driveFields, driveRecord, drives } from './drives.ts';

const ROUNDS = 8;
const records = Array.from(drives(100_000), driveRecord);
const plain = records.map((record) => `${record}\n`).join('');
const utf8 = (text: string) => Buffer.from(text);

const feeds: [name: string, input: Buffer, layout?: object, output?: object][] = [
  ['records of one length', utf8(plain)],
  ['records of any length', utf8(records.map((record, i) => `${record}${' '.repeat(i % 7)}\n`).join(''))],
  ['trailing blanks cut off', utf8(records.map((record) => `${record.trimEnd()}\n`).join(''))],
  ['CRLF', utf8(records.map((record) => `${record}\r\n`).join(''))],
  ['no line ends', utf8(records.join('')), { recordLength: 109 }],
  ['an accent in each record', utf8(plain.replaceAll('2022-10', 'é022-1'))],
  ['… by characters', utf8(plain.replaceAll('2022-10', 'é022-10')), { unit: 'characters' }],
  [
    '… in windows-1252',
    Buffer.from(plain.replaceAll('2022-10', 'é022-10'), 'latin1'),
    { encoding: 'windows-1252' },
  ],
  ['a quote in each record', utf8(plain.replaceAll('2022-10', '2"22-10'))],
  ['a backslash in each record', utf8(plain.replaceAll('2022-10', '2\\22-10')), {}, { escape: 'backslash' }],
  ['each record rejected', utf8(plain.replaceAll('2022-10', '2"22-10')), {}, { escape: 'reject' }],
];

const best = (work: () => void, rounds: number) =>
  Math.min(
    ...Array.from({ length: rounds }, () => {
      const start = performance.now();
      work();
      return performance.now() - start;
    }),
  );

function convertPlainly(input: Buffer): string {
  let out = '';
  for (const line of input.toString('latin1').split('\n')) {
    out += `${driveFields.map(({ start, end }) => line.slice(start, end).trim()).join('\t')}\n`;
  }
  return out;
}

const baseline = best(() => convertPlainly(feeds[0]![1]), 3) / feeds[0]![1].length;
for (const [name, input, layout, output] of feeds) {
  const options = fixedWidthToTsvOptions.parse({ layout: { fields: driveFields, ...layout }, output });
  const time = best(() => {
    const push = new FixedWidthPush(options, { write: () => {}, reject: () => {} });
    push.push(input);
    push.end();
  }, ROUNDS);
  const rate = (input.length / time / 1e6).toFixed(2);
  console.log(
    `${name.padEnd(28)} ${rate} GB/s ${((baseline * input.length) / time).toFixed(0).padStart(4)} x`,
  );
}
