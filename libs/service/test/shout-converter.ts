import { BadInput, type Converter, sharedOptions } from '@tributary/codec';
import * as z from 'zod';

const options = z.strictObject({
  ...sharedOptions,
  /** Lines that hold this word are rejected. */
  refuse: z.string().default('bad'),
  /** A line that holds this word rejects the file. */
  poison: z.string().default('poison'),
});

/** Upper-cases ASCII lines: little enough to check by hand, yet it rejects rows and files like any converter. */
export const shout: Converter<z.output<typeof options>> = {
  name: 'shout',
  summary: 'Lines to upper case',
  options,
  input: { mediaTypes: ['text/plain'] },
  output: { extension: '.loud', mediaType: 'text/plain' },
  async convert({ source, sink, reject }, { refuse, poison }) {
    const block = Buffer.alloc(256 * 1024);
    let rest = '';
    let line = 0;
    let byte = 0;
    let rejected = 0;
    const take = async (text: string) => {
      const lines = text.split('\n');
      rest = lines.pop() ?? '';
      const good: string[] = [];
      for (const record of lines) {
        line++;
        if (record.includes(poison))
          throw new BadInput({ code: 'poisoned', what: 'A line is poison', where: { line } });
        if (record.includes(refuse)) {
          rejected++;
          reject({ line, byte, code: 'refused', message: 'A word is refused', record: Buffer.from(record) });
        } else good.push(`${record.toUpperCase()}\n`);
        byte += record.length + 1;
      }
      await sink.write(Buffer.from(good.join('')));
    };
    for (let count = await source.read(block); count > 0; count = await source.read(block)) {
      await take(rest + block.toString('latin1', 0, count));
    }
    if (rest !== '') await take(`${rest}\n`);
    return { rows: line - rejected, rejected, notices: {}, fields: ['line'] };
  },
};
