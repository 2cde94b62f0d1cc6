import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, lstat, mkdir, open, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { outcomeOf, run, start, temporaryFolder } from './command.ts';

const layout = {
  fields: [
    { name: 'id', start: 0, end: 4 },
    { name: 'part', start: 4, end: 12 },
    { name: 'qty', start: 12, end: null },
  ],
  skip: 1,
  shortRecords: 'reject',
};
const text = 'id  part    qty\n17  bolt      3\n18  nut      12\n19  gear      1\n';
const tsv = 'id\tpart\tqty\n17\tbolt\t3\n18\tnut\t12\n19\tgear\t1\n';
/** Two of five rows are short. */
const flawed = `${text}20\n21  cog\n`;

async function workshop(
  options: object = { layout },
  files: Record<string, string | Uint8Array> = { 'in.txt': text },
) {
  const folder = await temporaryFolder();
  const all: Record<string, string | Uint8Array> = { 'options.json': JSON.stringify(options), ...files };
  for (const [name, content] of Object.entries(all)) await writeFile(join(folder.path, name), content);
  return {
    ...folder,
    read: (name: string) => readFile(join(folder.path, name)),
    convert: (...args: string[]) =>
      run(['convert', 'fixed-width-to-tsv', '--options', 'options.json', ...args], { cwd: folder.path }),
    convertFrom: (input: Uint8Array, ...args: string[]) =>
      run(['convert', 'fixed-width-to-tsv', '--options', 'options.json', ...args], {
        cwd: folder.path,
        input,
      }),
  };
}

describe('a conversion', () => {
  it('writes the file and tells rows, rejects and speed', async () => {
    await using shop = await workshop();
    const outcome = await shop.convert('in.txt', 'out.tsv');
    expect(outcome).toMatchObject({ code: 0, stdout: Buffer.alloc(0) });
    expect(outcome.stderr).toMatch(
      /^3 rows, 0 rejected, [\d.]+ s, [\d.]+ \w+\/s\nin 64 bytes, out 42 bytes\n/,
    );
    expect((await shop.read('out.tsv')).toString()).toBe(tsv);
    expect(await shop.names()).toEqual(['in.txt', 'options.json', 'out.tsv']);
  });

  it('takes gzip, several members, zstd and plain for what they are, whatever their names', async () => {
    const packed = {
      'a.zst': gzipSync(text),
      'b.txt': Buffer.concat([gzipSync(text.slice(0, 20)), gzipSync(text.slice(20))]),
      'c.gz': zstdCompressSync(text),
      'd.gz': text,
    };
    await using shop = await workshop({ layout }, packed);
    for (const name of Object.keys(packed)) {
      expect(await shop.convert('-q', name, 'out.tsv')).toEqual({
        code: 0,
        stdout: Buffer.alloc(0),
        stderr: '',
      });
      expect((await shop.read('out.tsv')).toString(), name).toBe(tsv);
    }
  });

  it('compresses by the name of the output, unless options say how', async () => {
    await using shop = await workshop();
    await shop.convert('in.txt', 'out.tsv.gz');
    expect(gunzipSync(await shop.read('out.tsv.gz')).toString()).toBe(tsv);
    await shop.convert('in.txt', 'out.tsv.zst');
    expect(zstdDecompressSync(await shop.read('out.tsv.zst')).toString()).toBe(tsv);

    await using told = await workshop({ layout, output: { compression: 'gzip', header: false } });
    await told.convert('in.txt', 'out.tsv');
    expect(gunzipSync(await told.read('out.tsv')).toString()).toBe(tsv.slice(tsv.indexOf('\n') + 1));
  });

  it('reads stdin and writes stdout', async () => {
    await using shop = await workshop();
    const piped = await shop.convertFrom(gzipSync(text), '-', '-');
    expect(piped.code).toBe(0);
    expect(piped.stdout.toString()).toBe(tsv);
    expect(piped.stderr).toContain('3 rows');
    const large = Buffer.from(text.slice(0, 16) + '17  bolt      3\n'.repeat(300_000));
    const through = await shop.convertFrom(large, '-q', '-', '-');
    expect(through.stdout.length).toBe(12 + 300_000 * 10);
    expect(await shop.names()).toEqual(['in.txt', 'options.json']);
  });

  it('takes an empty input for no rows', async () => {
    await using shop = await workshop({ layout: { ...layout, skip: 0 } }, { 'in.txt': '' });
    expect((await shop.convert('in.txt', 'out.tsv')).code).toBe(0);
    expect((await shop.read('out.tsv')).toString()).toBe('id\tpart\tqty\n');
  });

  it('tells programs in JSON', async () => {
    await using shop = await workshop({ layout }, { 'in.txt': flawed });
    const { code, stderr } = await shop.convert('--json', 'in.txt', 'out.tsv');
    expect(code).toBe(0);
    expect(JSON.parse(stderr)).toMatchObject({
      rows: 3,
      rejected: 2,
      bytesIn: flawed.length,
      fields: ['id', 'part', 'qty'],
      compression: { input: 'none', output: 'none' },
      rejects: 'out.tsv.rejects.jsonl.gz',
    });
  });
});

