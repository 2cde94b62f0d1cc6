import { expect, test } from 'vitest';
import { convertFixedWidth } from '../../src/fixed-width/convert.ts';
import { fixedWidthToTsv } from '../../src/fixed-width/fixed-width-to-tsv.ts';
import { driveRecord, drives, driveFields as fields } from './drives.ts';
import { memoryIo } from './memory-io.ts';

const options = fixedWidthToTsv.options.parse({ layout: { fields, skip: 1 } });
const small = { slots: 2, block: 1000, flush: 500 };

test('230,896 records equal an independent computation', async () => {
  const names = fields.map(({ name }) => name);
  const lines = [driveRecord(names)];
  const rows = [names.join('\t')];
  for (const row of drives(230_896)) {
    lines.push(driveRecord(row));
    rows.push(row.join('\t'));
  }
  const { io, text, rejects } = memoryIo(`${lines.join('\n')}\n`, 777_777);
  const report = await fixedWidthToTsv.convert(io, options);
  expect(report).toMatchObject({ rows: 230_896, rejected: 0, notices: { 'header-lines': 1 } });
  expect(rejects).toEqual([]);
  expect(text() === `${rows.join('\n')}\n`).toBe(true);
});

const records = `head\n${'2022-10-01     PL1331LAGDJ5GH       HGST                                       4000787030016      0          \n'.repeat(500)}`;

test('a failing source ends the conversion with its error', async () => {
  const { io } = memoryIo(records, 900);
  let reads = 0;
  const read = io.source.read.bind(io.source);
  io.source.read = (into) => (++reads > 5 ? Promise.reject(new Error('connection lost')) : read(into));
  await expect(convertFixedWidth(io, options, small)).rejects.toThrow('connection lost');
});

test('a failing sink ends the conversion with its error, however late', async () => {
  let writes = 0;
  const convertUntil = (last: number) => {
    const { io } = memoryIo(records);
    writes = 0;
    io.sink.write = async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (++writes === last) throw new Error('disk full');
    };
    return convertFixedWidth(io, options, small);
  };
  await convertUntil(Number.POSITIVE_INFINITY);
  expect(writes).toBeGreaterThan(10);
  for (const last of [1, 3, writes]) await expect(convertUntil(last)).rejects.toThrow('disk full');
});

test('what reject throws ends the conversion', async () => {
  const { io } = memoryIo('head\nshort\n');
  io.reject = () => {
    throw new Error('too many');
  };
  const strict = fixedWidthToTsv.options.parse({ layout: { fields, skip: 1, shortRecords: 'reject' } });
  await expect(convertFixedWidth(io, strict)).rejects.toThrow('too many');
});

test('once it has failed, source and sink are left alone', async () => {
  const { io } = memoryIo(`${records}short\n${records}`, 300);
  io.reject = () => {
    throw new Error('too many');
  };
  let uses = 0;
  const { read } = io.source;
  io.source.read = async (into) => {
    uses++;
    await new Promise((resolve) => setTimeout(resolve, 1));
    return read(into);
  };
  io.sink.write = async () => {
    uses++;
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const strict = fixedWidthToTsv.options.parse({ layout: { fields, skip: 1, shortRecords: 'reject' } });
  await expect(convertFixedWidth(io, strict, { slots: 4, block: 3000, flush: 500 })).rejects.toThrow(
    'too many',
  );
  const before = uses;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(uses).toBe(before);
});

test('an abort ends the conversion between blocks', async () => {
  const { io } = memoryIo(records, 900);
  const controller = new AbortController();
  const read = io.source.read.bind(io.source);
  let reads = 0;
  io.source.read = (into) => {
    if (++reads === 4) controller.abort(new Error('time is up'));
    return read(into);
  };
  await expect(convertFixedWidth({ ...io, signal: controller.signal }, options, small)).rejects.toThrow(
    'time is up',
  );
  expect(reads).toBeLessThan(10);
});

test('reads, conversion and writes overlap', async () => {
  const { io } = memoryIo(records, 900);
  const events: string[] = [];
  const read = io.source.read.bind(io.source);
  const write = io.sink.write.bind(io.sink);
  io.source.read = async (into) => {
    events.push('read');
    return read(into);
  };
  io.sink.write = async (bytes) => {
    events.push('write');
    await write(bytes);
    events.push('written');
  };
  await convertFixedWidth(io, options, { ...small, slots: 3 });
  const first = events.indexOf('write');
  expect(
    events.slice(first, events.indexOf('written')),
    'reading goes on while a write is under way',
  ).toContain('read');
});
