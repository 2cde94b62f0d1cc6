import { expect, test } from 'vitest';
import { readTable } from './read-table.ts';

/** Bytes on both sides of every border that UTF-8 draws. */
const BORDERS = [
  0x41, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0,
  0xf1, 0xf3, 0xf4, 0xf5, 0xff,
];
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Every sequence of up to `most` borders; of four only those that begin as one of four does. */
function* sequences(most: number, before: readonly number[] = []): Generator<readonly number[]> {
  if (before.length > 0) yield before;
  if (before.length === most || (before.length === 3 && before[0]! < 0xf0)) return;
  for (const byte of BORDERS) yield* sequences(most, [...before, byte]);
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    decoder.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

test.each([
  ['before a line end', ''],
  ['before another cell', ',1'],
])('a sequence that is not UTF-8 is told, at every place of a block: %s', async (_, after) => {
  const lines: Buffer[] = [Buffer.from(after ? 'a,b\n' : 'a\n')];
  const malformed: number[] = [];
  for (const sequence of sequences(4)) {
    const bytes = Buffer.from(sequence);
    if (!isUtf8(bytes)) malformed.push(lines.length);
    // Of lines of several lengths each begins at another place of a block.
    lines.push(Buffer.concat([Buffer.from('before '), bytes, Buffer.from(`${after}\n`)]));
  }
  const { rows, rejects } = await readTable(Buffer.concat(lines), {
    dialect: { delimiter: ',', quoteChar: '"', header: true, encoding: 'utf-8' },
    reading: { invalidUtf8: 'reject' },
  });
  expect(rejects.map(({ line }) => line - 1)).toEqual(malformed);
  expect(rows).toHaveLength(lines.length - 1 - malformed.length);
});
