import { BadInput, type Converter, sharedOptions } from '@tributary/codec';
import * as z from 'zod';
import { linesOf } from './lines.ts';

const options = z.strictObject({
  ...sharedOptions,
  /** Judges the file as a whole; else good lines are copied. */
  gate: z.boolean().default(false),
  references: z.record(z.string(), z.string()).default({}),
  /** Text put after each line, for outputs of any size. */
  padding: z.int().nonnegative().default(0),
});

/**
 * A line is good if it stands in the reference `words`, where there is one, and is not `bad`. Reports, tells and remembers:
 * how long the longest line was.
 */
export const judge: Converter<z.output<typeof options>> = {
  name: 'judge',
  summary: 'Good lines',
  options,
  input: { mediaTypes: ['text/plain'] },
  output: { extension: '.good', mediaType: 'text/plain' },
  passesOn: ({ gate }) => gate,
  documents: ['report.json', 'report.html'],
  references: ({ references }) => references,
  remembers: () => true,
  async convert(io, { gate, references, padding }) {
    const known = references.words === undefined ? undefined : await linesOf(await io.openReference('words'));
    const lines = await linesOf(io.source);
    const bad = lines.filter((line) => line === 'bad' || known?.includes(line) === false);
    const width = Math.max(0, ...lines.map((line) => line.length));
    const before = io.remembered?.width ?? null;
    const text = JSON.stringify({ bad: bad.length, width, before });
    io.attach({ name: 'report.json', mediaType: 'application/json', bytes: Buffer.from(text) });
    io.tell({
      drift: [
        {
          against: 'accepted',
          verdict: before === null || before === width ? 'allow' : 'warn',
          total: before === null || before === width ? 0 : 1,
          counts: {},
          changes: [],
        },
      ],
    });
    for (const line of bad)
      io.reject({ line: 1, byte: 0, code: 'bad', message: 'Bad', record: Buffer.from(line) });
    if (gate && bad.length > 0) throw new BadInput({ code: 'not-good', what: 'Not all lines are good' });
    const good = lines.filter((line) => !bad.includes(line));
    if (!gate) for (const line of good) await io.sink.write(Buffer.from(`${line}${' '.repeat(padding)}\n`));
    return {
      rows: good.length,
      rejected: bad.length,
      notices: {},
      dialect: { delimiter: ',', header: false, lineTerminator: '\n' },
      remember: { width },
      ...(gate && { passed: { mediaType: 'text/plain' } }),
    };
  },
};
