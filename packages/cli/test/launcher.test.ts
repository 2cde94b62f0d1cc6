import { spawnSync } from 'node:child_process';
import { cp, mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryFolder } from './command.ts';

/** The launcher alone, believing that it runs on Node 20; beside it whatever `newer` is. */
async function launchOld(newer: string | undefined) {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, 'bin'));
  await cp(join(import.meta.dirname, '../bin/tributary.mjs'), join(folder.path, 'bin/tributary.mjs'));
  await writeFile(
    join(folder.path, 'old.mjs'),
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.11.1' } });",
  );
  if (newer !== undefined) {
    const home = join(folder.path, 'node_modules/node');
    await mkdir(join(home, 'bin'), { recursive: true });
    await writeFile(join(home, 'package.json'), '{"name":"node","version":"24.0.0"}');
    await writeFile(join(home, 'bin/node'), newer, { mode: 0o755 });
  }
  return spawnSync(process.execPath, ['--import', './old.mjs', 'bin/tributary.mjs', 'convert', 'a b'], {
    cwd: folder.path,
    encoding: 'utf8',
  });
}

it('hands over to the Node of the packages, arguments and exit code and all', async () => {
  const { stdout, status } = await launchOld('#!/bin/sh\nshift\nprintf "%s|" "$@"\nexit 3\n');
  expect({ stdout, status }).toEqual({ stdout: 'convert|a b|', status: 3 });
});

it('says what it needs where there is none', async () => {
  const { stderr, status } = await launchOld(undefined);
  expect(status).toBe(2);
  expect(stderr).toMatch(/this Node is too old; expected 22\.\d+ or newer; got 20\.11\.1/);
});

it.each([
  ['the bundle', 1_000, 'bundle\n'],
  ['the sources once one of them is newer', 3_000, 'sources\n'],
])('runs %s', async (_name, changed, expected) => {
  await using folder = await temporaryFolder();
  for (const part of ['bin', 'dist', 'src']) await mkdir(join(folder.path, part));
  await cp(join(import.meta.dirname, '../bin/tributary.mjs'), join(folder.path, 'bin/tributary.mjs'));
  await writeFile(join(folder.path, 'package.json'), '{"type":"module"}');
  const says = (text: string) => `export const main = () => console.log('${text}');`;
  await writeFile(join(folder.path, 'dist/tributary.js'), says('bundle'));
  await writeFile(join(folder.path, 'dist/sources.json'), '["src/main.ts","src/gone.ts"]');
  await writeFile(join(folder.path, 'src/main.ts'), says('sources'));
  await utimes(join(folder.path, 'dist/tributary.js'), 2_000, 2_000);
  await utimes(join(folder.path, 'src/main.ts'), changed, changed);
  const { stdout } = spawnSync(process.execPath, ['bin/tributary.mjs'], {
    cwd: folder.path,
    encoding: 'utf8',
  });
  expect(stdout).toBe(expected);
});

it('says what to do where the kernels are not built', async () => {
  await using folder = await temporaryFolder();
  await writeFile(
    join(folder.path, 'fresh.mjs'),
    `import { registerHooks } from 'node:module';
     registerHooks({
       resolve: (name, context, next) => next(name.replace('/kernel.generated.ts', '/absent/kernel.generated.ts'), context),
     });`,
  );
  await writeFile(join(folder.path, 'in.csv'), 'a\n1\n');
  const main = pathToFileURL(join(import.meta.dirname, '../src/main.ts'));
  const { stderr, status } = spawnSync(
    process.execPath,
    [
      ...['--import', './fresh.mjs', '--input-type=module', '--eval'],
      `const { main } = await import('${main}');
       await main(['node', 'tributary', 'convert', 'csv-to-parquet', 'in.csv', 'out.parquet']);`,
    ],
    { cwd: folder.path, encoding: 'utf8' },
  );
  expect({ stderr, status }).toEqual({
    stderr:
      'tributary: This checkout is not built yet; expected `npx nx run-many -t build` first, or `npm test` [not-built]\n',
    status: 1,
  });
});
