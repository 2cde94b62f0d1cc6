import {
  convertNaively,
  createFixedWidthKernel as createKernel,
  type EscapeStyle,
  type FixedWidthKernel as Kernel,
  type KernelMemory,
  type Layout,
  layOutMemory,
  layoutSchema,
  fixedWidthMap as map,
  utf8Step,
} from '@tributary/codec/test/kernels';
import { pick, type Random, randomFrom } from '../../sample/random.ts';
import { GuardedMemory } from './guarded-memory.ts';
import { below, type KernelTarget, same } from './kernel-target.ts';

const styles = ['quote', 'backslash', 'reject'] as const satisfies EscapeStyle[];
const sizes = { slots: 2, block: 1024, flush: 256 };

/** A layout, and a kernel that is set up for it. */
interface Prepared {
  layout: Layout;
  style: EscapeStyle;
  memory: KernelMemory;
  kernel: Kernel;
  guard: GuardedMemory;
}

function prepare(random: Random): Prepared {
  const fixed = random() < 0.25;
  let at = 0;
  const fields = Array.from({ length: 1 + below(random, 5) }, (_, i) => {
    const start = random() < 0.8 ? at : below(random, 12);
    const end = start + 1 + below(random, pick(random, [4, 20]));
    at = end;
    return {
      name: `f${i}`,
      start,
      end: random() < 0.1 && !fixed ? null : end,
      ...(random() < 0.3 && { trim: pick(random, ['none', 'left', 'right', 'both']) }),
      ...(random() < 0.2 && { pad: pick(random, ['0', '*', ' ']) }),
    };
  });
  const extent = Math.max(...fields.map(({ end }) => end ?? 0));
  const layout = layoutSchema.parse({
    fields,
    bom: 'keep',
    unit: pick(random, ['bytes', 'bytes', 'characters']),
    trim: pick(random, ['none', 'left', 'right', 'both']),
    encoding: pick(random, ['utf-8', 'utf-8', 'iso-8859-1', 'windows-1252']),
    blankLines: pick(random, ['skip', 'empty', 'reject']),
    shortRecords: pick(random, ['empty', 'reject']),
    longRecords: pick(random, ['ignore', 'reject']),
    nul: pick(random, ['keep', 'reject', 'space']),
    invalidUtf8: pick(random, ['reject', 'replace']),
    ctrlZ: pick(random, ['strip', 'keep']),
    maxRecordBytes: pick(random, [130, 200]),
    ...(random() < 0.2 && { comment: pick(random, ['#', '//']) }),
    ...(fixed
      ? { recordLength: extent + below(random, 4) }
      : { newline: pick(random, ['auto', 'lf', 'cr']) }),
  });
  const style = pick(random, styles);
  const memory = layOutMemory(layout, style, 0, sizes);
  return {
    layout,
    style,
    memory,
    kernel: createKernel(memory.memory),
    guard: new GuardedMemory(memory.memory),
  };
}

const atoms = [
  '\n',
  '\n',
  '\r',
  '\r\n',
  ' ',
  '  ',
  '\t',
  '"',
  '\\',
  '\0',
  '0',
  '#',
  '//',
  '\x1a',
  'ä',
  '文',
  '😀',
];

/** Records that are mostly of letters, with what a layout may stumble on between. */
function records(random: Random): Buffer {
  const pieces: Buffer[] = [];
  for (let left = below(random, 40); left > 0; left--) {
    const kind = random();
    if (kind < 0.05) pieces.push(Buffer.of(128 + below(random, 128)));
    else if (kind < 0.5) pieces.push(Buffer.from(pick(random, atoms)));
    else pieces.push(Buffer.alloc(1 + below(random, 24), pick(random, ['a', 'bc', ' x', '1'])));
  }
  return Buffer.concat(pieces);
}

