import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseOptions } from '@tributary/codec';
import { loadConverter } from '@tributary/codec/converters';
import { fixedWidthToTsv } from '@tributary/codec/fixed-width-to-tsv';
import { MAX_DETAIL_BYTES, MAX_HOPS, MAX_KEY_BYTES } from '@tributary/events';
import { MAX_BRANCHES } from '@tributary/events/pattern';
import { MAX_TEMPLATE } from '@tributary/events/target-input';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../limits');
const rows = readFileSync(join(folder, 'README.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(1)
  .map((line) => line.split('|').map((cell) => cell.trim()));

test.each(rows.map((cells) => [cells[1]!, cells[4]!, cells[5]!] as const))(
  'the limit of %s has its test, which knows what is said beyond it',
  (_, beyond, shownBy) => {
    const [, file = '', title = ''] = /\]\((\S+\.test\.ts) "([^"]+)"\)/.exec(shownBy) ?? [];
    const text = readFileSync(join(folder, file), 'utf8');
    expect(text).toContain(title);
    const [, code] = /: `([a-z-]+)`/.exec(beyond) ?? [];
    if (code !== undefined) expect(text).toContain(code);
  },
);

const MiB = 2 ** 20;

test('the defaults are those of the code', async () => {
  const defaultsOf = async (name: string, given: object = {}) =>
    // biome-ignore lint/suspicious/noExplicitAny: options of seven converters
    parseOptions(await loadConverter(name), given as Record<string, unknown>) as any;
  const fixed = await defaultsOf('fixed-width-to-tsv', {
    layout: { fields: [{ name: 'a', start: 0, end: null }] },
  });
  const csv = await defaultsOf('csv-to-csv');
  const json = await defaultsOf('json-lines-to-csv');
  const split = await defaultsOf('split-by-column', { by: ['a'] });
  const validator = await defaultsOf('schema-validator', { schema: { fields: [{ name: 'a' }] } });
  const parquet = await defaultsOf('csv-to-parquet');
  const coded: Record<string, string> = {
    'inflated bytes of an input': `${fixed.input.maxInflatedBytes / 2 ** 30} GiB`,
    'inflated by compressed bytes': `${fixed.input.maxInflateRatio}`,
    'bad rows': `none; share ${fixed.rejects.maxRejectRatio}`,
    'record, fixed width': `${fixed.layout.maxRecordBytes / MiB} MiB; at most 16 MiB`,
    'record, delimited': `${csv.reading.maxRecordBytes / MiB} MiB; at most 64 MiB`,
    'cell, delimited': `${csv.reading.maxFieldBytes / MiB} MiB`,
    'columns, delimited': `${csv.reading.maxColumns.toLocaleString('en-GB')}; at most 65,536`,
    'record, JSON Lines': `${json.maxRecordBytes / MiB} MiB; at most 64 MiB`,
    'columns, JSON Lines': `${json.maxColumns.toLocaleString('en-GB')}; at most 16,384`,
    'files of a split': `${split.maxFiles.toLocaleString('en-GB')}; at most 10,000`,
    'files of one output': parquet.output.maxFiles.toLocaleString('en-GB'),
    'memory for keys of a table': `${validator.maxKeyBytes / MiB} MiB`,
    'steps since the root event': `${MAX_HOPS}`,
    'steps of a way through a chain': `${MAX_HOPS}`,
    'output key': `${MAX_KEY_BYTES.toLocaleString('en-GB')} bytes, of which the name of a quarantine file takes 31`,
    'detail of a step\u2019s event': `${MAX_DETAIL_BYTES / 1024} KiB`,
    'combinations of `$or` in a pattern': MAX_BRANCHES.toLocaleString('en-GB'),
    'options in a rule': `${MAX_TEMPLATE.toLocaleString('en-GB')} characters with the envelope`,
  };
  for (const [limit, value] of Object.entries(coded)) {
    const row = rows.find((cells) => cells[1]!.replaceAll("'", '\u2019') === limit);
    expect([limit, row?.[2]]).toEqual([limit, value]);
  }
  expect(() =>
    parseOptions(fixedWidthToTsv, { layout: { ...fixed.layout, maxRecordBytes: 16 * MiB + 1 } }),
  ).toThrow();
  await expect(defaultsOf('split-by-column', { by: ['a'], maxFiles: 10_001 })).rejects.toThrow();
  await expect(defaultsOf('csv-to-csv', { reading: { maxRecordBytes: 65 * MiB } })).rejects.toThrow();
  await expect(defaultsOf('csv-to-csv', { reading: { maxColumns: 65_537 } })).rejects.toThrow();
  await expect(defaultsOf('json-lines-to-csv', { maxRecordBytes: 65 * MiB })).rejects.toThrow();
  await expect(defaultsOf('json-lines-to-csv', { maxColumns: 16_385 })).rejects.toThrow();
});
