import type { ByteSource } from '@tributary/codec';

/** The lines of a small source that are not empty. */
export async function linesOf(source: ByteSource): Promise<string[]> {
  const block = Buffer.alloc(64 * 1024);
  let text = '';
  for (let count = await source.read(block); count > 0; count = await source.read(block)) {
    text += block.toString('latin1', 0, count);
  }
  return text.split('\n').filter(Boolean);
}
