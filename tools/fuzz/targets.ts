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
import { compilePattern, InvalidEvent, InvalidPattern } from '@tributary/events/pattern';
import { compileTargetInput, InvalidTargetInput } from '@tributary/events/target-input';
import { pick } from '../sample/random.ts';
import { mutate } from './mutation.ts';

/** Something that takes whatever comes. */
export interface Target {
  name: string;
  /** Makes an input. */
  make(random: () => number): Buffer;
  /** Takes it; throws nothing but what a refusal is. */
  take(input: Buffer): Promise<void> | void;
}

const csv = 'id,name,amount,at\n1,"one, or ""so""",1.50,2026-01-02\n2,two,-3e2,2026-02-30\n3,,NaN,\n';
const jsonLines = '{"id":1,"a":{"b":[1,2]},"__proto__":"x"}\n{"id":2,"a":null}\n';
const fixed = 'id      name    amount\n00000001one     1.50\n00000002two     -3\n';

const wide = (text: string) => text + text.split('\n').slice(1).join('\n').repeat(40);
const seeds = [
  csv,
  jsonLines,
  fixed,
  wide(csv),
  wide(fixed),
  csv.replaceAll(',', '\t'),
  csv.replaceAll('\n', '\r\n'),
  `\ufeff${csv}`,
].map((text) => Buffer.from(text));
const layouts = [
  {
    fields: [
      { name: 'id', start: 0, end: 8 },
      { name: 'name', start: 8, end: null },
    ],
  },
  {
    fields: [
      { name: 'a', width: 3 },
      { name: '__proto__', width: 70 },
    ],
    unit: 'characters',
    shortRecords: 'reject',
  },
  {
    fields: [
      { name: 'a', start: 2, end: 5 },
      { name: 'b', start: 0, end: 9 },
    ],
    recordLength: 11,
    encoding: 'windows-1252',
  },
];
const optionsOf: Record<string, object[]> = {
  'split-by-column': [{ by: ['id'] }],
  'fixed-width-to-tsv': layouts.map((layout) => ({ layout })),
  'csv-to-parquet': [{}, { schema: { fields: [{ name: 'id', type: 'integer' }] }, fieldsMatch: 'partial' }],
  'schema-validator': [
    { schema: { fields: [{ name: 'id', type: 'integer', constraints: { required: true } }] } },
  ],
};

/** A converter, whole: inflation, its own reading, rejects, output. */
function codecTarget(name: string, converter: Converter<SharedOptions>, files: Buffer[]): Target {
  const given = (optionsOf[name] ?? [{}]).flatMap((one) => {
    try {
      return [parseOptions(converter, one)];
    } catch {
      return []; // it cannot do without options that are not known here
    }
  });
  return {
    name: `codec ${name}`,
    make(random) {
      const bytes = mutate(random, pick(random, files));
      const packed = pick(random, [bytes, bytes, gzipSync(bytes), zstdCompressSync(bytes)]);
      return random() < 0.3 ? mutate(random, packed) : packed;
    },
    async take(input) {
      for (const options of given) {
        const nothing = { write: async () => {} };
        try {
          await runConversion(converter, options, {
            source: sourceOf(input),
            reopen: async () => sourceOf(input),
            file: fileOf(input),
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
      }
    },
  };
}

const patterns = [
  '{"source":["a",{"prefix":"b"}],"detail":{"n":[{"numeric":[">",0,"<=",5]}],"x":[{"exists":false}]}}',
  '{"$or":[{"a":[{"wildcard":"x*y*"}]},{"b":[{"anything-but":{"suffix":["p","q"]}}]}]}',
  '{"ip":[{"cidr":"10.0.0.0/8"},{"equals-ignore-case":"X"},null,true,1.50]}',
];
const events = [
  '{"source":"a","detail":{"n":[1,{"n":5}],"ip":"10.1.2.3"},"a":[{"b":"xp"},"xay"],"__proto__":1}',
  '{}',
  '{"a":[[[{"a":1e400}]]]}',
];

const refusals = [InvalidPattern, InvalidEvent, InvalidTargetInput];

function refused(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!refusals.some((kind) => error instanceof kind)) throw error;
  }
}

const patternTarget: Target = {
  name: 'event pattern',
  make: (random) =>
    Buffer.concat([
      mutate(random, Buffer.from(pick(random, patterns))),
      Buffer.from('\u0001'),
      mutate(random, Buffer.from(pick(random, events))),
    ]),
  take(input) {
    const text = input.toString('latin1');
    const cut = text.indexOf('\u0001');
    refused(() => {
      const matches = compilePattern(text.slice(0, cut));
      for (const event of [text.slice(cut + 1), ...events]) refused(() => matches(event));
    });
  },
};

const templates = ['{"a":<x>,"b":"<y> and <aws.events.event.json>"}', '"<x>"', '<aws.events.event>'];

const targetInputTarget: Target = {
  name: 'target input',
  make: (random) => mutate(random, Buffer.from(pick(random, templates))),
  take(input) {
    refused(() => {
      const render = compileTargetInput({
        Id: 't',
        InputTransformer: { InputPathsMap: { x: '$.detail', y: '$.a[0]' }, InputTemplate: input.toString() },
      });
      for (const event of events) render(event, { ruleArn: 'r', ruleName: 'n', ingestionTime: 't' });
    });
  },
};

/** Tables as Parquet: what its reader is to be fuzzed with. */
async function parquetFiles(): Promise<Buffer[]> {
  const converter = await loadConverter('csv-to-parquet');
  const files: Buffer[] = [];
  for (const table of [csv, wide(csv)]) {
    const pieces: Buffer[] = [];
    const input = Buffer.from(table);
    await runConversion(converter, parseOptions(converter, {}), {
      source: sourceOf(input),
      reopen: async () => sourceOf(input),
      sink: { write: async (bytes) => void pieces.push(Buffer.from(bytes)) },
      quarantine: async () => ({ write: async () => {} }),
    });
    files.push(Buffer.concat(pieces));
  }
  return files;
}

/** All of them. */
export async function fuzzTargets(): Promise<Target[]> {
  const codecs: Target[] = [];
  const parquet = await parquetFiles();
  for (const name of Object.keys(converters)) {
    codecs.push(codecTarget(name, await loadConverter(name), name.startsWith('parquet') ? parquet : seeds));
  }
  return [...codecs, patternTarget, targetInputTarget];
}
