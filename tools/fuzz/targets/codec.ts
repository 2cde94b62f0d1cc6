import { gzipSync, zstdCompressSync } from 'node:zlib';
import {
  type Converter,
  fileOf,
  parseOptions,
  runConversion,
  type SharedOptions,
  sourceOf,
} from '@tributary/codec';
import { converters, loadConverter } from '@tributary/codec/converters';
import { TributaryError } from '@tributary/codec/errors';
import { pick, type Random } from '../../sample/random.ts';
import { mutate } from '../mutation.ts';
import { join, part, type Target } from '../target.ts';
import { twist } from '../twist.ts';

const csv = 'id,name,amount,at\n1,"one, or ""so""",1.50,2026-01-02\n2,two,-3e2,2026-02-30\n3,,NaN,\n';
const jsonLines =
  '{"id":1,"a":{"b":[1,2]},"__proto__":"x"}\n{"id":2,"a":null,"constructor":{"prototype":1}}\n';
const fixed = 'id      name    amount\n00000001one     1.50\n00000002two     -3\n';

const wide = (text: string) => text + text.split('\n').slice(1).join('\n').repeat(40);
const texts = [
  csv,
  jsonLines,
  fixed,
  wide(csv),
  wide(fixed),
  csv.replaceAll(',', '\t'),
  csv.replaceAll('\n', '\r\n'),
  csv.replace('name', '__proto__').replace('amount', 'constructor'),
  `\ufeff${csv}`,
].map((text) => Buffer.from(text));

const dialects = [
  {},
  { delimiter: ';', quoteChar: "'" },
  { delimiter: '||', lineTerminator: '\n', escapeChar: '\\' },
  { delimiter: 'multi-space', header: false, skipLines: 1, footerLines: 1 },
  { headerRows: [1, 2], commentChar: '#', nullSequence: 'NaN', encoding: 'windows-1252' },
];
const readings = [{}, { mode: 'strict' }, { maxFieldBytes: 4, maxRecordBytes: 20, maxColumns: 3 }];
const schema = {
  fields: [
    { name: 'id', type: 'integer', constraints: { required: true, unique: true } },
    { name: 'name', type: 'string', constraints: { maxLength: 12, pattern: '[a-z ]*' } },
    { name: 'amount', type: 'number', precision: 12, scale: 2, constraints: { minimum: 0 } },
    { name: 'at', type: 'date', format: '%Y-%m-%d' },
  ],
  missingValues: ['', 'NaN'],
  fieldsMatch: 'partial',
};
const layouts = [
  {
    fields: [
      { name: 'id', start: 0, end: 8 },
      { name: 'name', start: 8, end: null },
    ],
  },
  {
    fields: [
      { name: 'a', width: 3, pad: '0' },
      { name: '__proto__', width: 70 },
    ],
    unit: 'characters',
    shortRecords: 'reject',
  },
  {
    fields: [
      { name: 'a', start: 2, end: 5 },
      { name: 'b', start: 0, end: 9, trim: 'none' },
    ],
    recordLength: 11,
    encoding: 'windows-1252',
  },
];

type Options = Record<string, unknown>;
const delimited = (random: Random): Options => ({
  dialect: pick(random, dialects),
  reading: pick(random, readings),
});

/** Options that each converter takes, before they are twisted. */
const optionsOf: Record<string, (random: Random) => Options> = {
  'csv-to-csv': (random) => ({
    ...delimited(random),
    headerNames: pick(random, ['keep', 'snake']),
    trim: true,
  }),
  'csv-to-parquet': (random) => ({
    ...delimited(random),
    ...(random() < 0.5 && { schema }),
    output: {
      compression: pick(random, ['zstd', 'snappy', 'none']),
      ...(random() < 0.2 && { partitionBy: ['name'] }),
    },
  }),
  'fixed-width-to-tsv': (random) => ({
    layout: pick(random, layouts),
    output: { escape: pick(random, ['quote', 'backslash', 'reject']) },
  }),
  'json-lines-to-csv': (random) => ({
    ...(random() < 0.3 && { columns: ['id', '__proto__', 'a.b'] }),
    separator: pick(random, ['.', '_', '']),
    maxColumns: pick(random, [3, 4096]),
  }),
  'parquet-to-csv': (random) => ({ ...(random() < 0.3 && { columns: ['id', 'amount'] }) }),
  'schema-validator': (random) => ({
    ...delimited(random),
    schema,
    mode: pick(random, ['split', 'gate']),
    uniqueRows: random() < 0.5,
  }),
  'split-by-column': (random) => ({ ...delimited(random), by: pick(random, [['id'], ['name', 'id']]) }),
};

/** A converter, whole: its options, inflation, its own reading, rejects, output. */
function codecTarget(name: string, converter: Converter<SharedOptions>, files: Buffer[]): Target {
  return {
    name: `codec ${name}`,
    make(random) {
      const options = twist(random, optionsOf[name]?.(random) ?? {});
      const bytes = mutate(random, pick(random, files));
      const packed = pick(random, [bytes, bytes, bytes, gzipSync(bytes), zstdCompressSync(bytes)]);
      return join(options, random() < 0.3 ? mutate(random, packed) : packed);
    },
    async take(input) {
      const [given, bytes] = part(input);
      const nothing = { write: async () => {} };
      try {
        const options = parseOptions(converter, given as Options);
        await runConversion(converter, options, {
          source: sourceOf(bytes),
          reopen: async () => sourceOf(bytes),
          file: fileOf(bytes),
          sink: nothing,
          quarantine: async () => nothing,
          attach: async () => {},
          ...(converter.writesParts?.(options) && {
            openPart: async () => ({ write: async () => {}, end: async () => {} }),
          }),
        });
      } catch (error) {
        if (!(error instanceof TributaryError)) throw error;
      }
    },
  };
}

/** Tables as Parquet: what its reader is to be fuzzed with. */
async function parquetFiles(): Promise<Buffer[]> {
  const converter = await loadConverter('csv-to-parquet');
  const files: Buffer[] = [];
  for (const [table, compression] of [
    [csv, 'none'],
    [csv, 'snappy'],
    [wide(csv), 'zstd'],
  ] as const) {
    const pieces: Buffer[] = [];
    const input = Buffer.from(table);
    await runConversion(converter, parseOptions(converter, { output: { compression } }), {
      source: sourceOf(input),
      reopen: async () => sourceOf(input),
      sink: { write: async (bytes) => void pieces.push(Buffer.from(bytes)) },
      quarantine: async () => ({ write: async () => {} }),
    });
    files.push(Buffer.concat(pieces));
  }
  return files;
}

/** Every converter; Parquet goes to those that read it. */
export async function codecTargets(): Promise<Target[]> {
  const parquet = await parquetFiles();
  const filesOf = (name: string) =>
    name === 'parquet-to-csv' ? parquet : name === 'schema-validator' ? [...texts, ...parquet] : texts;
  return await Promise.all(
    Object.keys(converters).map(async (name) => codecTarget(name, await loadConverter(name), filesOf(name))),
  );
}
