#!/usr/bin/env node
// Plain JavaScript that any Node from 18 on can run: it finds a Node that is new enough, then the command itself.
import module from 'node:module';

// By require: an import of these would load all that they only load on first use, a tenth of the time to start.
const require = module.createRequire(import.meta.url);
const { existsSync, readFileSync, statSync } = require('node:fs');
const { fileURLToPath } = require('node:url');

// A process that ends while V8 puts compiled code into the heap on another thread may wait for that thread for good, about
// one short command in a hundred: https://github.com/nodejs/node/issues/54918. The main thread can do it as well.
const { setFlagsFromString } = require('node:v8');
setFlagsFromString('--no-concurrent-sparkplug');
// Before the next: code that was under way in the background is then built again, not found to lack half of itself.
setFlagsFromString('--no-maglev-deopt-data-on-background');
setFlagsFromString('--no-maglev-build-code-on-background');

const bundle = new URL('../dist/tributary.js', import.meta.url);
const built = existsSync(bundle) && !isStale();
// zstd came with 22.15; TypeScript runs as it is from 22.18 on.
const needed = built ? [22, 15] : [22, 18];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major > needed[0] || (major === needed[0] && minor >= needed[1])) {
  module.enableCompileCache?.();
  const { main } = await import(built ? bundle.href : new URL('../src/main.ts', import.meta.url).href);
  await main(process.argv);
} else {
  const newer = findNode();
  if (newer) runWith(newer);
  else {
    console.error(
      `tributary: this Node is too old; expected ${needed.join('.')} or newer; got ${process.versions.node}. Install a newer one, or \`npm install node@24\` beside this package.`,
    );
    process.exitCode = 2;
  }
}

/** Whether a source in the workspace is newer than the bundle made of it; where there are no sources there is no list. */
function isStale() {
  const home = fileURLToPath(new URL('..', import.meta.url));
  const list = `${home}dist/sources.json`;
  if (!existsSync(list)) return false;
  const made = statSync(bundle).mtimeMs;
  return JSON.parse(readFileSync(list, 'utf8')).some((source) => {
    const stat = statSync(home + source, { throwIfNoEntry: false });
    return stat !== undefined && stat.mtimeMs > made;
  });
}

/** The binary of npm's `node` package, if it is installed. */
function findNode() {
  try {
    const path = require.resolve('node/package.json');
    const binary = path.replace(/package\.json$/, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node');
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

function runWith(node) {
  const { spawn } = require('node:child_process');
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends its signals to both; others reach only this process.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`tributary: ${node} does not start: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}
