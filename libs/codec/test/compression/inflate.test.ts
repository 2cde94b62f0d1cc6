import { randomBytes } from 'node:crypto';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflate } from '../../src/compression/inflate.ts';
import { BadInput, type Fault } from '../../src/errors.ts';
import { inputOptions } from '../../src/options.ts';
import { cut, readAll, sourceOf } from './memory.ts';

const text = Buffer.from(Array.from({ length: 40_000 }, (_, n) => `row ${n} of many\n`).join(''));
const zstd = (bytes: Uint8Array) =>
  zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const formats = [
  ['gzip', gzipSync],
  ['zstd', zstd],
] as const;

async function inflateAll(pieces: Uint8Array[], options: object = {}, bufferBytes?: number) {
  const source = inflate(sourceOf(...pieces), inputOptions.parse(options));
  const bytes = await readAll(source, bufferBytes);
  return { bytes, source };
}

/** Where the engine cannot say at which byte something is wrong, it says between which. */
function stretchOf({ got = '' }: Fault): [number, number] {
  const found = /between compressed bytes (\d+) and (\d+)$/.exec(got)!;
  return [Number(found[1]), Number(found[2])];
}

async function faultOf(pieces: Uint8Array[], options: object = {}) {
  const error = await inflateAll(pieces, options).then(
    () => undefined,
    (error) => error,
  );
  expect(error).toBeInstanceOf(BadInput);
  return (error as BadInput).fault;
}

describe('what is not compressed', () => {
  it('passes, and counts', async () => {
    const { bytes, source } = await inflateAll(cut(text, 1000));
    expect(bytes.equals(text)).toBe(true);
    expect(source).toMatchObject({
      compression: 'none',
      bytesIn: text.length,
      bytesInflated: text.length,
    });
  });

  it.each([0, 1, 2, 3, 4])('passes with %i bytes in all, even into a buffer of 1', async (length) => {
    expect((await inflateAll(cut(text.subarray(0, length), 1), {}, 1)).bytes).toEqual(
      text.subarray(0, length),
    );
  });

  it('is read straight into the memory of the reader', async () => {
    const seen: ArrayBufferLike[] = [];
    const inner = sourceOf(...cut(text, 1000));
    const source = inflate(
      {
        read(into) {
          seen.push(into.buffer);
          return inner.read(into);
        },
      },
      inputOptions.parse({}),
    );
    const buffer = new Uint8Array(4096);
    while ((await source.read(buffer)) > 0);
    expect(seen.every((memory) => memory === buffer.buffer)).toBe(true);
  });

  it('is refused where options say that it is compressed', async () => {
    expect(await faultOf([text], { compression: 'gzip' })).toMatchObject({
      code: 'not-gzip',
      got: '72 6f 77 20',
    });
    expect(await faultOf([gzipSync(text)], { compression: 'zstd' })).toMatchObject({
      code: 'not-zstd',
    });
    expect(await faultOf([], { compression: 'gzip' })).toMatchObject({
      code: 'not-gzip',
      got: 'an empty input',
    });
  });

  it('is what options call it, though it looks like gzip', async () => {
    const bytes = gzipSync(text);
    expect((await inflateAll([bytes], { compression: 'none' })).bytes.equals(bytes)).toBe(true);
  });
});

