import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bytesOfRecord, kindLines, type SampleKind, type TextKind } from '../sample/converter-work.ts';
import { lineitemParquet } from '../sample/lineitem-parquet.ts';
import { repeatSample } from '../sample/repeat-sample.ts';

/** Of text that is repeated. */
const baseBytes = 64 * 2 ** 20;

export interface LargeInput {
  file: string;
  records: number;
}

/**
 * A file of so many bytes at least: a sample, its header once and its records again and again.
 * @param packing `gzip`: `bytes` are those of the file, one member for each repetition; Parquet packs itself, `bytes` are then of its text
 */
export async function largeInput(
  folder: string,
  kind: SampleKind,
  packing: 'none' | 'gzip',
  bytes: number,
): Promise<LargeInput> {
  if (kind !== 'parquet') return await repeated(folder, kind, packing, bytes);
  const csv = await repeated(folder, 'csv', 'none', bytes);
  const file = join(folder, 'large.parquet');
  await lineitemParquet(csv.file, file);
  return { file, records: csv.records };
}

async function repeated(
  folder: string,
  kind: TextKind,
  packing: 'none' | 'gzip',
  bytes: number,
): Promise<LargeInput> {
  const [first, ...lines] = kindLines(kind, Math.round(baseBytes / bytesOfRecord[kind]));
  const header = kind === 'jsonl' ? '' : first!;
  const body = (header === '' ? first! : '') + lines.join('');
  const records = lines.length + (header === '' ? 1 : 0);
  const pack = (text: string) => (packing === 'gzip' ? gzipSync(text) : Buffer.from(text));
  const file = join(folder, `large.${kind}${packing === 'gzip' ? '.gz' : ''}`);
  const times = await repeatSample(file, { header: pack(header), body: pack(body) }, bytes, 'whole');
  return { file, records: times * records };
}
