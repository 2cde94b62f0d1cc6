import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const readme = read('README.md');
/** Where the tables of benchmarks stand. */
const measured = ['README.md', 'services/run-ledger/README.md', 'tools/soak/README.md'].map(read).join('\n');

it.each(globSync('tools/{bench,soak}/results/*.json', { cwd: root }))(
  '%s stands in a README as measured',
  (file) => {
    const { table } = JSON.parse(read(file));
    expect(measured).toContain(table.join('\n').trim());
  },
);

it('the settings are those of the service’s own README', () => {
  const rows = (text: string) => text.match(/^\| `(\w+)` \| .*$/gm)?.map((row) => row.replaceAll('../', ''));
  const service = read('services/fixed-width-to-tsv/README.md');
  for (const row of rows(service)!) expect(rows(readme)).toContain(row);
});

it('every link within the repository leads somewhere', () => {
  const links = [...readme.matchAll(/\]\(((?!https?:)[^)#]+)[^)]*\)/g)].map(([, path]) => path!);
  expect(links.length).toBeGreaterThan(5);
  for (const link of links) expect(globSync(link, { cwd: root }), link).toHaveLength(1);
});
