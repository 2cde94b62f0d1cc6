import { constants, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { runConversion } from '../../src/conversion/conversion.ts';
import type { RejectedRow } from '../../src/converter.ts';
import { BadInput, BadOptions } from '../../src/errors.ts';
import { convertFixedWidth } from '../../src/fixed-width/convert.ts';
import { fixedWidthToTsv } from '../../src/fixed-width/fixed-width-to-tsv.ts';
import type { SlotSizes } from '../../src/fixed-width/kernel-memory.ts';
import type { FixedWidthToTsvOptions } from '../../src/fixed-width/options.ts';
import { parseOptions } from '../../src/options.ts';
import { cut, memorySink, sourceOf } from '../compression/memory.ts';
import { inputs, layouts, outputs, sizes } from '../fixed-width/arbitraries.ts';
import { convertNaively } from '../fixed-width/records.twin.ts';

// Anything at all, from one end of the codec to the other. `PROPERTY_RUNS=50000` for a long run.

/** A byte to change, a place to cut: taken modulo what there is. */
interface Damage {
  flips: { at: number; mask: number }[];
  lost: number;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  flips: fc.array(fc.record({ at: fc.nat(), mask: fc.integer({ min: 1, max: 255 }) }), { maxLength: 2 }),
  lost: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 300 }) }),
});
const intact: Damage = { flips: [], lost: 0 };

const packings = {
  none: (parts: Uint8Array[]) => Buffer.concat(parts),
  gzip: (parts: Uint8Array[]) => Buffer.concat(parts.map((part) => gzipSync(part))),
  zstd: (parts: Uint8Array[]) =>
    Buffer.concat(
      parts.map((part) => zstdCompressSync(part, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })),
    ),
};

const files = fc
  .record({
    parts: fc.array(fc.oneof({ weight: 4, arbitrary: inputs }, { weight: 1, arbitrary: fc.uint8Array() }), {
      minLength: 1,
      maxLength: 4,
    }),
    times: fc.constantFrom(1, 1, 1, 50),
    packing: fc.constantFrom('none', 'gzip', 'zstd'),
    damage: fc.oneof(fc.constant(intact), damage),
  })
  .map(({ parts, times, packing, damage: { flips, lost } }) => {
    const repeated = Array.from({ length: times }, () => parts).flat();
    const packed = packings[packing](repeated);
    for (const { at, mask } of packed.length > 0 ? flips : []) packed[at % packed.length]! ^= mask;
    return packed.subarray(0, Math.max(0, packed.length - lost));
  });

const sometimes = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

/** What a place in the options is to hold instead: a number if it holds one, else anything. */
const change = fc.record({
  at: fc.nat(),
  number: fc.oneof(
    fc.integer({ min: -1, max: 100 }),
    fc.nat({ max: 53 }).map((n) => 2 ** n),
    fc.double(),
  ),
  value: fc.jsonValue({ maxDepth: 1 }),
});

const options = fc
  .record({
    layout: layouts,
    output: fc.tuple(outputs, fc.constantFrom('gzip', 'zstd', 'none'), fc.constantFrom(undefined, 1, 9)),
    rejects: fc.record({
      maxRejects: sometimes(fc.constantFrom(0, 1, 5)),
      maxRejectRatio: fc.constantFrom(1, 1, 1, 0.5, 0),
    }),
    input: fc.record({
      compression: sometimes(fc.constantFrom('none', 'gzip', 'zstd')),
      maxInflatedBytes: sometimes(fc.constantFrom(1, 1000)),
    }),
    changes: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(change, { minLength: 1, maxLength: 2 }) },
    ),
  })
  .map(({ output: [output, compression, level], changes, ...rest }) => {
    const raw = structuredClone({ ...rest, output: { ...output, compression, level } });
    for (const { at, number, value } of changes) {
      const places = placesIn(raw);
      const [holder, name, before] = places[at % places.length]!;
      Object.assign(holder, { [name]: typeof before === 'number' ? number : value });
    }
    return raw as unknown;
  });

function placesIn(value: object): [holder: object, name: string, value: unknown][] {
  return Object.entries(value).flatMap(([name, inner]) => [
    [value, name, inner] as [object, string, unknown],
    ...(typeof inner === 'object' && inner !== null ? placesIn(inner) : []),
  ]);
}

/** The converter, with what it reads and rejects noted down. */
function watched(size: SlotSizes | undefined) {
  const read: Buffer[] = [];
  const rejected: { byte: number; record: Buffer }[] = [];
  const converter: typeof fixedWidthToTsv = {
    ...fixedWidthToTsv,
    convert: (io, parsed) =>
      convertFixedWidth(
        {
          ...io,
          source: {
            async read(into) {
              const count = await io.source.read(into);
              read.push(Buffer.from(into.subarray(0, count)));
              return count;
            },
          },
          reject(row: RejectedRow) {
            rejected.push({ byte: row.byte, record: Buffer.from(row.record) });
            io.reject(row);
          },
        },
        parsed,
        size,
      ),
  };
  return { converter, read: () => Buffer.concat(read), rejected };
}

async function check(bytes: Uint8Array, raw: unknown, piece: number, size: SlotSizes | undefined) {
  const { converter, read, rejected } = watched(size);
  let parsed: FixedWidthToTsvOptions;
  try {
    parsed = parseOptions(converter, raw);
  } catch (error) {
    expect(error).toBeInstanceOf(BadOptions);
    return;
  }
  const sink = memorySink();
  const quarantine = memorySink();
  const outcome = await runConversion(converter, parsed, {
    source: sourceOf(...cut(bytes, piece)),
    sink,
    quarantine: async () => quarantine,
  }).catch((error: unknown) => error);

  // What was rejected is in quarantine, whatever became of the file, each as it stands in the input.
  const kept = quarantine.bytes().length > 0 ? gunzipSync(quarantine.bytes()).toString().split('\n') : [''];
  expect(kept.pop()).toBe('');
  expect(kept.length).toBe(rejected.length);
  const input = read();
  for (const [i, line] of kept.entries()) {
    const row = JSON.parse(line);
    const record =
      row.record === undefined ? Buffer.from(row.recordBase64, 'base64') : Buffer.from(row.record);
    expect(row.byte).toBe(rejected[i]!.byte);
    expect(record.equals(input.subarray(row.byte, row.byte + record.length))).toBe(true);
  }

  if (outcome instanceof Error) {
    expect(outcome).toBeInstanceOf(BadInput);
    return;
  }
  const expected = convertNaively(input, parsed.layout, parsed.output);
  const unpack = { gzip: gunzipSync, zstd: zstdDecompressSync, none: (all: Buffer) => all };
  const text = unpack[parsed.output.compression](sink.bytes()).toString();
  expect(expected.error).toBeUndefined();
  expect(outcome).toMatchObject({ rows: expected.rows, rejected: expected.rejects.length });
  expect(rejected.length).toBe(expected.rejects.length);
  expect(text === expected.text).toBe(true);
}

const numRuns = Number(process.env.PROPERTY_RUNS ?? 300);

test(
  'any bytes under any options are converted in full, or refused by a name',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        files,
        options,
        fc.integer({ min: 1, max: 5000 }),
        fc.oneof({ weight: 9, arbitrary: sizes }, { weight: 1, arbitrary: fc.constant(undefined) }),
        check,
      ),
      { numRuns },
    );
  },
  60_000 + 20 * numRuns,
);
