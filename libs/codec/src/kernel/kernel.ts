import { kernelBase64 } from './kernel.generated.ts';
import { type WasmMemory, wasm } from './webassembly.ts';

/** What the WebAssembly module exports; addresses are offsets in the memory it was given. See kernel/memory-map.ts. */
export interface Kernel {
  convertRecords(pos: number, end: number, out: number, soft: number, limit: number): number;
  skipRecords(pos: number, end: number, wanted: number): number;
  utf8Step(pos: number, end: number): number;
}

let compiled: object | undefined;

/** A kernel over `memory`. Synchronous: the module is a few KB and is compiled once, at first use. */
export function createKernel(memory: WasmMemory): Kernel {
  compiled ??= new wasm.Module(Buffer.from(kernelBase64, 'base64'));
  return new wasm.Instance(compiled, { env: { memory } }).exports as Kernel;
}