describe.each(formats)('%s', (name, compress) => {
  const one = compress(text);
  const two = Buffer.concat([compress(text), compress(Buffer.alloc(0)), compress(text)]);
  const short = text.subarray(0, 500);
  const many = Buffer.concat([compress(short), compress(Buffer.alloc(0)), compress(short)]);

  it.each([300, 1000, one.length, 1 << 20])('inflates in pieces of %i bytes', async (size) => {
    const { bytes, source } = await inflateAll(cut(one, size));
    expect(bytes.equals(text)).toBe(true);
    expect(source).toMatchObject({
      compression: name,
      bytesIn: one.length,
      bytesInflated: text.length,
    });
  });

  it('inflates several in a row, wherever a read ends', async () => {
    for (let size = 1; size <= many.length; size++) {
      const { bytes } = await inflateAll(cut(many, size));
      expect(bytes.equals(Buffer.concat([short, short])), `pieces of ${size}`).toBe(true);
    }
    for (const size of [one.length - 1, one.length, one.length + 1, one.length + 3, 1 << 20]) {
      const { bytes } = await inflateAll(cut(two, size));
      expect(bytes.equals(Buffer.concat([text, text])), `pieces of ${size}`).toBe(true);
    }
  });

  it('inflates far more than it holds at a time', async () => {
    const blanks = Buffer.alloc(24 << 20, 'abc ');
    const { bytes } = await inflateAll([compress(blanks)], {}, 100_000);
    expect(bytes.equals(blanks)).toBe(true);
  });

  it('inflates what hardly compresses', async () => {
    const noise = randomBytes(3_000_000);
    expect((await inflateAll(cut(compress(noise), 70_000))).bytes.equals(noise)).toBe(true);
  });

  it('inflates nothing to nothing', async () => {
    expect((await inflateAll([compress(Buffer.alloc(0))])).bytes.length).toBe(0);
  });

  it.each([500, one.length, 1 << 20])('takes zero padding, in pieces of %i bytes', async (size) => {
    const { bytes } = await inflateAll(cut(Buffer.concat([one, Buffer.alloc(1000)]), size));
    expect(bytes.equals(text)).toBe(true);
  });

  it('refuses garbage behind, also behind padding', async () => {
    for (const tail of [Buffer.from('garbage'), Buffer.concat([Buffer.alloc(600), Buffer.from('x')])]) {
      for (const size of [one.length, one.length + 2, 1 << 20]) {
        const fault = await faultOf(cut(Buffer.concat([one, tail]), size));
        expect(fault.code, `pieces of ${size}`).toBe(`${name}-trailing-garbage`);
        const begins = one.length + tail.findIndex((byte) => byte !== 0);
        if (fault.where) expect(fault.where).toEqual({ byte: text.length, compressedByte: begins });
        else {
          const [start, end] = stretchOf(fault);
          expect(start).toBeLessThanOrEqual(begins);
          expect(end).toBeGreaterThan(begins);
        }
      }
    }
  });

  it('refuses a stream cut off anywhere', async () => {
    for (const length of [8, 20, one.length >> 1, one.length - 5, one.length - 1]) {
      const fault = await faultOf(cut(one.subarray(0, length), 5000));
      expect(fault.code, `cut at ${length}`).toBe(`${name}-truncated`);
      expect(fault.where).toEqual({ compressedByte: length });
    }
    expect((await faultOf([two.subarray(0, -3)])).code).toBe(`${name}-truncated`);
  });

  it('refuses damage: in the data, and in the checksum', async () => {
    for (const at of [one.length >> 1, one.length - 2]) {
      const damaged = Buffer.from(one);
      damaged[at]! ^= 0xff;
      const fault = await faultOf(cut(damaged, 1000));
      expect(fault.code, `damage at ${at}`).toBe(`${name}-corrupt`);
      expect(fault.where).toBeUndefined();
      // Inflate makes something of most damage, until the checksum comes.
      expect(fault.got).toContain(', noticed between ');
      expect(stretchOf(fault)[1]).toBeGreaterThan(at);
    }
  });

  it('stops at the limit of inflated bytes', async () => {
    expect(await faultOf([one], { maxInflatedBytes: 10_000 })).toMatchObject({ code: 'inflate-limit' });
    expect((await inflateAll([one], { maxInflatedBytes: text.length })).bytes.length).toBe(text.length);
  });

  it('stops a bomb by its ratio, early, and without reading all of it', async () => {
    const bomb = Buffer.concat(Array<Buffer>(64).fill(compress(Buffer.alloc(16 << 20))));
    const inner = sourceOf(...cut(bomb, 16_384));
    const source = inflate(inner, inputOptions.parse({}));
    await expect(readAll(source)).rejects.toMatchObject({ code: 'inflate-ratio' });
    expect(source.bytesInflated).toBeLessThan(256 << 20);
    source.close();
  });

  it('passes on what the source fails with', async () => {
    let reads = 0;
    const source = inflate(
      {
        async read(into) {
          if (reads++ > 0) throw new Error('disk on fire');
          into.set(one.subarray(0, 100));
          return 100;
        },
      },
      inputOptions.parse({}),
    );
    await expect(readAll(source)).rejects.toThrow('disk on fire');
  });

  it('can be left in the middle', async () => {
    const source = inflate(sourceOf(...cut(two, 500)), inputOptions.parse({}));
    expect(await source.read(new Uint8Array(10))).toBe(10);
    source.close();
  });
});

it('inflates skippable zstd frames to nothing', async () => {
  const few = text.subarray(0, 500);
  const skippable = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  const all = Buffer.concat([skippable, zstd(few), skippable, zstd(few)]);
  for (const size of [1, 13, 1 << 20])
    expect((await inflateAll(cut(all, size))).bytes.equals(Buffer.concat([few, few]))).toBe(true);
});
