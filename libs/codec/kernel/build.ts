// Compiles the kernel and writes it as base64 into one TypeScript file, so that a single ESM bundle holds it.
import { readFile, writeFile } from 'node:fs/promises';
import asc from 'assemblyscript/asc';

const target = new URL('../src/kernel/kernel.generated.ts', import.meta.url);
const outputs = new Map<string, Uint8Array | string>();

const { error, stderr } = await asc.main(
  ['index.ts', '--outFile', 'kernel.wasm', '--textFile', 'kernel.wat', '-O3', '--converge', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--importMemory'],
  {
    readFile: (name, base) => readFile(new URL(name, new URL(`${base || '.'}/`, import.meta.url)), 'utf8').catch(() => null),
    writeFile: (name, contents) => void outputs.set(name, contents),
    listFiles: () => [],
  },
);
if (error) throw new Error(`kernel does not compile\n${stderr.toString()}`, { cause: error });

const wasm = outputs.get('kernel.wasm') as Uint8Array;
if (process.argv.includes('--wat')) console.log(outputs.get('kernel.wat'));
await writeFile(
  target,
  `// Written by kernel/build.ts. Do not edit.\nexport const kernelBase64 =\n  '${Buffer.from(wasm).toString('base64')}';\n`,
);
console.log(`kernel: ${wasm.length} bytes`);
