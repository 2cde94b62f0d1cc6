export type { BadCell, Cast, CellValue } from './cell-value.ts';
