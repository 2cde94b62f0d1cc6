import { ThriftReader } from './thrift-reader.ts';

/** `PageHeader` of parquet.thrift, as far as it is read. */
export interface PageHeader {
  /** 0 data, 2 dictionary, 3 data of version 2; others are passed over. */
  type: number;
  uncompressed: number;
  compressed: number;
  crc?: number;
  values: number;
  encoding: number;
  /** Of version 2. */
  nulls: number;
  definitionBytes: number;
  repetitionBytes: number;
  isCompressed: boolean;
  /** How levels are written in version 1; only 3, RLE, is in use. */
  definitionEncoding: number;
}

/**
 * Reads the header at the start of `bytes`; gives its length too.
 * @throws {ThriftCutShort} if it goes on beyond them
 */
export function readPageHeader(bytes: Uint8Array, place: number): { header: PageHeader; length: number } {
  const thrift = new ThriftReader(bytes, 0, place);
  const header: PageHeader = {
    type: -1,
    uncompressed: -1,
    compressed: -1,
    values: 0,
    encoding: 0,
    nulls: 0,
    definitionBytes: 0,
    repetitionBytes: 0,
    isCompressed: true,
    definitionEncoding: 3,
  };
  type NumberKey = Exclude<keyof PageHeader, 'isCompressed'>;
  const number = (key: NumberKey) => (type: number) => {
    header[key] = thrift.int(type);
  };
  thrift.struct({
    1: number('type'),
    2: number('uncompressed'),
    3: number('compressed'),
    4: number('crc'),
    5: (type) =>
      thrift.open(type, { 1: number('values'), 2: number('encoding'), 3: number('definitionEncoding') }),
    7: (type) => thrift.open(type, { 1: number('values'), 2: number('encoding') }),
    8: (type) =>
      thrift.open(type, {
        1: number('values'),
        2: number('nulls'),
        4: number('encoding'),
        5: number('definitionBytes'),
        6: number('repetitionBytes'),
        7: (of) => {
          header.isCompressed = thrift.bool(of);
        },
      }),
  });
  return { header, length: thrift.at };
}
