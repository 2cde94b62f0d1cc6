import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { fileOf } from '../../src/byte-source.ts';
import { runConversion } from '../../src/conversion/conversion.ts';
import type { Converter } from '../../src/converter.ts';
import { BadInput } from '../../src/errors.ts';
import { parseOptions, sharedOptions } from '../../src/options.ts';
import { memorySink, sourceOf } from '../compression/memory.ts';

const options = z.strictObject(sharedOptions);

/** Writes the last byte, then the first. */
const ends: Converter<z.output<typeof options>> = {
  name: 'ends',
  summary: 'Both ends',
  options,
  input: { mediaTypes: ['text/plain'] },
  output: { extension: '.txt', mediaType: 'text/plain' },
  readsAnywhere: () => true,
  async convert({ file, sink }) {
    for (const offset of [file!.size - 1, 0]) {
      const byte = new Uint8Array(1);
      await file!.read(offset, byte);
      await sink.write(byte);
    }
    return { rows: 1, rejected: 0, notices: {} };
  },
};

async function run(input: Uint8Array, raw: object = {}) {
  const sink = memorySink();
  const report = await runConversion(ends, parseOptions(ends, { output: { compression: 'none' }, ...raw }), {
    source: sourceOf(input),
    file: fileOf(input),
    sink,
    quarantine: async () => memorySink(),
  });
  return { report, text: sink.bytes().toString() };
}

it('reads an input at any place and counts its bytes', async () => {
  const { report, text } = await run(Buffer.from('a...z'));
  expect(text).toBe('za');
  expect(report).toMatchObject({ bytesIn: 2, bytesInflated: 2, compression: { input: 'none' } });
});

it.each([
  ['gzip', gzipSync('a...z'), {}],
  ['zstd', zstdCompressSync(Buffer.from('a...z')), {}],
  ['gzip, as options say,', Buffer.from('a...z'), { compression: 'gzip' }],
])('refuses an input that is compressed by %s as a whole', async (_, input, given) => {
  const refused = await run(input, { input: given }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(BadInput);
  expect(refused).toMatchObject({ code: 'compressed-as-a-whole' });
});

it('takes bytes that only look compressed if options say that they are not', async () => {
  const { text } = await run(Buffer.concat([gzipSync(''), Buffer.from('!')]), {
    input: { compression: 'none' },
  });
  expect(text).toBe('!\x1f');
});