describe('rejected rows', () => {
  it('lie beside the output, or where they are wanted', async () => {
    await using shop = await workshop({ layout }, { 'in.txt': flawed });
    const { stderr } = await shop.convert('in.txt', 'out.tsv');
    expect(stderr).toContain('3 rows, 2 rejected');
    expect(stderr).toContain('rejected rows: out.tsv.rejects.jsonl.gz');
    const rows = gunzipSync(await shop.read('out.tsv.rejects.jsonl.gz'))
      .toString()
      .trim()
      .split('\n');
    expect(rows.map((row) => JSON.parse(row))).toMatchObject([
      { line: 5, byte: 64, code: 'short-record', record: '20' },
      { line: 6, byte: 67, code: 'short-record', record: '21  cog' },
    ]);
    await shop.convert('--rejects', 'bad.gz', 'in.txt', 'other.tsv');
    expect(await shop.names()).toEqual([
      'bad.gz',
      'in.txt',
      'options.json',
      'other.tsv',
      'out.tsv',
      'out.tsv.rejects.jsonl.gz',
    ]);
  });

  it('of an earlier run go when there are none', async () => {
    await using shop = await workshop({ layout }, { 'in.txt': flawed, 'good.txt': text });
    await shop.convert('in.txt', 'out.tsv');
    await shop.convert('good.txt', 'out.tsv');
    expect(await shop.names()).not.toContain('out.tsv.rejects.jsonl.gz');
  });

  it('when there are too many: no output, exit code 3, but the rows to look at', async () => {
    await using shop = await workshop({ layout, rejects: { maxRejects: 1 } }, { 'in.txt': flawed });
    const { code, stderr } = await shop.convert('in.txt', 'out.tsv');
    expect(code).toBe(3);
    expect(stderr).toContain(
      'tributary: Too many rows are bad; expected at most 1 (rejects.maxRejects); got 2: 2 short-record; first line 5, column id (line 6) [too-many-rejects]',
    );
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(await shop.names()).toEqual(['in.txt', 'options.json', 'out.tsv.rejects.jsonl.gz']);
    expect(
      gunzipSync(await shop.read('out.tsv.rejects.jsonl.gz'))
        .toString()
        .trim()
        .split('\n').length,
    ).toBe(2);
  });
});

