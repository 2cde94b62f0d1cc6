import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { run, temporaryFolder } from './command.ts';

const schema = {
  fields: [
    { name: 'id', type: 'integer', constraints: { required: true } },
    { name: 'mode', type: 'string' },
    { name: 'price', type: 'number', constraints: { minimum: 0 } },
  ],
  primaryKey: 'id',
};
const good = 'id,mode,price\n1,AIR,2.5\n2,SHIP,3\n';
const bad = `${good}3,RAIL,-1\n3,\u001b[31mAIR,x\n5,AIR\n`;

async function desk(files: Record<string, string | Uint8Array> = {}) {
  const folder = await temporaryFolder();
  const all = { 'schema.json': JSON.stringify(schema), 'good.csv': good, 'bad.csv': bad, ...files };
  for (const [name, content] of Object.entries(all)) await writeFile(join(folder.path, name), content);
  return {
    ...folder,
    text: async (name: string) => (await readFile(join(folder.path, name))).toString(),
    run: (args: string[], input?: Uint8Array) => run(args, { cwd: folder.path, ...(input && { input }) }),
    validate: (args: string[], input?: Uint8Array) =>
      run(['validate', '--schema', 'schema.json', ...args], { cwd: folder.path, ...(input && { input }) }),
  };
}

describe('validate', () => {
  it('ends with 0 for a valid table, and says so', async () => {
    await using place = await desk();
    const outcome = await place.validate(['good.csv']);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(outcome.stdout.toString()).toMatch(/^good\.csv is valid: 2 rows\n[\d.]+ s, .+\/s\n$/);
  });

  it('ends with 3 for one that is not: errors by code and column, with an example of each, safe to print', async () => {
    await using place = await desk();
    const outcome = await place.validate(['bad.csv']);
    expect(outcome.code).toBe(3);
    const lines = outcome.stdout.toString().split('\n');
    expect(lines[0]).toBe('bad.csv is not valid: 4 errors in 3 of 5 rows');
    expect(lines[1]).toMatch(/^ +errors {2}code +column +first at +example$/);
    expect(outcome.stdout.toString()).toMatch(/1 {2}constraint-error {2}price {3}row 4 +"-1": minimum/);
    expect(outcome.stdout.toString()).not.toContain('\u001b');
    expect(await place.names()).toEqual(['bad.csv', 'good.csv', 'schema.json']);
  });

  it('splits: valid rows, the others with reasons, a report and a page; the numbers add up', async () => {
    await using place = await desk();
    const files = [
      '--accepted',
      'ok.csv',
      '--rejected',
      'no.jsonl',
      '--report',
      'r.json',
      '--report',
      'r.html',
    ];
    const outcome = await place.validate([...files, 'bad.csv']);
    expect(outcome.code).toBe(3);
    expect(await place.text('ok.csv')).toBe(good);
    const rejects = (await place.text('no.jsonl'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rejects.map(({ line, code }) => [line, code])).toEqual([
      [4, 'constraint-error'],
      [5, 'type-error'],
      [6, 'missing-cell'],
    ]);
    const report = JSON.parse(await place.text('r.json'));
    expect(report).toMatchObject({ valid: false, stats: { errors: 4 }, tasks: [{ place: 'bad.csv' }] });
    expect(await place.text('r.html')).toMatch(/^<!DOCTYPE html>/);
    expect(outcome.stdout.toString()).toContain('accepted: ok.csv, 2 rows\nrejected: no.jsonl\n');

    await place.validate([...files, 'good.csv']);
    expect(await place.names()).not.toContain('no.jsonl');
  });

  it('in gate mode lets a whole file through untouched, or nothing of it', async () => {
    const packed = gzipSync(good);
    await using place = await desk();
    const gate = ['--mode', 'gate', '--accepted', 'ok.csv.gz', '--rejected', 'no.jsonl.gz'];
    expect((await place.validate([...gate, '-'], gzipSync(bad))).code).toBe(3);
    expect(await place.names()).not.toContain('ok.csv.gz');
    expect((await place.validate([...gate, '-'], packed)).code).toBe(0);
    expect(await readFile(join(place.path, 'ok.csv.gz'))).toEqual(packed);
  });

  it('tells a program as JSON, and leaves stdout to rows where they go there', async () => {
    await using place = await desk();
    const told = JSON.parse((await place.validate(['--json', 'bad.csv'])).stdout.toString());
    expect(told).toMatchObject({ valid: false, report: { tasks: [{ stats: { errors: 4, rows: 5 } }] } });
    const piped = await place.validate(['--json', '--accepted', '-', 'bad.csv']);
    expect(piped.stdout.toString()).toBe(good);
    expect(JSON.parse(piped.stderr)).toMatchObject({ valid: false, rows: 2, rejected: 3 });
  });

  it('reads the tables that foreign keys refer to', async () => {
    const foreignKeys = [{ fields: 'mode', reference: { resource: 'modes', fields: 'name' } }];
    await using place = await desk({
      'schema.json': JSON.stringify({ ...schema, foreignKeys }),
      'modes.csv.gz': gzipSync('name\nAIR\n'),
    });
    const outcome = await place.validate(['--reference', 'modes=modes.csv.gz', 'good.csv']);
    expect(outcome.code).toBe(3);
    expect(outcome.stdout.toString()).toMatch(/1 {2}foreign-key .*row 3/);
    expect((await place.validate(['--reference', 'modes=none.csv', 'good.csv'])).code).toBe(2);
    expect((await place.validate(['good.csv'])).stderr).toContain('/schema/foreignKeys/0');
  });

  it.each([
    [['good.csv'], /no-schema/],
    [['--schema', 'schema.json', '--mode', 'maybe', 'good.csv'], /\/mode/],
    [['--schema', 'schema.json', '--report', 'x', '--accepted', 'x', 'good.csv'], /same-file/],
    [['--schema', 'schema.json', '--reference', 'modes', 'good.csv'], /bad-reference/],
  ])('refuses %j with 2', async (args, message) => {
    await using place = await desk();
    const outcome = await place.run(['validate', ...args]);
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toMatch(message);
  });

  it('ends with 3 and writes nothing of a file that breaks off', async () => {
    await using place = await desk({ 'cut.csv.gz': gzipSync(bad.repeat(1000)).subarray(0, 60) });
    const outcome = await place.validate(['--accepted', 'ok.csv', 'cut.csv.gz']);
    expect(outcome.code).toBe(3);
    expect(outcome.stdout.toString() + outcome.stderr).toContain('gzip-truncated');
    expect(await place.names()).not.toContain('ok.csv');
  });

  it('calls no file valid that it could not read to its end', async () => {
    const unclosed = `${good}9,"${'SHIP\n'.repeat(100)}`;
    await using place = await desk({
      'unclosed.csv': unclosed,
      'short.json': JSON.stringify({ reading: { maxFieldBytes: 99 } }),
    });
    const outcome = await place.validate(['--options', 'short.json', 'unclosed.csv']);
    expect(outcome.code).toBe(3);
    expect(outcome.stdout.toString() + outcome.stderr).toMatch(
      /unclosed\.csv is not valid: no errors in \d+ rows until it was given up\n(?:.*\n)*.*\[unterminated-quote\]/,
    );
  });
});

describe('convert schema-validator', () => {
  it('works as any converter, its report beside OUT', async () => {
    await using place = await desk();
    const convert = ['convert', 'schema-validator', '--schema', 'schema.json'];
    const options = ['-o', 'options.json'];
    await writeFile(join(place.path, 'options.json'), JSON.stringify({ rejects: { maxRejectRatio: 1 } }));
    const outcome = await place.run([...convert, ...options, 'bad.csv', 'out.csv.gz']);
    expect(outcome.code).toBe(0);
    expect(gunzipSync(await readFile(join(place.path, 'out.csv.gz'))).toString()).toBe(good);
    expect((await place.names()).filter((name) => name.startsWith('out.'))).toEqual([
      'out.csv.gz',
      'out.csv.gz.rejects.jsonl.gz',
      'out.csv.gz.report.html',
      'out.csv.gz.report.json',
    ]);
  });

  it('in gate mode copies a valid file; of another it leaves the report', async () => {
    await using place = await desk({ 'gate.json': JSON.stringify({ mode: 'gate' }) });
    const convert = ['convert', 'schema-validator', '--schema', 'schema.json', '-o', 'gate.json'];
    expect((await place.run([...convert, 'good.csv', 'same.csv'])).code).toBe(0);
    expect(await place.text('same.csv')).toBe(good);
    expect((await place.run([...convert, 'bad.csv', 'none.csv'])).code).toBe(3);
    expect((await place.names()).filter((name) => name.startsWith('none'))).toEqual([
      'none.csv.report.html',
      'none.csv.report.json',
    ]);
  });
});
