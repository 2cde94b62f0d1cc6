import { setTimeout } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { runConversion } from '../../src/conversion/conversion.ts';
import { Quarantine } from '../../src/conversion/quarantine.ts';
import { fixedWidthToTsv } from '../../src/fixed-width/fixed-width-to-tsv.ts';
import { parseOptions } from '../../src/options.ts';
import type { ByteSink } from '../../src/ports.ts';
import { measureAlone } from '../alone.ts';

/** A sink that takes its time, and tells if it is called again before it is done. */
function slowSink({ fail = Number.POSITIVE_INFINITY } = {}) {
  const parts: Uint8Array[] = [];
  const seen = { opened: 0, active: 0, overlaps: 0, writes: 0 };
  const sink: ByteSink = {
    async write(bytes) {
      seen.writes++;
      if (++seen.active > 1) seen.overlaps++;
      await setTimeout(5);
      seen.active--;
      if (seen.writes === fail) throw new Error('no room');
      parts.push(bytes.slice());
    },
  };
  return {
    seen,
    async open() {
      seen.opened++;
      await setTimeout(5);
      return sink;
    },
    lines: () =>
      gunzipSync(Buffer.concat(parts))
        .toString()
        .trimEnd()
        .split('\n')
        .map((line): number => JSON.parse(line).line),
  };
}

const upTo = (length: number) => Array.from({ length }, (_, i) => i + 1);
const bad = (line: number, record: Uint8Array) => ({ line, byte: 0, code: 'bad', message: 'Bad', record });

describe('one drain at a time', () => {
  it('whoever asks: one sink, one write at a time, in order', async () => {
    const { open, seen, lines } = slowSink();
    const quarantine = new Quarantine(open);
    const record = new Uint8Array(100_000).fill(0x41);
    const drains: Promise<void>[] = [];
    for (const line of upTo(40)) {
      quarantine.add(bad(line, record));
      if (line % 4 === 0) drains.push(quarantine.drain());
      if (line % 12 === 0) await setTimeout(7);
    }
    await quarantine.end();
    expect(seen).toMatchObject({ opened: 1, overlaps: 0, active: 0 });
    expect(lines()).toEqual(upTo(40));
    await Promise.all(drains);
  });

  it('a threshold that is crossed while reading ahead leaves whole what was rejected', async () => {
    const layout = { fields: [{ name: 'a', start: 0, end: 1000 }], shortRecords: 'reject' };
    const options = parseOptions(fixedWidthToTsv, {
      layout,
      rejects: { maxRejects: 15_000, maxRejectRatio: 1 },
      output: { compression: 'none' },
    });
    const { open, seen, lines } = slowSink();
    let byte = 0;
    const run = runConversion(fixedWidthToTsv, options, {
      source: {
        async read(into) {
          for (let i = 0; i < into.length; i++, byte++) into[i] = byte % 100 === 99 ? 10 : 65 + (byte % 57);
          return into.length;
        },
      },
      sink: { async write() {} },
      quarantine: open,
    });
    await expect(run).rejects.toMatchObject({ code: 'too-many-rejects' });
    expect(seen).toMatchObject({ opened: 1, overlaps: 0, active: 0 });
    expect(lines()).toEqual(upTo(15_001));
    const { writes } = seen;
    const read = byte;
    await setTimeout(50);
    expect([seen.writes, byte], 'nothing goes on behind the back of the caller').toEqual([writes, read]);
  });

  it('a failed write fails all that come after: a file with a hole is none', async () => {
    const { open, seen } = slowSink({ fail: 2 });
    const quarantine = new Quarantine(open);
    const record = new Uint8Array(200_000).fill(0x41);
    for (const line of upTo(8)) quarantine.add(bad(line, record));
    await expect(quarantine.drain()).rejects.toThrow('no room');
    await expect(quarantine.end()).rejects.toThrow('no room');
    expect(seen.writes).toBe(2);
  });

  it('a conversion that fails otherwise waits for the write under way, and starts no other', async () => {
    const { open, seen } = slowSink();
    let read = 0;
    const broken: typeof fixedWidthToTsv = {
      ...fixedWidthToTsv,
      async convert({ source, reject }) {
        for (const line of upTo(8)) reject(bad(line, new Uint8Array(200_000).fill(0x41)));
        void source.read(new Uint8Array(10)); // a reader ahead of its time
        await setTimeout(8);
        throw new Error('a bug');
      },
    };
    const options = parseOptions(broken, { layout: { fields: [{ name: 'a', width: 1 }] } });
    const run = runConversion(broken, options, {
      source: { read: async () => read++ },
      sink: { async write() {} },
      quarantine: open,
    });
    await expect(run).rejects.toThrow('a bug');
    expect(seen).toMatchObject({ active: 0, writes: 1 });
    await setTimeout(30);
    expect([seen.writes, read]).toEqual([1, 0]);
  });
});

describe('a long record', () => {
  const limit = 16 * 1024 * 1024;

  it.each([
    ['of controls, six characters each', '\u{1}', limit],
    ['of text beyond ASCII', '€', limit],
    ['that is not text', Buffer.from([0x41, 0xff]), limit],
    ['with a cut in a character', Buffer.from('xx😀'), 300_001],
  ])('%s comes back as it was', async (_, fill, length) => {
    const record = Buffer.alloc(length, fill).subarray(0, length - (length % 3));
    const parts: Buffer[] = [];
    const quarantine = new Quarantine(async () => ({
      write: async (bytes) => void parts.push(Buffer.from(bytes)),
    }));
    for (const line of [1, 2]) quarantine.add(bad(line, record));
    await quarantine.end();
    const lines = gunzipSync(Buffer.concat(parts)).toString().trimEnd().split('\n');
    expect(lines.length).toBe(2);
    for (const [i, line] of lines.entries()) {
      const row = JSON.parse(line);
      expect(row).toMatchObject({ line: i + 1, code: 'bad', message: 'Bad' });
      const back = 'record' in row ? Buffer.from(row.record) : Buffer.from(row.recordBase64, 'base64');
      expect(back.equals(record)).toBe(true);
    }
  });

  it('takes memory for a part of it at a time', () => {
    const more = measureAlone(
      (file) => `
      const { Quarantine } = await import(${file('conversion/quarantine.ts')});
      const record = new Uint8Array(${limit}).fill(1);
      const before = process.resourceUsage().maxRSS;
      const quarantine = new Quarantine(async () => ({ async write() {} }));
      quarantine.add({ line: 1, byte: 0, code: 'bad', message: 'Bad', record });
      await quarantine.end();
      console.log((process.resourceUsage().maxRSS - before) / 1024);`,
    );
    expect(more, 'MiB over what there was').toBeLessThan(48);
  });
});
