import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { kernel, numRuns, putInput, setTerminator } from './kernel-memory.ts';
import * as twin from './marks.twin.ts';

const terminators = ['', '\n', '\r', '\r\n', '|', '||', '|-|', 'é', '0123456789abcdef'];

/** Texts of one byte a character, so that an index is an address. */
const texts = (terminator: string) =>
  fc
    .array(
      fc.oneof(
        fc.constantFrom('a', '\r', '\n', '\r\n', '\r\r\n', '|', '-', ...(terminator ? [terminator] : [])),
        fc.nat(40).map((length) => 'x'.repeat(length)),
        fc.nat(Math.max(0, terminator.length - 1)).map((length) => terminator.slice(0, length)),
      ),
      { maxLength: 20 },
    )
    .map((parts) => parts.join(''));

for (const given of terminators) {
  // Its bytes as characters.
  const terminator = Buffer.from(given).toString('latin1');

  test(`line ends ${JSON.stringify(given)} are found and counted as the twin does, from every byte to every other`, () => {
    setTerminator(given);
    fc.assert(
      fc.property(texts(terminator), fc.nat(200), fc.nat(200), (text, a, b) => {
        const from = Math.min(a, text.length);
        const to = Math.min(from + b, text.length);
        const [start] = putInput(Buffer.from(text, 'latin1'), Buffer.from(given || '\n')[0]!);
        const part = text.slice(from, to);
        const bounds = [start + from, start + to] as const;
        expect(kernel.findTerminator(...bounds)).toBe(start + from + twin.findTerminator(part, terminator));
        expect(kernel.terminatorLength(...bounds)).toBe(twin.terminatorLength(part, terminator));
        expect(kernel.countLines(...bounds)).toBe(twin.countLines(part, terminator));
      }),
      { numRuns },
    );
  });
}
