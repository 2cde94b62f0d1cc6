import { createReadStream, createWriteStream, existsSync, mkdirSync, statfsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { driveStats } from '../sample/drive-stats.ts';
import { repeatSample } from '../sample/repeat-sample.ts';
import { writeSample } from '../sample/write-sample.ts';

const MIB = 1024 * 1024;

/** Memory-backed where there is room for `bytes` four times over, so that no disk is measured; else the temporary folder. */
export function benchFolder(bytes: number): string {
  const shm = '/dev/shm';
  const roomy = existsSync(shm) && statfsSync(shm).bavail * statfsSync(shm).bsize > 4 * bytes;
  const folder = join(roomy ? shm : tmpdir(), 'tributary-bench');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The drive-stats content to repeat: the file named, inflated if need be, or the generated sample. */
export async function baseInput(folder: string, named?: string): Promise<string> {
  const base = join(folder, 'base.txt');
  if (!named) await writeSample(base, driveStats({ records: 230_896 }));
  else if (named.endsWith('.gz'))
    await pipeline(createReadStream(named), createGunzip(), createWriteStream(base));
  else await pipeline(createReadStream(named), createWriteStream(base));
  return base;
}

/** `base` with its header once and its records again and again up to `mib`, whole records only. Kept between runs. */
export async function repeatedInput(folder: string, base: string, mib: number): Promise<string> {
  const file = join(folder, `${mib}.txt`);
  if (existsSync(file) && statSync(file).mtimeMs >= statSync(base).mtimeMs) return file;
  const text = await readFile(base);
  const begin = text.indexOf('\n') + 1;
  await repeatSample(file, { header: text.subarray(0, begin), body: text.subarray(begin) }, mib * MIB, 'cut');
  return file;
}

/** One gzip member at the usual level, as a vendor would send it. */
export async function gzipped(file: string): Promise<string> {
  const packed = `${file}.gz`;
  if (!existsSync(packed) || statSync(packed).mtimeMs < statSync(file).mtimeMs) {
    await pipeline(
      createReadStream(file, { highWaterMark: MIB }),
      createGzip({ chunkSize: MIB }),
      createWriteStream(packed),
    );
  }
  return packed;
}
