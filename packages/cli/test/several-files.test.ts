import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { openSource } from '../src/file-source.ts';
import { launcher, outcomeOf, run, start, temporaryFolder } from './command.ts';

const text = 'mode,price\nAIR,1.50\nRAIL,2.25\nAIR,3.00\n';
const byMode = { output: { partitionBy: ['mode'] } };

/** A Parquet file without its footer. */
const rowsOf = (file: Buffer) => file.subarray(0, file.length - 8 - file.readUInt32LE(file.length - 8));

async function workshop(options: object = {}, input: string | Uint8Array = text) {
  const folder = await temporaryFolder();
  const path = (name: string) => join(folder.path, name);
  const give = (given: object) => writeFile(path('options.json'), JSON.stringify(given));
  await give(options);
  await writeFile(path('in.csv'), input);
  await mkdir(path('tmp'));
  const env = { TMPDIR: path('tmp'), NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') };
  const args = (given: string[]) => ['convert', 'csv-to-parquet', '--options', 'options.json', ...given];
  return {
    ...folder,
    path,
    give,
    /** What is there beside what was given, hidden files and the files of folders too. */
    async made() {
      const found = await readdir(folder.path, { recursive: true, withFileTypes: true });
      const names = found
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
      const given = ['options.json', 'in.csv'].map(path);
      return names
        .filter((name) => !given.includes(name))
        .map((name) => name.slice(folder.path.length + 1))
        .sort();
    },
    read: (name: string) => readFile(path(name)),
    async listed(name: string): Promise<{ path: string; rows: number }[]> {
      return JSON.parse(await readFile(path(name), 'utf8')).files;
    },
    args,
    convert: (...given: string[]) => run(args(given), { cwd: folder.path, env }),
    convertFrom: (data: Uint8Array, ...given: string[]) =>
      run(args(given), { cwd: folder.path, env, input: data }),
    start: (...given: string[]) => start(args(given), { cwd: folder.path, env }),
  };
}

describe('a converter that reads twice', () => {
  it('leaves the schema that it found beside the output, to be fed back', async () => {
    await using shop = await workshop();
    const outcome = await shop.convert('in.csv', 'out.parquet');
    expect(outcome).toMatchObject({ code: 0 });
    expect(outcome.stderr).toContain('\ninferred schema: out.parquet.schema.json\n');
    expect(await shop.made()).toEqual(['out.parquet', 'out.parquet.schema.json']);
    const text = (await shop.read('out.parquet')).toString('latin1');
    expect(text.slice(text.lastIndexOf('tributary.source'))).toContain('in.csv');
    const schema = JSON.parse((await shop.read('out.parquet.schema.json')).toString());
    await writeFile(shop.path('schema.json'), JSON.stringify({ ...schema, fieldsMatch: 'exact' }));
    const again = await shop.convert('--schema', 'schema.json', 'in.csv', 'again.parquet');
    expect(again.stderr).not.toContain('schema');
    expect(again.stderr).toMatch(/^3 rows, 0 rejected/);
    expect(await shop.made()).not.toContain('again.parquet.schema.json');
  });

  it.each([
    ['a schema as options', ['-o', 'schema.json'], 'given by `--schema FILE`', 'schema-as-options'],
    ['two schemas', ['-o', 'both.json', '--schema', 'schema.json'], 'expected one of them', 'two-schemas'],
    ['options as a schema', ['--schema', 'both.json'], 'which go to --options', 'not-a-schema'],
    ['a schema that is none', ['--schema', 'in.csv'], 'in.csv is not a Table Schema', 'options-not-json'],
    ['a schema that is not there', ['--schema', 'none.json'], 'expected a Table Schema', 'file-not-usable'],
    ['an option that is none', ['-o', 'odd.json'], '(pointer /)', 'invalid-options'],
  ])('refuses %s, and says what to do', async (_what, flags, advice, code) => {
    await using shop = await workshop();
    const schema = { fields: [{ name: 'mode' }, { name: 'price' }] };
    for (const [name, value] of Object.entries({ schema, both: { schema }, odd: { odd: 1 } }))
      await writeFile(shop.path(`${name}.json`), JSON.stringify(value));
    const before = await shop.made();
    const args = ['convert', 'csv-to-parquet', ...flags, 'in.csv', 'out.parquet'];
    const outcome = await run(args, { cwd: shop.path('.') });
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining(`[${code}]`) });
    expect(outcome.stderr).toContain(advice);
    expect(await shop.made()).toEqual(before);
  });

  it.each([
    ['as it is', Buffer.from(text)],
    ['compressed', gzipSync(text)],
    ['of several MiB', Buffer.from(`a\n${'12345678\n'.repeat(600_000)}x\n`)],
  ])('keeps what comes through a pipe, %s, and leaves nothing of it', async (_what, data) => {
    await using shop = await workshop({}, data);
    expect(await shop.convert('-q', 'in.csv', 'file.parquet')).toMatchObject({ code: 0, stderr: '' });
    expect(await shop.convertFrom(data, '-q', '-', 'pipe.parquet')).toMatchObject({ code: 0, stderr: '' });
    // All but the end, where only the file has a name to tell.
    expect(rowsOf(await shop.read('pipe.parquet')).equals(rowsOf(await shop.read('file.parquet')))).toBe(
      true,
    );
    const piped = await shop.convertFrom(data, '-q', '-', '-');
    expect(piped.stdout.equals(await shop.read('pipe.parquet'))).toBe(true);
    expect(await shop.made()).toEqual(
      ['file', 'pipe'].flatMap((name) => [`${name}.parquet`, `${name}.parquet.schema.json`]),
    );
  });

  it('interrupted at a pipe leaves nothing, and never had a name for what it kept', async () => {
    await using shop = await workshop();
    const child = shop.start('-', 'out.parquet');
    const ended = outcomeOf(child);
    child.stdin!.on('error', () => {}); // it ends before it has read all
    child.stdin!.write(text.repeat(100_000));
    while (!(await shop.made()).some((name) => name.endsWith('.part'))) await setTimeout(20);
    // The output may be there in the moment between what is kept being made and its name being taken.
    await vi.waitFor(async () => expect(await readdir(shop.path('tmp'))).toEqual([]));
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ signal: 'SIGINT' });
    expect(await shop.made()).toEqual([]);
  });

  it('says so where there is no room for what comes through a pipe', async () => {
    await using shop = await workshop();
    await rm(shop.path('tmp'), { recursive: true });
    const outcome = await shop.convertFrom(Buffer.from(text), '-', 'out.parquet');
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringContaining('[no-room-to-keep-input]') });
    expect(await shop.made()).toEqual([]);
  });

  it('refuses a file that was written to in between', async () => {
    await using shop = await workshop();
    const source = await openSource(shop.path('in.csv'));
    const buffer = new Uint8Array(100);
    expect(await source.read(buffer)).toBe(text.length);
    const again = await source.reopen!();
    expect(await again.read(buffer)).toBe(text.length);
    await appendFile(shop.path('in.csv'), 'AIR,4\n');
    expect(await again.read(buffer)).toBe(6);
    await expect(again.read(buffer)).rejects.toMatchObject({ code: 'input-changed' });
    await expect(source.reopen!()).rejects.toMatchObject({ code: 'input-changed' });
    await source.close();
  });
});

