// The reader alone, in memory, on one core: `node libs/codec/test/delimited/reader.bench.ts [NAME]`.
// Each figure is the best of the rounds; the ratio is to splitting the same text with `split` of JavaScript.
import { dialectSchema, readingSchema } from '../../src/delimited/dialect.ts';
import { DelimitedReader } from '../../src/delimited/reader.ts';
import { KernelHeap } from '../../src/kernel/heap.ts';

const ROUNDS = 6;
const ROWS = 250_000;

/** Sixteen columns, 127 bytes a record, like an order line; `quoted`: the share of records with a comma in quotes. */
function orderLines(quoted: number, note = (i: number) => `comment number ${i % 9973}`): string {
  let text = 'a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p\n';
  for (let i = 0; i < ROWS; i++) {
    const comment = i % 100 < quoted * 100 ? `"said, ${note(i)}"` : note(i);
    text += `${1000000 + i},${i % 200000},${i % 10000},${i % 7},${i % 50},${(i % 90000) + 0.25},0.0${i % 9},0.0${i % 8},N,O,1996-03-${10 + (i % 20)},1996-02-12,1996-03-22,DELIVER IN PERSON,TRUCK,${comment}\n`;
  }
  return text;
}

const plain = orderLines(0.05);
const feeds: [name: string, text: string, dialect?: object, reading?: object][] = [
  ['order lines, 5 % quoted', plain],
  ['unquoted', orderLines(0)],
  ['each with a quoted cell', orderLines(1)],
  ['each with doubled quotes', orderLines(1, (i) => `""${i}""`)],
  ['CRLF', plain.replaceAll('\n', '\r\n')],
  ['an accent in each', orderLines(0, (i) => `straße ${i}`)],
  ['Japanese text', orderLines(0, (i) => `これは長い文章です。${i % 97}どうぞよろしく`)],
  ['400 columns', `${`${Array.from({ length: 400 }, (_, i) => i * 7).join(',')}\n`.repeat(ROWS / 20)}`],
  ['long texts', `a,b\n${`1,${'a text without an end '.repeat(40)}\n`.repeat(ROWS / 8)}`],
  ['nulls by \\N', plain.replaceAll('TRUCK', '\\N'), { nullSequence: '\\N' }],
  ['odd: bare quote in each', plain.replaceAll('DELIVER', 'DE"LIVER')],
  ['odd: escapes', plain.replaceAll('DELIVER', 'DE\\,LIVER'), { escapeChar: '\\' }],
  ['odd: delimiter of two', plain.replaceAll(',', '::'), { delimiter: '::' }],
  ['odd: multi-space', plain.replaceAll(' ', '_').replaceAll(',', '  '), { delimiter: 'multi-space' }],
];

async function read(bytes: Uint8Array, dialect: object, reading: object): Promise<number> {
  const heap = new KernelHeap(64 * 1024 * 1024);
  let at = 0;
  const source = {
    async read(into: Uint8Array) {
      const part = bytes.subarray(at, at + into.length);
      into.set(part);
      at += part.length;
      return part.length;
    },
  };
  const options = { dialect: dialectSchema.parse(dialect), reading: readingSchema.parse(reading) };
  const reader = new DelimitedReader(heap, source, options, { reject: () => {} });
  await reader.open();
  const start = process.cpuUsage();
  for (let batch = await reader.next(); batch; batch = await reader.next());
  const { user, system } = process.cpuUsage(start);
  reader.close();
  return (user + system) / 1000;
}

for (const [name, text, dialect = {}, reading = {}] of feeds) {
  if (process.argv[2] && !name.includes(process.argv[2])) continue;
  const bytes = Buffer.from(text);
  const given = { delimiter: ',', quoteChar: '"', header: true, ...dialect };
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) best = Math.min(best, await read(bytes, given, reading));
  const start = process.cpuUsage();
  for (const line of text.split('\n')) line.split(',');
  const split = (process.cpuUsage(start).user + process.cpuUsage(start).system) / 1000;
  console.log(
    `${name.padEnd(28)} ${(bytes.length / best / 1e6).toFixed(2)} GB/s ${(split / best).toFixed(0).padStart(4)} x   (${(bytes.length / 1e6).toFixed(0)} MB)`,
  );
}
