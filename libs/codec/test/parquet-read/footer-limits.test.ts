import { expect, test } from 'vitest';
import { readFooter } from '../../src/parquet-read/footer.ts';
import { leafColumns } from '../../src/parquet-read/leaf-columns.ts';

const MiB = 1024 * 1024;

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

/** A file that is no more than a footer with one list of structs. */
function fileOf(field: number, items: number, item: readonly number[]) {
  const list = [(field << 4) | 9, 0xfc, ...varint(items)];
  const footer = Buffer.concat([
    Buffer.from(list),
    Buffer.alloc(items * item.length, Buffer.from(item)),
    Buffer.of(0),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  const bytes = Buffer.concat([Buffer.from('PAR1'), footer, length, Buffer.from('PAR1')]);
  return {
    size: bytes.length,
    async read(offset: number, into: Uint8Array) {
      return bytes.copy(into, 0, offset);
    },
  };
}

test('millions of fields of a byte each are refused before they fill the memory', async () => {
  await expect(readFooter(fileOf(2, 30 * MiB, [0]), 32 * MiB)).rejects.toMatchObject({
    code: 'parquet-limit',
  });
});

test('a row group without columns is corrupt, and none of millions is kept', async () => {
  await expect(readFooter(fileOf(4, 30 * MiB, [0]), 32 * MiB)).rejects.toMatchObject({
    code: 'parquet-corrupt',
  });
});

test('a long name that thousands of columns would each have in theirs is refused', () => {
  const field = { name: 'f', type: 1, repetition: 0, children: 0 };
  const group = (name: string, children: number) => ({ name, repetition: 0, children });
  const schema = [group('root', 1), group('s'.repeat(MiB), 50_000), ...Array(50_000).fill(field)];
  expect(() => leafColumns(schema)).toThrow(expect.objectContaining({ code: 'parquet-limit' }));
  expect(leafColumns([group('root', 1), group('s', 1), field]).map(({ name }) => name)).toEqual(['s.f']);
});
