import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import * as map from '../../kernel/fixed-width/memory-map.ts';
import { createKernel } from '../../src/fixed-width/kernel.ts';
import { wasm } from '../../src/kernel/webassembly.ts';
import { utf8Step } from './utf8.twin.ts';

// `convertRecords` is held to its twin by test/fixed-width/engine.property.test.ts.

const memory = new wasm.Memory({ initial: 1, maximum: 1 });
const bytes = new Uint8Array(memory.buffer);
const words = new Int32Array(memory.buffer);
const kernel = createKernel(memory);
const AT = 4096;

// Around every limit that UTF-8 sets.
const byte = fc.oneof(
  fc.integer({ min: 0x80, max: 0xff }),
  fc.constantFrom(
    0x41,
    0x7f,
    0x80,
    0x8f,
    0x90,
    0x9f,
    0xa0,
    0xbf,
    0xc0,
    0xc1,
    0xc2,
    0xdf,
    0xe0,
    0xed,
    0xef,
    0xf0,
    0xf4,
    0xf5,
  ),
);

test('utf8Step cuts where a decoder of the platform cuts', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0x80, max: 0xff }), fc.array(byte, { maxLength: 5 }), (lead, rest) => {
      const input = Uint8Array.of(lead, ...rest);
      bytes.fill(0x80, AT, AT + 16);
      bytes.set(input, AT);
      expect(kernel.utf8Step(AT, AT + input.length)).toBe(utf8Step(input, 0));
    }),
    { numRuns: 5000 },
  );
});

/** Twin of `skipRecords`: [records passed, bytes passed]. */
function skipRecords(
  input: Uint8Array,
  wanted: number,
  recordLength: number,
  newline: number,
): [number, number] {
  let at = 0;
  let passed = 0;
  while (passed < wanted && at < input.length) {
    const next = recordLength > 0 ? at + recordLength : input.indexOf(newline, at) + 1;
    if (next > input.length || next === 0) break;
    at = next;
    passed++;
  }
  return [passed, at];
}

test('skipRecords passes whole records only', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(0x41, 0x41, 0x41, 0x0a, 0x0d), { maxLength: 100 }),
      fc.integer({ min: 0, max: 9 }),
      fc.constantFrom(0, 0, 1, 7, 16),
      fc.constantFrom(0x0a, 0x0d),
      (input, wanted, recordLength, newline) => {
        bytes.fill(newline, AT, AT + 200);
        bytes.set(input, AT);
        words[map.RECORD_LENGTH >> 2] = recordLength;
        words[map.NEWLINE >> 2] = newline;
        words[map.MAX_RECORD >> 2] = 1000;
        const passed = kernel.skipRecords(AT, AT + input.length, wanted);
        expect([passed, words[map.AT_INPUT >> 2]! - AT]).toEqual(
          skipRecords(Uint8Array.from(input), wanted, recordLength, newline),
        );
      },
    ),
    { numRuns: 2000 },
  );
});
