import { cellTargets } from './cells.ts';
import { delimitedTargets } from './delimited.ts';
import { fixedWidthTargets } from './fixed-width.ts';
import type { KernelTarget } from './kernel-target.ts';
import { parquetTargets } from './parquet.ts';
import { validationTargets } from './validation.ts';

/** Functions of all kernels, each with its naive twin. */
export function kernelTargets(): KernelTarget[] {
  return [
    ...cellTargets(),
    ...parquetTargets(),
    ...fixedWidthTargets(),
    ...delimitedTargets(),
    ...validationTargets(),
  ];
}
