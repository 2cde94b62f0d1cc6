import { gzipSync, zstdCompressSync } from 'node:zlib';
import { pick } from '../sample/random.ts';
import { type Format, suffixOf } from './chains.ts';

/** One object that lands, and what happens to it afterwards. */
export interface SoakInput {
  key: string;
  /** What it is like: for the report. */
  kind: Kind;
  /** Its contents, one upload after another; most have one. */
  versions: Buffer[];
  /** Records in each version, where the file can be read to its end. */
  records: (number | undefined)[];
  /** Removed at once after the upload. */
  deleted: boolean;
}

/** Names that are awkward as paths, in URLs, in patterns or in JSON; all of them are just keys. */
const stems = [
  'plain',
  '__proto__',
  'constructor',
  'a b',
  '%2e%2e',
  '%2e',
  'quote"',
  "'single'",
  'ünïcode-文',
  '𝒳'.repeat(120),
  'a+b&c=d',
  '{brace}',
  '<aws.events.event>',
  '\\back',
  'x$1',
  '*',
];
const folders = ['', 'day=1/', 'a//b/', './', '../', 'x/../', '__proto__/', 'deep/er/'];

/** Kinds of files, and how many of a hundred are such. */
const shares = {
  good: 40,
  rejects: 10,
  'too-many-rejects': 5,
  'cut-gzip': 5,
  empty: 4,
  gz: 8,
  zstd: 5,
  large: 3,
  huge: 1,
  overwritten: 12,
  deleted: 5,
  folder: 2,
};
export type Kind = keyof typeof shares;
const kinds = Object.entries(shares).flatMap(([kind, share]) => Array<Kind>(share).fill(kind as Kind));

const MiB = 1024 * 1024;
/** Bytes of a record, about, in each format. */
const recordBytes = 42;

/** Files for one run; the same for the same numbers. */
export function soakInputs(random: () => number, format: Format, files: number): SoakInput[] {
  return Array.from({ length: files }, (_, index) => makeInput(random, format, index));
}

function makeInput(random: () => number, format: Format, index: number): SoakInput {
  const kind = pick(random, kinds);
  const packed = kind === 'cut-gzip' || kind === 'gz' ? '.gz' : kind === 'zstd' ? '.zst' : '';
  const stem = `in/${pick(random, folders)}${pick(random, stems)}-${index}`;
  const key = kind === 'folder' ? `${stem}/` : `${stem}${suffixOf[format]}${packed}`;
  const made = contentsOf(kind, random, format);
  return { key, kind, ...made, deleted: kind === 'deleted' };
}

function contentsOf(
  kind: Kind,
  random: () => number,
  format: Format,
): Pick<SoakInput, 'versions' | 'records'> {
  const count = 1 + Math.floor(random() ** 3 * 3_000);
  const one = (bytes: Buffer, records: number | undefined) => ({ versions: [bytes], records: [records] });
  const table = (records: number, bad = 0) => tableOf(random, format, records, bad);
  switch (kind) {
    case 'rejects':
      return one(table(count + 100, 0.02), count + 100);
    case 'too-many-rejects':
      return one(table(count + 100, 0.9), count + 100);
    case 'cut-gzip': {
      const packed = gzipSync(table(count + 500));
      return one(packed.subarray(0, Math.floor(packed.length * 0.7)), undefined);
    }
    case 'empty':
    case 'folder':
      return one(Buffer.alloc(0), 0);
    case 'gz':
      return one(gzipSync(table(count)), count);
    case 'zstd':
      return one(zstdCompressSync(table(count)), count);
    case 'large':
    case 'huge': {
      const most = kind === 'huge' ? 24 : 8;
      const records = Math.floor(((0.3 + 0.7 * random()) * most * MiB) / recordBytes);
      return one(table(records), records);
    }
    case 'overwritten': {
      const versions = [table(count), table(count + 1), ...(random() < 0.3 ? [table(count + 2)] : [])];
      return { versions, records: versions.map((_, more) => count + more) };
    }
    default:
      return one(table(count), count);
  }
}

const regions = ['north', 'south', 'a/b=c', ''];

/** Records in a format, every field filled; a share of them cannot be read. */
function tableOf(random: () => number, format: Format, count: number, bad: number): Buffer {
  const start = Math.floor(random() * 1e6);
  const pieces: Buffer[] = format === 'csv' ? [Buffer.from('id,name,amount,region\n')] : [];
  let text: string[] = [];
  const flush = (encoding: 'utf8' | 'latin1') => {
    pieces.push(Buffer.from(text.join(''), encoding));
    text = [];
  };
  for (let index = 0; index < count; index++) {
    const id = start + index;
    const name = `name ${index % 97}`;
    const amount = (((index * 7919) % 100_000) / 100).toFixed(2);
    const region = regions[index % 7] ?? 'north';
    if (bad > 0 && random() < bad) {
      flush('utf8');
      text.push(brokenRecord[format](id));
      flush('latin1');
    } else text.push(record[format](id, name, amount, region));
  }
  flush('utf8');
  return Buffer.concat(pieces);
}

const record: Record<Format, (id: number, name: string, amount: string, region: string) => string> = {
  'fixed-width': (id, name, amount, region) =>
    `${String(id).padStart(8, '0')}${name.padEnd(16)}${amount.padStart(10)}${region.padEnd(7)}\n`,
  csv: (id, name, amount, region) => `${id},"${name}",${amount},${region}\n`,
  'json-lines': (id, name, amount, region) =>
    `${JSON.stringify({ id, name, amount: Number(amount), region })}\n`,
};

/** A record too short, in another encoding, or cut: each is one bad row. */
const brokenRecord: Record<Format, (id: number) => string> = {
  'fixed-width': (id) => `${String(id).padStart(8, '0')}\n`,
  csv: (id) => `${id},"caf\xe9",1.00,north\n`,
  'json-lines': (id) => `{"id":${id},"name":\n`,
};
