import { gzipSync, zstdCompressSync } from 'node:zlib';
import { pick, randomFrom } from '../sample/random.ts';

/** One object that lands, and what happens to it afterwards. */
export interface SoakInput {
  key: string;
  /** What it is like: for the report. */
  kind: string;
  /** Its contents, one upload after another; most have one. */
  versions: Buffer[];
  /** Records in each version, where the file can be read to its end. */
  records: (number | undefined)[];
  /** Removed at once after the upload. */
  deleted: boolean;
}

export const SOAK_LAYOUT = {
  fields: [
    { name: 'id', start: 0, end: 8 },
    { name: 'name', start: 8, end: 24 },
    { name: 'amount', start: 24, end: 34 },
  ],
  shortRecords: 'reject',
} as const;

const RECORD_BYTES = 35;

/** Names that are awkward as paths, in URLs, in patterns or in JSON; all of them are just keys. */
const stems = [
  'plain',
  '__proto__',
  'a b',
  '%2e%2e',
  'quote"',
  "'single'",
  'ünïcode-文',
  'a+b&c=d',
  '{brace}',
  '\\back',
  'x$1',
];

const kinds = [
  'good',
  'good',
  'good',
  'good',
  'rejects',
  'too-many-rejects',
  'cut-gzip',
  'empty',
  'gz',
  'zstd',
  'large',
  'overwritten',
  'overwritten',
  'deleted',
  'folder',
] as const;
type Kind = (typeof kinds)[number];

/** Files for one run; the same for a seed. */
export function soakInputs(seed: number, files: number): SoakInput[] {
  const random = randomFrom(seed);
  return Array.from({ length: files }, (_, index) => makeInput(random, index));
}

function makeInput(random: () => number, index: number): SoakInput {
  const kind: Kind = pick(random, kinds);
  const suffix = kind === 'cut-gzip' || kind === 'gz' ? '.txt.gz' : kind === 'zstd' ? '.txt.zst' : '.txt';
  const folder = pick(random, ['', 'day=1/', 'a//b/', './', 'deep/er/']);
  const stem = `in/${folder}${pick(random, stems)}-${index}`;
  const key = kind === 'folder' ? `${stem}/` : `${stem}${suffix}`;
  const made = contentsOf(kind, random);
  return { key, kind, ...made, deleted: kind === 'deleted' };
}

function contentsOf(kind: Kind, random: () => number): Pick<SoakInput, 'versions' | 'records'> {
  const count = 1 + Math.floor(random() * 2_000);
  const one = (bytes: Buffer, records: number | undefined) => ({ versions: [bytes], records: [records] });
  switch (kind) {
    case 'rejects':
      return one(lines(random, count + 100, 0.02), count + 100);
    case 'too-many-rejects':
      return one(lines(random, count + 100, 0.9), undefined);
    case 'cut-gzip': {
      const packed = gzipSync(lines(random, count + 500, 0));
      return one(packed.subarray(0, Math.floor(packed.length * 0.7)), undefined);
    }
    case 'empty':
    case 'folder':
      return one(Buffer.alloc(0), 0);
    case 'gz':
      return one(gzipSync(lines(random, count, 0)), count);
    case 'zstd':
      return one(zstdCompressSync(lines(random, count, 0)), count);
    case 'large': {
      const records = Math.floor((2 + random() * 20) * 2 ** 20) / RECORD_BYTES;
      return one(lines(random, Math.floor(records), 0), Math.floor(records));
    }
    case 'overwritten':
      return {
        versions: [lines(random, count, 0), lines(random, count + 1, 0)],
        records: [count, count + 1],
      };
    default:
      return one(lines(random, count, 0), count);
  }
}

/** Records of a layout that every field of is filled; a share of them is too short. */
function lines(random: () => number, count: number, short: number): Buffer {
  const start = Math.floor(random() * 1e6);
  const text: string[] = [];
  for (let index = 0; index < count; index++) {
    const id = String(start + index).padStart(8, '0');
    if (short > 0 && random() < short) text.push(`${id}\n`);
    else
      text.push(
        `${id}${`name ${index % 97}`.padEnd(16)}${((index * 7919) % 100_000).toFixed(2).padStart(10)}\n`,
      );
  }
  return Buffer.from(text.join(''));
}
