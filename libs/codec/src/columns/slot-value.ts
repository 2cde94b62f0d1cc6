import type { CellValue } from '@tributary/table-schema';
import type { KernelHeap } from '../kernel/heap.ts';
import type { SlotKind } from '../parquet/column.ts';

/** Writes a value that a cast gave into its slot. */
export function writeValue(
  heap: KernelHeap,
  slot: number,
  kind: Exclude<SlotKind, 'bytes'>,
  value: CellValue,
): void {
  switch (kind) {
    case 'f64':
      heap.view.setFloat64(slot, value as number, true);
      break;
    case 'b16':
      heap.bytes.set(value as Uint8Array, slot);
      break;
    case 'i128':
      heap.view.setBigUint64(slot, BigInt.asUintN(64, value as bigint), true);
      heap.view.setBigInt64(slot + 8, BigInt.asIntN(64, (value as bigint) >> 64n), true);
      break;
    case 'i64':
      heap.view.setBigInt64(slot, BigInt(value as bigint | boolean), true);
      break;
  }
}
