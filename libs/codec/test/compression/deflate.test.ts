import { randomBytes } from 'node:crypto';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { deflate } from '../../src/compression/deflate.ts';
import { inflate } from '../../src/compression/inflate.ts';
import { inputOptions, outputOptions } from '../../src/options.ts';
import { measureAlone } from '../alone.ts';
import { cut, memorySink, readAll, sourceOf } from './memory.ts';

const text = Buffer.from(Array.from({ length: 300_000 }, (_, n) => `row\t${n}\tof many\n`).join(''));

async function deflateAll(pieces: Uint8Array[], options: object) {
  const inner = memorySink();
  const sink = deflate(inner, outputOptions.parse(options));
  for (const piece of pieces) await sink.write(piece);
  await sink.end();
  expect(sink.bytesOut).toBe(inner.bytes().length);
  return { bytes: inner.bytes(), sink };
}

describe.each(['gzip', 'zstd', 'none'] as const)('%s', (compression) => {
  const options = { compression };

  it('gives back what was written', async () => {
    const { bytes, sink } = await deflateAll(cut(text, 100_000), options);
    const back = await readAll(inflate(sourceOf(bytes), inputOptions.parse({})));
    expect(back.equals(text)).toBe(true);
    expect(sink.bytesIn).toBe(text.length);
  });

  it('gives the same bytes however they were split', async () => {
    const whole = (await deflateAll([text], options)).bytes;
    for (const size of [777, 1 << 20, (1 << 20) + 1])
      expect((await deflateAll(cut(text, size), options)).bytes.equals(whole)).toBe(true);
  });

  it('takes what hardly compresses', async () => {
    const noise = randomBytes(5_000_000);
    const { bytes } = await deflateAll(cut(noise, 300_000), options);
    const back = await readAll(inflate(sourceOf(bytes), inputOptions.parse({ compression })));
    expect(back.equals(noise)).toBe(true);
  });

  it('copies what it is lent', async () => {
    const inner = memorySink();
    const sink = deflate(inner, outputOptions.parse(options));
    const lent = new Uint8Array(1000).fill(97);
    await sink.write(lent);
    lent.fill(98);
    await sink.end();
    const back = await readAll(inflate(sourceOf(inner.bytes()), inputOptions.parse({})));
    expect(back.every((byte) => byte === 97)).toBe(true);
  });

  it('tells what the inner sink fails with', async () => {
    const sink = deflate(
      {
        async write() {
          throw new Error('disk full');
        },
      },
      outputOptions.parse(options),
    );
    const writing = (async () => {
      for (let turn = 0; turn < 20; turn++) await sink.write(text);
      await sink.end();
    })();
    await expect(writing).rejects.toThrow('disk full');
    await sink.settle();
  });

  it('settles when the write under way has ended', async () => {
    let ended = false;
    const slow = {
      async write() {
        await new Promise((resolve) => setTimeout(resolve, 20));
        ended = true;
      },
    };
    const sink = deflate(slow, outputOptions.parse(options));
    const writing = sink.write(text.subarray(0, 1 << 20));
    await sink.settle();
    expect(ended).toBe(true);
    await writing;
  });
});

it('writes gzip that any gunzip reads, with neither time nor system in it', async () => {
  const { bytes } = await deflateAll([text], { compression: 'gzip', level: 9 });
  expect(gunzipSync(bytes).equals(text)).toBe(true);
  expect([...bytes.subarray(4, 8)]).toEqual([0, 0, 0, 0]);
  expect(bytes[9]).toBe(255);
});

it('writes zstd frames that know their size', async () => {
  const { bytes } = await deflateAll([text.subarray(0, 5000)], { compression: 'zstd' });
  expect(zstdDecompressSync(bytes).equals(text.subarray(0, 5000))).toBe(true);
});

it('writes one empty member for an empty output', async () => {
  expect(gunzipSync((await deflateAll([], { compression: 'gzip' })).bytes).length).toBe(0);
  expect(zstdDecompressSync((await deflateAll([], { compression: 'zstd' })).bytes).length).toBe(0);
});

it('heeds the level', async () => {
  const size = async (compression: string, level: number) =>
    (await deflateAll([text], { compression, level })).bytes.length;
  expect(await size('gzip', 9)).toBeLessThan(await size('gzip', 1));
  expect(await size('zstd', 9)).not.toBe(await size('zstd', 1));
});

it('holds a writer back while the inner sink is busy', async () => {
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const sink = deflate({ write: () => gate }, outputOptions.parse({ compression: 'gzip' }));
  let written = 0;
  const writing = (async () => {
    for (; written < 32; written++) await sink.write(new Uint8Array(1 << 20));
  })();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(written).toBeLessThan(8);
  release();
  await writing;
  await sink.end();
  expect(written).toBe(32);
});

it.each(['gzip', 'zstd'])('%s: gives memory back by itself, not when the collector comes', (compression) => {
  const most = measureAlone(
    (file) => `
    const { deflate } = await import(${file('compression/deflate.ts')});
    let most = 0;
    const write = async () => void (most = Math.max(most, process.memoryUsage().arrayBuffers));
    const sink = deflate({ write }, { compression: '${compression}' });
    const block = Buffer.alloc(1 << 20, 'row\\tof many\\n');
    const start = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 200; i++) await sink.write(block);
    await sink.end();
    console.log((most - start) / (1 << 20));`,
  );
  // Four blocks, and a quarter for what each becomes.
  expect(most).toBeLessThan(8);
});

it.each(['gzip', 'zstd'] as const)('%s: a sink that keeps slices keeps copies', async (compression) => {
  const kept: Uint8Array[] = [];
  const out = deflate(
    { write: async (bytes) => void kept.push(bytes.slice()) },
    outputOptions.parse({ compression }),
  );
  await out.write(new Uint8Array(100_000).fill(65));
  await out.end();
  expect(kept.length).toBeGreaterThan(0);
  expect(kept.every(({ length }) => length > 0)).toBe(true);
});
