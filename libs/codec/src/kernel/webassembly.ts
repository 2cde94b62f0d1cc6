/** Memory of a WebAssembly instance; `buffer` stays the same as long as it does not grow. */
export interface WasmMemory {
  readonly buffer: ArrayBufferLike;
}

/** As much of the WebAssembly API as the kernel needs: TypeScript declares it only among the types of browsers. */
export interface WasmApi {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: { env: { memory: WasmMemory } }) => { readonly exports: unknown };
  /** Sizes are pages of 64 KiB. */
  Memory: new (size: {
    initial: number;
    maximum: number;
    shared?: boolean;
  }) => WasmMemory;
}

export const wasm = (globalThis as unknown as { WebAssembly: WasmApi }).WebAssembly;
