import type { EncodingName, Statistics } from './metadata.ts';

/** A page as encoded, before compression: a block of kernel memory that goes from hand to hand. */
export interface EncodedPage {
  kind: 'data' | 'dictionary';
  encoding: EncodingName;
  /** Of a data page its rows, of a dictionary its entries. */
  values: number;
  /** First row in the row group; of a data page. */
  firstRow: number;
  /** Whether values are bytes and not packed to bits, so that a compressor's effort is worth it. */
  isLoose: boolean;
  address: number;
  length: number;
  /** Of a data page. */
  statistics: Statistics | undefined;
}
