import { BadInput } from '@tributary/codec/errors';
import {
  createDelimitedKernel as createKernel,
  KernelHeap,
  KernelState,
  type ReadDialect,
  readingSchema,
  readNaively,
  readTable,
  refusedEarly,
  upperHalf,
  wasm,
} from '@tributary/codec/test/kernels';
import { pick, type Random, randomFrom } from '../../sample/random.ts';
import { GuardedMemory } from './guarded-memory.ts';
import { below, type KernelTarget, same } from './kernel-target.ts';

const slack = 64;

/** The delimited kernel: records under random dialects, through the reader that drives it; and its decoders. */
export function delimitedTargets(): KernelTarget[] {
  return [recordsTarget(), ...decoderTargets()];
}

const dialectsFrom = randomFrom(20_261_129);
const dialects = Array.from({ length: 200 }, (_, index) => {
  const random = dialectsFrom;
  const one = <T>(...values: T[]) => pick(random, values);
  const dialect: ReadDialect = {
    delimiter: index === 0 ? ',' : one(',', ',', '\t', ';', '|', '||', 'multi-space', '¦'),
    quoteChar: one('"', '"', "'", ''),
    doubleQuote: one(true, true, false),
    escapeChar: random() < 0.3 ? one('\\', '\\', '"', '^') : '',
    lineTerminator: one('auto', 'auto', 'auto', '\n', '\r\n', '@@'),
    ...(random() < 0.2 && { commentChar: one('#', '//') }),
    ...(random() < 0.3 && { nullSequence: one('NULL', '\\N', '') }),
    skipInitialSpace: one(false, false, true),
    header: one(true, true, false),
    footerLines: one(0, 0, 0, 1, 2),
    skipLines: one(0, 0, 0, 1),
    headerRows: [1],
    headerJoin: ' ',
    encoding: 'utf-8',
  };
  return dialect;
});
const readings = Array.from({ length: 40 }, () => {
  const random = dialectsFrom;
  return readingSchema.parse({
    mode: pick(random, ['lenient', 'lenient', 'strict']),
    headerNames: 'mend',
    ...(random() < 0.3 && { blankLines: pick(random, ['skip', 'row', 'reject']) }),
    ...(random() < 0.3 && { invalidUtf8: pick(random, ['reject', 'replace']) }),
    ...(random() < 0.3 && { maxFieldBytes: pick(random, [1, 5, 20, 60]) }),
    ...(random() < 0.3 && { maxRecordBytes: pick(random, [5, 20, 60, 200]) }),
  });
});

/** Text in which the marks of a dialect are as common as anything else. */
function textOf(random: Random, dialect: ReadDialect): Buffer {
  const delimiter = dialect.delimiter === 'multi-space' ? ' ' : dialect.delimiter;
  const end = dialect.lineTerminator === 'auto' ? '\n' : dialect.lineTerminator;
  const quote = dialect.quoteChar || '"';
  const odd = [quote, quote + quote, `${delimiter}${quote}`, `${quote}${delimiter}`, `${quote}${end}`];
  const rare = [
    '\r',
    '\r\n',
    '\n\n',
    ' ',
    '\t',
    '\\',
    '\\n',
    '#',
    'NULL',
    '\\N',
    '\0',
    '\x1a',
    'é',
    '€',
    '😀',
  ];
  const pieces: Buffer[] = [];
  for (let left = below(random, 60); left > 0; left--) {
    const kind = random();
    if (kind < 0.4)
      pieces.push(Buffer.from(pick(random, ['a', '0', '12', 'word', 'a longer text of a cell'])));
    else if (kind < 0.65) pieces.push(Buffer.from(delimiter));
    else if (kind < 0.8) pieces.push(Buffer.from(end));
    else if (kind < 0.9) pieces.push(Buffer.from(pick(random, odd)));
    else if (kind < 0.99) pieces.push(Buffer.from(pick(random, rare)));
    else pieces.push(Buffer.of(128 + below(random, 128)));
  }
  return Buffer.concat(pieces);
}

