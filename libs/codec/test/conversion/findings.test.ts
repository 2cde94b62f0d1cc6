import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type ConversionIo, runConversion } from '../../src/conversion/conversion.ts';
import type { Attachment, Converter, Facts } from '../../src/converter.ts';
import { BadInput } from '../../src/errors.ts';
import { parseOptions, sharedOptions } from '../../src/options.ts';
import { memorySink, readAll, sourceOf } from '../compression/memory.ts';

const options = z.strictObject({ ...sharedOptions, allow: z.string().default('words') });

/** Lets a list of words pass if each stands in a reference, and reports on it. */
const censor: Converter<z.output<typeof options>> = {
  name: 'censor',
  summary: 'Known words only',
  input: { mediaTypes: ['text/plain'] },
  options,
  output: { extension: '.txt', mediaType: 'text/plain' },
  passesOn: () => true,
  documents: ['report.txt'],
  references: ({ allow }) => ({ words: allow }),
  remembers: () => true,
  async convert({ source, openReference, attach, tell, remembered }) {
    const known = (await readAll(await openReference('words'))).toString().split('\n');
    const words = (await readAll(source)).toString().trim().split('\n');
    const unknown = words.filter((word) => !known.includes(word));
    attach({ name: 'report.txt', mediaType: 'text/plain', bytes: Buffer.from(unknown.join()) });
    tell({ drift: [] });
    tell({ profile: [] });
    if (unknown.length > 0) throw new BadInput({ code: 'unknown-words', what: 'Some words are unknown' });
    return {
      rows: words.length,
      rejected: 0,
      notices: { before: Number(remembered?.words ?? 0) },
      passed: { mediaType: 'text/plain' },
      remember: { words: words.length },
    };
  },
};

async function run(text: string, more: Partial<ConversionIo> = {}, converter = censor) {
  const documents: Attachment[] = [];
  const facts: Facts[] = [];
  const opened: string[] = [];
  const report = await runConversion(converter, parseOptions(converter, {}), {
    source: sourceOf(Buffer.from(text)),
    quarantine: async () => memorySink(),
    attach: (document) => documents.push(document),
    tell: (told) => facts.push(told),
    async openReference(place, name) {
      opened.push(`${name} ${place}`);
      return sourceOf(gzipSync('ant\nbee\n'));
    },
    ...more,
  }).catch((error) => error);
  return { report, documents, facts, opened };
}

describe('a converter that judges', () => {
  it('reads references inflated, attaches documents, tells facts, remembers, and writes nothing', async () => {
    const { report, documents, facts, opened } = await run('bee\n', { remembered: { words: 7 } });
    expect(report).toMatchObject({
      rows: 1,
      notices: { before: 7 },
      passed: { mediaType: 'text/plain' },
      remember: { words: 1 },
      documents: ['report.txt'],
      bytesOut: 0,
    });
    expect(opened).toEqual(['words words']);
    expect(documents.map(({ name }) => name)).toEqual(['report.txt']);
    expect(facts).toEqual([{ drift: [] }, { profile: [] }]);
  });

  it('has told and attached all of it when it rejects the file', async () => {
    const { report, documents, facts } = await run('cat\n');
    expect(report).toMatchObject({ code: 'unknown-words' });
    expect(documents.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['cat']);
    expect(facts).toHaveLength(2);
  });

  it.each([
    ['attaches what it has not announced', { documents: [] }, 'unannounced'],
    ['passes on where it said that it writes', { passesOn: () => false }, 'passed'],
    ['opens a reference it has not named', { references: () => ({}) }, 'no reference words'],
  ])('fails where it %s', async (_what, change, message) => {
    const { report } = await run('bee\n', {}, { ...censor, ...change });
    expect(report).not.toBeInstanceOf(BadInput);
    expect(report.message).toContain(message);
  });
});
