#!/usr/bin/env node
// Plain JavaScript that any Node from 18 on can run: it finds a Node that is new enough, then the command itself.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const bundle = new URL('../dist/tributary.js', import.meta.url);
const built = existsSync(bundle);
// zstd came with 22.15; TypeScript runs as it is from 22.18 on.
const needed = built ? [22, 15] : [22, 18];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major > needed[0] || (major === needed[0] && minor >= needed[1])) {
  module.enableCompileCache?.();
  const { main } = await import(built ? bundle.href : new URL('../src/main.ts', import.meta.url).href);
  await main(process.argv);
} else {
  const newer = findNode();
  if (newer) await runWith(newer);
  else {
    console.error(
      `tributary: this Node is too old; expected ${needed.join('.')} or newer; got ${process.versions.node}. Install a newer one, or \`npm install node@24\` beside this package.`,
    );
    process.exitCode = 2;
  }
}

/** The binary of npm's `node` package, if it is installed. */
function findNode() {
  try {
    const path = module.createRequire(import.meta.url).resolve('node/package.json');
    const binary = path.replace(/package\.json$/, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node');
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

async function runWith(node) {
  const { spawn } = await import('node:child_process'); // 3 ms that a new enough Node need not spend
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
