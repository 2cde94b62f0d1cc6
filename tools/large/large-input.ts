import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { bytesOfRecord, kindLines, type SampleKind, type TextKind } from '../sample/converter-work.ts';
import { LINEITEM_SCHEMA } from '../sample/lineitem.ts';

/** Of text that is repeated. */
const baseBytes = 64 * 2 ** 20;
const command = join(import.meta.dirname, '../../packages/cli/bin/tributary.mjs');

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
  const [options, file] = [join(folder, 'schema.json'), join(folder, 'large.parquet')];
  writeFileSync(options, JSON.stringify({ schema: LINEITEM_SCHEMA }));
  const convert = [command, 'convert', 'csv-to-parquet', '--quiet', '--options', options, csv.file, file];
  await promisify(execFile)(process.execPath, convert);
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
  const block = pack(body);
  const file = join(folder, `large.${kind}${packing === 'gzip' ? '.gz' : ''}`);
  const handle = await open(file, 'w');
  try {
    let written = (await handle.write(pack(header))).bytesWritten;
    let times = 0;
    for (; written < bytes; times++) written += (await handle.write(block)).bytesWritten;
    return { file, records: times * records };
  } finally {
    await handle.close();
  }
}
