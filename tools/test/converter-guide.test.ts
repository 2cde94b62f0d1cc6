import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';

// Follows services/README.md word for word in a copy of the repository, but for the port and without the console.

const root = join(import.meta.dirname, '../..');
const copy = mkdtempSync(join(tmpdir(), 'tributary-guide-'));
let background: ChildProcess | undefined;

afterAll(async () => {
  if (background) {
    const ended = new Promise((resolve) => background?.once('exit', resolve));
    process.kill(-background.pid!, 'SIGTERM');
    await ended;
  }
  rmSync(copy, { recursive: true, force: true, maxRetries: 5 });
});

/** The files as they stand, with the packages of this one; ours among them are those of the copy. */
function copyRepository(): void {
  const left = new Set(['node_modules', '.git', '.tributary', '.serverless', 'results']);
  cpSync(root, copy, { recursive: true, filter: (path) => !left.has(basename(path)) });
  const modules = join(root, 'node_modules');
  const into = join(copy, 'node_modules');
  mkdirSync(join(into, '@tributary'), { recursive: true });
  mkdirSync(join(into, '.bin'));
  for (const name of readdirSync(modules))
    if (!['@tributary', '.bin', '.cache', '.vite'].includes(name))
      symlinkSync(join(modules, name), join(into, name));
  for (const name of readdirSync(join(modules, '.bin')))
    if (name !== 'tributary') symlinkSync(join(modules, '.bin', name), join(into, '.bin', name));
  symlinkSync('../../packages/cli/bin/tributary.mjs', join(into, '.bin/tributary'));
  for (const name of readdirSync(join(modules, '@tributary'))) {
    const folder = ['libs', 'services', 'packages', '.'].find((above) => existsSync(join(root, above, name)));
    if (folder) symlinkSync(join('../..', folder, name), join(into, '@tributary', name));
  }
  for (const project of [
    'packages/chain',
    'packages/cli',
    'packages/local',
    'tools',
    'libs/codec',
    'libs/service',
  ])
    if (existsSync(join(root, project, 'node_modules')))
      symlinkSync(join(root, project, 'node_modules'), join(copy, project, 'node_modules'));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('the guide to a new converter, from its first command to the deployed service', async () => {
  copyRepository();
  let port = 4566;
  const env = {
    ...process.env,
    PATH: `${join(copy, 'node_modules/.bin')}:${process.env.PATH}`,
    NX_DAEMON: 'false',
    CI: 'true',
  };
  const guide = readFileSync(join(root, 'services/README.md'), 'utf8');
  const blocks = [...guide.matchAll(/^```(\w+) ?(\S*)\n([\s\S]*?)^```$/gm)];
  expect(blocks.length).toBeGreaterThan(6);
  let said = '';
  for (const [, , about, content] of blocks) {
    if (about!.startsWith('file=')) {
      const path = join(copy, about!.replace('file=', ''));
      expect(existsSync(dirname(path)), about).toBe(true);
      writeFileSync(path, content!);
    } else if (about === 'background') {
      // Just before it is used: somebody else may take it.
      port = await freePort();
      const command = content!.replace('tributary local', `tributary local --no-console --port ${port}`);
      background = spawn('sh', ['-c', command], {
        cwd: copy,
        env,
        detached: true,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      // It says so when it listens.
      await new Promise<void>((resolve, reject) => {
        background?.stdout?.on('data', (said) => String(said).includes('Listening') && resolve());
        background?.once('exit', () => reject(new Error(`${command} has ended`)));
      });
    } else {
      const command = content!.replaceAll('4566', String(port));
      const run = spawnSync('sh', ['-ec', command], { cwd: copy, env, encoding: 'utf8' });
      expect(run.status, `${command}\n${run.stdout}\n${run.stderr}`).toBe(0);
      said += run.stdout;
    }
  }
  expect(said).toContain('id,mail\n1,ann@example.org\n');
  const output = join(copy, '.tributary/s3/my-lake/mails.csv.gz');
  await expect
    .poll(() => existsSync(output) && gunzipSync(readFileSync(output)).toString())
    .toBe('id,mail\n1,ann@example.org\n');
  expect(readFileSync(join(copy, 'services/tidy-mails/README.md'), 'utf8')).toContain(
    '| `column` | string | `mail` |',
  );
}, 300_000);