it.each([
  ['found', {}, 'Stra\u00dfe;n\nM\u00fcller;1,5\n', / ";", quote ", header, windows-1252 \(guessed\)$/],
  [
    'given',
    { dialect: { delimiter: '\t', quoteChar: '', header: false, encoding: 'utf-8', skipLines: 1 } },
    'x\na\t1\n',
    / "\\t", no quotes, no header, utf-8, skipLines 1/,
  ],
])('the dialect that was %s is told', async (_what, options, input, line) => {
  await using shop = await workshop(options, Buffer.from(input, 'latin1'));
  const told = /^dialect:.*$/m.exec((await shop.convert('in.csv', 'out.parquet')).stderr)?.[0];
  expect(told).toMatch(line);
  const json = JSON.parse((await shop.convert('--json', 'in.csv', 'out.parquet')).stderr);
  expect(json.inputDialect).toMatchObject({ delimiter: /"(.|\\t)"/.exec(told!)![1]!.replace('\\t', '\t') });
});

describe('several files', () => {
  it('of partitions lie in a folder, under a list', async () => {
    await using shop = await workshop(byMode);
    const outcome = await shop.convert('in.csv', 'out');
    expect(outcome).toMatchObject({ code: 0, stderr: expect.stringContaining('\n2 files\n') });
    expect(await shop.made()).toEqual([
      'out/_in.parts.json',
      'out/_in.schema.json',
      'out/mode=AIR/in.parquet',
      'out/mode=RAIL/in.parquet',
    ]);
    const list = JSON.parse((await shop.read('out/_in.parts.json')).toString());
    expect(list).toMatchObject({
      state: 'done',
      files: [
        { path: 'mode=AIR/in.parquet', rows: 2, partition: { mode: 'AIR' } },
        { path: 'mode=RAIL/in.parquet', rows: 1, partition: { mode: 'RAIL' } },
      ],
    });
    const told = JSON.parse((await shop.convert('--json', 'in.csv', 'out')).stderr);
    expect(told).toMatchObject({
      rows: 3,
      files: ['out/mode=AIR/in.parquet', 'out/mode=RAIL/in.parquet'],
      schemaFile: 'out/_in.schema.json',
    });
  });

  it('of a later run take the place of those before, and of nothing else', async () => {
    await using shop = await workshop(byMode);
    await shop.convert('in.csv', 'out');
    await writeFile(shop.path('out/mode=RAIL/other.parquet'), 'other');
    await writeFile(shop.path('second.csv'), text);
    await shop.convert('second.csv', 'out');
    await writeFile(shop.path('in.csv'), 'mode,price\nSHIP,1\n');
    expect(await shop.convert('-q', 'in.csv', 'out')).toMatchObject({ code: 0, stderr: '' });
    expect((await shop.made()).filter((name) => name.startsWith('out/mode'))).toEqual([
      'out/mode=AIR/second.parquet',
      'out/mode=RAIL/other.parquet',
      'out/mode=RAIL/second.parquet',
      'out/mode=SHIP/in.parquet',
    ]);
  });

  it.each([
    ['a file of the same name elsewhere', ['feb/in.csv'], undefined, 'feb/in.csv'],
    ['another format of the same name', ['in.tsv'], undefined, 'in.tsv'],
    ['stdin', ['-'], Buffer.from(text), undefined],
  ])('of %s are not taken away by those of another input', async (_what, [from], data, file) => {
    await using shop = await workshop(byMode);
    await mkdir(shop.path('feb'));
    if (file) await writeFile(shop.path(file), 'mode\tprice\nSHIP\t1\n');
    await writeFile(shop.path('stdin.csv'), text);
    const first = file ? 'in.csv' : 'stdin.csv';
    await shop.convert(first, 'out');
    const before = await shop.made();
    const outcome = await shop.convertFrom(data ?? Buffer.alloc(0), from!, 'out');
    expect(outcome.stderr).toMatch(
      /expected another folder, an input whose files are not called \w+, or the same input as before; got .* is of \/.*in\.csv \[file-not-usable\]/,
    );
    expect(outcome.code).toBe(2);
    expect(await shop.made()).toEqual(before);
    // The same input by another path to it is the same.
    expect(await shop.convert('-q', `./feb/../${first}`, './out')).toMatchObject({ code: 0, stderr: '' });
  });

  it('of one input are not taken for those of another whose name has a number', async () => {
    const output = {
      partitionBy: ['mode'],
      targetFileSize: 1024 * 1024,
      rowGroupRows: 50_000,
      compression: 'none',
    };
    await using shop = await workshop({ output });
    await writeFile(shop.path('in.00002.csv'), text);
    const rows = Array.from({ length: 150_000 }, (_, at) => `AIR,${at}${at}${at}\n`);
    await writeFile(shop.path('in.csv'), `mode,price\n${rows.join('')}`);
    await shop.convert('in.00002.csv', 'out');
    const before = await shop.made();
    expect(before).toContain('out/mode=AIR/in.00002.parquet');
    const outcome = await shop.convert('in.csv', 'out');
    expect(outcome).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/got mode=AIR\/in.00002.parquet, which is of .*in\.00002\.csv/),
    });
    expect(await shop.made()).toEqual(before);
  });

  it('of an earlier run that are removed are counted', async () => {
    await using shop = await workshop(byMode);
    expect((await shop.convert('in.csv', 'out')).stderr).not.toContain('removed');
    await writeFile(shop.path('in.csv'), 'mode,price\nSHIP,1\n');
    expect((await shop.convert('in.csv', 'out')).stderr).toContain('\n2 files of an earlier run removed\n');
    await writeFile(shop.path('in.csv'), text);
    expect(JSON.parse((await shop.convert('--json', 'in.csv', 'out')).stderr)).toMatchObject({ removed: 1 });
  });

  it('of a run that was cut off as it put them in place are known to the next', async () => {
    await using shop = await workshop(byMode);
    await shop.convert('in.csv', 'out');
    const cut = {
      input: await realpath(shop.path('in.csv')),
      state: 'committing',
      files: [{ path: 'mode=SHIP/in.parquet', rows: 1, bytes: 5 }],
      former: ['mode=AIR/in.parquet', 'mode=RAIL/in.parquet'],
    };
    await mkdir(shop.path('out/mode=SHIP'));
    await writeFile(shop.path('out/mode=SHIP/in.parquet'), 'a part');
    await writeFile(shop.path('out/_in.parts.json'), JSON.stringify(cut));
    await writeFile(shop.path('in.csv'), 'mode,price\nAIR,1\n');
    await shop.convert('in.csv', 'out');
    expect((await shop.made()).filter((name) => name.startsWith('out/mode'))).toEqual([
      'out/mode=AIR/in.parquet',
    ]);
    expect(await readdir(shop.path('out'))).not.toContain('mode=SHIP');
  });

  it('of a size are called by the first, and go when one file is enough again', async () => {
    const wide = `a\n${Array.from({ length: 400_000 }, (_, row) => `${(row * 2_654_435_761) % 4_294_967_296}${row}`).join('\n')}\n`;
    const sized = { output: { targetFileSize: 1024 * 1024, rowGroupRows: 50_000, compression: 'none' } };
    await using shop = await workshop(sized, wide);
    expect(await shop.convert('in.csv', 'out.parquet')).toMatchObject({ code: 0 });
    const names = (await shop.made()).filter((name) => name.endsWith('.parquet'));
    expect(names.slice(0, 2)).toEqual(['out.00002.parquet', 'out.00003.parquet']);
    expect(names.at(-1)).toBe('out.parquet');
    const listed = await shop.listed('out.parquet.parts.json');
    expect(listed.map(({ path }) => path).sort()).toEqual(names);
    expect(listed.reduce((sum, { rows }) => sum + rows, 0)).toBe(400_000);
    await shop.give({});
    await shop.convert('in.csv', 'out.parquet');
    expect(await shop.made()).toEqual(['out.parquet', 'out.parquet.schema.json']);
  });

  it('are not there at all where the input is bad', async () => {
    await using shop = await workshop(
      { ...byMode, rejects: { maxRejects: 0 }, reading: { mode: 'strict' } },
      `${text}SHIP,4,5\n`,
    );
    const outcome = await shop.convert('in.csv', 'out');
    expect(outcome).toMatchObject({ code: 3, stderr: expect.stringContaining('[too-many-rejects]') });
    expect(await shop.made()).toEqual(['out.in.rejects.jsonl.gz']);
    expect(await shop.names()).not.toContain('out');
  });

  it('are all or none when interrupted', async () => {
    await using shop = await workshop({
      ...byMode,
      schema: {
        fields: [
          { name: 'mode', type: 'string' },
          { name: 'price', type: 'number' },
        ],
        fieldsMatch: 'exact',
      },
    });
    const child = shop.start('-', 'out');
    const ended = outcomeOf(child);
    child.stdin!.on('error', () => {}); // it ends before it has read all
    child.stdin!.write(`${text}${'AIR,1\nRAIL,2\n'.repeat(2_000_000)}`);
    while (!(await shop.made()).some((name) => name.includes('.part'))) await setTimeout(20);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ signal: 'SIGTERM' });
    expect(await shop.made()).toEqual([]);
    expect(await shop.names()).not.toContain('out');
  });

  it.each([
    ['stdout', '-', [], /one stream for several files/],
    ['a device', '/dev/null', [], /one stream for several files/],
    ['a file', 'there', [], /expected a folder, for partitions; got a file/],
    ['an output that is to stay', 'kept', ['--no-clobber'], /there is .*_in\.parts\.json already/],
    ['a list that is none', 'strange', [], /expected the list of an earlier run/],
    ['a list that leads astray', 'astray', [], /expected the list of an earlier run/],
  ])('refuse %s, and leave all as it was', async (_what, to, flags, message) => {
    await using shop = await workshop(byMode);
    await writeFile(shop.path('there'), 'x');
    if (to === 'kept') await shop.convert('in.csv', 'kept');
    for (const [folder, list] of [
      ['strange', '[]'],
      ['astray', '{"input":"x","state":"done","files":[{"path":"../there","rows":1,"bytes":1}],"former":[]}'],
    ]) {
      await mkdir(shop.path(folder!));
      await writeFile(join(shop.path(folder!), '_in.parts.json'), list!);
    }
    const before = await shop.made();
    const outcome = await shop.convert(...flags, 'in.csv', to);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.code).toBe(2);
    expect(await shop.made()).toEqual(before);
  });
});

