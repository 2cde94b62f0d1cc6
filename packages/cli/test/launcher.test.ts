import { spawnSync } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
