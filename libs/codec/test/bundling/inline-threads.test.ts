import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { inlineThread, inlineThreads } from '../../bundling/inline-threads.ts';

const source = (path: string) => JSON.stringify(join(import.meta.dirname, '../../src', path));

/** Prints a digest of the file that each number of threads makes. */
const script = `
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

test('a bundle starts its second thread out of itself, wherever it is moved', async () => {
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
  expect(two).toBe(one);
  expect(rest).toEqual([]);
});

test('the sources that a thread is made of are known', async () => {
  const starter = join(import.meta.dirname, '../../src/csv-to-parquet/thread/start-thread.ts');
  const { sources } = await inlineThread(starter, { absWorkingDir: import.meta.dirname });
  expect(sources).toContain('../../src/csv-to-parquet/thread/second-thread.worker.ts');
  expect(sources).toContain('../../src/csv-to-parquet/table-output.ts');
});
