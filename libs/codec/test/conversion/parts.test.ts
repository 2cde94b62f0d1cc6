import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { runConversion } from '../../src/conversion/conversion.ts';
import { partNamer } from '../../src/conversion/part-path.ts';
import type { Converter, OutputPart } from '../../src/converter.ts';
import { parseOptions, sharedOptions, streamCompression } from '../../src/options.ts';
import { cut, memorySink, readAll, sourceOf } from '../compression/memory.ts';

const options = z.strictObject(sharedOptions);

/** Counts lines, then writes each to the part of its first letter, with how many there are. */
const sorting: Converter<z.output<typeof options>> = {
  name: 'sorting',
  summary: 'One file a letter',
  options,
  input: { mediaTypes: ['text/plain'] },
  output: { extension: '.txt', mediaType: 'text/plain' },
  readsTwice: () => true,
  writesParts: () => true,
  async convert({ source, restart, openPart, hints }) {
    const total = (await readAll(source)).toString().split('\n').length - 1;
    const lines = (await readAll(await restart())).toString().trimEnd().split('\n');
    for (const [letter, group] of Map.groupBy(lines, (line) => line[0] ?? '')) {
      const part = await openPart({ partition: [['letter', letter]], number: 1 });
      for (const line of group) await part.write(Buffer.from(`${line} of ${total}\n`));
      await part.end({ rows: group.length });
    }
    return { rows: total, rejected: 0, notices: { [hints.mediaType ?? 'unknown']: 1 } };
  },
};

async function sort(input: Uint8Array, raw: object = {}, converter = sorting, more: object = {}) {
  const parts = new Map<string, { sink: ReturnType<typeof memorySink>; rows: number | undefined }>();
  const source = () => sourceOf(...cut(input, 1000));
  const report = await runConversion(converter, parseOptions(converter, raw), {
    source: source(),
    reopen: async () => source(),
    async openPart(part: OutputPart) {
      const file = { sink: memorySink(), rows: undefined as number | undefined };
      parts.set(JSON.stringify(part.partition), file);
      return {
        write: (bytes) => file.sink.write(bytes),
        async end({ rows }) {
          file.rows = rows;
        },
      };
    },
    quarantine: async () => memorySink(),
    ...more,
  });
  return { report, parts };
}

const text = 'bee\nant\nbat\n';

describe('a converter that reads twice and writes parts', () => {
  it('reads from the start again, inflated again, and each part is compressed by itself', async () => {
    const { report, parts } = await sort(gzipSync(text), {}, sorting, {
      hints: { mediaType: 'text/plain' },
    });
    const read = (name: string) => gunzipSync(parts.get(name)!.sink.bytes()).toString();
    expect(read('[["letter","a"]]')).toBe('ant of 3\n');
    expect(read('[["letter","b"]]')).toBe('bee of 3\nbat of 3\n');
    expect([...parts.values()].map(({ rows }) => rows)).toEqual([2, 1]);
    expect(report).toMatchObject({
      pass: 2,
      bytesIn: gzipSync(text).length,
      bytesInflated: text.length,
      bytesConverted: 27,
      bytesOut: [...parts.values()].reduce((sum, { sink }) => sum + sink.bytes().length, 0),
      notices: { 'text/plain': 1 },
    });
  });

  it('that compresses by itself is written as it is, whatever its own compression is called', async () => {
    const own = options.extend({
      output: z.strictObject({ compression: z.literal('snappy') }).prefault({ compression: 'snappy' }),
    });
    const packed: Converter<z.output<typeof own>> = {
      name: 'packed',
      summary: sorting.summary,
      input: sorting.input,
      options: own,
      readsTwice: () => true,
      readsAnywhere: () => false,
      writesParts: () => true,
      convert: (io) => sorting.convert(io, parseOptions(sorting, {})),
      output: { ...sorting.output, packed: 'inside' },
    };
    const { report, parts } = await sort(Buffer.from(text), {}, packed as never);
    expect(parts.get('[["letter","a"]]')!.sink.bytes().toString()).toBe('ant of 3\n');
    expect(report.compression.output).toBe('none');
    expect(streamCompression(packed, parseOptions(packed, {}))).toEqual({ compression: 'none' });
  });

  it.each([
    [
      'never ends a part',
      {
        ...sorting,
        convert: async (io) => {
          await io.openPart({ partition: [], number: 1 });
          return { rows: 0, rejected: 0, notices: {} };
        },
      },
      /never ended/,
    ],
    [
      'starts again after a rejected row',
      {
        ...sorting,
        convert: async (io) => {
          io.reject({ line: 1, byte: 0, code: 'x', message: 'x', record: Buffer.from('x') });
          await io.restart();
          return { rows: 0, rejected: 1, notices: {} };
        },
      },
      /starts again after it rejected/,
    ],
    [
      'writes to a sink that is not there',
      {
        ...sorting,
        convert: async (io) => {
          await io.sink.write(Buffer.from('x'));
          return { rows: 0, rejected: 0, notices: {} };
        },
      },
      /no single sink/,
    ],
  ] as [string, typeof sorting, RegExp][])('is told so where it %s', async (_what, converter, message) => {
    await expect(sort(Buffer.from(text), {}, converter)).rejects.toThrow(message);
  });

  it('needs to be given what it asks for', async () => {
    await expect(sort(Buffer.from(text), {}, sorting, { reopen: undefined })).rejects.toThrow(
      'read but once',
    );
    await expect(sort(Buffer.from(text), {}, sorting, { openPart: undefined })).rejects.toThrow('not opened');
  });
});

describe('names of parts', () => {
  const part = (value: string | null, number = 1): OutputPart => ({ partition: [['a=b', value]], number });

  it('are escaped as Hive does', () => {
    const name = partNamer('2026/x', '.parquet');
    expect(name(part('REG AIR'))).toBe('a%3Db=REG AIR/2026/x.parquet');
    expect(name(part('a/b:c"\u{1}é', 12))).toBe('a%3Db=a%2Fb%3Ac%22%01é/2026/x.00012.parquet');
    expect(
      name({
        partition: [
          ['y', '1'],
          ['m', '2'],
        ],
        number: 1,
      }),
    ).toBe('y=1/m=2/2026/x.parquet');
    expect(name({ partition: [], number: 2 })).toBe('2026/x.00002.parquet');
  });

  it('are never given twice', () => {
    const name = partNamer('x', '.parquet');
    expect([part(null), part('', 1), part(null, 2)].map(name)).toEqual([
      'a%3Db=__HIVE_DEFAULT_PARTITION__/x.parquet',
      'a%3Db=__HIVE_DEFAULT_PARTITION__/x.00002.parquet',
      'a%3Db=__HIVE_DEFAULT_PARTITION__/x.00003.parquet',
    ]);
  });
});