it.each(['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'])('nothing lies beside %s', async (out) => {
  await using shop = await workshop({}, `${text}AIR,1,2\n`);
  await shop.give({ reading: { longRows: 'reject' } });
  const command = shop.args([]).join(' ');
  execFileSync('sh', ['-c', `"${process.execPath}" "${launcher}" ${command} in.csv ${out} > out.parquet`], {
    cwd: shop.path('.'),
    stdio: 'ignore',
  });
  expect((await shop.read('out.parquet')).toString('latin1', 0, 4)).toBe('PAR1');
  expect(await shop.made()).toEqual(['in.csv.rejects.jsonl.gz', 'out.parquet']);
  expect(await readdir(dirname(out)).then((names) => names.join())).not.toContain('schema.json');
});

it('a name that ends in .gz does not compress what is compressed inside', async () => {
  await using shop = await workshop();
  expect(await shop.convert('-q', 'in.csv', 'out.gz')).toMatchObject({ code: 0, stderr: '' });
  expect((await shop.read('out.gz')).toString('latin1', 0, 4)).toBe('PAR1');
});

it('stdin that is a file is kept too, from where it stands', async () => {
  await using shop = await workshop();
  await shop.convertFrom(Buffer.from(text.slice(text.indexOf('\n') + 1)), '-q', '-', 'rest.parquet');
  const command = shop.args(['-q', '-', 'out.parquet']).join(' ');
  execFileSync('sh', ['-c', `(read line; "${process.execPath}" "${launcher}" ${command}) < in.csv`], {
    cwd: shop.path('.'),
  });
  expect((await shop.read('out.parquet')).equals(await shop.read('rest.parquet'))).toBe(true);
});

it('keeps the rejects of two inputs that share a folder', async () => {
  await using shop = await workshop({ ...byMode, reading: { mode: 'strict' } }, `${text}SHIP,4,5\n`);
  expect(await shop.convert('in.csv', 'out')).toMatchObject({ code: 0 });
  await writeFile(shop.path('later.csv'), `${text}SHIP,4,5\n`);
  expect(await shop.convert('later.csv', 'out')).toMatchObject({ code: 0 });
  const rejects = (await shop.made()).filter((name) => name.endsWith('.rejects.jsonl.gz'));
  expect(rejects).toEqual(['out.in.rejects.jsonl.gz', 'out.later.rejects.jsonl.gz']);
});
