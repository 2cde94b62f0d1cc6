import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { inlineThread, inlineThreads } from '../../bundling/inline-threads.ts';

const source = (path: string) => JSON.stringify(join(import.meta.dirname, '../../src', path));

/** Prints a digest of the file that each number of threads makes. */
const conversion = `
import { createHash } from 'node:crypto';
import { sourceOf } from ${source('byte-source.ts')};
import { convertCsvToParquet } from ${source('csv-to-parquet/convert.ts')};
import { csvToParquet } from ${source('csv-to-parquet/csv-to-parquet.ts')};
import { parseOptions } from ${source('options.ts')};
const input = Buffer.from('id,name\\n' + Array.from({ length: 5000 }, (_, i) => i + ',name ' + i + '\\n').join(''));
for (const threads of [1, 2]) {
  const hash = createHash('sha256');
  const io = {
    source: sourceOf(input),
    restart: async () => sourceOf(input),
    hints: {},
    sink: { write: async (bytes) => void hash.update(bytes) },
  };
  await convertCsvToParquet(io, parseOptions(csvToParquet, {}), { threads });
  console.log(hash.digest('hex'));
}`;

/** Prints what each number of threads finds; a JSON Schema is judged on the second one too. */
const validation = `
import { validateText } from ${JSON.stringify(join(import.meta.dirname, '../validation/validate-text.ts'))};
const jsonSchema = { type: 'object', required: ['a'] };
const fields = [{ name: 'id', type: 'integer', constraints: { unique: true } }, { name: 'more', type: 'object', constraints: { jsonSchema } }];
const row = (i) => i + ',' + (i % 100 === 7 ? '{}' : '{""a"":1}').replace(/^|$/g, '"') + '\\n';
const input = 'id,more\\n' + Array.from({ length: 5000 }, (_, i) => row(i)).join('');
for (const threads of [1, 2]) {
  const { text, rejects } = await validateText(input, { schema: { fields }, mode: 'split' }, { threads, cells: 200 });
  console.log(JSON.stringify([text.length, rejects.length, rejects[49]]));
}`;

test.each([
  ['conversion', conversion, /^[0-9a-f]{64}$/],
  ['validation', validation, /^\[\d+,50,\{/],
])(
  'a bundle starts its second thread out of itself, wherever it is moved: %s',
  async (_, script, expected) => {
    const folder = mkdtempSync(join(tmpdir(), 'inline-threads-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const settings = { absWorkingDir: import.meta.dirname, minify: true, target: 'node22.15' };
    const { outputFiles } = await build({
      ...settings,
      stdin: { contents: script, resolveDir: import.meta.dirname },
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
      plugins: [inlineThreads(settings)],
    });
    const file = join(folder, 'moved.mjs');
    writeFileSync(file, outputFiles[0]!.contents);
    const run = spawnSync(process.execPath, [file], { encoding: 'utf8' });
    expect(run.stderr).toBe('');
    const [one, two, ...rest] = run.stdout.trim().split('\n');
    expect(one).toMatch(expected);
    expect(two).toBe(one);
    expect(rest).toEqual([]);
  },
);

test('the sources that a thread is made of are known', async () => {
  const starter = join(import.meta.dirname, '../../src/csv-to-parquet/thread/start-thread.ts');
  const { sources } = await inlineThread(starter, { absWorkingDir: import.meta.dirname });
  expect(sources).toContain('../../src/csv-to-parquet/thread/second-thread.worker.ts');
  expect(sources).toContain('../../src/csv-to-parquet/table-output.ts');
});
