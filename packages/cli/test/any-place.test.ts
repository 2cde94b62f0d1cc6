import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { run, temporaryFolder } from './command.ts';

const csv = 'id,price\n1,1.50\n2,0.25\n';

async function workshop() {
  const folder = await temporaryFolder();
  const path = (name: string) => join(folder.path, name);
  const env = { TMPDIR: folder.path };
  const convert = (args: string[], input?: Uint8Array) =>
    run(['convert', ...args], { cwd: folder.path, env, ...(input && { input }) });
  await writeFile(path('in.csv'), csv);
  expect((await convert(['csv-to-parquet', 'in.csv', 'in.parquet'])).code).toBe(0);
  return { ...folder, path, convert };
}

describe('a converter that reads at any place', () => {
  it('takes a file, and all of a pipe', async () => {
    await using shop = await workshop();
    expect((await shop.convert(['parquet-to-csv', 'in.parquet', 'out.csv'])).stderr).toContain('2 rows');
    expect(await readFile(shop.path('out.csv'), 'utf8')).toBe(csv);
    const piped = await shop.convert(['parquet-to-csv', '-', '-'], await readFile(shop.path('in.parquet')));
    expect(piped).toMatchObject({ code: 0 });
    expect(piped.stdout.toString()).toBe(csv);
  });

  it('refuses what is compressed as a whole, and an empty pipe', async () => {
    await using shop = await workshop();
    await writeFile(shop.path('in.parquet.gz'), gzipSync(await readFile(shop.path('in.parquet'))));
    const packed = await shop.convert(['parquet-to-csv', 'in.parquet.gz', 'out.csv', '--json']);
    expect(JSON.parse(packed.stderr).error).toMatchObject({ code: 'compressed-as-a-whole' });
    const empty = await shop.convert(['parquet-to-csv', '-', 'out.csv', '--json'], new Uint8Array());
    expect(JSON.parse(empty.stderr).error).toMatchObject({ code: 'not-parquet' });
  });
});
