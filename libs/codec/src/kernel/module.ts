import { type WasmMemory, wasm } from './webassembly.ts';

/**
 * Gives the function that makes instances of a kernel over a memory. Synchronous: modules are a few KB, compiled once,
 * at first use.
 */
export function compileKernel<Exports>(base64: string): (memory: WasmMemory) => Exports {
  let compiled: object | undefined;
  return (memory) => {
    compiled ??= new wasm.Module(Buffer.from(base64, 'base64'));
    return new wasm.Instance(compiled, { env: { memory } }).exports as Exports;
  };
}
