import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { run, temporaryFolder } from './command.ts';

const text = `id  part        qty\n${Array.from({ length: 50_000 }, (_, n) => `${String(n).padEnd(6)}${['bolt', 'hex nut', 'gear'][n % 3]!.padEnd(8)}${String(n % 1000).padStart(5)}\n`).join('')}`;

it('prints an options file that convert takes, and shows what it makes of the file', async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'in.txt.gz'), gzipSync(text));
  const { code, stdout, stderr } = await run(['infer', 'fixed-width', 'in.txt.gz'], { cwd: folder.path });
  expect(code).toBe(0);
  expect(JSON.parse(stdout.toString())).toMatchObject({
    layout: { fields: [{ name: 'id' }, { name: 'part' }, { name: 'qty' }], skip: 1 },
  });
  expect(stdout.toString()).toMatch(/\n {6}\{ "name": "id", "start": 0, "end": \d+ \},\n/);
  expect(stderr).toMatch(/confidence \d+ %/);
  expect(stderr).toMatch(/\n0 +bolt +0\n1 +hex nut +1\n/);

  await writeFile(join(folder.path, 'options.json'), stdout);
  const converted = await run(
    ['convert', 'fixed-width-to-tsv', '-q', '-o', 'options.json', 'in.txt.gz', '-'],
    { cwd: folder.path },
  );
  expect(converted.stdout.toString().split('\n').slice(0, 4)).toEqual([
    'id\tpart\tqty',
    '0\tbolt\t0',
    '1\thex nut\t1',
    '2\tgear\t2',
  ]);
  expect(converted.stdout.toString().trimEnd().split('\n').length).toBe(50_001);
});

it('reads stdin, and keeps quiet when asked', async () => {
  await using folder = await temporaryFolder();
  const outcome = await run(['infer', 'fixed-width', '--quiet', '-'], {
    cwd: folder.path,
    input: Buffer.from('a   b\n1   2\n3   4\n'),
  });
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
});

it('refuses other formats and empty files', async () => {
  await using folder = await temporaryFolder();
  const { code, stderr } = await run(['infer', 'parquet', '-'], { cwd: folder.path });
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('unknown-format') });
  expect(await run(['infer', 'fixed-width', '-'], { cwd: folder.path })).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('empty-sample'),
  });
});