describe('an input that cannot be', () => {
  it.each([
    ['cut off', gzipSync(text).subarray(0, -6), 'gzip-truncated'],
    ['damaged', Buffer.concat([gzipSync(text).subarray(0, -6), Buffer.alloc(6, 1)]), 'gzip-corrupt'],
    [
      'followed by something else',
      Buffer.concat([gzipSync(text), Buffer.from('and more')]),
      'gzip-trailing-garbage',
    ],
    [
      'a bomb',
      Buffer.concat(Array<Buffer>(200).fill(gzipSync(Buffer.alloc(1 << 20, `${'x'.repeat(31)}\n`)))),
      'inflate-ratio',
    ],
  ])('%s, is rejected whole', async (_, input, expected) => {
    await using shop = await workshop(
      { layout, rejects: { maxRejectRatio: 1 } },
      { in: input, 'out.tsv': 'before' },
    );
    const { code, stderr } = await shop.convert('--json', 'in', 'out.tsv');
    expect(code).toBe(3);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: expected } });
    expect((await shop.read('out.tsv')).toString()).toBe('before');
    expect((await shop.names()).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

describe('what cannot be carried out', () => {
  it.each([
    ['no such converter', ['convert', 'x-to-y', 'in.txt', 'out'], 'unknown-converter'],
    [
      'no such input',
      ['convert', 'fixed-width-to-tsv', '-o', 'options.json', 'none.txt', 'out'],
      'there is none [file-not-usable]',
    ],
    ['a folder as input', ['convert', 'fixed-width-to-tsv', '-o', 'options.json', '.', 'out'], 'a folder'],
    [
      'a folder as output',
      ['convert', 'fixed-width-to-tsv', '-o', 'options.json', 'in.txt', '.'],
      'a folder',
    ],
    [
      'an output in no folder',
      ['convert', 'fixed-width-to-tsv', '-o', 'options.json', 'in.txt', 'no/out'],
      'file-not-usable',
    ],
    [
      'input and output in one',
      ['convert', 'fixed-width-to-tsv', '-o', 'options.json', 'in.txt', './link'],
      'same-file',
    ],
    ['no options', ['convert', 'fixed-width-to-tsv', 'in.txt', 'out'], 'no-options'],
    [
      'options that are not JSON',
      ['convert', 'fixed-width-to-tsv', '-o', 'in.txt', 'in.txt', 'out'],
      'options-not-json',
    ],
    [
      'options that do not fit',
      ['convert', 'fixed-width-to-tsv', '-o', 'bad.json', 'in.txt', 'out'],
      '/layout/skips',
    ],
    [
      'an output that is there',
      ['convert', 'fixed-width-to-tsv', '-o', 'options.json', '--no-clobber', 'in.txt', 'bad.json'],
      'there is one already',
    ],
    [
      'a schema for what takes none',
      ['convert', 'fixed-width-to-tsv', '-o', 'options.json', '--schema', 'bad.json', 'in.txt', 'out'],
      'no-schema-option',
    ],
    ['too few arguments', ['convert', 'fixed-width-to-tsv'], 'missing required argument'],
    ['an unknown flag', ['convert', '--frobnicate'], 'unknown option'],
    ['an unknown command', ['frobnicate'], 'unknown command'],
  ])('%s: exit code 2, and why', async (_, args, expected) => {
    await using shop = await workshop();
    await writeFile(join(shop.path, 'bad.json'), JSON.stringify({ layout: { ...layout, skips: 1 } }));
    await symlink('in.txt', join(shop.path, 'link'));
    const before = await shop.names();
    const { code, stderr, stdout } = await run(args, { cwd: shop.path });
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 2, stdout: '' });
    expect(
      stderr.replace('`skips`', '/layout/skips').replace(/Unrecognized key: "skips"/, '/layout/skips'),
    ).toContain(expected);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(await shop.names()).toEqual(before);
    expect((await shop.read('in.txt')).toString()).toBe(text);
  });

  it('shows a stack only when asked', async () => {
    await using shop = await workshop();
    const { stderr } = await run(['convert', 'x-to-y', 'in.txt', 'out'], {
      cwd: shop.path,
      env: { DEBUG: '1' },
    });
    expect(stderr).toMatch(/\n\s+at /);
  });
});

