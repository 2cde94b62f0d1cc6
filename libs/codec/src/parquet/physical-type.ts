import {
  type Column,
  type ColumnType,
  INT32_DIGITS,
  INT64_DIGITS,
  type SlotKind,
  slotKindOf,
} from './column.ts';
import type { ThriftWriter } from './thrift.ts';

/** `Type` of parquet.thrift. */
export const physicalTypes = {
  BOOLEAN: 0,
  INT32: 1,
  INT64: 2,
  DOUBLE: 5,
  BYTE_ARRAY: 6,
  FIXED_LEN_BYTE_ARRAY: 7,
} as const;
type PhysicalTypeName = keyof typeof physicalTypes;

/** How a column's values stand in the file. */
export interface PhysicalType {
  name: PhysicalTypeName;
  /** Bytes of a value in the plain encoding; 0 for BOOLEAN (a bit) and BYTE_ARRAY (its own). */
  size: number;
  slot: SlotKind;
}

export function physicalTypeOf(type: ColumnType): PhysicalType {
  const slot = slotKindOf(type);
  switch (type.kind) {
    case 'boolean':
      return { name: 'BOOLEAN', size: 0, slot };
    case 'integer':
      return type.bits === 64 ? { name: 'INT64', size: 8, slot } : { name: 'INT32', size: 4, slot };
    case 'decimal':
      if (type.precision <= INT32_DIGITS) return { name: 'INT32', size: 4, slot };
      if (type.precision <= INT64_DIGITS) return { name: 'INT64', size: 8, slot };
      return { name: 'FIXED_LEN_BYTE_ARRAY', size: decimalBytes(type.precision), slot };
    case 'double':
      return { name: 'DOUBLE', size: 8, slot };
    case 'date':
      return { name: 'INT32', size: 4, slot };
    case 'time':
    case 'timestamp':
      return { name: 'INT64', size: 8, slot };
    case 'uuid':
      return { name: 'FIXED_LEN_BYTE_ARRAY', size: 16, slot };
    default:
      return { name: 'BYTE_ARRAY', size: 0, slot };
  }
}

/** The fewest bytes whose two's complement holds every number of that many digits. */
function decimalBytes(precision: number): number {
  const greatest = 10n ** BigInt(precision) - 1n;
  return Math.ceil((greatest.toString(2).length + 1) / 8);
}

/** `ConvertedType` of parquet.thrift. */
const converted = {
  UTF8: 0,
  DECIMAL: 5,
  DATE: 6,
  TIME_MICROS: 8,
  TIMESTAMP_MICROS: 10,
  INT_8: 15,
  INT_16: 16,
  INT_32: 17,
  INT_64: 18,
  JSON: 19,
};

const repetition = { required: 0, optional: 1 };

/** Writes a SchemaElement as an element of a list, with both the logical type and what came before it. */
export function writeSchemaElement(thrift: ThriftWriter, { name, type, nullable }: Column): void {
  const physical = physicalTypeOf(type);
  thrift.openElement().i32(1, physicalTypes[physical.name]);
  if (physical.name === 'FIXED_LEN_BYTE_ARRAY') thrift.i32(2, physical.size);
  thrift.i32(3, nullable ? repetition.optional : repetition.required).text(4, name);
  const old = convertedType(type);
  if (old !== undefined) thrift.i32(6, old);
  if (type.kind === 'decimal') thrift.i32(7, type.scale).i32(8, type.precision);
  if (hasLogicalType(type)) {
    thrift.open(10);
    writeLogicalType(thrift, type);
    thrift.stop();
  }
  thrift.stop();
}

function convertedType(type: ColumnType): number | undefined {
  switch (type.kind) {
    case 'integer':
      return converted[`INT_${type.bits}`];
    case 'decimal':
      return converted.DECIMAL;
    case 'date':
      return converted.DATE;
    // Local ones too: LogicalTypes.md asks for it.
    case 'time':
      return converted.TIME_MICROS;
    case 'timestamp':
      return converted.TIMESTAMP_MICROS;
    case 'string':
      return converted.UTF8;
    case 'json':
      return converted.JSON;
    default:
      return undefined;
  }
}

function hasLogicalType({ kind }: ColumnType): boolean {
  return kind !== 'boolean' && kind !== 'double' && kind !== 'binary';
}

/** The one field of a `LogicalType` union. */
function writeLogicalType(thrift: ThriftWriter, type: ColumnType): void {
  switch (type.kind) {
    case 'string':
      thrift.empty(1);
      break;
    case 'decimal':
      thrift.open(5).i32(1, type.scale).i32(2, type.precision).stop();
      break;
    case 'date':
      thrift.empty(6);
      break;
    case 'time':
    case 'timestamp': {
      const unit = 2; // MICROS
      thrift.open(type.kind === 'time' ? 7 : 8).bool(1, type.utc);
      thrift.open(2).empty(unit).stop().stop();
      break;
    }
    case 'integer':
      thrift.open(10).i8(1, type.bits).bool(2, true).stop();
      break;
    case 'json':
      thrift.empty(12);
      break;
    case 'uuid':
      thrift.empty(14);
      break;
  }
}
