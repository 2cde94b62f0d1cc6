import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** Writes the lines of a sample; gzipped when the name ends in `.gz`. */
export async function writeSample(file: string, lines: Iterable<string>): Promise<void> {
  const text = Readable.from(inBlocks(lines), { objectMode: false });
  const sink = createWriteStream(file);
  await (file.endsWith('.gz') ? pipeline(text, createGzip(), sink) : pipeline(text, sink));
}

/** Joins lines, so that the streams are not handed a hundred bytes at a time. */
function* inBlocks(lines: Iterable<string>) {
  let block: string[] = [];
  for (const line of lines) {
    if (block.push(line) === 4096) {
      yield block.join('');
      block = [];
    }
  }
  yield block.join('');
}
