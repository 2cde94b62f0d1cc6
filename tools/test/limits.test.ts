import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseOptions } from '@tributary/codec';
import { fixedWidthToTsv } from '@tributary/codec/fixed-width-to-tsv';
import { MAX_BRANCHES } from '@tributary/events/pattern';
import { MAX_TEMPLATE } from '@tributary/events/target-input';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../limits');
const rows = readFileSync(join(folder, 'README.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(1)
  .map((line) => line.split('|').map((cell) => cell.trim()));

test.each(rows.map((cells) => [cells[1]!, cells[5]!] as const))(
  'the limit of %s has its test',
  (_, shownBy) => {
    const [, file = '', title = ''] = /\]\((\S+\.test\.ts) "([^"]+)"\)/.exec(shownBy) ?? [];
    expect(readFileSync(join(folder, file), 'utf8')).toContain(title);
  },
);

test('the defaults are those of the code', () => {
  const options = parseOptions(fixedWidthToTsv, {
    layout: { fields: [{ name: 'a', start: 0, end: null }] },
  });
  expect({
    inflated: options.input.maxInflatedBytes / 2 ** 30,
    ratio: options.input.maxInflateRatio,
    share: options.rejects.maxRejectRatio,
    record: options.layout.maxRecordBytes / 2 ** 20,
    combinations: MAX_BRANCHES,
    template: MAX_TEMPLATE,
  }).toEqual({ inflated: 256, ratio: 400, share: 0.5, record: 1, combinations: 1000, template: 8192 });
  expect(rows.length).toBeGreaterThan(15);
});
