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

it('finds the dialect of a delimited file, and prints options that convert takes', async () => {
  await using folder = await temporaryFolder();
  const rows = Array.from({ length: 2000 }, (_, n) => `${n};"bolt; ${n}";${n % 7},50\r\n`).join('');
  await writeFile(
    join(folder.path, 'in.csv.gz'),
    gzipSync(`Stock of the shop\r\n\r\nid;part;price\r\n${rows}`),
  );
  const { code, stdout, stderr } = await run(['infer', 'csv', 'in.csv.gz'], { cwd: folder.path });
  expect(code).toBe(0);
  expect(JSON.parse(stdout.toString())).toMatchObject({
    dialect: { delimiter: ';', quoteChar: '"', header: true, skipLines: 2, encoding: 'utf-8' },
  });
  expect(stderr).toMatch(/confidence \d+ %/);
  expect(stderr).toContain('a preamble of 2 lines stands before the table');
  expect(stderr).toMatch(/\nid +part +price\n-- +-+ +-+\n0 +bolt; 0 +0,50\n/);

  await writeFile(join(folder.path, 'options.json'), stdout);
  const converted = await run(
    ['convert', 'csv-to-parquet', '--json', '-o', 'options.json', 'in.csv.gz', 'out.parquet'],
    {
      cwd: folder.path,
    },
  );
  expect(JSON.parse(converted.stderr)).toMatchObject({
    rows: 2000,
    rejected: 0,
    fields: ['id', 'part', 'price'],
  });
});

it('says what is no delimited text', async () => {
  await using folder = await temporaryFolder();
  const input = Buffer.from('PK\x03\x04 a workbook');
  expect(await run(['infer', 'csv', '-'], { cwd: folder.path, input })).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('binary-input'),
  });
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
