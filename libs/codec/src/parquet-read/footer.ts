import type { ByteFile } from '../ports.ts';
import { beyondLimit, corruptParquet, notParquet, unsupportedParquet } from './faults.ts';
import { ThriftCutShort, ThriftReader } from './thrift-reader.ts';

/** `SchemaElement` of parquet.thrift, as far as it is read. */
export interface SchemaElement {
  name: string;
  /** Undefined for a group. */
  type?: number;
  typeLength?: number;
  /** 0 required, 1 optional, 2 repeated. */
  repetition: number;
  children: number;
  convertedType?: number;
  scale?: number;
  precision?: number;
  logicalType?: LogicalType;
}

/** The one field of the union `LogicalType`, and what it says. */
export interface LogicalType {
  id: number;
  scale?: number;
  precision?: number;
  utc?: boolean;
  /** 1 milliseconds, 2 microseconds, 3 nanoseconds. */
  unit?: number;
  bits?: number;
  signed?: boolean;
}

/** Where the pages of one column of one row group lie. */
export interface ChunkPlace {
  start: number;
  bytes: number;
  codec: number;
  values: number;
}

export interface RowGroup {
  rows: number;
  chunks: ChunkPlace[];
}

export interface Footer {
  rows: number;
  schema: SchemaElement[];
  rowGroups: RowGroup[];
  keyValues: Map<string, string>;
}

/** Its end is read at once with this much before it, which is all of most footers. */
const TAIL = 64 * 1024;
/** Fields of a schema: they take one byte each in a footer, and a hundred times that in memory. */
const MAX_FIELDS = 100_000;

/**
 * Reads what stands at the end of a Parquet file.
 * @throws {BadInput} `not-parquet`, `parquet-corrupt`, `parquet-limit`, `parquet-not-supported`
 */
export async function readFooter(file: ByteFile, maxBytes: number): Promise<Footer> {
  if (file.size < 12) throw notParquet(`${file.size} bytes in all`);
  const head = await readAt(file, 0, 4);
  const tail = await readAt(file, Math.max(0, file.size - TAIL), Math.min(TAIL, file.size));
  const last = ascii(tail.subarray(-4));
  if (last === 'PARE' && ascii(head) === 'PARE') throw unsupportedParquet('The Parquet file is encrypted');
  if (last !== 'PAR1' || !['PAR1', 'PARE'].includes(ascii(head)))
    throw notParquet(`${JSON.stringify(ascii(head))} and ${JSON.stringify(last)}`);
  const length = new DataView(tail.buffer, tail.byteOffset).getUint32(tail.length - 8, true);
  const start = file.size - 8 - length;
  if (start < 4) throw corruptParquet(`its footer is said to have ${length} bytes`, file.size - 8);
  if (length > maxBytes)
    throw beyondLimit(
      'The footer of the Parquet file is too long',
      `<= ${maxBytes} bytes`,
      `${length} bytes`,
    );
  const bytes =
    length + 8 <= tail.length ? tail.subarray(-8 - length, -8) : await readAt(file, start, length);
  try {
    return parseFooter(new ThriftReader(bytes, 0, start), start);
  } catch (error) {
    throw error instanceof ThriftCutShort ? corruptParquet('its footer ends too early', start) : error;
  }
}

export async function readAt(file: ByteFile, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const count = await file.read(offset, bytes);
  if (count < length) throw corruptParquet(`it ends before byte ${offset + length}`, offset + count);
  return bytes;
}

