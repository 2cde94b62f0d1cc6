import * as fc from 'fast-check';
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';
import { expect, test } from 'vitest';
import { ThriftWriter, thriftType } from '../../src/parquet/thrift.ts';

const read = (bytes: Uint8Array) => {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 };
  const struct = deserializeTCompactProtocol(reader);
  expect(reader.offset).toBe(bytes.length);
  return struct;
};

test('a struct of everything reads back', () => {
  const thrift = new ThriftWriter();
  thrift
    .bool(1, true)
    .bool(2, false)
    .i8(3, -7)
    .i16(4, -300)
    .i32(5, 70_000)
    .i64(6, 2 ** 50);
  thrift.text(9, 'naïve').binary(40, Uint8Array.of(0, 255));
  thrift.open(41).i32(1, -1).open(3).empty(16).stop().i32(4, 9).stop();
  thrift
    .list(42, thriftType.i64, 3)
    .integerElement(0)
    .integerElement(-1)
    .integerElement(2 ** 40);
  thrift.list(43, thriftType.bool, 2).boolElement(true).boolElement(false);
  thrift.list(44, thriftType.struct, 20);
  for (let i = 0; i < 20; i++) thrift.openElement().text(1, `${i}`).stop();
  thrift.raw(45, new ThriftWriter().i32(2, 5).stop().take());
  expect(read(thrift.stop().take())).toEqual({
    field_1: true,
    field_2: false,
    field_3: -7,
    field_4: -300,
    field_5: 70_000,
    field_6: 2n ** 50n,
    field_9: new TextEncoder().encode('naïve'),
    field_40: Uint8Array.of(0, 255),
    field_41: { field_1: -1, field_3: { field_16: {} }, field_4: 9 },
    field_42: [0n, -1n, 2n ** 40n],
    field_43: [true, false],
    field_44: Array.from({ length: 20 }, (_, i) => ({ field_1: new TextEncoder().encode(`${i}`) })),
    field_45: { field_2: 5 },
  });
});

test('integers and bytes of any size read back, and the writer starts anew each time', () => {
  const thrift = new ThriftWriter();
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer(), fc.uint8Array({ maxLength: 1000 }), (long, int, bytes) => {
      const safe = Math.trunc(long / 4);
      const struct = read(thrift.i64(1, safe).i32(200, int).binary(201, bytes).stop().take());
      expect(struct).toEqual({ field_1: BigInt(safe), field_200: int, field_201: bytes });
    }),
  );
});
