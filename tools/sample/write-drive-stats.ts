import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { driveStats } from './drive-stats.ts';

/** Writes a sample; gzipped when the name ends in `.gz`. */
export async function writeDriveStats(
  file: string,
  options: Parameters<typeof driveStats>[0],
): Promise<void> {
  const text = Readable.from(inBlocks(driveStats(options)), { objectMode: false });
  const sink = createWriteStream(file);
  await (file.endsWith('.gz') ? pipeline(text, createGzip(), sink) : pipeline(text, sink));
}

/** Joins lines, so that the streams are not handed 110 bytes at a time. */
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

if (import.meta.main) {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { records: { type: 'string', default: '230896' }, seed: { type: 'string', default: '1' } },
  });
  if (!positionals[0]) throw new Error('usage: write-drive-stats.ts OUT [--records N] [--seed N]');
  await writeDriveStats(positionals[0], { records: Number(values.records), seed: Number(values.seed) });
}
