import { type Converter, sharedOptions } from '@tributary/codec';
import * as z from 'zod';
import { linesOf } from './lines.ts';

const options = z.strictObject({
  ...sharedOptions,
  /** One partition for each first letter; else one file. */
  byLetter: z.boolean().default(true),
  /** Rows of one file at most. */
  fileRows: z.int().positive().optional(),
  /** Puts so many bytes after each line. */
  padding: z.int().nonnegative().default(0),
  /** A single file is written once in vain. */
  again: z.boolean().default(false),
  /** Found out by a first pass if left out: how wide the longest line is. */
  width: z.int().optional(),
});

/** Sorts ASCII lines into files: little enough to check by hand, yet it reads twice and writes parts. */
export const shelve: Converter<z.output<typeof options>> = {
  name: 'shelve',
  summary: 'Lines to files',
  options,
  input: { mediaTypes: ['text/plain'] },
  output: { extension: '.shelf', mediaType: 'text/x-shelf', packed: 'inside' },
  readsTwice: ({ width }) => width === undefined,
  writesParts: ({ byLetter, fileRows }) => byLetter || fileRows !== undefined,
  async convert(io, { byLetter, fileRows = Number.POSITIVE_INFINITY, padding, again, width }) {
    const inferred = width === undefined;
    const found = width ?? Math.max(...(await linesOf(io.source)).map((line) => line.length));
    const rows = await linesOf(inferred ? await io.restart() : io.source);
    const encode = (line: string) => Buffer.from(`${line}${'.'.repeat(padding)}\n`);
    let rejected = 0;
    const good = rows.filter((record, index) => {
      if (!record.startsWith('!')) return true;
      rejected++;
      io.reject({ line: index + 1, byte: 0, code: 'bang', message: 'Bang', record: Buffer.from(record) });
      return false;
    });
    const report = {
      rows: good.length,
      rejected,
      notices: { [io.hints.dialect?.delimiter ?? 'no-dialect']: 1 },
      schema: { descriptor: { fields: [{ name: 'line', type: 'string' }], width: found }, inferred },
    };
    if (!byLetter && fileRows === Number.POSITIVE_INFINITY) {
      if (again) {
        for (const line of good) await io.sink.write(encode(line.toUpperCase()));
        await io.discard!();
      }
      for (const line of good) await io.sink.write(encode(line));
      return report;
    }
    for (const [letter, group] of Map.groupBy(good, (line) => (byLetter ? line[0]! : ''))) {
      for (let at = 0; at < group.length; at += fileRows) {
        const part = await io.openPart({
          partition: byLetter ? [['letter', letter]] : [],
          number: Math.floor(at / fileRows) + 1,
        });
        const share = group.slice(at, at + fileRows);
        for (const line of share) await part.write(encode(line));
        await part.end({ rows: share.length });
      }
    }
    return report;
  },
};
