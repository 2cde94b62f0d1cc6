import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const project = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(project, path), 'utf8');

/** The cells of a table's rows, without its head: the table whose head's last cell says `last`. */
function tableOf(text: string, last: string): string[][] {
  const lines = text.split('\n');
  const head = lines.findIndex((line) => line.startsWith('|') && cellsOf(line).at(-1) === last);
  expect(head, `a table with a column "${last}"`).toBeGreaterThan(-1);
  const rows = lines.slice(head + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end < 0 ? rows.length : end).map(cellsOf);
}

function cellsOf(line: string): string[] {
  return line
    .slice(1, line.lastIndexOf('|'))
    .split('|')
    .map((cell) => cell.trim());
}

const table = tableOf(read('README.md'), 'shown by');
const headings = table.filter(([subject, status]) => subject!.startsWith('**') && status === '');
const rows = table.filter((row) => !headings.includes(row));

test('every row says how it stands, and headings have rows', () => {
  expect(rows.length).toBeGreaterThan(60);
  const statuses = new Set(rows.map(([, status]) => status));
  expect([...statuses].sort()).toEqual(['as listed', 'differs', 'not there', 'same']);
  for (const heading of headings) expect(rows).toContain(table[table.indexOf(heading) + 1]);
});

test('what differs says how', () => {
  for (const [subject, status, remark] of rows)
    if (status === 'differs') expect(remark, subject).not.toBe('');
});

describe('a row points to tests that are there', () => {
  test.each(rows.map((cells) => [cells[0]!, cells[3] ?? ''] as const))('%s', (_subject, shownBy) => {
    const links = [...shownBy.matchAll(/\[[^\]]+\]\((test\/\S+\.test\.ts) "([^"]+)"\)/g)];
    expect(links).not.toEqual([]);
    for (const [, file = '', title = ''] of links) {
      expect(existsSync(join(project, file)), file).toBe(true);
      expect(titlesIn(file), `${file}: "${title}"`).toContain(title);
    }
  });
});

test('every line of the S3 list has its row', () => {
  const listed = tableOf(read('src/s3/README.md'), 'not there').map(([subject]) => `S3 ${subject}`);
  const shown = rows
    .map(([subject]) => subject!)
    .filter((subject) => subject.startsWith('S3 '))
    .slice(-listed.length);
  expect(shown).toEqual(listed);
});

const titles = new Map<string, string[]>();

/** First arguments of `test(..)`, `it(..)`, `test.each(..)(..)` and the like. */
function titlesIn(file: string): string[] {
  const known = titles.get(file);
  if (known) return known;
  const calls = read(file).matchAll(
    /(?:^\s*(?:test|it)(?:\.\w+)?|\)|\] as const\))\(\s*(?:'([^'\n]+)'|"([^"\n]+)"),\s*(?:async )?\(/gm,
  );
  const found = [...calls].map(([, single, double]) => single ?? double ?? '');
  titles.set(file, found);
  return found;
}
