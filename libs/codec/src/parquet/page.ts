import type { EncodingName, Statistics } from './metadata.ts';

/** A page as encoded, before compression: a block of kernel memory that goes from hand to hand. */
export interface EncodedPage {
  kind: 'data' | 'dictionary';
  encoding: EncodingName;
  /** Of a data page its rows, of a dictionary its entries. */
  values: number;
  /** First row in the row group; of a data page. */
  firstRow: number;
  address: number;
  length: number;
  /** Of a data page. */
  statistics: Statistics | undefined;
}