function ascii(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function parseFooter(thrift: ThriftReader, dataEnd: number): Footer {
  const footer: Footer = { rows: 0, schema: [], rowGroups: [], keyValues: new Map() };
  thrift.struct({
    2: (type) => {
      let fields = 0;
      footer.schema = thrift.list(type, () => {
        if (++fields > MAX_FIELDS)
          throw beyondLimit('The Parquet file has too many fields', `<= ${MAX_FIELDS}`, 'more');
        return readSchemaElement(thrift);
      });
    },
    3: (type) => {
      footer.rows = thrift.int(type);
    },
    4: (type) => {
      footer.rowGroups = thrift.list(type, () => readRowGroup(thrift, dataEnd));
    },
    5: (type) => {
      thrift.list(type, () => {
        let [key, value] = ['', ''];
        thrift.struct({
          1: (of) => {
            key = thrift.text(of);
          },
          2: (of) => {
            value = thrift.text(of);
          },
        });
        footer.keyValues.set(key, value);
      });
    },
    8: () => {
      throw unsupportedParquet('The Parquet file is encrypted');
    },
  });
  if (footer.schema.length === 0) throw corruptParquet('it has no schema', dataEnd);
  return footer;
}

function readSchemaElement(thrift: ThriftReader): SchemaElement {
  const element: SchemaElement = { name: '', repetition: 0, children: 0 };
  const number =
    (key: 'type' | 'typeLength' | 'repetition' | 'children' | 'convertedType' | 'scale' | 'precision') =>
    (type: number) => {
      element[key] = thrift.int(type);
    };
  thrift.struct({
    1: number('type'),
    2: number('typeLength'),
    3: number('repetition'),
    4: (type) => {
      element.name = thrift.text(type);
    },
    5: number('children'),
    6: number('convertedType'),
    7: number('scale'),
    8: number('precision'),
    10: (type) => {
      element.logicalType = readLogicalType(thrift, type);
    },
  });
  return element;
}

function readLogicalType(thrift: ThriftReader, type: number): LogicalType {
  const logical: LogicalType = { id: 0 };
  const member = (id: number, readers: Parameters<ThriftReader['open']>[1] = {}) => ({
    [id]: (of: number) => {
      logical.id = id;
      thrift.open(of, readers);
    },
  });
  const unit = { 1: choose(1), 2: choose(2), 3: choose(3) };
  function choose(id: number) {
    return (of: number) => {
      logical.unit = id;
      thrift.open(of, {});
    };
  }
  const temporal = {
    1: (of: number) => {
      logical.utc = thrift.bool(of);
    },
    2: (of: number) => thrift.open(of, unit),
  };
  thrift.open(type, {
    ...member(1),
    ...member(2),
    ...member(3),
    ...member(4),
    ...member(5, {
      1: (of) => {
        logical.scale = thrift.int(of);
      },
      2: (of) => {
        logical.precision = thrift.int(of);
      },
    }),
    ...member(6),
    ...member(7, temporal),
    ...member(8, temporal),
    ...member(10, {
      1: (of) => {
        logical.bits = thrift.int(of);
      },
      2: (of) => {
        logical.signed = thrift.bool(of);
      },
    }),
    ...member(11),
    ...member(12),
    ...member(13),
    ...member(14),
    ...member(15),
  });
  return logical;
}

function readRowGroup(thrift: ThriftReader, dataEnd: number): RowGroup {
  const group: RowGroup = { rows: 0, chunks: [] };
  thrift.struct({
    1: (type) => {
      group.chunks = thrift.list(type, () => readChunk(thrift, dataEnd));
    },
    3: (type) => {
      group.rows = thrift.int(type);
    },
  });
  if (group.chunks.length === 0) throw corruptParquet('a row group has no columns', dataEnd);
  if (group.rows < 0) throw corruptParquet(`a row group has ${group.rows} rows`);
  return group;
}

function readChunk(thrift: ThriftReader, dataEnd: number): ChunkPlace {
  let [bytes, codec, values, data, dictionary] = [-1, 0, 0, -1, 0];
  thrift.struct({
    1: () => {
      throw unsupportedParquet('Columns of the Parquet file lie in other files');
    },
    3: (type) =>
      thrift.open(type, {
        4: (of) => {
          codec = thrift.int(of);
        },
        5: (of) => {
          values = thrift.int(of);
        },
        7: (of) => {
          bytes = thrift.int(of);
        },
        9: (of) => {
          data = thrift.int(of);
        },
        11: (of) => {
          dictionary = thrift.int(of);
        },
      }),
    8: () => {
      throw unsupportedParquet('Columns of the Parquet file are encrypted');
    },
  });
  // Some writers note a dictionary page at 0 where there is none.
  const start = dictionary > 0 && dictionary < data ? dictionary : data;
  if (start < 4 || bytes < 0 || start + bytes > dataEnd)
    throw corruptParquet(`a column is said to lie in ${bytes} bytes from byte ${start} on`);
  return { start, bytes, codec, values };
}
