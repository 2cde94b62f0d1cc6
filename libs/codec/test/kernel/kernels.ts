// What drives the kernels' functions by themselves, and the naive twins that they are held to: for the fuzz in tools.

export * as columnsMap from '../../kernel/columns/memory-map.ts';
export * as fixedWidthMap from '../../kernel/fixed-width/memory-map.ts';
export * as validationMap from '../../kernel/validation/memory-map.ts';
export { type CellForm, writeFieldBlock } from '../../src/columns/field-block.ts';
export {
  createKernel as createColumnsKernel,
  type Kernel as ColumnsKernel,
} from '../../src/columns/kernel.ts';
export { writeTables } from '../../src/columns/tables.ts';
export { type ReadDialect, readingSchema } from '../../src/delimited/dialect.ts';
export { createKernel as createDelimitedKernel } from '../../src/delimited/kernel.ts';
export { KernelState } from '../../src/delimited/kernel-state.ts';
export { CELL_SIZE } from '../../src/delimited/record-batch.ts';
export {
  createKernel as createFixedWidthKernel,
  type Kernel as FixedWidthKernel,
} from '../../src/fixed-width/kernel.ts';
export { type KernelMemory, layOutMemory } from '../../src/fixed-width/kernel-memory.ts';
export { type Layout, layoutSchema } from '../../src/fixed-width/layout.ts';
export type { EscapeStyle } from '../../src/fixed-width/tsv.ts';
export { KernelHeap } from '../../src/kernel/heap.ts';
export { wasm } from '../../src/kernel/webassembly.ts';
export { createKernel as createParquetKernel } from '../../src/parquet/kernel.ts';
export { upperHalf } from '../../src/text/encoding.ts';
export { createKernel as createValidationKernel } from '../../src/validation/kernel.ts';
export * as cellsTwin from '../columns/cells.twin.ts';
export { readTable } from '../delimited/read-table.ts';
export { readNaively, refusedEarly } from '../delimited/reader.twin.ts';
export { convertNaively } from '../fixed-width/records.twin.ts';
export { utf8Step } from '../fixed-width/utf8.twin.ts';
export { decodeDelta, decodeHybrid, decodeSnappy } from '../parquet/decoders.twin.ts';
