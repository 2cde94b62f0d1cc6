// Compiles each kernel (`kernel/<name>/index.ts`) and writes it as base64 into `src/<name>/kernel.generated.ts`: a bundle
// carries the loops of its own converter and no others. Modules over one memory work on one another's data all the same.
// Memory is shared between threads, but for fixed-width, whose converter has only one.
// `node build.ts [--wat] [NAME ...]` builds all, or those named.
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import asc from 'assemblyscript/asc';

const unshared = ['fixed-width'];
/** The most that the memory of an import may have: any. */
const shared = ['--sharedMemory', '--maximumMemory', '65536', '--enable', 'threads'];

const named = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const all = readdirSync(import.meta.dirname).filter((name) => existsSync(new URL(`${name}/index.ts`, import.meta.url)));

for (const name of named.length > 0 ? named : all) await build(name);

async function build(name: string): Promise<void> {
  const outputs = new Map<string, Uint8Array | string>();
  const { error, stderr } = await asc.main(
    [`${name}/index.ts`, '--outFile', 'kernel.wasm', '--textFile', 'kernel.wat', '-O3', '--converge', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--enable', 'relaxed-simd', '--importMemory', ...(unshared.includes(name) ? [] : shared)],
    {
      readFile: (file, base) => readFile(new URL(file, new URL(`${base || '.'}/`, import.meta.url)), 'utf8').catch(() => null),
      writeFile: (file, contents) => void outputs.set(file, contents),
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`kernel ${name} does not compile\n${stderr.toString()}`, { cause: error });
  const wasm = outputs.get('kernel.wasm') as Uint8Array;
  if (process.argv.includes('--wat')) console.log(outputs.get('kernel.wat'));
  const folder = new URL(`../src/${name}/`, import.meta.url);
  await mkdir(folder, { recursive: true });
  await writeFile(
    new URL('kernel.generated.ts', folder),
    `// Written by kernel/build.ts. Do not edit.\nexport const kernelBase64 =\n  '${Buffer.from(wasm).toString('base64')}';\n`,
  );
  console.log(`kernel ${name}: ${wasm.length} bytes`);
}