describe('whole or not at all', () => {
  it.each(['-', '/dev/stdin', 'fifo'])(
    'leaves nothing when interrupted, even while it waits for %s',
    async (input) => {
      await using shop = await workshop();
      const fifo = join(shop.path, 'fifo');
      execFileSync('mkfifo', [fifo]);
      const child = start(['convert', 'fixed-width-to-tsv', '-o', 'options.json', input, 'out.tsv'], {
        cwd: shop.path,
      });
      const outcome = outcomeOf(child);
      await using writer = input === 'fifo' ? await open(fifo, 'w') : undefined;
      if (writer) await writer.write(text);
      else child.stdin!.write(text);
      while (!(await shop.names()).some((name) => name.endsWith('.part'))) await setTimeout(10);
      child.kill('SIGINT');
      expect(await outcome).toMatchObject({
        signal: 'SIGINT',
        stderr: expect.stringContaining('Interrupted'),
      });
      expect(await shop.names()).toEqual(['fifo', 'in.txt', 'options.json']);
    },
  );

  it('keeps mode and links of a file that it replaces, and takes devices as they are', async () => {
    await using shop = await workshop();
    await mkdir(join(shop.path, 'lake'));
    await writeFile(join(shop.path, 'lake/out.tsv'), 'before');
    await chmod(join(shop.path, 'lake/out.tsv'), 0o666);
    await symlink('lake/out.tsv', join(shop.path, 'out.tsv'));
    await shop.convert('in.txt', 'out.tsv');
    expect((await lstat(join(shop.path, 'out.tsv'))).isSymbolicLink()).toBe(true);
    expect((await shop.read('lake/out.tsv')).toString()).toBe(tsv);
    expect((await stat(join(shop.path, 'lake/out.tsv'))).mode & 0o777).toBe(0o666);
    expect((await shop.convert('in.txt', '/dev/null')).code).toBe(0);
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  });

  it('ends quietly when the reader of stdout has gone', async () => {
    await using shop = await workshop();
    const child = start(['convert', 'fixed-width-to-tsv', '-q', '-o', 'options.json', '-', '-'], {
      cwd: shop.path,
    });
    child.stdin!.on('error', () => {});
    child.stdout!.once('data', () => child.stdout!.destroy());
    child.stdin!.write(text.slice(0, 16) + '17  bolt      3\n'.repeat(1_000_000));
    let stderr = '';
    child.stderr!.on('data', (chunk) => {
      stderr += chunk;
    });
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(stderr).toBe('');
  });
});

describe('help', () => {
  it('is there for the command and each of its own, on stdout', async () => {
    await using folder = await temporaryFolder();
    await mkdir(join(folder.path, 'x'));
    for (const args of [
      ['--help'],
      ['convert', '--help'],
      ['infer', '-h'],
      ['local', '--help'],
      ['help', 'convert'],
    ]) {
      const { code, stdout, stderr } = await run(args, { cwd: folder.path });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout.toString()).toContain('Usage: tributary');
      expect(stdout.toString()).toContain('Exit codes: 0 done');
    }
    expect((await run(['--version'], { cwd: folder.path })).stdout.toString()).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('has the JSON Schema of the options', async () => {
    await using folder = await temporaryFolder();
    const { stdout } = await run(['schema', 'fixed-width-to-tsv'], { cwd: folder.path });
    expect(JSON.parse(stdout.toString())).toMatchObject({
      required: ['layout'],
      properties: {
        output: { properties: { compression: {}, header: {}, escape: {} } },
        rejects: {},
        input: {},
      },
    });
  });
});

describe('csv-to-parquet without a schema', () => {
  /** Ten MiB of rows, more than its types are guessed by; the last row may say otherwise. */
  const long = (last: string) => `id,amount\n${'12345,678.25\n'.repeat(800_000)}99999,${last}\n`;

  it.each([
    ['1.50', { name: 'amount', type: 'number', precision: 5, scale: 2 }],
    ['1234567.50', { name: 'amount', type: 'number', precision: 9, scale: 2 }],
    ['n/a', { name: 'amount', type: 'string' }],
  ])('tells the types of every row, whatever the first were: %s at the end', async (last, amount) => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'in.csv'), long(last));
    const outcome = await run(['convert', 'csv-to-parquet', 'in.csv', 'out.parquet'], { cwd: folder.path });
    expect(outcome).toMatchObject({ code: 0 });
    expect(await folder.names()).toEqual(['in.csv', 'out.parquet', 'out.parquet.schema.json']);
    const schema = JSON.parse(await readFile(join(folder.path, 'out.parquet.schema.json'), 'utf8'));
    expect(schema.fields).toEqual([{ name: 'id', type: 'integer', bits: 32 }, amount]);
    const back = await run(['convert', 'parquet-to-csv', 'out.parquet', 'back.csv'], { cwd: folder.path });
    expect(back).toMatchObject({ code: 0 });
    expect(await readFile(join(folder.path, 'back.csv'), 'utf8')).toBe(long(last));
  });
});