/** What the kernel makes of whole records, driven as the engine drives it. @returns undefined where the row has no room */
function convert({ memory, kernel, guard, layout }: Prepared, input: Buffer) {
  const { bytes, words, inputs, outputs, fields } = memory;
  const slot = outputs[0]!;
  const start = inputs[0]!;
  bytes.set(input, start);
  let at = start;
  let text = '';
  let rows = 0;
  const rejects: { code: number; column?: string }[] = [];
  const byCharacter = layout.unit === 'characters' && layout.encoding === 'utf-8';
  const boundaries = byCharacter ? 2 * fields.length * map.BOUNDARY_SIZE : 0;
  for (;;) {
    guard.arm();
    const stop = kernel.convertRecords(at, start + input.length, slot.start, slot.soft, slot.limit);
    // Results, counters and what is resolved of fields and boundaries stand before the slots.
    guard.check([
      [map.AT_INPUT, map.COUNTERS_BEFORE + 64],
      [map.HEAP, map.HEAP + fields.length * map.FIELD_SIZE + boundaries],
      [slot.start, slot.limit + map.SLACK],
    ]);
    at = words[map.AT_INPUT >> 2]!;
    const end = words[map.AT_OUTPUT >> 2]!;
    rows += words[map.ROWS >> 2]!;
    text += Buffer.from(bytes.subarray(slot.start, end)).toString();
    if (stop === map.STOP_REJECT) {
      const column = fields[words[map.BAD_FIELD >> 2]!]?.name;
      rejects.push({ code: words[map.BAD_CODE >> 2]!, ...(column !== undefined && { column }) });
    } else if (stop === map.STOP_TOO_LONG) return { text, rows, rejects, error: 'record-too-long' };
    else if (stop === map.STOP_INPUT) return { text, rows, rejects, error: undefined };
    else if (end === slot.start) return undefined;
  }
}

const codes: Record<string, number> = {
  'blank-line': map.REJECT_BLANK,
  'short-record': map.REJECT_SHORT,
  'long-record': map.REJECT_LONG,
  'nul-byte': map.REJECT_NUL,
  'unescapable-cell': map.REJECT_UNESCAPABLE,
  'invalid-utf-8': map.REJECT_INVALID,
};

/** The fixed-width kernel: whole records under random layouts, and its steps. */
export function fixedWidthTargets(): KernelTarget[] {
  const layoutsFrom = randomFrom(20_261_128);
  const prepared = Array.from({ length: 400 }, () => prepare(layoutsFrom));
  const plain = prepared.find(({ layout }) => layout.recordLength === undefined)!;
  const { bytes, inputs } = plain.memory;
  const at = inputs[0]!;
  return [
    {
      name: 'fixed-width convertRecords',
      weight: 0.5,
      run(random) {
        const one = pick(random, prepared);
        const { layout, style } = one;
        const text = records(random);
        const end = layout.newline === 'cr' ? '\r' : '\n';
        const input = layout.recordLength
          ? text.subarray(0, text.length - (text.length % layout.recordLength))
          : Buffer.concat([text, Buffer.from(end)]);
        const actual = convert(one, input);
        if (!actual) return;
        const twin = convertNaively(input, layout, { header: false, escape: style });
        const expected = twin.rejects.map(({ code, column }) => ({
          code: codes[code],
          ...(column !== undefined && { column }),
        }));
        same(
          actual,
          { text: twin.text, rows: twin.rows, rejects: expected, error: twin.error },
          { layout, style, input: input.toString('latin1') },
        );
      },
    },
    {
      name: 'fixed-width utf8Step',
      run(random) {
        const input = Uint8Array.from({ length: 1 + below(random, 5) }, (_, i) =>
          i === 0 || random() < 0.7 ? 128 + below(random, 128) : below(random, 256),
        );
        bytes.fill(0x80, at, at + 16);
        bytes.set(input, at);
        plain.guard.arm();
        const step = plain.kernel.utf8Step(at, at + input.length);
        plain.guard.check([]);
        same(step, utf8Step(input, 0), [...input]);
      },
    },
  ];
}