function recordsTarget(): KernelTarget {
  const before = 65_536;
  const size = 4 * 1024 * 1024;
  const memory = new wasm.Memory({ initial: 66, maximum: 66, shared: true });
  const bytes = Buffer.from(memory.buffer);
  // Nothing is dealt out of the first and the last page.
  bytes.fill(0xa5, 0, before);
  bytes.fill(0xa5, before + size);
  const around = Buffer.alloc(before, 0xa5);
  const heap = new KernelHeap({ memory, address: before, size });
  return {
    name: 'delimited readBatch',
    weight: 0.2,
    async run(random) {
      const dialect = pick(random, dialects);
      const reading = pick(random, readings);
      const input = textOf(random, dialect);
      const sizes = {
        block: 64 + below(random, 300),
        blocks: 2 + below(random, 3),
        cells: 1 + below(random, 40),
        sample: 1 + below(random, 200),
      };
      const how = { dialect, reading, sizes, chunk: 1 + below(random, 200), heap };
      const told = { ...how, heap: undefined, input: input.toString('latin1') };
      let columns = ['?'];
      let actual: unknown;
      try {
        const table = await readTable(input, how);
        columns = [...table.opened.columns];
        actual = {
          rows: table.rows,
          places: table.places,
          rejects: table.rejects.map(({ message, record, ...row }) => ({
            ...row,
            record: Buffer.from(record).toString('latin1'),
          })),
        };
      } catch (error) {
        if (!(error instanceof BadInput))
          throw new Error(`${(error as Error).stack}\n  ${JSON.stringify(told)}`);
        if (refusedEarly.has(error.code)) return;
        actual = error.code;
      }
      if (bytes.compare(around, 0, before, 0, before) !== 0) throw new Error('wrote before the heap');
      if (bytes.compare(around, 0, before, before + size) !== 0) throw new Error('wrote behind the heap');
      const { rows, places, rejects, error } = readNaively(
        input.toString('latin1'),
        dialect,
        reading,
        columns,
      );
      same(actual, error ?? { rows, places, rejects }, told);
    },
  };
}

const IN = 4096;
const OUT = 16_384;

function decoderTargets(): KernelTarget[] {
  const memory = new wasm.Memory({ initial: 2, maximum: 2, shared: true });
  const heap = new KernelHeap({ memory, address: 65_536, size: 65_536 });
  const bytes = Buffer.from(memory.buffer);
  const view = new DataView(memory.buffer);
  const kernel = createKernel(memory);
  const guard = new GuardedMemory(memory);
  const state = new KernelState(heap);
  kernel.attach(state.address);
  const random8 = (random: Random, most: number) =>
    Uint8Array.from({ length: below(random, most) }, () => (random() < 0.6 ? 97 : below(random, 256)));
  return [
    {
      name: 'delimited decodeEightBit',
      run(random) {
        const encoding = pick(random, ['iso-8859-1', 'windows-1252'] as const);
        state.setEncoding(encoding);
        const input = random8(random, 80);
        bytes.set(input, IN);
        guard.arm();
        const end = kernel.decodeEightBit(IN, IN + input.length, OUT);
        guard.check([[OUT, OUT + 3 * input.length + slack]]);
        const upper = upperHalf(encoding);
        const expected = [...input].map((byte) =>
          String.fromCodePoint(byte < 128 ? byte : upper[byte - 128]!),
        );
        same(bytes.toString('utf8', OUT, end), expected.join(''), [...input]);
      },
    },
    {
      name: 'delimited decodeUtf16',
      run(random) {
        const big = random() < 0.5;
        const units = Array.from({ length: below(random, 40) }, () =>
          random() < 0.7 ? 97 : random() < 0.5 ? 0xd800 + below(random, 0x800) : below(random, 0x10000),
        );
        const input = Buffer.alloc(2 * units.length + below(random, 2), 0x41);
        for (const [i, unit] of units.entries())
          if (big) input.writeUInt16BE(unit, 2 * i);
          else input.writeUInt16LE(unit, 2 * i);
        bytes.set(input, IN);
        guard.arm();
        const end = kernel.decodeUtf16(IN, IN + input.length, OUT, big, true, 8192);
        guard.check([
          [8192, 8196],
          [OUT, OUT + Math.ceil(1.5 * input.length) + slack],
        ]);
        const stopped = view.getUint32(8192, true) - IN;
        // A half without the other becomes the byte FF, which no UTF-8 has.
        const expected = units.flatMap((unit, i) => {
          const isLow = unit >= 0xdc00 && unit < 0xe000;
          const isHigh = unit >= 0xd800 && unit < 0xdc00;
          const next = units[i + 1] ?? 0;
          if (isHigh && next >= 0xdc00 && next < 0xe000)
            return [...Buffer.from(String.fromCharCode(unit, next))];
          if (isLow && pairs(units, i)) return [];
          return isHigh || isLow ? [0xff] : [...Buffer.from(String.fromCharCode(unit))];
        });
        // So does half a unit at the end.
        if (input.length % 2 === 1) expected.push(0xff);
        same([...bytes.subarray(OUT, end)], expected, { big, units });
        same(stopped, input.length, { big, units });
      },
    },
  ];
}

/** Whether the low half at `i` belongs to a high one before it. */
function pairs(units: readonly number[], i: number): boolean {
  const before = units[i - 1] ?? 0;
  return before >= 0xd800 && before < 0xdc00;
}
